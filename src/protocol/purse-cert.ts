/**
 * The purse certificate: the issuer's word that a device key may spend offline, how much, how often and until when.
 * protocol.md section 4. What a purse is worth right now, only the vouchers tell.
 */
import { assert } from '#base/assert.ts';
import type { Bytes } from '#base/bytes.ts';
import { err, ok } from '#base/result.ts';
import type { CborMap, CborValue } from './cbor.ts';
import { CLAIM } from './claims.ts';
import { coseKey, readCoseKeyForm } from './cose-key.ts';
import { candidateKeys, decodeKidEnvelope, signClaims, signedByAny, type KidEnvelope, type Sign } from './kid-envelope.ts';
import { LIMITS } from './limits.ts';
import type { Decoded, Es256Verifier, KeySet, PurseCert } from './objects.ts';
import { isBytes, isList, isMapOf, isUint } from './shape.ts';
import { MERCHANT_ID_BYTES, POINT_BYTES, PURSE_ID_BYTES } from './sizes.ts';

const VERSION = 1;
const CNF_KEY = 1;
const FIXED_ITEMS = 6;

export type PurseCertFields = Omit<PurseCert, 'bytes'>;

/** `sign` signs with the issuer key that `fields.kid` names. */
export function signPurseCert(fields: PurseCertFields, sign: Sign): Promise<Bytes> {
  const { ccy, limMinor, capMinor, maxCount, statusIndex, uvtMinor, uvKey } = fields;
  const numbers = [fields.expSeconds, fields.iatSeconds, ccy, limMinor, capMinor, maxCount, statusIndex, uvtMinor ?? 0];
  assert(numbers.every((number) => Number.isSafeInteger(number) && number >= 0), 'a purse certificate holds unsigned integers');
  assert(fields.purseId.length === PURSE_ID_BYTES, 'a purse id is 8 bytes');
  assert(uvKey === null || uvKey.length === POINT_BYTES, 'a passkey is a compressed point');
  const optional = [uvtMinor, uvKey].filter((item) => item !== null);
  const claims = new Map<number, CborValue>([
    [CLAIM.exp, fields.expSeconds],
    [CLAIM.iat, fields.iatSeconds],
    [CLAIM.cti, fields.purseId],
    [CLAIM.cnf, new Map([[CNF_KEY, coseKey(fields.deviceKey)]])],
    [CLAIM.chit, [VERSION, ccy, limMinor, capMinor, maxCount, statusIndex, ...optional]],
  ]);
  if (fields.audience !== null) claims.set(CLAIM.aud, audienceItem(fields.audience));
  return signClaims(fields.kid, claims, sign);
}

/** Shape only: whose it really is, verifyPurseCert says. */
export function decodePurseCert(bytes: Bytes): Decoded<PurseCert> {
  const envelope = decodeKidEnvelope(bytes);
  return envelope.ok ? readPurseCert(envelope.value, bytes.slice()) : envelope;
}

/** The same of an envelope that was read already, as the one inside a voucher is. `bytes` are the certificate's own. */
export function readPurseCert({ kid, claims }: KidEnvelope, bytes: Bytes): Decoded<PurseCert> {
  if (!isMapOf(claims, [CLAIM.exp, CLAIM.iat, CLAIM.cti, CLAIM.cnf, CLAIM.chit], [CLAIM.aud])) return err('E_FORMAT');
  const expSeconds = claims.get(CLAIM.exp);
  const iatSeconds = claims.get(CLAIM.iat);
  const purseId = claims.get(CLAIM.cti);
  const audience = readAudience(claims);
  const deviceKey = readDeviceKey(claims);
  if (!isUint(expSeconds) || !isUint(iatSeconds) || !isBytes(purseId, PURSE_ID_BYTES)) return err('E_FORMAT');
  if (audience === 'broken' || deviceKey === null) return err('E_FORMAT');
  const terms = readTerms(claims.get(CLAIM.chit));
  return terms.ok ? ok({ kid, purseId, audience, expSeconds, iatSeconds, deviceKey, ...terms.value, bytes }) : terms;
}

