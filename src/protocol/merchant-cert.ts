/** The merchant certificate: the issuer says that this id has this name. protocol.md section 4. */
import { assert } from '#base/assert.ts';
import type { Bytes } from '#base/bytes.ts';
import { err, ok } from '#base/result.ts';
import { encodeCbor, type CborMap, type CborValue } from './cbor.ts';
import { CLAIM } from './claims.ts';
import { coseKey, readCoseKey } from './cose-key.ts';
import { candidateKeys, decodeKidEnvelope, readKidEnvelope, signClaims, signedByAny, type KidEnvelope, type Sign } from './kid-envelope.ts';
import { isReadableName } from './merchant-name.ts';
import type { Decoded, Es256Verifier, KeySet, MerchantCert } from './objects.ts';
import { isBytes, isList, isMapOf, isUint } from './shape.ts';
import { MERCHANT_ID_BYTES } from './sizes.ts';

const VERSION = 1;
const CNF_KEY = 1;

export type MerchantCertFields = Omit<MerchantCert, 'bytes'>;

/** `sign` signs with the issuer key that `fields.kid` names. */
export function signMerchantCert(fields: MerchantCertFields, sign: Sign): Promise<Bytes> {
  assert(isReadableName(fields.name), 'a certificate carries a readable name');
  assert(fields.merchantId.length === MERCHANT_ID_BYTES, 'a merchant id is 8 bytes');
  const claims = new Map<number, CborValue>([
    [CLAIM.sub, fields.merchantId],
    [CLAIM.exp, fields.expSeconds],
    [CLAIM.chit, [VERSION, fields.name, fields.ccy, fields.statusIndex]],
  ]);
  if (fields.terminalKey) claims.set(CLAIM.cnf, new Map([[CNF_KEY, coseKey(fields.terminalKey)]]));
  return signClaims(fields.kid, claims, sign);
}

/** Shape only: whose it really is, verifyMerchantCert says. */
export function decodeMerchantCert(bytes: Bytes): Decoded<MerchantCert> {
  return fromEnvelope(decodeKidEnvelope(bytes), () => bytes.slice());
}

/** The same of the item inside an invoice. */
export function readMerchantCert(value: CborValue): Decoded<MerchantCert> {
  return fromEnvelope(readKidEnvelope(value), () => encodeCbor(value));
}

/** What it returns was read again from the signed bytes. Tries every key with that kid. */
export async function verifyMerchantCert(
  cert: Pick<MerchantCert, 'bytes'>,
  keySet: KeySet,
  nowSeconds: number,
  verifier: Es256Verifier,
): Promise<Decoded<MerchantCert>> {
  const envelope = decodeKidEnvelope(cert.bytes);
  if (!envelope.ok) return envelope;
  const read = fromEnvelope(envelope, () => cert.bytes.slice());
  if (!read.ok) return read;
  const keys = candidateKeys(keySet, envelope.value.kid, 'merchant', nowSeconds);
  if (keys.length === 0) return err('E_ISSUER');
  if (!(await signedByAny(keys, envelope.value, verifier))) return err('E_CERT_SIG');
  return nowSeconds > read.value.expSeconds ? err('E_CERT_EXPIRED') : read;
}

function fromEnvelope(envelope: Decoded<KidEnvelope>, bytes: () => Bytes): Decoded<MerchantCert> {
  if (!envelope.ok) return envelope;
  const { kid, claims } = envelope.value;
  if (!isMapOf(claims, [CLAIM.sub, CLAIM.exp, CLAIM.chit], [CLAIM.cnf])) return err('E_FORMAT');
  const merchantId = claims.get(CLAIM.sub);
  const expSeconds = claims.get(CLAIM.exp);
  const chit = claims.get(CLAIM.chit);
  if (!isBytes(merchantId, MERCHANT_ID_BYTES) || !isUint(expSeconds) || !isList(chit)) return err('E_FORMAT');
  const [version, name, ccy, statusIndex] = chit;
  if (isUint(version) && version !== VERSION) return err('E_VERSION');
  if (version !== VERSION || chit.length !== 4 || !isUint(ccy) || !isUint(statusIndex)) return err('E_FORMAT');
  if (typeof name !== 'string' || !isReadableName(name)) return err('E_FORMAT');
  const terminalKey = readTerminalKey(claims);
  if (terminalKey === 'broken') return err('E_FORMAT');
  return ok({ kid, merchantId, expSeconds, name, ccy, statusIndex, terminalKey, bytes: bytes() });
}

function readTerminalKey(claims: CborMap): Bytes | null | 'broken' {
  const cnf = claims.get(CLAIM.cnf);
  if (cnf === undefined) return null;
  return isMapOf(cnf, [CNF_KEY]) ? (readCoseKey(cnf.get(CNF_KEY)) ?? 'broken') : 'broken';
}
