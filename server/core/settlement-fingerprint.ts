/**
 * What makes two requests under one id the same payment: who pays whom how much for which charge. Over the meaning only:
 * neither times nor signatures nor the device, which may differ between honest repeats.
 */
import { toHex, utf8 } from '#base/bytes.ts';
import { sha256 } from '#protocol/sha256.ts';
import type { PaymentClaim } from './settlement-decision.ts';

export function fingerprintOf(claim: PaymentClaim): string {
  const { payerPartyId, merchantId, terminal, saleNonce, invoiceHash, amountMinor, ccy } = claim;
  return toHex(sha256(utf8(['payment-v1', payerPartyId, merchantId, terminal, saleNonce, invoiceHash, amountMinor, ccy].join('\n'))));
}
