/** SHA-256, synchronously: ids are hashes, and a decoder that has to wait cannot run inside a store transaction. */
import { sha256 as digest } from '@noble/hashes/sha2.js';
import type { Bytes } from '#base/bytes.ts';

export function sha256(bytes: Uint8Array): Bytes {
  return new Uint8Array(digest(bytes));
}

/** The first 16 bytes of SHA-256: how protocol.md names objects by their content. */
export function hash16(bytes: Uint8Array): Bytes {
  return sha256(bytes).slice(0, 16);
}
