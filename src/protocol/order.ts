/** The payer's order of an online payment: what the payer's device signs, and what a PIN or passkey confirms. See objects.ts. */
import { equalBytes, type Bytes } from '#base/bytes.ts';
import { ok } from '#base/result.ts';
import { decodeKidEnvelope, signClaims } from './kid-envelope.ts';
import { kidOf } from './kid.ts';
import type { Decoded, Es256Signer, Es256Verifier, Order } from './objects.ts';
import { paymentClaims, readPaymentClaims, type PaymentClaims } from './payment-claims.ts';
import { sha256 } from './sha256.ts';
import { PAYMENT_ID_BYTES } from './sizes.ts';

export type OrderFields = PaymentClaims;

export function signOrder(fields: OrderFields, signer: Es256Signer): Promise<Bytes> {
  return signClaims(kidOf(signer.publicKey), paymentClaims(fields, PAYMENT_ID_BYTES), (message) => signer.sign(message));
}

/** Shape only. */
export function decodeOrder(bytes: Bytes): Decoded<Order> {
  const envelope = decodeKidEnvelope(bytes);
  if (!envelope.ok) return envelope;
  const claims = readPaymentClaims(envelope.value, PAYMENT_ID_BYTES);
  return claims.ok ? ok({ ...claims.value, bytes: bytes.slice() }) : claims;
}

/** True when this key signed these bytes and the order names it. */
export async function verifyOrder(order: Pick<Order, 'bytes'>, publicKey: Bytes, verifier: Es256Verifier): Promise<boolean> {
  const envelope = decodeKidEnvelope(order.bytes);
  if (!envelope.ok || !equalBytes(envelope.value.kid, kidOf(publicKey))) return false;
  return verifier.verify(publicKey, envelope.value.signedMessage, envelope.value.signature);
}

/** SHA-256 of the encoded order: the passkey's challenge, and what a confirmation is stored under. */
export function orderDigest(orderBytes: Bytes): Bytes {
  return sha256(orderBytes);
}
