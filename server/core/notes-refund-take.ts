/** Takes in one refund note: once an id, carried out at once where its voucher is paid, else kept until it is. */
import type { SyncResult } from '#protocol/http-sync.ts';
import { debtAccount, GUARANTEE_ACCOUNT, GUARANTEE_RECEIVABLE, merchantAccount, merchantReceivable, shopperAccount } from '#protocol/ledger.ts';
import { LIMITS } from '#protocol/limits.ts';
import { tellAll } from './feeds.ts';
import { Book, missing, withLocks } from './locks.ts';
import { fits, isWaiting, refund, refundProblem, settledNote, type SignedNote } from './notes-refund.ts';
import type { NoteRow, VoucherRow } from './ports-offline.ts';
import type { LedgerAccount, Tx } from './ports.ts';
import { partiesOf, sameNote } from './vouchers-record.ts';
import type { VoucherDeps } from './vouchers.ts';

/** There must be an end to waiting. Few purses live longer after a sale, but one that is renewed may: its voucher then comes too late for this refund. */
const WAITS_MS = 14 * 86_400_000;

export function takeRefund(deps: VoucherDeps, { merchant, row: signed, note: { iatSeconds } }: SignedNote): Promise<SyncResult> {
  const nowMs = deps.clock.nowMs();
  const waiting: NoteRow = { ...signed, verdict: { id: signed.noteId, dup: false, verdict: 'RETRY', afterMs: LIMITS.noteRetryMs }, atMs: nowMs };
  return withLocks(deps.store, merchant.ccy, [merchantAccount(merchant.id)], async (tx, locked) => {
    const notes = await tx.notesOfVoucher(signed);
    const known = sameNote(notes, signed);
    const voucher = await tx.voucher(signed.vid);
    const isLate = voucher === null && nowMs > iatSeconds * 1_000 + WAITS_MS;
    if (known !== undefined && !(isWaiting(known) && isLate)) return { ...known.verdict, id: signed.noteId, dup: !isWaiting(known) };
    const problem = isLate ? 'NOT_SETTLED' : problemOf(voucher, waiting);
    // No verdict and no row: brought again it is carried out as soon as its voucher is paid.
    if (problem !== null && known === undefined && notes.filter(isIdle).length >= LIMITS.idleRefunds) return waiting.verdict;
    if (problem === 'wait') return store(tx, known, waiting);
    if (problem !== null || voucher === null) return store(tx, known, settledNote(waiting, problem, nowMs));
    const more = missing(locked, accountsOf(voucher));
    if (more !== null) return more;
    const result = await store(tx, known, settledNote(waiting, null, nowMs));
    await carryOut(tx, new Book(tx, locked), voucher, waiting, nowMs);
    return result;
  });
}

/** A refund that has moved nothing: it waits, or was refused. */
function isIdle({ kind, verdict }: NoteRow): boolean {
  return kind === 'refund' && verdict.verdict !== 'REFUNDED';
}

function problemOf(voucher: VoucherRow | null, note: NoteRow): ReturnType<typeof refundProblem> {
  if (voucher !== null && voucher.merchantId !== note.merchantId) return 'NOT_YOUR_MERCHANT';
  if (voucher !== null && !fits(voucher, note)) return 'UNKNOWN_PURSE';
  return refundProblem(voucher, note.amountMinor ?? 0);
}

async function store(tx: Tx, known: NoteRow | undefined, note: NoteRow): Promise<SyncResult> {
  await (known === undefined ? tx.insertNote(note) : tx.putNote({ ...note, noteId: known.noteId }));
  return note.verdict;
}

async function carryOut(tx: Tx, book: Book, voucher: VoucherRow, note: NoteRow, nowMs: number): Promise<void> {
  const { news } = await refund(tx, book, voucher, note, await partiesOf(tx, voucher), nowMs);
  await tellAll(tx, news);
}

function accountsOf(row: VoucherRow): LedgerAccount[] {
  const accounts = [merchantReceivable(row.merchantId), shopperAccount(row.payerPartyId)];
  return row.guaranteeMinor === 0 ? accounts : [...accounts, GUARANTEE_ACCOUNT, GUARANTEE_RECEIVABLE, debtAccount(row.payerPartyId)];
}
