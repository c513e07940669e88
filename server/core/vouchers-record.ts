/** Rows, postings and news of one voucher: what a decision becomes. Decides nothing. */
import { assert, unreachable } from '#base/assert.ts';
import type { VoucherVerdict } from '#protocol/http-offline.ts';
import type { SyncResult } from '#protocol/http-sync.ts';
import { merchantAccount, shopperAccount } from '#protocol/ledger.ts';
import type { News } from './feeds.ts';
import { Book } from './locks.ts';
import { maskName } from './parties-name.ts';
import type { NoteRow, VoucherRow } from './ports-offline.ts';
import type { Merchant, Party, Tx } from './ports.ts';
import { heldUntilMs, type VoucherDecision } from './vouchers-decision.ts';
import type { VoucherClaim } from './vouchers-read.ts';

/** A voucher that was just seen, and nothing has happened to. */
export function freshRow(claim: VoucherClaim, payerPartyId: string, atMs: number): VoucherRow {
  const { link, purseId, merchantId, invoiceHash, ccy, bytes, withinLimits } = claim;
  return {
    ...link,
    purseId,
    payerPartyId,
    merchantId,
    invoiceHash,
    ccy,
    bytes,
    inChain: withinLimits,
    verdict: { verdict: 'PAYER_REPORTED', atMs },
    reserveMinor: 0,
    guaranteeMinor: 0,
    fellShort: false,
    refundedMinor: 0,
    returnedMinor: 0,
    decidedAtMs: atMs,
    heldUntilMs: null,
    voidedAtMs: null,
  };
}

/** The row with its verdict. 'retry' has none and is not stored. */
export function decidedRow(row: VoucherRow, decision: Exclude<VoucherDecision, { kind: 'retry' }>, atMs: number): VoucherRow {
  switch (decision.kind) {
    case 'reported':
      return row;
    case 'rejected':
      return { ...row, verdict: { verdict: 'REJECTED', reason: decision.reason, atMs }, decidedAtMs: atMs, fellShort: decision.reason === 'UNFUNDED' };
    case 'voided':
      return { ...row, verdict: { verdict: 'VOIDED', atMs }, decidedAtMs: atMs, voidedAtMs: atMs };
    case 'paid':
      return paidRow(row, decision.payment, atMs);
    default:
      return unreachable(decision);
  }
}

function paidRow(row: VoucherRow, payment: Extract<VoucherDecision, { kind: 'paid' }>['payment'], atMs: number): VoucherRow {
  const { reserveMinor, guaranteeMinor, unpaidMinor, outcome } = payment;
  const untilMs = outcome === 'held' ? heldUntilMs(atMs) : null;
  const via = guaranteeMinor > 0 ? 'guarantee' : 'reserve';
  const verdict: VoucherVerdict = untilMs === null ? { verdict: 'SETTLED', via, unpaidMinor, atMs } : { verdict: 'HELD', untilMs, unpaidMinor, atMs };
  return { ...row, verdict, reserveMinor, guaranteeMinor, fellShort: guaranteeMinor + unpaidMinor > 0, decidedAtMs: atMs, heldUntilMs: untilMs };
}

export function resultOf(row: VoucherRow, dup: boolean): SyncResult {
  return { id: row.vid, dup, ...row.verdict };
}

export type Parties = { readonly payer: Party; readonly merchant: Merchant };

export async function partiesOf(tx: Tx, row: Pick<VoucherRow, 'payerPartyId' | 'merchantId'>): Promise<Parties> {
  const [payer, merchant] = await Promise.all([tx.party(row.payerPartyId), tx.merchant(row.merchantId)]);
  assert(payer !== null && merchant !== null, 'accounts stay');
  return { payer, merchant };
}

/** Signed again under a renewed certificate it is the same acknowledgement, void or refund. */
export function sameNote(notes: readonly NoteRow[], { kind, refundId }: Pick<NoteRow, 'kind' | 'refundId'>): NoteRow | undefined {
  return notes.find((other) => other.kind === kind && other.refundId === refundId);
}

export type Told = {
  readonly row: VoucherRow;
  /** What to say, where it is not the stored verdict: a void after the claim. */
  readonly outcome?: VoucherVerdict;
  readonly conflicted: boolean;
  readonly atMs: number;
};

/** For both parties: what has become of the voucher. Their accounts must be locked. */
export function voucherNews(book: Book, parties: Parties, told: Told): readonly News[] {
  return [payerNews(book, parties, told), merchantNews(book, parties, told)];
}

export function payerNews(book: Book, { payer, merchant }: Parties, told: Told): News {
  const view = { direction: 'out', counterparty: merchant.name, balanceMinor: book.holds(shopperAccount(payer.id)) } as const;
  return { partyId: payer.id, make: (seq) => ({ ...shared(told), seq, ...view }) };
}

export function merchantNews(book: Book, { payer, merchant }: Parties, told: Told): News {
  const view = { direction: 'in', counterparty: maskName(payer.name), balanceMinor: book.holds(merchantAccount(merchant.id)) } as const;
  return { partyId: merchant.partyId, make: (seq) => ({ ...shared(told), seq, ...view }) };
}

function shared({ row, outcome = row.verdict, conflicted, atMs }: Told) {
  const { vid, purseId, seq: voucherSeq, cumMinor, merchantId, invoiceHash, amountMinor, ccy } = row;
  return { kind: 'voucher', vid, purseId, voucherSeq, cumMinor, merchantId, invoiceHash, amountMinor, ccy, outcome, conflicted, atMs } as const;
}
