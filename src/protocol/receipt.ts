/** The server's receipt of a settled payment: a till that is offline believes nothing else. protocol.md sections 4 and 7. */
import type { Bytes } from '#base/bytes.ts';
import { err, ok } from '#base/result.ts';
import { candidateKeys, decodeKidEnvelope, signClaims, signedByAny, type Sign } from './kid-envelope.ts';
import { LIMITS } from './limits.ts';
import type { Decoded, Es256Verifier, KeySet, Receipt } from './objects.ts';
import { paymentClaims, readPaymentClaims } from './payment-claims.ts';
import { RECEIPT_ID_BYTES } from './sizes.ts';

export type ReceiptFields = Omit<Receipt, 'bytes'>;

/** `sign` signs with the receipt key that `fields.kid` names. `fields.paymentId` is the first 8 bytes of the payment's id. */
export function signReceipt(fields: ReceiptFields, sign: Sign): Promise<Bytes> {
  return signClaims(fields.kid, paymentClaims(fields, RECEIPT_ID_BYTES), sign);
}

/** Shape only. */
export function decodeReceipt(bytes: Bytes): Decoded<Receipt> {
  const envelope = decodeKidEnvelope(bytes);
  if (!envelope.ok) return envelope;
  const claims = readPaymentClaims(envelope.value, RECEIPT_ID_BYTES);
  return claims.ok ? ok({ ...claims.value, bytes: bytes.slice() }) : claims;
}

/**
 * The key must have been valid when the receipt was made, not today: a slip stays true after the key that signed it retires.
 * A receipt from the future means that one of the two clocks is wrong. Whether it pays *this* sale, the caller asks
 * (merchant, invoice hash of an open sale, amount, currency).
 */
export async function verifyReceipt(
  receipt: Pick<Receipt, 'bytes'>,
  keySet: KeySet,
  nowSeconds: number,
  verifier: Es256Verifier,
): Promise<Decoded<Receipt>> {
  const envelope = decodeKidEnvelope(receipt.bytes);
  if (!envelope.ok) return envelope;
  const read = decodeReceipt(receipt.bytes);
  if (!read.ok) return read;
  const keys = candidateKeys(keySet, envelope.value.kid, 'receipt', read.value.iatSeconds);
  if (keys.length === 0) return err('E_ISSUER');
  if (!(await signedByAny(keys, envelope.value, verifier))) return err('E_RECEIPT_SIG');
  return read.value.iatSeconds > nowSeconds + LIMITS.clockAheadSeconds ? err('E_INVOICE_FUTURE') : read;
}
