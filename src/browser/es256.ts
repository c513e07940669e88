/** ES256 by WebCrypto: the verifier, and this device's key, which nobody can read out. */
import type { Bytes } from '#base/bytes.ts';
import { assert } from '#base/assert.ts';
import { toBase64Url } from '#base/bytes.ts';
import { ok } from '#base/result.ts';
import type { Es256Signer, Es256Verifier } from '#protocol/objects.ts';
import { compressPoint, decompressPoint } from '#protocol/p256-point.ts';
import type { DeviceKeys } from '#wallet/ports.ts';
import type { Database } from './database.ts';

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const ALGORITHM = { name: 'ECDSA', hash: 'SHA-256' } as const;
const KEY_NAME = 'device';
const RAW_POINT_BYTES = 65;

type KeyRow = { readonly name: string; readonly pair: CryptoKeyPair };

/** Imports as JWK: not every browser takes a compressed point. */
export function createVerifier(subtle: SubtleCrypto): Es256Verifier {
  return {
    async verify(publicKey, message, signature) {
      const point = decompressPoint(publicKey);
      if (point === null || signature.length !== 64) return false;
      const jwk = { kty: 'EC', crv: 'P-256', x: toBase64Url(point.x), y: toBase64Url(point.y) };
      try {
        const key = await subtle.importKey('jwk', jwk, CURVE, false, ['verify']);
        return await subtle.verify(ALGORITHM, key, signature, message);
      } catch {
        return false;
      }
    },
  };
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
