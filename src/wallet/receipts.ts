/** Is this receipt the server's word for this very payment? Everything that a slip or a paid screen shows is compared. */
import { fromBase64Url, fromHex, toHex } from '#base/bytes.ts';
import { err, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { decodeReceipt, verifyReceipt } from '#protocol/receipt.ts';
import type { Receipt } from '#protocol/objects.ts';
import type { Core } from './core.ts';
import { withNewerKeys } from './newer-keys.ts';
import { trustedKeySet } from './trust.ts';

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
  return (await withNewerKeys(core, () => check(core, read.value))).ok;
}

async function check(core: Core, receipt: Receipt): Promise<Result<Receipt, ErrorCode>> {
  const keySet = await trustedKeySet(core);
  return keySet === null ? err('E_ISSUER') : verifyReceipt(receipt, keySet, core.time.nowSeconds(), core.ports.verifier);
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
