/** The shapes that our objects are read with. Each asks one question of one decoded value. */
import type { Bytes } from '#base/bytes.ts';
import type { CborMap, CborValue } from './cbor.ts';

export function isUint(value: CborValue | undefined): value is number {
  return typeof value === 'number' && value >= 0;
}

export function isBytes(value: CborValue | undefined, length: number): value is Bytes {
  return value instanceof Uint8Array && value.length === length;
}

export function isList(value: CborValue | undefined): value is readonly CborValue[] {
  return Array.isArray(value);
}

export function isMap(value: CborValue | undefined): value is CborMap {
  return value instanceof Map;
}

/** A map with all of `required`, perhaps some of `optional`, and nothing else. */
export function isMapOf(value: CborValue | undefined, required: readonly (number | string)[], optional: readonly (number | string)[] = []): value is CborMap {
  if (!isMap(value) || !required.every((key) => value.has(key))) return false;
  return [...value.keys()].every((key) => required.includes(key) || optional.includes(key));
}

/** Exactly `length` unsigned integers. */
export function isUints(value: CborValue | undefined, length: number): value is readonly number[] {
  return isList(value) && value.length === length && value.every(isUint);
}
