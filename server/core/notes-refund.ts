/**
 * Refunds: the merchant gives money of a paid voucher back to its payer, in parts if it likes, never more than was paid. What the
 * guarantee paid goes back to it first. A refund that comes before its voucher waits and is carried out when that is paid, so the
 * order in which phones sync does not matter.
 */
import { fromBase64Url, toHex } from '#base/bytes.ts';
import type { VoucherReason } from '#protocol/errors.ts';
import { merchantAccount, shopperAccount } from '#protocol/ledger.ts';
import { decodeNote } from '#protocol/note.ts';
import type { Note } from '#protocol/objects.ts';
import { refundPostings } from '#protocol/purse-ledger.ts';
import type { News } from './feeds.ts';
import type { Book } from './locks.ts';
import { maskName } from './parties-name.ts';
import type { NoteRow, VoucherRow } from './ports-offline.ts';
import type { Merchant, Tx } from './ports.ts';
import type { Parties } from './vouchers-record.ts';

/** A note that verified, and the merchant that signed it. */
export type SignedNote = { readonly note: Note; readonly merchant: Merchant; readonly row: Omit<NoteRow, 'verdict' | 'atMs'> };

export type Refunding = { readonly row: VoucherRow; readonly news: readonly News[] };

/** Null: it may be carried out. 'wait': its voucher is not paid yet, and may be. Pure. */
export function refundProblem(row: VoucherRow | null, amountMinor: number): VoucherReason | 'wait' | null {
  if (row === null || row.verdict.verdict === 'PAYER_REPORTED') return 'wait';
  if (row.voidedAtMs !== null || row.verdict.verdict === 'REJECTED') return 'NOT_SETTLED';
  if (row.verdict.verdict === 'HELD') return 'wait';
  const leftMinor = row.reserveMinor + row.guaranteeMinor - row.refundedMinor;
  return amountMinor > leftMinor ? 'LIMITS' : null;
}

/** Carries one out: postings, rows, and what both are told. The caller has asked refundProblem and locked the accounts. */
export async function refund(tx: Tx, book: Book, row: VoucherRow, note: NoteRow, parties: Parties, atMs: number): Promise<Refunding> {
  const { vid, ccy, payerPartyId, merchantId } = row;
  const amountMinor = note.amountMinor ?? 0;
  const toGuaranteeMinor = Math.min(amountMinor, row.guaranteeMinor - row.returnedMinor);
  const fromMerchantMinor = book.holds(merchantAccount(merchantId));
  const about = { vid, refundId: note.refundId ?? '', payerPartyId, merchantId, amountMinor, fromMerchantMinor, toGuaranteeMinor };
  await book.post(refundPostings({ ...about, ccy, atMs }));
  const after = { ...row, refundedMinor: row.refundedMinor + amountMinor, returnedMinor: row.returnedMinor + toGuaranteeMinor };
  await tx.putVoucher(after);
  return { row: after, news: refundNews(book, after, note, parties, atMs) };
}

function refundNews(book: Book, row: VoucherRow, { noteId, amountMinor }: NoteRow, { payer, merchant }: Parties, atMs: number): readonly News[] {
  const { vid, refundedMinor, ccy } = row;
  const shared = { kind: 'note', noteId, vid, amountMinor: amountMinor ?? 0, refundedMinor, ccy, atMs } as const;
  const toPayer = { direction: 'in', counterparty: merchant.name, balanceMinor: book.holds(shopperAccount(payer.id)) } as const;
  const toMerchant = { direction: 'out', counterparty: maskName(payer.name), balanceMinor: book.holds(merchantAccount(merchant.id)) } as const;
  return [
    { partyId: payer.id, make: (seq) => ({ ...shared, seq, ...toPayer }) },
    { partyId: merchant.partyId, make: (seq) => ({ ...shared, seq, ...toMerchant }) },
  ];
}

/** After a voucher got its verdict: the refunds that waited for it, in the order in which they came. */
export async function settleWaitingRefunds(
  tx: Tx,
  book: Book,
  decided: VoucherRow,
  notes: readonly NoteRow[],
  parties: Parties,
  atMs: number,
): Promise<Refunding> {
  let row = decided;
  const news: News[] = [];
  for (const note of notes.filter(isWaiting)) {
    const problem = fits(row, note) ? refundProblem(row, note.amountMinor ?? 0) : 'UNKNOWN_PURSE';
    if (problem === 'wait') continue;
    if (problem === null) {
      const done = await refund(tx, book, row, note, parties, atMs);
      row = done.row;
      news.push(...done.news);
    }
    await tx.putNote(settledNote(note, problem, atMs));
  }
  return { row, news };
}

export function settledNote(note: NoteRow, problem: VoucherReason | null, atMs: number): NoteRow {
  const shared = { id: note.noteId, dup: false, atMs };
  return { ...note, verdict: problem === null ? { ...shared, verdict: 'REFUNDED' } : { ...shared, verdict: 'REJECTED', reason: problem } };
}

/** It names the voucher's purse and currency. */
export function fits(row: VoucherRow, note: NoteRow): boolean {
  const bytes = fromBase64Url(note.bytes);
  const said = bytes === null ? null : decodeNote(bytes);
  if (said === null || !said.ok || said.value.kind !== 'refund') return false;
  return toHex(said.value.purseId) === row.purseId && said.value.ccy === row.ccy;
}

/** A refund whose voucher is not paid yet. */
export function isWaiting(note: NoteRow): boolean {
  return note.kind === 'refund' && note.verdict.verdict === 'RETRY';
}
