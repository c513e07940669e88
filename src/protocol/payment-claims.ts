/**
 * The claims that an order and a receipt share: {3: merchant id, 6: iat, 7: payment id, 39: hash16(invoice),
 * -65537: [1, amount, currency]}. They differ in the length of the payment id, so that neither can pass for the other.
 */
import { assert } from '#base/assert.ts';
import type { Bytes } from '#base/bytes.ts';
import { err, ok } from '#base/result.ts';
import type { CborMap, CborValue } from './cbor.ts';
import { CLAIM } from './claims.ts';
import type { KidEnvelope } from './kid-envelope.ts';
import type { Decoded, Kid } from './objects.ts';
import { isBytes, isMapOf, isUint, isUints } from './shape.ts';
import { HASH_BYTES, MERCHANT_ID_BYTES } from './sizes.ts';

const ONE = 1;

export type PaymentClaims = {
  readonly merchantId: Bytes;
  readonly iatSeconds: number;
  readonly paymentId: Bytes;
  readonly invoiceHash: Bytes;
  readonly amountMinor: number;
  readonly ccy: number;
};

export function paymentClaims(fields: PaymentClaims, paymentIdBytes: number): CborMap {
  const { merchantId, iatSeconds, paymentId, invoiceHash, amountMinor, ccy } = fields;
  assert(merchantId.length === MERCHANT_ID_BYTES && invoiceHash.length === HASH_BYTES, 'ids have their lengths');
  assert(paymentId.length === paymentIdBytes, 'the payment id has its length');
  assert([iatSeconds, amountMinor, ccy].every((number) => Number.isSafeInteger(number) && number >= 0), 'claims are unsigned');
  return new Map<number, CborValue>([
    [CLAIM.aud, merchantId],
    [CLAIM.iat, iatSeconds],
    [CLAIM.cti, paymentId],
    [CLAIM.cnonce, invoiceHash],
    [CLAIM.chit, [ONE, amountMinor, ccy]],
  ]);
}

export function readPaymentClaims(envelope: KidEnvelope, paymentIdBytes: number): Decoded<PaymentClaims & { readonly kid: Kid }> {
  const { kid, claims } = envelope;
  if (!isMapOf(claims, [CLAIM.aud, CLAIM.iat, CLAIM.cti, CLAIM.cnonce, CLAIM.chit])) return err('E_FORMAT');
  const merchantId = claims.get(CLAIM.aud);
  const iatSeconds = claims.get(CLAIM.iat);
  const paymentId = claims.get(CLAIM.cti);
  const invoiceHash = claims.get(CLAIM.cnonce);
  const chit = claims.get(CLAIM.chit);
  if (!isBytes(merchantId, MERCHANT_ID_BYTES) || !isUint(iatSeconds)) return err('E_FORMAT');
  if (!isBytes(paymentId, paymentIdBytes) || !isBytes(invoiceHash, HASH_BYTES) || !isUints(chit, 3)) return err('E_FORMAT');
  const [one, amountMinor, ccy] = chit;
  if (one !== ONE || amountMinor === undefined || ccy === undefined) return err('E_FORMAT');
  return ok({ kid, merchantId, iatSeconds, paymentId, invoiceHash, amountMinor, ccy });
}
