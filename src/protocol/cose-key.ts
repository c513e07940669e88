/** COSE_Keys (RFC 9053): the compressed P-256 point that a certificate speaks for, and the public key of an ES256 passkey. */
import { assert } from '#base/assert.ts';
import { concat, type Bytes } from '#base/bytes.ts';
import { decodeCbor, type CborMap, type CborValue } from './cbor.ts';
import { ALG_ES256, COSE_KEY } from './claims.ts';
import { compressPoint, decompressPoint } from './p256-point.ts';
import { isBytes, isMapOf } from './shape.ts';
import { COORDINATE_BYTES } from './sizes.ts';

/** {1: 2, -1: 1, -2: x, -3: the sign of y}: a compressed P-256 point. */
export function coseKey(publicKey: Bytes): CborMap {
  assert(decompressPoint(publicKey) !== null, 'a key is a point on the curve');
  return new Map<number, CborValue>([
    [COSE_KEY.kty, COSE_KEY.ec2],
    [COSE_KEY.crv, COSE_KEY.p256],
    [COSE_KEY.x, publicKey.slice(1)],
    [COSE_KEY.y, publicKey[0] === 3],
  ]);
}

/** Null when it is not a point on the curve in exactly this form. */
export function readCoseKey(value: CborValue | undefined): Bytes | null {
  const publicKey = readCoseKeyForm(value);
  return publicKey === null || decompressPoint(publicKey) === null ? null : publicKey;
}

/**
 * The form only. A square root costs more than both signatures of a voucher, so who is going to verify with the key at once
 * does not ask here: a verifier says no to what is no point.
 */
export function readCoseKeyForm(value: CborValue | undefined): Bytes | null {
  if (!isMapOf(value, [COSE_KEY.kty, COSE_KEY.crv, COSE_KEY.x, COSE_KEY.y])) return null;
  const x = value.get(COSE_KEY.x);
  const ySign = value.get(COSE_KEY.y);
  if (value.get(COSE_KEY.kty) !== COSE_KEY.ec2 || value.get(COSE_KEY.crv) !== COSE_KEY.p256) return null;
  if (!isBytes(x, COORDINATE_BYTES) || typeof ySign !== 'boolean') return null;
  return concat(new Uint8Array([ySign ? 3 : 2]), x);
}

/** The compressed point of a passkey's key, as WebAuthn gives it; null when it is no P-256 key for ES256. */
export function passkeyPoint(bytes: Bytes): Bytes | null {
  const key = decodeCbor(bytes);
  if (key === null || !isMapOf(key, [COSE_KEY.kty, COSE_KEY.alg, COSE_KEY.crv, COSE_KEY.x, COSE_KEY.y])) return null;
  const [x, y] = [key.get(COSE_KEY.x), key.get(COSE_KEY.y)];
  if (key.get(COSE_KEY.kty) !== COSE_KEY.ec2 || key.get(COSE_KEY.alg) !== ALG_ES256 || key.get(COSE_KEY.crv) !== COSE_KEY.p256) return null;
  return isBytes(x, COORDINATE_BYTES) && isBytes(y, COORDINATE_BYTES) ? compressPoint(x, y) : null;
}
