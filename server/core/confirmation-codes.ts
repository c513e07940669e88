/**
 * The 8 digits that prove a settled online payment to a till with no network and no camera (protocol.md section 7). Each till has
 * a key of its own, made from the server's secret and the device's id: nothing is stored, and a till that is replaced has another.
 */
import { assert } from '#base/assert.ts';
import { concat, fromHex, utf8, type Bytes } from '#base/bytes.ts';
import { confirmationCode } from '#protocol/confirmation-code.ts';
import { hmacSha256 } from '#protocol/hmac.ts';
import type { PaymentRow, ServerSecret, Store } from './ports.ts';

const TAG = utf8('chit-terminal-code-v1\n');

export function codeKeyOf(secret: ServerSecret, deviceId: string): Bytes {
  return secret.mac(concat(TAG, utf8(deviceId)));
}

/** Null when it is not settled, or when no living till has the number that the charge names. */
export async function codeForPayment(deps: { readonly store: Store; readonly secret: ServerSecret }, paymentId: string): Promise<string | null> {
  const found = await deps.store.transaction(async (tx) => {
    const payment = await tx.paymentById(paymentId);
    if (payment?.verdict.state !== 'settled') return null;
    const merchant = await tx.merchant(payment.merchantId);
    const till = merchant === null ? null : await tx.deviceOfTerminal(merchant.partyId, payment.terminal);
    return till === null ? null : { payment, till };
  });
  if (found === null) return null;
  const key = codeKeyOf(deps.secret, found.till.id);
  return confirmationCode(confirmed(found.payment), async (message) => hmacSha256(key, message));
}

function confirmed({ invoiceHash, amountMinor, ccy }: PaymentRow) {
  const hash = fromHex(invoiceHash);
  assert(hash !== null, 'an invoice hash is hexadecimal');
  return { invoiceHash: hash, amountMinor, ccy };
}
