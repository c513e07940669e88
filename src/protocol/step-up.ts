/**
 * The passkey's second signature on a voucher, for payments above the purse's threshold: checked with no network, from a compact
 * form. protocol.md section 6. The client data is not carried but built again from the voucher's own challenge and the origin
 * that this app pins, so an assertion for another voucher, page or domain cannot fit. This is the W3C's limited verification:
 * the start is compared byte for byte, later members are tolerated, a second "challenge" is not.
 */
import { assert } from '#base/assert.ts';
import { concat, equalBytes, fromUtf8, toBase64Url, utf8, type Bytes } from '#base/bytes.ts';
import type { CborValue } from './cbor.ts';
import { LIMITS } from './limits.ts';
import type { Es256Verifier, StepUp } from './objects.ts';
import { sha256 } from './sha256.ts';
import { isBytes, isList, isUint } from './shape.ts';
import { COORDINATE_BYTES, SIGNATURE_BYTES } from './sizes.ts';

/** Where the passkey lives. Pinned by the app, never taken from a code. */
export type StepUpScene = { readonly origin: string; readonly rpId: string };

/** An AuthenticatorAssertionResponse, its signature in DER as WebAuthn gives it. */
export type Assertion = { readonly authenticatorData: Bytes; readonly clientDataJson: Bytes; readonly signature: Bytes };

/** What follows `"crossOrigin":false` in a browser's client data: nothing more, or Chrome's warning to those who compare templates. */
const ENDINGS = [
  '}',
  ',"other_keys_can_be_added_here":"do not compare clientDataJSON against a template. See https://goo.gl/yabPex"}',
] as const;
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const RP_ID_HASH_BYTES = 32;
const AUTHENTICATOR_DATA_BYTES = 37;

/** Null when the assertion is not one over this challenge from this scene by a verified user. */
export function compactStepUp(assertion: Assertion, challenge: Bytes, scene: StepUpScene): StepUp | null {
  const { authenticatorData, clientDataJson } = assertion;
  const start = utf8(clientDataStart(challenge, scene));
  const text = equalBytes(clientDataJson.subarray(0, start.length), start) ? fromUtf8(clientDataJson.subarray(start.length)) : null;
  const suffix = text === null ? null : suffixOf(text);
  const signature = derToRaw(assertion.signature);
  const flags = authenticatorData[RP_ID_HASH_BYTES] ?? 0;
  if (suffix === null || signature === null || authenticatorData.length !== AUTHENTICATOR_DATA_BYTES) return null;
  if (!equalBytes(authenticatorData.subarray(0, RP_ID_HASH_BYTES), sha256(utf8(scene.rpId))) || !isVerified(flags)) return null;
  const signCount = authenticatorData.subarray(RP_ID_HASH_BYTES + 1).reduce((count, byte) => count * 256 + byte, 0);
  return { flags, signCount, suffix, signature };
}

/** `challenge` is the voucher's, `uvKey` the certificate's. */
export async function verifyStepUp(stepUp: StepUp, challenge: Bytes, uvKey: Bytes, scene: StepUpScene, verifier: Es256Verifier): Promise<boolean> {
  const { flags, signCount, suffix, signature } = stepUp;
  const ending = typeof suffix === 'number' ? ENDINGS[suffix] : suffix;
  if (!isVerified(flags) || !isEnding(ending)) return false;
  const clientData = utf8(clientDataStart(challenge, scene) + ending);
  return verifier.verify(uvKey, concat(sha256(utf8(scene.rpId)), tail(flags, signCount), sha256(clientData)), signature);
}

export function stepUpItem({ flags, signCount, suffix, signature }: StepUp): CborValue {
  const item = [flags, signCount, suffix, signature];
  assert(readStepUp(item) !== null, 'a step-up has its shape');
  return item;
}

/** Null when it is not [flags, signCount, suffix, signature]. */
export function readStepUp(value: CborValue): StepUp | null {
  if (!isList(value) || value.length !== 4) return null;
  const [flags, signCount, suffix, signature] = value;
  if (!isUint(flags) || flags > 0xff || !isUint(signCount) || signCount > 0xffff_ffff || !isBytes(signature, SIGNATURE_BYTES)) return null;
  if (suffix === 0 || suffix === 1) return { flags, signCount, suffix, signature };
  if (typeof suffix !== 'string' || utf8(suffix).length > LIMITS.stepUpSuffixBytes) return null;
  return { flags, signCount, suffix, signature };
}

/** An ECDSA signature in DER, as WebAuthn gives it, to r‖s, as COSE has it. Null for any other form of the two numbers. */
export function derToRaw(der: Bytes): Bytes | null {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return null;
  const r = readDerInteger(der, 2);
  const s = r === null ? null : readDerInteger(der, r.end);
  return r === null || s === null || s.end !== der.length ? null : concat(r.value, s.value);
}

function readDerInteger(der: Bytes, at: number): { readonly value: Bytes; readonly end: number } | null {
  const length = der[at + 1] ?? 0;
  const start = at + 2;
  const end = start + length;
  const first = der[start];
  if (der[at] !== 0x02 || first === undefined || end > der.length || first >= 0x80) return null;
  const padded = first === 0 && length > 1;
  if (padded && (der[start + 1] ?? 0) < 0x80) return null;
  const digits = der.subarray(padded ? start + 1 : start, end);
  if (digits.length > COORDINATE_BYTES || length === 0) return null;
  return { value: concat(new Uint8Array(COORDINATE_BYTES - digits.length), digits), end };
}

function clientDataStart(challenge: Bytes, { origin }: StepUpScene): string {
  return `{"type":"webauthn.get","challenge":"${toBase64Url(challenge)}","origin":${JSON.stringify(origin)},"crossOrigin":false`;
}

function suffixOf(text: string): StepUp['suffix'] | null {
  if (text === ENDINGS[0]) return 0;
  if (text === ENDINGS[1]) return 1;
  return isEnding(text) && utf8(text).length <= LIMITS.stepUpSuffixBytes ? text : null;
}

function isEnding(text: string): boolean {
  return (text.startsWith(',') || text.startsWith('}')) && !text.includes('"challenge"');
}

function isVerified(flags: number): boolean {
  return (flags & USER_PRESENT) !== 0 && (flags & USER_VERIFIED) !== 0;
}

/** Flags and counter, as they end the authenticator data. */
function tail(flags: number, signCount: number): Bytes {
  return new Uint8Array([flags, signCount >>> 24, signCount >>> 16, signCount >>> 8, signCount]);
}
