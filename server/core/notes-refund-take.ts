/** Takes in one refund note: once an id, carried out at once where its voucher is paid, else kept until it is. */
import type { SyncResult } from '#protocol/http-sync.ts';
import { debtAccount, GUARANTEE_ACCOUNT, GUARANTEE_RECEIVABLE, merchantAccount, merchantReceivable, shopperAccount } from '#protocol/ledger.ts';
import { LIMITS } from '#protocol/limits.ts';
import { tellAll } from './feeds.ts';
import { Book, missing, withLocks } from './locks.ts';
import { fits, isWaiting, refund, refundProblem, settledNote, type SignedNote } from './notes-refund.ts';
import type { NoteRow, VoucherRow } from './ports-offline.ts';
import type { LedgerAccount, Tx } from './ports.ts';
import { ownNotes, partiesOf, sameNote } from './vouchers-record.ts';
import type { VoucherDeps } from './vouchers.ts';

/** There must be an end to waiting. Few purses live longer after a sale, but one that is renewed may: its voucher then comes too late for this refund. */
const WAITS_MS = 14 * 86_400_000;

export function takeRefund(deps: VoucherDeps, { merchant, row: signed, note: { iatSeconds } }: SignedNote): Promise<SyncResult> {
  const nowMs = deps.clock.nowMs();
  const waiting: NoteRow = { ...signed, verdict: { id: signed.noteId, dup: false, verdict: 'RETRY', afterMs: LIMITS.noteRetryMs }, atMs: nowMs };
  return withLocks(deps.store, merchant.ccy, [merchantAccount(merchant.id)], async (tx, locked) => {
    const known = sameNote(await ownNotes(tx, signed), signed);
    const voucher = await tx.voucher(signed.vid);
    const isLate = voucher === null && nowMs > iatSeconds * 1_000 + WAITS_MS;
    if (known !== undefined && !(isWaiting(known) && isLate)) return { ...known.verdict, id: signed.noteId, dup: !isWaiting(known) };
    if (voucher !== null && voucher.merchantId !== merchant.id) return store(tx, known, settledNote(waiting, 'NOT_YOUR_MERCHANT', nowMs));
    const problem = isLate ? 'NOT_SETTLED' : voucher !== null && !fits(voucher, waiting) ? 'UNKNOWN_PURSE' : refundProblem(voucher, signed.amountMinor ?? 0);
    if (problem === 'wait') return store(tx, known, waiting);
    if (problem !== null || voucher === null) return store(tx, known, settledNote(waiting, problem, nowMs));
    const more = missing(locked, accountsOf(voucher));
    if (more !== null) return more;
    const result = await store(tx, known, settledNote(waiting, null, nowMs));
    await carryOut(tx, new Book(tx, locked), voucher, waiting, nowMs);
    return result;
  });
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
