/** The certificates of a till: the one it shows with every charge, and the one it signs notes with. Made afresh whenever a till asks, so that it is never near its end. */
import { assert } from '#base/assert.ts';
import { fromHex, type Bytes } from '#base/bytes.ts';
import type { Clock } from '#base/clock.ts';
import { LIMITS } from '#protocol/limits.ts';
import { signMerchantCert } from '#protocol/merchant-cert.ts';
import type { Issuer, Merchant } from './ports.ts';

const DAY_SECONDS = 86_400;

/**
 * `terminalKey`: for what this till signs itself (acknowledgements, voids, refunds). The one that charges carry has none, so
 * that their codes stay small.
 */
export function issueTillCertificate(
  deps: { readonly issuer: Issuer; readonly clock: Clock },
  merchant: Merchant,
  terminalKey: Bytes | null = null,
): Promise<Bytes> {
  const merchantId = fromHex(merchant.id);
  assert(merchantId !== null, 'a merchant id is hexadecimal');
  const signer = deps.issuer.signer('merchant');
  const fields = {
    kid: signer.kid,
    merchantId,
    expSeconds: Math.floor(deps.clock.nowMs() / 1_000) + LIMITS.merchantCertDays * DAY_SECONDS,
    name: merchant.name,
    ccy: merchant.ccy,
    statusIndex: merchant.statusIndex,
    terminalKey,
  };
  return signMerchantCert(fields, (message) => signer.sign(message));
}
