/**
 * Above which amount a payment with no network needs the payer's passkey (protocol.md section 6), and which passkey: the newest
 * ES256 one of the account that can be used from where its purse is spent. An account without one cannot step up, so its
 * certificates allow no payment above the threshold. Moves no money, locks nothing: the next renewal sees a newer passkey.
 */
import { assert } from '#base/assert.ts';
import { fromBase64Url, toBase64Url } from '#base/bytes.ts';
import type { PurseView } from '#protocol/http-offline.ts';
import { passkeyPoint } from '#protocol/cose-key.ts';
import { pursePolicy } from '#protocol/purse-caps.ts';
import { decodePurseCert } from '#protocol/purse-cert.ts';
import type { Passkey, Store } from './ports.ts';

/** `uvtMinor` null: no payment of this purse needs a passkey. `uvKey`: compressed point, base64url; null: there is none to ask. */
export type StepUpTerms = { readonly uvtMinor: number | null; readonly uvKey: string | null };

export type StepUpDeps = {
  readonly store: Store;
  /** The operator's threshold; null: off. */
  readonly stepUpMinor: number | null;
};

const NONE: StepUpTerms = { uvtMinor: null, uvKey: null };

/** `rpId`: a passkey of another host does not answer here. */
export async function stepUpFor({ store, stepUpMinor }: StepUpDeps, holder: { readonly partyId: string; readonly ccy: number; readonly rpId: string }): Promise<StepUpTerms> {
  const policy = pursePolicy(holder.ccy);
  // A threshold that no payment can be above asks for nothing.
  if (stepUpMinor === null || policy === null || stepUpMinor >= policy.capMinor) return NONE;
  const passkeys = await store.transaction((tx) => tx.passkeysOfParty(holder.partyId));
  return { uvtMinor: stepUpMinor, uvKey: newestKey(passkeys.filter((passkey) => passkey.rpId === holder.rpId)) };
}

function newestKey(passkeys: readonly Passkey[]): string | null {
  const newestFirst = passkeys.toSorted((one, other) => other.createdAtMs - one.createdAtMs);
  return newestFirst.map(({ publicKey }) => pointOf(publicKey)).find((point) => point !== null) ?? null;
}

/** Null for a passkey that is not ES256: a certificate has no room for an RSA key. */
function pointOf(cose: string): string | null {
  const bytes = fromBase64Url(cose);
  assert(bytes !== null, 'a stored passkey has its key in base64url');
  const point = passkeyPoint(bytes);
  return point === null ? null : toBase64Url(point);
}

/** One payment at most, before the purse's own policy. */
export function capUnder({ uvtMinor, uvKey }: StepUpTerms, capMinor: number): number {
  return uvtMinor === null || uvKey !== null ? capMinor : Math.min(capMinor, uvtMinor);
}

/** What a certificate that was made says. */
export function stepUpOf(certificate: string): StepUpTerms {
  const bytes = fromBase64Url(certificate);
  const cert = bytes === null ? null : decodePurseCert(bytes);
  assert(cert !== null && cert.ok, 'a certificate that was stored can be read');
  const { uvtMinor, uvKey } = cert.value;
  return { uvtMinor, uvKey: uvKey === null ? null : toBase64Url(uvKey) };
}

export function stepUpView({ uvtMinor, uvKey }: StepUpTerms): PurseView['stepUp'] {
  return uvtMinor === null ? null : { aboveMinor: uvtMinor, passkey: uvKey !== null };
}
