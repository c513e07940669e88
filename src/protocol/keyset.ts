/**
 * The key set: which keys the operator's root vouches for, for what, and when. COSE_Sign1{1: -7, 4: kid of the root}
 * {6: iat, -65537: [1, seq, [[public key, [uses], not before, not after], ...], grace]}; uses: 1 merchant, 2 purse, 3 receipt,
 * 4 status, ascending. `seq` grows with every set that the root signs, so that an old one cannot come back. `grace` is how many
 * seconds after a purse's expiry its vouchers may still be claimed.
 */
import { assert } from '#base/assert.ts';
import { equalBytes, toHex, type Bytes } from '#base/bytes.ts';
import { err, ok } from '#base/result.ts';
import type { CborValue } from './cbor.ts';
import { CLAIM } from './claims.ts';
import { decodeKidEnvelope, signClaims } from './kid-envelope.ts';
import { kidOf } from './kid.ts';
import { LIMITS } from './limits.ts';
import { KEY_USES, type Decoded, type Es256Signer, type Es256Verifier, type IssuerKey, type KeySet, type KeyUse } from './objects.ts';
import { decompressPoint } from './p256-point.ts';
import { isBytes, isList, isMapOf, isUint } from './shape.ts';
import { POINT_BYTES } from './sizes.ts';

const VERSION = 1;

export type KeySetFields = {
  readonly seq: number;
  readonly iatSeconds: number;
  readonly keys: readonly Omit<IssuerKey, 'kid'>[];
  readonly graceSeconds: number;
};

export function signKeySet(fields: KeySetFields, root: Es256Signer): Promise<Bytes> {
  assert(fields.keys.length <= LIMITS.keySetKeys, 'a key set has a bounded number of keys');
  const keys = fields.keys.map((key): CborValue => [key.publicKey, useNumbers(key.uses), key.notBeforeSeconds, key.notAfterSeconds]);
  assert(keys.every((key) => readKey(key) !== null), 'every key of a key set is well formed');
  const claims = new Map<number, CborValue>([
    [CLAIM.iat, fields.iatSeconds],
    [CLAIM.chit, [VERSION, fields.seq, keys, fields.graceSeconds]],
  ]);
  return signClaims(kidOf(root.publicKey), claims, (message) => root.sign(message));
}

/** Shape only: a key set that nobody verified says nothing about keys. */
export function decodeKeySet(bytes: Bytes): Decoded<KeySet> {
  const envelope = decodeKidEnvelope(bytes);
  if (!envelope.ok) return envelope;
  const { claims } = envelope.value;
  if (!isMapOf(claims, [CLAIM.iat, CLAIM.chit])) return err('E_FORMAT');
  const iatSeconds = claims.get(CLAIM.iat);
  const chit = claims.get(CLAIM.chit);
  if (!isUint(iatSeconds) || !isList(chit)) return err('E_FORMAT');
  const [version, seq, list, graceSeconds] = chit;
  if (isUint(version) && version !== VERSION) return err('E_VERSION');
  if (version !== VERSION || chit.length !== 4 || !isUint(seq) || !isList(list) || !isUint(graceSeconds)) return err('E_FORMAT');
  const keys = readKeys(list);
  return keys === null ? err('E_FORMAT') : ok({ seq, iatSeconds, keys, graceSeconds, bytes: bytes.slice() });
}

/** E_KEYSET for every reason: broken, not by this root, older than `minSeq`. There is one way out of all: fetch it again. */
export async function verifyKeySet(bytes: Bytes, rootKey: Bytes, minSeq: number, verifier: Es256Verifier): Promise<Decoded<KeySet>> {
  const envelope = decodeKidEnvelope(bytes);
  const keySet = decodeKeySet(bytes);
  if (!envelope.ok || !keySet.ok || keySet.value.seq < minSeq) return err('E_KEYSET');
  if (rootKey.length !== POINT_BYTES || !equalBytes(envelope.value.kid, kidOf(rootKey))) return err('E_KEYSET');
  const signed = await verifier.verify(rootKey, envelope.value.signedMessage, envelope.value.signature);
  return signed ? keySet : err('E_KEYSET');
}

function useNumbers(uses: readonly KeyUse[]): number[] {
  return KEY_USES.flatMap((use, index) => (uses.includes(use) ? [index + 1] : []));
}

function readKeys(list: readonly CborValue[]): IssuerKey[] | null {
  if (list.length > LIMITS.keySetKeys) return null;
  const keys = list.flatMap((item) => readKey(item) ?? []);
  const distinct = new Set(keys.map((key) => toHex(key.publicKey)));
  return keys.length === list.length && distinct.size === keys.length ? keys : null;
}

function readKey(item: CborValue): IssuerKey | null {
  if (!isList(item) || item.length !== 4) return null;
  const [publicKey, numbers, notBeforeSeconds, notAfterSeconds] = item;
  const uses = readUses(numbers);
  if (!isBytes(publicKey, POINT_BYTES) || decompressPoint(publicKey) === null || uses === null) return null;
  if (!isUint(notBeforeSeconds) || !isUint(notAfterSeconds) || notBeforeSeconds > notAfterSeconds) return null;
  return { kid: kidOf(publicKey), publicKey, uses, notBeforeSeconds, notAfterSeconds };
}

/** At least one, ascending, each known: one set of uses has one encoding. */
function readUses(value: CborValue | undefined): KeyUse[] | null {
  if (!isList(value) || value.length === 0) return null;
  const uses: KeyUse[] = [];
  let previous = 0;
  for (const number of value) {
    const use = typeof number === 'number' ? KEY_USES[number - 1] : undefined;
    if (use === undefined || typeof number !== 'number' || number <= previous) return null;
    uses.push(use);
    previous = number;
  }
  return uses;
}
