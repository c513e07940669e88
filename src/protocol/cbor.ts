/**
 * Deterministic CBOR (RFC 8949 section 4.2), and no more of it than our objects need: integers that are safe, byte and text
 * strings, booleans, arrays, maps with integer keys. One value has one encoding: what does not encode back to the same bytes
 * is refused. Nothing thrown leaves this file.
 */
import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { assert } from '#base/assert.ts';
import { equalBytes, type Bytes } from '#base/bytes.ts';
import { LIMITS } from './limits.ts';

/** Text keys only where somebody else's format has them: see MapKeys. Whoever asks a map for its exact keys refuses them. */
export type CborMap = ReadonlyMap<number | string, CborValue>;
export type CborValue = number | string | boolean | Bytes | readonly CborValue[] | CborMap;

const STRICT = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  useMaps: true,
  rejectDuplicateMapKeys: true,
} as const;

/** 'text': a map may have text keys too. None of our own objects has one. */
export type MapKeys = 'integers' | 'text';

export function encodeCbor(value: CborValue, keys: MapKeys = 'integers'): Bytes {
  assert(isPlain(value, LIMITS.cborDepth, keys), 'only plain values are encoded');
  return new Uint8Array(encode(value, rfc8949EncodeOptions));
}

/** Null for anything that is not exactly one deterministic item of ours. */
export function decodeCbor(bytes: Bytes, maxBytes: number = LIMITS.objectBytes, keys: MapKeys = 'integers'): CborValue | null {
  if (bytes.length === 0 || bytes.length > maxBytes) return null;
  try {
    const value: unknown = decode(bytes, STRICT);
    if (!isPlain(value, LIMITS.cborDepth, keys)) return null;
    return equalBytes(encode(value, rfc8949EncodeOptions), bytes) ? value : null;
  } catch {
    return null;
  }
}

/** `levels`: how many more arrays and maps may be nested here. */
function isPlain(value: unknown, levels: number, keys: MapKeys): value is CborValue {
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0);
  if (typeof value === 'string' || typeof value === 'boolean' || value instanceof Uint8Array) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) return value.every((item) => isPlain(item, levels - 1, keys));
  if (!(value instanceof Map)) return false;
  return [...value].every(([key, item]) => isKey(key, keys) && isPlain(item, levels - 1, keys));
}

function isKey(key: unknown, keys: MapKeys): boolean {
  return (Number.isSafeInteger(key) && !Object.is(key, -0)) || (keys === 'text' && typeof key === 'string');
}
