/** Is this receipt the server's word for this very payment? Everything that a slip or a paid screen shows is compared. */
import { fromBase64Url, fromHex, toHex } from '#base/bytes.ts';
import { decodeReceipt, verifyReceipt } from '#protocol/receipt.ts';
import type { Receipt } from '#protocol/objects.ts';
import type { Core } from './core.ts';
import { learnConfig, trustedKeySet } from './trust.ts';

export type ReceiptFacts = {
  readonly paymentId: string;
  readonly merchantId: string;
  readonly invoiceHash: string;
  readonly amountMinor: number;
  readonly ccy: number;
};

/** False is told to the user as "not checked"; the money's state does not depend on it. */
export async function isReceiptGenuine(core: Core, text: string, facts: ReceiptFacts): Promise<boolean> {
  const bytes = fromBase64Url(text);
  if (bytes === null) return false;
  const read = decodeReceipt(bytes);
  if (!read.ok || !tellsOf(read.value, facts)) return false;
  const first = await check(core, read.value);
  if (first !== 'E_ISSUER') return first === null;
  // Signed by a key that we have not heard of: the key set may have moved on.
  return (await learnConfig(core)) && (await check(core, read.value)) === null;
}

async function check(core: Core, receipt: Receipt): Promise<string | null> {
  const keySet = await trustedKeySet(core);
  if (keySet === null) return 'E_ISSUER';
  const verified = await verifyReceipt(receipt, keySet, core.time.nowSeconds(), core.ports.verifier);
  return verified.ok ? null : verified.error;
}

function tellsOf(receipt: Receipt, facts: ReceiptFacts): boolean {
  return (
    facts.paymentId.startsWith(toHex(receipt.paymentId)) &&
    fromHex(facts.paymentId) !== null &&
    toHex(receipt.merchantId) === facts.merchantId &&
    toHex(receipt.invoiceHash) === facts.invoiceHash &&
    receipt.amountMinor === facts.amountMinor &&
    receipt.ccy === facts.ccy
  );
}
