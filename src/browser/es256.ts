/** ES256 by WebCrypto: the verifier, and this device's key, which nobody can read out. */
import type { Bytes } from '#base/bytes.ts';
import { assert } from '#base/assert.ts';
import { toBase64Url } from '#base/bytes.ts';
import { ok } from '#base/result.ts';
import type { Es256Signer, Es256Verifier } from '#protocol/objects.ts';
import { compressPoint, decompressPoint } from '#protocol/p256-point.ts';
import { POINT_BYTES, SIGNATURE_BYTES } from '#protocol/sizes.ts';
import type { DeviceKeys } from '#wallet/ports.ts';
import type { Database } from './database.ts';

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const ALGORITHM = { name: 'ECDSA', hash: 'SHA-256' } as const;
const KEY_NAME = 'device';
const RAW_POINT_BYTES = 65;

type KeyRow = { readonly name: string; readonly pair: CryptoKeyPair };

/** Our issuer's few keys, and the purses of a busy counter. */
const KEYS_KEPT = 256;

/** A square root and an import cost as much as the verification itself: keys that come again are kept, the oldest goes. */
export function createVerifier(subtle: SubtleCrypto, keysKept = KEYS_KEPT): Es256Verifier {
  const kept = new Map<string, Promise<CryptoKey | null>>();
  const keyOf = (publicKey: Bytes): Promise<CryptoKey | null> => {
    const name = String.fromCharCode(...publicKey);
    const key = kept.get(name) ?? importPoint(subtle, publicKey);
    kept.delete(name);
    kept.set(name, key);
    const [oldest] = kept.keys();
    if (kept.size > keysKept && oldest !== undefined) kept.delete(oldest);
    return key;
  };
  return {
    async verify(publicKey, message, signature) {
      if (publicKey.length !== POINT_BYTES || signature.length !== SIGNATURE_BYTES) return false;
      const key = await keyOf(publicKey);
      return key !== null && (await subtle.verify(ALGORITHM, key, signature, message).catch(() => false));
    },
  };
}

/** As JWK: not every browser takes a compressed point. Null for what is no key. */
async function importPoint(subtle: SubtleCrypto, publicKey: Bytes): Promise<CryptoKey | null> {
  const point = decompressPoint(publicKey);
  if (point === null) return null;
  const jwk = { kty: 'EC', crv: 'P-256', x: toBase64Url(point.x), y: toBase64Url(point.y) };
  return subtle.importKey('jwk', jwk, CURVE, false, ['verify']).catch(() => null);
}

export function createDeviceKeys(database: Database, subtle: SubtleCrypto): DeviceKeys {
  return {
    async load() {
      const row = await database.run('r', (tx) => tx.table<KeyRow, string>('keys').get(KEY_NAME));
      if (!row.ok) return row;
      return ok(row.value === undefined ? null : await signerOf(subtle, row.value.pair));
    },
    async create() {
      // Made before the transaction: awaiting WebCrypto inside would end it.
      const pair = await subtle.generateKey(CURVE, false, ['sign', 'verify']);
      const stored = await database.run('rw', async (tx) => void (await tx.table('keys').put({ name: KEY_NAME, pair })));
      return stored.ok ? ok(await signerOf(subtle, pair)) : stored;
    },
  };
}

async function signerOf(subtle: SubtleCrypto, pair: CryptoKeyPair): Promise<Es256Signer> {
  const raw = new Uint8Array(await subtle.exportKey('raw', pair.publicKey));
  assert(raw.length === RAW_POINT_BYTES, 'a raw P-256 key is 65 bytes');
  const publicKey = compressPoint(raw.slice(1, 33), raw.slice(33));
  assert(publicKey !== null, 'WebCrypto made a point on the curve');
  return {
    publicKey,
    sign: async (message: Bytes) => new Uint8Array(await subtle.sign(ALGORITHM, pair.privateKey, message)),
  };
}
