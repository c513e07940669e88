/** ES256 on node:crypto. Verification runs on the thread pool, off the event loop; imported keys are kept, up to a bound. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { concat, toHex, type Bytes } from '#base/bytes.ts';
import type { Es256Signer, Es256Verifier } from '#protocol/objects.ts';

/** SubjectPublicKeyInfo of a compressed P-256 point, up to the point itself. */
const SPKI_HEAD = Uint8Array.from(Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex'));
const POINT_BYTES = 33;
const SIGNATURE_BYTES = 64;
const P1363 = 'ieee-p1363';
/** Importing a key costs three times a verification; a shop's regulars fit many times over. */
const CACHED_KEYS = 10_000;

/** Null for bytes that are no point of the curve. */
function importPoint(publicKey: Bytes): KeyObject | null {
  if (publicKey.length !== POINT_BYTES) return null;
  try {
    return createPublicKey({ key: Buffer.from(concat(SPKI_HEAD, publicKey)), format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}

/** The most recently used keys; a Map keeps the order of insertion. */
class KeyCache {
  private readonly keys = new Map<string, KeyObject>();
  private readonly bound: number;

  constructor(bound: number) {
    this.bound = bound;
  }

  get size(): number {
    return this.keys.size;
  }

  keyOf(publicKey: Bytes): KeyObject | null {
    const name = toHex(publicKey);
    const key = this.keys.get(name) ?? importPoint(publicKey);
    if (key === null) return null;
    this.keys.delete(name);
    this.keys.set(name, key);
    const oldest = this.keys.keys().next();
    if (this.keys.size > this.bound && oldest.done !== true) this.keys.delete(oldest.value);
    return key;
  }
}

function verifyOnPool(key: KeyObject, message: Bytes, signature: Bytes): Promise<boolean> {
  return new Promise((resolve) => {
    verify('sha256', message, { key, dsaEncoding: P1363 }, signature, (error, good) => resolve(error === null && good));
  });
}

export function createVerifier(cachedKeys: number = CACHED_KEYS): Es256Verifier & { readonly cachedKeys: number } {
  const cache = new KeyCache(cachedKeys);
  return {
    get cachedKeys() {
      return cache.size;
    },
    async verify(publicKey, message, signature) {
      const key = signature.length === SIGNATURE_BYTES ? cache.keyOf(publicKey) : null;
      return key !== null && (await verifyOnPool(key, message, signature));
    },
  };
}

export type StoredSigner = Es256Signer & { readonly pem: string };

function compressedPoint(key: KeyObject): Bytes {
  const { x, y } = createPublicKey(key).export({ format: 'jwk' });
  const odd = (Buffer.from(y ?? '', 'base64url').at(-1) ?? 0) & 1;
  return concat(Uint8Array.of(2 + odd), Uint8Array.from(Buffer.from(x ?? '', 'base64url')));
}

/** Throws for a text that is no P-256 private key. */
export function signerFromPem(pem: string): StoredSigner {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('not a P-256 private key');
  return {
    pem,
    publicKey: compressedPoint(key),
    sign: (message) =>
      new Promise((resolve, reject) => {
        sign('sha256', message, { key, dsaEncoding: P1363 }, (error, signature) => (error ? reject(error) : resolve(new Uint8Array(signature))));
      }),
  };
}

export function generateSigner(): StoredSigner {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return signerFromPem(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
}
