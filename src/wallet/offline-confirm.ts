/**
 * Who can confirm a payment out of this purse with no network. Pure. Above the certificate's threshold only the passkey that it
 * names, and only while nothing says that it does not work here; never anything less in its place (protocol.md section 6).
 */
import { equalBytes, fromBase64Url, toBase64Url } from '#base/bytes.ts';
import { remembering } from '#base/remember.ts';
import type { Es256Signer, PurseCert } from '#protocol/objects.ts';
import { needsStepUp } from '#protocol/purse-caps.ts';
import { decodePurseCert } from '#protocol/purse-cert.ts';
import type { PasskeyTrialRecord, PurseRecord } from './records.ts';

export type ConfirmBy = 'either' | 'pin' | 'passkey' | 'nobody';

export function confirmBy(cert: Pick<PurseCert, 'uvtMinor' | 'uvKey'> | null, amountMinor: number, trial: PasskeyTrialRecord | undefined): ConfirmBy {
  if (cert === null) return 'nobody';
  const { uvtMinor, uvKey } = cert;
  const passkey = uvKey !== null && !(trial?.uvKey === toBase64Url(uvKey) && !trial.works);
  if (needsStepUp({ uvtMinor }, amountMinor)) return passkey ? 'passkey' : 'nobody';
  return passkey ? 'either' : 'pin';
}

/** One payment asks for its purse's several times. */
const CERTS_KEPT = 16;

/** Null: what is stored is no certificate any more. Nothing is paid out of that purse; another one is asked for with the account's facts. */
export function certOf({ certificate }: Pick<PurseRecord, 'certificate'>): PurseCert | null {
  return readStored(certificate);
}

/** Those for which this device's key can sign: a voucher under a certificate that names another key is worth nothing at any till. */
export function signable(purses: readonly PurseRecord[], signer: Pick<Es256Signer, 'publicKey'> | null): readonly PurseRecord[] {
  return purses.filter((purse) => {
    const cert = certOf(purse);
    return cert !== null && signer !== null && equalBytes(cert.deviceKey, signer.publicKey);
  });
}

const readStored = remembering(CERTS_KEPT, (certificate): PurseCert | null => {
  const bytes = fromBase64Url(certificate);
  const cert = bytes === null ? null : decodePurseCert(bytes);
  return cert?.ok === true ? cert.value : null;
});
