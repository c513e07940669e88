/** Signs purse certificates. A certificate counts only once it is stored with the money behind it; before that nobody sees it. */
import { assert } from '#base/assert.ts';
import { fromBase64Url, fromHex, toBase64Url } from '#base/bytes.ts';
import { signPurseCert } from '#protocol/purse-cert.ts';
import type { PurseRow } from './ports-offline.ts';
import type { Issuer } from './ports.ts';
import type { PurseTerms } from './purses-decision.ts';
import type { StepUpTerms } from './purses-step-up.ts';

export type PurseHolder = Pick<PurseRow, 'id' | 'merchantId' | 'ccy' | 'statusIndex'> & { /** base64url */ readonly deviceKey: string };

export async function signPurse(issuer: Issuer, nowMs: number, holder: PurseHolder, terms: PurseTerms, stepUp: StepUpTerms): Promise<string> {
  const purseId = fromHex(holder.id);
  const deviceKey = fromBase64Url(holder.deviceKey);
  const merchantId = holder.merchantId === null ? null : fromHex(holder.merchantId);
  assert(purseId !== null && deviceKey !== null, 'ids and keys are bytes in text form');
  const uvKey = stepUp.uvKey === null ? null : fromBase64Url(stepUp.uvKey);
  assert(merchantId !== null || holder.merchantId === null, 'a merchant id is hexadecimal');
  const signer = issuer.signer('purse');
  const { limMinor, capMinor, maxCount } = terms;
  const fields = {
    kid: signer.kid,
    purseId,
    audience: merchantId === null ? null : [merchantId],
    expSeconds: terms.expMs / 1_000,
    iatSeconds: Math.floor(nowMs / 1_000),
    deviceKey,
    ccy: holder.ccy,
    limMinor,
    capMinor,
    maxCount,
    statusIndex: holder.statusIndex,
    uvtMinor: stepUp.uvtMinor,
    uvKey,
  };
  return toBase64Url(await signPurseCert(fields, (message) => signer.sign(message)));
}
