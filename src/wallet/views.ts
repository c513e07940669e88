/** Rows as the ui sees them. Nothing here decides. */
import { currencyByNumeric } from '#protocol/currency.ts';
import { takenVid } from '#protocol/sale-state.ts';
import type { CreditView, IdentityView, PaymentView, RecordView } from './api.ts';
import type { WalletTx } from './ports.ts';
import type { SaleView } from './api-till.ts';
import { errorCode } from './error-code.ts';
import type { ClaimRecord, HistoryRecord, IdentityRecord, PaymentRecord, SaleRecord } from './records.ts';
import { type ClaimRows, claimView } from './till-views.ts';

/** What people read out to each other; the receipt carries it too. */
export function orderNumberOf(paymentId: string): string {
  return `${paymentId.slice(0, 4)} ${paymentId.slice(4, 8)}`.toUpperCase();
}

export function identityView(record: IdentityRecord): IdentityView {
  const { accountId, kind, name, ccy, playMoney, pinSet, passkeyIds, till } = record;
  return { accountId, kind, name, ccy, playMoney, pinSet, passkeyIds, terminal: till?.terminal ?? null };
}

export function paymentView(record: PaymentRecord): PaymentView {
  const { id, merchantName, merchantId, terminal, amountMinor, ccy, createdAtMs, state } = record;
  return {
    type: 'payment',
    id,
    merchantName,
    merchantId,
    terminal,
    amountMinor,
    ccy,
    atMs: createdAtMs,
    state: state.kind,
    code: state.kind === 'refused' ? errorCode(state.code) : null,
    otherPaymentId: state.kind === 'refused' ? (state.paymentId ?? null) : null,
    orderNumber: orderNumberOf(id),
    receiptVerified: state.kind === 'settled' ? state.receiptVerified : null,
    balanceAfterMinor: state.kind === 'settled' ? state.balanceAfterMinor : null,
  };
}

/** `taken`: the voucher that was taken for it, whatever became of that. Paid is the server's word on the whole amount, by either way. */
export function saleView(record: SaleRecord, taken: ClaimRows | null): SaleView {
  const { id, amountMinor, ccy, createdAtMs, state } = record;
  const claim = taken?.claim ?? null;
  const paid = state.kind === 'paid' ? state : null;
  const settled = state.kind === 'taken' ? settlementOf(claim) : null;
  // Of a payment that eight digits proved, nothing more is known yet.
  const paymentId = paid === null || paid.paymentId === '' ? null : paid.paymentId;
  const number = paid === null ? (claim?.id ?? null) : paymentId;
  return {
    type: 'sale',
    id,
    amountMinor,
    ccy,
    atMs: createdAtMs,
    paidAtMs: paid?.atMs ?? settled?.atMs ?? null,
    state: settled === null ? state.kind : 'paid',
    payer: paid === null || paid.payer === '' ? (claim?.payer ?? null) : paid.payer,
    paymentId,
    orderNumber: number === null ? null : orderNumberOf(number),
    receiptVerified: paid?.receiptVerified ?? null,
    claim: taken === null ? null : claimView(taken),
    paidTwice: paid?.takenVid !== undefined && claim !== null && claim.state.kind !== 'rejected' && claim.state.kind !== 'voided',
  };
}

function settlementOf(claim: ClaimRecord | null): { readonly atMs: number } | null {
  if (claim === null || (claim.state.kind !== 'settled' && claim.state.kind !== 'guaranteed')) return null;
  return claim.state.paidMinor === claim.amountMinor ? claim.state : null;
}

/** The voucher that a sale was taken for, also when it was given back. */
export function vidOf({ state }: Pick<SaleRecord, 'state'>): string | null {
  return state.kind === 'cancelled' ? (state.voidedVid ?? null) : takenVid(state);
}

export async function withClaim(tx: WalletTx, sale: SaleRecord): Promise<SaleView> {
  const vid = vidOf(sale);
  const claim = vid === null ? undefined : await tx.claims.get(vid);
  return saleView(sale, claim === undefined ? null : { claim, notes: await tx.notes.ofVoucher(claim.id) });
}

/** Side by side: one after the other, a page of them would be a hundred waits. */
export function saleViews(tx: WalletTx, sales: readonly SaleRecord[]): Promise<readonly SaleView[]> {
  return Promise.all(sales.map((sale) => withClaim(tx, sale)));
}

/** Null for an entry that is no credit: payments have their own rows. */
export function creditView(record: HistoryRecord): CreditView | null {
  if (record.entry.kind !== 'credit') return null;
  const { entryId, reason, amountMinor, ccy, atMs, balanceMinor } = record.entry;
  return { type: 'credit', id: entryId, reason, amountMinor, ccy, atMs, balanceAfterMinor: balanceMinor };
}

export function newestFirst(a: RecordView, b: RecordView): number {
  if (a.atMs !== b.atMs) return b.atMs - a.atMs;
  return a.id < b.id ? 1 : -1;
}

export function decimalsOf(ccy: number): number {
  return currencyByNumeric(ccy)?.decimals ?? 0;
}