/** What it returns was read again from the signed bytes. In the order of protocol.md 5.3, steps 4 to 7. */
export async function verifyPurseCert(
  cert: Pick<PurseCert, 'bytes'>,
  keySet: KeySet,
  nowSeconds: number,
  verifier: Es256Verifier,
): Promise<Decoded<PurseCert>> {
  const envelope = decodeKidEnvelope(cert.bytes);
  if (!envelope.ok) return envelope;
  const read = readPurseCert(envelope.value, cert.bytes.slice());
  if (!read.ok && read.error !== 'E_VERSION') return read;
  const signed = await verifyIssuer(envelope.value, keySet, nowSeconds, verifier);
  if (!signed.ok) return signed;
  return read.ok ? checkPurseTime(read.value, nowSeconds) : read;
}

/** Steps 4 and 5. Tries every key with that kid. */
export async function verifyIssuer(envelope: KidEnvelope, keySet: KeySet, atSeconds: number, verifier: Es256Verifier): Promise<Decoded<true>> {
  const keys = candidateKeys(keySet, envelope.kid, 'purse', atSeconds);
  if (keys.length === 0) return err('E_ISSUER');
  return (await signedByAny(keys, envelope, verifier)) ? ok(true) : err('E_CERT_SIG');
}

/** Step 7. */
export function checkPurseTime(cert: PurseCert, nowSeconds: number): Decoded<PurseCert> {
  if (nowSeconds > cert.expSeconds) return err('E_PURSE_EXPIRED');
  return cert.iatSeconds > nowSeconds + LIMITS.clockAheadSeconds ? err('E_PURSE_FUTURE') : ok(cert);
}

type Terms = Pick<PurseCert, 'ccy' | 'limMinor' | 'capMinor' | 'maxCount' | 'statusIndex' | 'uvtMinor' | 'uvKey'>;

/** [version, ccy, lim, cap, cnt, status index, ? uvt, ? uvk]. */
function readTerms(chit: CborValue | undefined): Decoded<Terms> {
  if (!isList(chit)) return err('E_FORMAT');
  const [version, ccy, limMinor, capMinor, maxCount, statusIndex, ...optional] = chit;
  if (isUint(version) && version !== VERSION) return err('E_VERSION');
  if (version !== VERSION || chit.length < FIXED_ITEMS) return err('E_FORMAT');
  if (!isUint(ccy) || !isUint(limMinor) || !isUint(capMinor) || !isUint(maxCount) || !isUint(statusIndex)) return err('E_FORMAT');
  const uvtMinor = isUint(optional[0]) ? optional[0] : null;
  const last = optional.at(-1);
  const uvKey = isBytes(last, POINT_BYTES) ? last : null;
  const understood = Number(uvtMinor !== null) + Number(uvKey !== null);
  return understood === optional.length ? ok({ ccy, limMinor, capMinor, maxCount, statusIndex, uvtMinor, uvKey }) : err('E_FORMAT');
}

/** One id stands alone, so that one audience has one encoding. */
function audienceItem(audience: readonly Bytes[]): CborValue {
  const [first, ...more] = audience;
  assert(first !== undefined && audience.length <= LIMITS.purseAudience, 'a tab purse has one or a few ids');
  assert(audience.every((id) => id.length === MERCHANT_ID_BYTES), 'an audience is of 8 bytes');
  return more.length === 0 ? first : audience;
}

function readAudience(claims: CborMap): readonly Bytes[] | null | 'broken' {
  const audience = claims.get(CLAIM.aud);
  if (audience === undefined) return null;
  if (isBytes(audience, MERCHANT_ID_BYTES)) return [audience];
  if (!isList(audience) || audience.length < 2 || audience.length > LIMITS.purseAudience) return 'broken';
  const ids = audience.filter((id): id is Bytes => isBytes(id, MERCHANT_ID_BYTES));
  return ids.length === audience.length ? ids : 'broken';
}

function readDeviceKey(claims: CborMap): Bytes | null {
  const cnf = claims.get(CLAIM.cnf);
  return isMapOf(cnf, [CNF_KEY]) ? readCoseKeyForm(cnf.get(CNF_KEY)) : null;
}
