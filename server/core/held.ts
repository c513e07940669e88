/**
 * Claims that the guarantee paid and that wait in their merchant's held account (protocol.md 5.5): let go when their time has come
 * or the operator says so, or refused by the operator. Whoever calls has looked under the locks that `atHeld` takes.
 */
import { assert } from '#base/assert.ts';
import { debtAccount, GUARANTEE_ACCOUNT, GUARANTEE_RECEIVABLE, heldAccount, merchantAccount, shopperAccount } from '#protocol/ledger.ts';
import { heldReleasePostings, heldReturnPostings } from '#protocol/purse-ledger.ts';
import { tellAll } from './feeds.ts';
import { Book, withLocks } from './locks.ts';
import { settleWaitingRefunds } from './notes-refund.ts';
import type { VoucherRow } from './ports-offline.ts';
import type { Store, Tx } from './ports.ts';
import { merchantNews, partiesOf, payerNews, voucherNews, type Parties } from './vouchers-record.ts';

type HeldVerdict = Extract<VoucherRow['verdict'], { verdict: 'HELD' }>;
/** A voucher whose claim is held. */
export type HeldRow = VoucherRow & { readonly verdict: HeldVerdict };

export function isHeld(row: VoucherRow): row is HeldRow {
  return row.verdict.verdict === 'HELD';
}

/** `row` is what stands under the locks; it may have been voided or let go in the meantime. */
export async function atHeld<T extends object>(store: Store, seen: VoucherRow, work: (tx: Tx, book: Book, row: VoucherRow) => Promise<T>): Promise<T> {
  const { vid, merchantId, payerPartyId, ccy } = seen;
  // A refund that waited gives to the last four first.
  const accounts = [merchantAccount(merchantId), heldAccount(merchantId), shopperAccount(payerPartyId), debtAccount(payerPartyId), GUARANTEE_ACCOUNT, GUARANTEE_RECEIVABLE];
  return withLocks(store, ccy, accounts, async (tx, locked) => {
    const row = await tx.voucher(vid);
    assert(row !== null, 'a voucher stays');
    return work(tx, new Book(tx, locked), row);
  });
}

export async function letGo(tx: Tx, book: Book, row: HeldRow, atMs: number): Promise<void> {
  await book.post(heldReleasePostings({ ...row, atMs }));
  const settled: VoucherRow = { ...row, verdict: { verdict: 'SETTLED', via: 'guarantee', unpaidMinor: row.verdict.unpaidMinor, atMs }, heldUntilMs: null };
  await tx.putVoucher(settled);
  const parties = await partiesOf(tx, row);
  await finish(tx, book, settled, parties, voucherNews(book, parties, { row: settled, conflicted: true, atMs }), atMs);
}

/** Everybody has back what it gave. For its payer the voucher is as good as given back; its shop is told why. */
export async function refuse(tx: Tx, book: Book, row: HeldRow, atMs: number): Promise<void> {
  await book.post(heldReturnPostings({ ...row, atMs }));
  const { reserveMinor, guaranteeMinor } = row;
  const back = { refundedMinor: reserveMinor + guaranteeMinor, returnedMinor: guaranteeMinor };
  const refused: VoucherRow = { ...row, ...back, verdict: { verdict: 'REJECTED', reason: 'CLAIM_REFUSED', atMs }, decidedAtMs: atMs, heldUntilMs: null };
  await tx.putVoucher(refused);
  const parties = await partiesOf(tx, row);
  const told = { row: refused, conflicted: true, atMs } as const;
  const news = [payerNews(book, parties, { ...told, outcome: { verdict: 'VOIDED', atMs } }), merchantNews(book, parties, told)];
  await finish(tx, book, refused, parties, news, atMs);
}

async function finish(tx: Tx, book: Book, row: VoucherRow, parties: Parties, news: ReturnType<typeof voucherNews>, atMs: number): Promise<void> {
  const waited = await settleWaitingRefunds(tx, book, row, await tx.notesOfVoucher(row), parties, atMs);
  await tellAll(tx, [...news, ...waited.news]);
}
