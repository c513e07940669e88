/** Can this row of a claim, of evidence, of a note, of an unclaimed voucher or of the till's lists be read? As in row-check.ts. */
import type { ClaimRecord, EvidenceRecord, ListsRecord, NoteRecord, UnclaimedRecord } from '#wallet/records.ts';
import { SHORT_ID } from './row-check-purses.ts';
import { type Fields, fieldsOf, HEX_ID, isAmount, isBytes, isCount, isFlag, isText, matches, NONCE, stateOf } from './row-check.ts';

export function isClaimRecord(value: unknown): value is ClaimRecord {
  const row = fieldsOf(value);
  const state = row === null ? null : stateOf(row);
  if (row === null || state === null) return false;
  const facts = matches(row['saleId'], NONCE) && matches(row['invoiceHash'], HEX_ID) && isCount(row['ccy']) && isCount(row['acceptedAtMs']);
  const told = isCountOrNull(row['listSeq']) && isTextOrNull(row['payer']) && isFlag(row['conflicted']) && isFlag(row['goods']);
  const voucher = (row['prev'] === null && row['bytes'] === null) || isVoucher(row);
  return isPlaced(row) && voucher && isLate(row) && (row['kind'] === 'open' || row['kind'] === 'tab') && facts && told && isClaimState(state);
}

/** Id, and place in the purse. */
function isPlaced(row: Fields): boolean {
  const figures = isAmount(row['seq']) && isAmount(row['cumMinor']) && isAmount(row['amountMinor']);
  return matches(row['id'], HEX_ID) && matches(row['purseId'], SHORT_ID) && figures;
}

function isLate(row: Fields): boolean {
  return row['lateUntilMs'] === undefined || isCountOrNull(row['lateUntilMs']);
}

function isVoucher(row: Fields): boolean {
  return matches(row['prev'], HEX_ID) && isBytes(row['bytes']);
}

function isClaimState(state: Fields): boolean {
  switch (state['kind']) {
    case 'asking':
    case 'accepted':
    case 'queued':
      return true;
    case 'settled':
    case 'guaranteed':
      return isCount(state['atMs']) && isCount(state['paidMinor']) && isCount(state['refundedMinor']);
    case 'held':
      return isCount(state['atMs']) && isCount(state['untilMs']) && isCount(state['paidMinor']);
    case 'rejected':
      return isCount(state['atMs']) && isText(state['code']);
    case 'voided':
      return isCount(state['atMs']);
    default:
      return false;
  }
}

export function isEvidenceRecord(value: unknown): value is EvidenceRecord {
  const row = fieldsOf(value);
  if (row === null) return false;
  const why = row['code'] === 'E_EQUIVOCATION' ? matches(row['otherVid'], HEX_ID) : row['code'] === 'E_REVOKED' && row['otherVid'] === null;
  return isPlaced(row) && isVoucher(row) && why && isCount(row['atMs']);
}

export function isNoteRecord(value: unknown): value is NoteRecord {
  const row = fieldsOf(value);
  const state = row === null ? null : stateOf(row);
  if (row === null || state === null) return false;
  const kind = row['kind'] === 'refund' ? isAmount(row['amountMinor']) : (row['kind'] === 'ack' || row['kind'] === 'void') && row['amountMinor'] === null;
  const said = state['kind'] === 'signed' || state['kind'] === 'done' || (state['kind'] === 'refused' && isText(state['code']));
  return matches(row['id'], HEX_ID) && matches(row['vid'], HEX_ID) && kind && isCount(row['iatSeconds']) && isBytes(row['bytes']) && said;
}

export function isUnclaimedRecord(value: unknown): value is UnclaimedRecord {
  const row = fieldsOf(value);
  if (row === null) return false;
  const figures = isAmount(row['amountMinor']) && isCount(row['ccy']) && isCount(row['atMs']);
  const invoice = row['invoiceHash'] === undefined || matches(row['invoiceHash'], HEX_ID);
  return matches(row['id'], HEX_ID) && figures && invoice && isLate(row) && isText(row['payer']) && (row['refused'] === undefined || isText(row['refused']));
}

export function isListsRecord(value: unknown): value is ListsRecord {
  const row = fieldsOf(value);
  if (row === null) return false;
  const list = isTextOrNull(row['statusList']) && isCount(row['statusSeq']);
  return list && isCountOrNull(row['listSeenMs']) && isCountOrNull(row['syncSeenMs']);
}

const isCountOrNull = (value: unknown): boolean => value === null || isCount(value);
const isTextOrNull = (value: unknown): boolean => value === null || isText(value);
