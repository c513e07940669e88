/**
 * Who can confirm a payment out of this purse with no network. Pure. Above the certificate's threshold only the passkey that it
 * names, and only while nothing says that it does not work here; never anything less in its place (protocol.md section 6).
 */
import { assert } from '#base/assert.ts';
import { fromBase64Url, toBase64Url } from '#base/bytes.ts';
import { remembering } from '#base/remember.ts';
import type { PurseCert } from '#protocol/objects.ts';
import { needsStepUp } from '#protocol/purse-caps.ts';
import { decodePurseCert } from '#protocol/purse-cert.ts';
import type { PasskeyTrialRecord, PurseRecord } from './records.ts';

export type ConfirmBy = 'either' | 'pin' | 'passkey' | 'nobody';

export function confirmBy({ uvtMinor, uvKey }: Pick<PurseCert, 'uvtMinor' | 'uvKey'>, amountMinor: number, trial: PasskeyTrialRecord | undefined): ConfirmBy {
  const passkey = uvKey !== null && !(trial?.uvKey === toBase64Url(uvKey) && !trial.works);
  if (needsStepUp({ uvtMinor }, amountMinor)) return passkey ? 'passkey' : 'nobody';
  return passkey ? 'either' : 'pin';
}

/** One payment asks for its purse's several times. */
const CERTS_KEPT = 16;

export function certOf({ certificate }: Pick<PurseRecord, 'certificate'>): PurseCert {
  return readStored(certificate);
}

const readStored = remembering(CERTS_KEPT, (certificate): PurseCert => {
  const bytes = fromBase64Url(certificate);
  const cert = bytes === null ? null : decodePurseCert(bytes);
  assert(cert !== null && cert.ok, 'a certificate that we stored can be read');
  return cert.value;
});
