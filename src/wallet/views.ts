/** Rows as the ui sees them. Nothing here decides. */
import { currencyByNumeric } from '#protocol/currency.ts';
import { ERROR_CODES, type ErrorCode } from '#protocol/errors.ts';
import type { CreditView, IdentityView, PaymentView, RecordView, SaleView } from './api.ts';
import type { HistoryRecord, IdentityRecord, PaymentRecord, SaleRecord } from './records.ts';

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
    code: state.kind === 'refused' ? knownCode(state.code) : null,
    otherPaymentId: state.kind === 'refused' ? (state.paymentId ?? null) : null,
    orderNumber: orderNumberOf(id),
    receiptVerified: state.kind === 'settled' ? state.receiptVerified : null,
    balanceAfterMinor: state.kind === 'settled' ? state.balanceAfterMinor : null,
  };
}

export function saleView(record: SaleRecord): SaleView {
  const { id, amountMinor, ccy, createdAtMs, state } = record;
  const paid = state.kind === 'paid' ? state : null;
  return {
    type: 'sale',
    id,
    amountMinor,
    ccy,
    atMs: createdAtMs,
    paidAtMs: paid?.atMs ?? null,
    state: state.kind,
    payer: paid?.payer ?? null,
    paymentId: paid?.paymentId ?? null,
    orderNumber: paid === null ? null : orderNumberOf(paid.paymentId),
    receiptVerified: paid?.receiptVerified ?? null,
  };
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

/** A code that a newer server made up is told as a refusal without its own words. */
export function knownCode(code: string): ErrorCode {
  return ERROR_CODES.find((known) => known === code) ?? 'BAD_REQUEST';
}
