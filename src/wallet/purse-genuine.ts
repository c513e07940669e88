/**
 * Is a certificate the issuer's word for this purse of this device, with the figures that are told beside it? Asked before a certificate
 * is stored: who signs under another one hears of it only from a till. Whether it is good at this hour, each payment asks anew.
 */
import { type Bytes, equalBytes, fromBase64Url, toHex } from '#base/bytes.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { PurseView } from '#protocol/http-offline.ts';
import type { PurseCert } from '#protocol/objects.ts';
import { decodePurseCert, verifyPurseCert } from '#protocol/purse-cert.ts';
import type { Core } from './core.ts';
import { withNewerKeys } from './newer-keys.ts';
import { trustedKeySet } from './trust.ts';

/** A key may have been withdrawn since, or the user has signed out; everything else contradicts what the issuer signs. */
const MAY_BE: readonly ErrorCode[] = ['E_ISSUER', 'NO_KEY'];

/** Those of them that are. However many there are, the keys are asked for anew at most once. */
export async function genuinePurses(core: Core, views: readonly PurseView[]): Promise<ReadonlySet<PurseView>> {
  const genuine = new Set<PurseView>();
  const refused = new Map<string, ErrorCode>();
  await withNewerKeys(core, async () => {
    refused.clear();
    for (const view of views.filter((one) => !genuine.has(one))) {
      const why = await whyNot(core, view);
      if (why === null) genuine.add(view);
      else refused.set(view.id, why);
    }
    return [...refused.values()].includes('E_ISSUER') ? err('E_ISSUER') : ok(undefined);
  });
  for (const [purseId, why] of refused) core.ports.log[MAY_BE.includes(why) ? 'warn' : 'error']('purse.certificate-refused', { purseId, why });
  return genuine;
}

async function whyNot(core: Core, view: PurseView): Promise<ErrorCode | null> {
  const bytes = fromBase64Url(view.certificate);
  const read = bytes === null ? err('E_FORMAT') : decodePurseCert(bytes);
  if (!read.ok) return read.error;
  const { signer } = core.memory;
  if (signer === null) return 'NO_KEY';
  if (!tellsOf(read.value, view, signer.publicKey)) return 'FORBIDDEN';
  const signed = await check(core, read.value);
  // The time comes last: it is genuine, and pays nothing now.
  return signed.ok || signed.error === 'E_PURSE_EXPIRED' || signed.error === 'E_PURSE_FUTURE' ? null : signed.error;
}

async function check(core: Core, cert: PurseCert): Promise<Result<PurseCert, ErrorCode>> {
  const keySet = await trustedKeySet(core);
  return keySet === null ? err('E_ISSUER') : verifyPurseCert(cert, keySet, core.time.nowSeconds(), core.ports.verifier);
}

function tellsOf(cert: PurseCert, view: PurseView, deviceKey: Bytes): boolean {
  const { ccy, limMinor, capMinor, maxCount, merchantId } = view;
  return (
    toHex(cert.purseId) === view.id &&
    equalBytes(cert.deviceKey, deviceKey) &&
    (cert.audience?.map(toHex).join() ?? null) === merchantId &&
    (cert.audience === null) === (view.kind === 'open') &&
    cert.expSeconds * 1_000 === view.expMs &&
    cert.ccy === ccy &&
    cert.limMinor === limMinor &&
    cert.capMinor === capMinor &&
    cert.maxCount === maxCount
  );
}
