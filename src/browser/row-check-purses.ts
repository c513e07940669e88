/** Can this row of a purse, a voucher, a PIN check or a passkey's trial be read? As in row-check.ts. */
import type { PasskeyTrialRecord, PinCheckRecord, PurseRecord, VoucherRecord } from '#wallet/records.ts';
import { type Fields, fieldsOf, HEX_ID, isAmount, isBytes, isCount, isText, matches, NONCE, stateOf } from './row-check.ts';

export const SHORT_ID = /^[0-9a-f]{16}$/;

export function isPurseRecord(value: unknown): value is PurseRecord {
  const row = fieldsOf(value);
  const state = row === null ? null : stateOf(row);
  if (row === null || state === null) return false;
  const whose = row['kind'] === 'open' ? row['merchantId'] === null : row['kind'] === 'tab' && matches(row['merchantId'], SHORT_ID);
  const figures = isAmount(row['limMinor']) && isAmount(row['capMinor']) && isCount(row['maxCount']) && isCount(row['ccy']);
  const times = isCount(row['expMs']) && isCount(row['claimDeadlineMs']);
  return matches(row['id'], SHORT_ID) && whose && isBytes(row['certificate']) && figures && times && isHead(row['head']) && isPurseState(state);
}

function isHead(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== 'object') return false;
  const head = value as Fields;
  return isCount(head['seq']) && isCount(head['cumMinor']) && matches(head['vid'], HEX_ID);
}

function isPurseState(state: Fields): boolean {
  if (state['kind'] === 'active') return true;
  return ['closing', 'frozen', 'released'].includes(String(state['kind'])) && isCount(state['atMs']);
}

export function isVoucherRecord(value: unknown): value is VoucherRecord {
  const row = fieldsOf(value);
  const state = row === null ? null : stateOf(row);
  if (row === null || state === null) return false;
  const place = matches(row['purseId'], SHORT_ID) && isAmount(row['seq']) && isAmount(row['cumMinor']) && isAmount(row['amountMinor']);
  const facts = matches(row['invoiceHash'], HEX_ID) && matches(row['merchantId'], SHORT_ID) && isText(row['merchantName']);
  const signedHere = isBytes(row['bytes']) && matches(row['saleNonce'], NONCE) && isCount(row['terminal']);
  const told = row['bytes'] === null && row['saleNonce'] === null && row['terminal'] === null;
  const figures = isCount(row['ccy']) && isCount(row['createdAtMs']);
  const charge = row['invoice'] === undefined || isBytes(row['invoice']);
  return matches(row['id'], HEX_ID) && place && facts && charge && figures && (signedHere || told) && isVoucherState(state);
}

function isVoucherState(state: Fields): boolean {
  switch (state['kind']) {
    case 'signed':
      return true;
    case 'presented':
    case 'acked':
    case 'voided':
      return isCount(state['atMs']);
    case 'settled':
      return isCount(state['atMs']) && isCount(state['refundedMinor']);
    case 'returned':
      return isCount(state['atMs']) && isText(state['code']);
    default:
      return false;
  }
}

export function isPinCheckRecord(value: unknown): value is PinCheckRecord {
  const row = fieldsOf(value);
  return row !== null && matches(row['salt'], HEX_ID) && matches(row['check'], /^[0-9a-f]{4}$/) && isCount(row['triesLeft']);
}

export function isPasskeyTrialRecord(value: unknown): value is PasskeyTrialRecord {
  const row = fieldsOf(value);
  return row !== null && isText(row['uvKey']) && typeof row['works'] === 'boolean';
}
