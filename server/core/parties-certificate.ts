/** The certificate that a till shows with every charge. Made afresh whenever a till asks, so that it is never near its end. */
import { assert } from '#base/assert.ts';
import { fromHex, type Bytes } from '#base/bytes.ts';
import type { Clock } from '#base/clock.ts';
import { LIMITS } from '#protocol/limits.ts';
import { signMerchantCert } from '#protocol/merchant-cert.ts';
import type { Issuer, Merchant } from './ports.ts';

const DAY_SECONDS = 86_400;

export function issueTillCertificate(deps: { readonly issuer: Issuer; readonly clock: Clock }, merchant: Merchant): Promise<Bytes> {
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
    terminalKey: null,
  };
  return signMerchantCert(fields, (message) => signer.sign(message));
}
