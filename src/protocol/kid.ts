import { assert } from '#base/assert.ts';
import type { Bytes } from '#base/bytes.ts';
import { KID_BYTES, POINT_BYTES } from './sizes.ts';
import { sha256 } from './sha256.ts';

/** First 4 bytes of SHA-256 of the compressed public key. Not unique: whoever verifies tries every key that has it. */
export function kidOf(publicKey: Bytes): Bytes {
  assert(publicKey.length === POINT_BYTES, 'a public key is a compressed point');
  return sha256(publicKey).slice(0, KID_BYTES);
}
