/**
 * Can this row be read? Rows may be damaged by the browser, or be written by a newer version of the app. A row that fails is
 * put aside and fetched again from the server where it can be; it is never guessed at. Looks at shape, not at truth.
 */
import { fromBase64Url } from '#base/bytes.ts';
import type { HistoryRecord, IdentityRecord, OutboxRow, PaymentRecord, SaleRecord, TruthRecord } from '#wallet/records.ts';

const SCHEMA = 1;
export const HEX_ID = /^[0-9a-f]{32}$/;
/** Whole, from a receipt, or not known yet. */
const PAYMENT_ID = /^(?:[0-9a-f]{32}|[0-9a-f]{16})?$/;
export const NONCE = /^[0-9a-f]{24}$/;

export type Fields = { readonly [name: string]: unknown };

export function fieldsOf(row: unknown): Fields | null {
  return typeof row === 'object' && row !== null && 'schema' in row && row.schema === SCHEMA ? (row as Fields) : null;
}

export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
export const isAmount = (value: unknown): boolean => isCount(value) && value > 0;
export const isText = (value: unknown): value is string => typeof value === 'string';
/** Signed bytes, as they are stored. Who shows or reads them later must not throw. */
export const isBytes = (value: unknown): boolean => isText(value) && fromBase64Url(value) !== null;
export const isFlag = (value: unknown): boolean => typeof value === 'boolean';
export const matches = (value: unknown, pattern: RegExp): boolean => isText(value) && pattern.test(value);

export function stateOf(row: Fields): Fields | null {
  const { state } = row;
  return typeof state === 'object' && state !== null ? (state as Fields) : null;
}

export function isPaymentRecord(value: unknown): value is PaymentRecord {
  const row = fieldsOf(value);
  const state = row === null ? null : stateOf(row);
  if (row === null || state === null) return false;
  const facts = matches(row['id'], HEX_ID) && matches(row['invoiceHash'], HEX_ID) && isText(row['merchantId']) && isText(row['merchantName']);
  const figures = isAmount(row['amountMinor']) && isCount(row['ccy']) && isCount(row['createdAtMs']) && isCount(row['terminal']);
  const code = row['confirmationCode'] ?? null;
  return facts && figures && matches(row['saleNonce'], NONCE) && isPaymentState(state) && (code === null || isText(code));
}

function isPaymentState(state: Fields): boolean {
  switch (state['kind']) {
    case 'sending':
      return true;
    case 'settled':
      return isCount(state['atMs']) && isText(state['receipt']) && isFlag(state['receiptVerified']);
    case 'refused':
      return isCount(state['atMs']) && isText(state['code']);
    default:
      return false;
  }
}

export function isSaleRecord(value: unknown): value is SaleRecord {
  const row = fieldsOf(value);
  const state = row === null ? null : stateOf(row);
  if (row === null || state === null) return false;
  const figures = isAmount(row['amountMinor']) && isCount(row['ccy']) && isCount(row['createdAtMs']);
  return matches(row['id'], NONCE) && figures && areInvoices(row['invoices'], state) && isSaleState(state);
}

/** What is open has a code to show. */
function areInvoices(value: unknown, { kind }: Fields): boolean {
  return Array.isArray(value) && value.every(isSaleInvoice) && (kind !== 'open' || value.length > 0);
}

function isSaleInvoice(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const invoice = value as Fields;
  return matches(invoice['hash'], HEX_ID) && isBytes(invoice['bytes']) && isCount(invoice['expiresAtMs']);
}

function isSaleState(state: Fields): boolean {
  switch (state['kind']) {
    case 'open':
      return true;
    case 'cancelled':
    case 'expired':
      return isCount(state['atMs']);
    case 'taken':
      return isCount(state['atMs']) && matches(state['vid'], HEX_ID) && isFlag(state['seen']);
    case 'paid':
      return isCount(state['atMs']) && matches(state['paymentId'], PAYMENT_ID) && isText(state['receipt']) && isText(state['payer']) && isFlag(state['seen']);
    default:
      return false;
  }
}

export function isHistoryRecord(value: unknown): value is HistoryRecord {
  const row = fieldsOf(value);
  const entry = row?.['entry'];
  if (row === null || !isCount(row['seq']) || typeof entry !== 'object' || entry === null) return false;
  const fields = entry as Fields;
  return isEntry(fields) && fields['seq'] === row['seq'] && isCount(fields['atMs']) && isCount(fields['balanceMinor']);
}

/** What a record's name is made of, and what is shown of it: a row that is taken for good must not throw later. */
function isEntry(entry: Fields): boolean {
  switch (entry['kind']) {
    case 'payment':
      return isAmount(entry['amountMinor']);
    case 'credit':
      return isAmount(entry['amountMinor']) && isText(entry['entryId']);
    case 'purse':
      return isText((entry['purse'] as Fields | null | undefined)?.['id']) && isText(entry['event']) && isCount(entry['amountMinor']);
    case 'appeal':
      return isText(entry['subject']);
    default:
      return entry['kind'] === 'voucher' || entry['kind'] === 'note';
  }
}

export function isOutboxRow(value: unknown): value is OutboxRow {
  const row = fieldsOf(value);
  if (row === null) return false;
  const texts = matches(row['id'], HEX_ID) && matches(row['recordId'], HEX_ID) && isText(row['path']) && isText(row['body']);
  return texts && (row['kind'] === 'payment' || row['kind'] === 'sync-item') && isCount(row['attempts']) && isCount(row['nextAttemptAtMs']) && isCount(row['createdAtMs']);
}

export function isIdentityRecord(value: unknown): value is IdentityRecord {
  const row = fieldsOf(value);
  if (row === null) return false;
  const kinds = row['kind'] === 'shopper' || row['kind'] === 'merchant';
  return kinds && matches(row['accountId'], HEX_ID) && matches(row['deviceId'], HEX_ID) && isText(row['name']) && isCount(row['ccy']);
}

export function isTruthRecord(value: unknown): value is TruthRecord {
  const row = fieldsOf(value);
  if (row === null) return false;
  const figures = isCount(row['balanceMinor']) && isCount(row['cursor']) && isCount(row['headSeq']) && isCount(row['asOfMs']);
  return figures && typeof row['offsetMs'] === 'number' && isText(row['keySet']) && isText(row['rootKey']);
}
