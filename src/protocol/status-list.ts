/**
 * The status list: which purses are revoked, one bit for each status index, so that a till with no network can refuse them.
 * A Token Status List (CWT): COSE_Sign1{1: -7, 4: kid, 16: type}{2: uri, 6: iat, 65533: {"bits": 1, "lst": zlib}, -65537: [1, seq]}.
 * `seq` grows with every list, so that an old one cannot come back.
 *
 * The packing is given as a port: browsers, Node and the simulator have different ones. `inflate` must stop at its bound.
 */
import { assert } from '#base/assert.ts';
import type { Bytes } from '#base/bytes.ts';
import { err, ok } from '#base/result.ts';
import { decodeCbor, encodeCbor, type CborMap, type CborValue } from './cbor.ts';
import { ALG_ES256, CLAIM, HEADER } from './claims.ts';
import { encodeSign1, readSign1, sigStructure, type Sign1 } from './cose.ts';
import { candidateKeys, signedByAny, type Sign } from './kid-envelope.ts';
import { LIMITS } from './limits.ts';
import type { Decoded, Es256Verifier, KeySet, StatusList } from './objects.ts';
import { isList, isMapOf, isUint } from './shape.ts';
import { KID_BYTES } from './sizes.ts';

const VERSION = 1;
const TYPE = 'application/statuslist+cwt';
const BITS_PER_INDEX = 1;
const MOST_BYTES = LIMITS.statusIndices / 8;

/** The ZLIB format (RFC 1950). */
export interface Packing {
  deflate(plain: Bytes): Bytes;
  /** Null for anything broken, and for more than `maxBytes`. Never throws, and never unpacks more than it returns. */
  inflate(packed: Bytes, maxBytes: number): Bytes | null;
}
/** The same where unpacking takes time, as in browsers. */
export interface Unpacking {
  inflate(packed: Bytes, maxBytes: number): Bytes | null | Promise<Bytes | null>;
}

export type StatusListFields = Omit<StatusList, 'bytes'>;

/** `size` indices, of which `revoked` are set. */
export function statusBits(size: number, revoked: Iterable<number>): Bytes {
  assert(size <= LIMITS.statusIndices, 'a status list has a bound');
  const bits = new Uint8Array(Math.ceil(size / 8));
  for (const index of revoked) {
    assert(Number.isSafeInteger(index) && index >= 0 && index < size, 'an index is in the list');
    bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7));
  }
  return bits;
}

/** An index beyond the end is a purse younger than the list, and not revoked. */
export function isRevoked({ bits }: Pick<StatusList, 'bits'>, index: number): boolean {
  return (((bits[Math.floor(index / 8)] ?? 0) >> (index % 8)) & 1) === 1;
}

/** `sign` signs with the status key that `fields.kid` names. */
export async function signStatusList(fields: StatusListFields, sign: Sign, packing: Packing): Promise<Bytes> {
  const { kid, seq, iatSeconds, uri, bits } = fields;
  assert(kid.length === KID_BYTES && uri.length <= LIMITS.statusUriChars, 'a status list names its key and its place');
  assert([seq, iatSeconds].every((number) => Number.isSafeInteger(number) && number >= 0), 'claims are unsigned');
  const list = new Map<string, CborValue>([['bits', BITS_PER_INDEX], ['lst', packing.deflate(bits)]]);
  const claims = new Map<number, CborValue>([
    [CLAIM.sub, uri],
    [CLAIM.iat, iatSeconds],
    [CLAIM.statusList, list],
    [CLAIM.chit, [VERSION, seq]],
  ]);
  const protectedBytes = encodeCbor(new Map<number, CborValue>([[HEADER.alg, ALG_ES256], [HEADER.kid, kid], [HEADER.type, TYPE]]));
  const payload = encodeCbor(claims, 'text');
  const bytes = encodeSign1(protectedBytes, payload, await sign(sigStructure(protectedBytes, payload)));
  assert(bytes.length <= LIMITS.statusListBytes, 'a status list fits what tills read');
  return bytes;
}

/** Shape only. */
export function decodeStatusList(bytes: Bytes, packing: Packing): Decoded<StatusList> {
  const sign1 = readEnvelope(bytes);
  if (!sign1.ok) return sign1;
  const claims = readClaims(sign1.value);
  return claims.ok ? withBits(claims.value, packing.inflate(claims.value.packed, MOST_BYTES), bytes) : claims;
}

/**
 * E_KEYSET for a list older than `minSeq`, as for a key set: it means that somebody brings yesterday's. The key must have been
 * valid when it signed. What was read is unpacked only after the signature: a bomb needs our own key.
 */
export async function verifyStatusList(
  bytes: Bytes,
  keySet: KeySet,
  minSeq: number,
  verifier: Es256Verifier,
  packing: Unpacking,
): Promise<Decoded<StatusList>> {
  const sign1 = readEnvelope(bytes);
  if (!sign1.ok) return sign1;
  const claims = readClaims(sign1.value);
  if (!claims.ok) return claims;
  const keys = candidateKeys(keySet, claims.value.kid, 'status', claims.value.iatSeconds);
  if (keys.length === 0) return err('E_ISSUER');
  if (!(await signedByAny(keys, sign1.value, verifier))) return err('E_CERT_SIG');
  if (claims.value.seq < minSeq) return err('E_KEYSET');
  return withBits(claims.value, await packing.inflate(claims.value.packed, MOST_BYTES), bytes);
}

type Claims = Omit<StatusList, 'bits' | 'bytes'> & { readonly packed: Bytes };

function readEnvelope(bytes: Bytes): Decoded<Sign1> {
  const value = decodeCbor(bytes, LIMITS.statusListBytes);
  if (value === null) return err('E_FORMAT');
  const sign1 = readSign1(value);
  if (!sign1.ok) return sign1;
  const { header, unprotected } = sign1.value;
  const whole = isMapOf(header, [HEADER.alg, HEADER.kid, HEADER.type]) && header.get(HEADER.type) === TYPE && unprotected.size === 0;
  return whole ? sign1 : err('E_FORMAT');
}

function readClaims({ kid, payload }: Sign1): Decoded<Claims> {
  const claims = decodeCbor(payload, LIMITS.statusListBytes, 'text');
  if (kid === null || claims === null || !isMapOf(claims, [CLAIM.sub, CLAIM.iat, CLAIM.statusList, CLAIM.chit])) return err('E_FORMAT');
  const uri = claims.get(CLAIM.sub);
  const iatSeconds = claims.get(CLAIM.iat);
  const chit = claims.get(CLAIM.chit);
  if (typeof uri !== 'string' || uri.length > LIMITS.statusUriChars || !isUint(iatSeconds) || !isList(chit)) return err('E_FORMAT');
  const [version, seq] = chit;
  if (isUint(version) && version !== VERSION) return err('E_VERSION');
  const packed = readList(claims);
  if (version !== VERSION || chit.length !== 2 || !isUint(seq) || packed === null) return err('E_FORMAT');
  return ok({ kid, seq, iatSeconds, uri, packed });
}

function readList(claims: CborMap): Bytes | null {
  const list = claims.get(CLAIM.statusList);
  if (!isMapOf(list, ['bits', 'lst']) || list.get('bits') !== BITS_PER_INDEX) return null;
  const packed = list.get('lst');
  return packed instanceof Uint8Array ? packed : null;
}

function withBits({ packed: _packed, ...said }: Claims, bits: Bytes | null, bytes: Bytes): Decoded<StatusList> {
  return bits === null || bits.length > MOST_BYTES ? err('E_FORMAT') : ok({ ...said, bits, bytes: bytes.slice() });
}
