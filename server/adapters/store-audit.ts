/** What an audit is told of purses and vouchers, the same from every store. */
import type { AuditedPurse, AuditedVoucher } from '#protocol/purse-invariants.ts';
import type { PurseRow, VoucherRow } from '#server/core/ports-offline.ts';

export function auditedPurse({ id, partyId, limMinor, state }: Pick<PurseRow, 'id' | 'partyId' | 'limMinor' | 'state'>, proved: boolean): AuditedPurse {
  return { id, ownerPartyId: partyId, limMinor, released: state === 'released', proved };
}

export function auditedVoucher(row: VoucherRow): AuditedVoucher {
  const { vid, purseId, payerPartyId, merchantId, invoiceHash, amountMinor, reserveMinor, guaranteeMinor } = row;
  return { vid, purseId, payerPartyId, merchantId, invoiceHash, amountMinor, state: stateOf(row), reserveMinor, guaranteeMinor };
}

function stateOf({ verdict, voidedAtMs, reserveMinor, guaranteeMinor }: VoucherRow): AuditedVoucher['state'] {
  if (reserveMinor + guaranteeMinor === 0) return 'unpaid';
  if (voidedAtMs !== null || verdict.verdict === 'REJECTED') return 'returned';
  return verdict.verdict === 'HELD' ? 'held' : 'paid';
}
