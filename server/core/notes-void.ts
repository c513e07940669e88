/**
 * Voids: a till gives a voucher back. Before the claim its amount goes home out of the reserve; after the claim out of what the
 * merchant got, because the payer's copy of the void wins (protocol.md 5.7). Either way the payer has it at once, so the order in
 * which the two come does not matter.
 */
import type { SyncResult } from '#protocol/http-sync.ts';
import { debtAccount, GUARANTEE_ACCOUNT, GUARANTEE_RECEIVABLE, heldAccount, merchantAccount, merchantReceivable, reserveAccount, shopperAccount } from '#protocol/ledger.ts';
import { assert } from '#base/assert.ts';
import { unclaimedVoidPostings, voidPostings } from '#protocol/purse-ledger.ts';
import { tellAll } from './feeds.ts';
import { Book, missing, withLocks } from './locks.ts';
import { settleWaitingRefunds, type SignedNote } from './notes-refund.ts';
import type { NoteRow, VoucherRow } from './ports-offline.ts';
import type { LedgerAccount, Tx } from './ports.ts';
import { goesHome, type VoucherDeps } from './vouchers.ts';
import { partiesOf, sameNote, voucherNews } from './vouchers-record.ts';

export function takeVoid(deps: VoucherDeps, { merchant, row: note }: SignedNote): Promise<SyncResult> {
  const nowMs = deps.clock.nowMs();
  return withLocks(deps.store, merchant.ccy, [merchantAccount(merchant.id)], async (tx, locked) => {
    const notes = await tx.notesOfVoucher(note);
    const known = sameNote(notes, note);
    if (known !== undefined) return { ...known.verdict, id: note.noteId, dup: true };
    const voucher = await tx.voucher(note.vid);
    const row = voucher?.merchantId === merchant.id ? voucher : null;
    const more = row === null ? null : missing(locked, accountsOf(row));
    if (more !== null) return more;
    const verdict = { id: note.noteId, dup: false, verdict: 'VOIDED', atMs: nowMs } as const;
    await tx.insertNote({ ...note, verdict, atMs: nowMs });
    if (row !== null) await giveBack(tx, new Book(tx, locked), row, notes, nowMs);
    return verdict;
  });
}

function accountsOf(row: VoucherRow): LedgerAccount[] {
  const accounts = [merchantReceivable(row.merchantId), heldAccount(row.merchantId), reserveAccount(row.purseId), shopperAccount(row.payerPartyId)];
  return row.guaranteeMinor === 0 ? accounts : [...accounts, GUARANTEE_ACCOUNT, GUARANTEE_RECEIVABLE, debtAccount(row.payerPartyId)];
}

async function giveBack(tx: Tx, book: Book, row: VoucherRow, notes: readonly NoteRow[], atMs: number): Promise<void> {
  if (row.verdict.verdict === 'REJECTED' || row.verdict.verdict === 'VOIDED') return;
  const outcome = { verdict: 'VOIDED', atMs } as const;
  // What is final stays as it was said; that it was undone, voidedAtMs and the news tell.
  const after: VoucherRow = { ...row, verdict: row.verdict.verdict === 'SETTLED' ? row.verdict : outcome, heldUntilMs: null, voidedAtMs: atMs };
  await tx.putVoucher(after);
  const [parties, purse, proof] = await Promise.all([partiesOf(tx, row), tx.purse(row.purseId), tx.proof(row.purseId)]);
  assert(purse !== null, 'a purse stays');
  if (row.verdict.verdict !== 'PAYER_REPORTED') await book.post(returned(book, row, atMs));
  else if (goesHome(row, purse, proof !== null, book)) await book.post(unclaimedVoidPostings({ ...row, atMs }));
  const news = voucherNews(book, parties, { row: after, outcome, conflicted: proof !== null, atMs });
  const waited = await settleWaitingRefunds(tx, book, after, notes, parties, atMs);
  await tellAll(tx, [...news, ...waited.news]);
}

/** What was paid and not refunded before. */
function returned(book: Book, row: VoucherRow, atMs: number): ReturnType<typeof voidPostings> {
  const guaranteeMinor = row.guaranteeMinor - row.returnedMinor;
  const reserveMinor = row.reserveMinor - (row.refundedMinor - row.returnedMinor);
  const fromMerchantMinor = book.holds(merchantAccount(row.merchantId));
  return voidPostings({ ...row, guaranteeMinor, reserveMinor, held: row.verdict.verdict === 'HELD', fromMerchantMinor, atMs });
}
