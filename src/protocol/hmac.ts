/** HMAC-SHA-256 for whoever holds the key itself. A till's key never leaves WebCrypto: it makes its own. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 as digest } from '@noble/hashes/sha2.js';
import type { Bytes } from '#base/bytes.ts';

export function hmacSha256(key: Uint8Array, message: Uint8Array): Bytes {
  return new Uint8Array(hmac(digest, key, message));
}
