import { toHex } from './bytes.ts';
import type { Random } from './random.ts';

/** 16 random bytes in hexadecimal. A UUID does not count as 128 bits of a CSPRNG (ASVS 11.5.1), so ids are not UUIDs. */
export function newId(random: Random): string {
  return toHex(random.bytes(16));
}

/** A UUIDv7-like key for rows that are read in the order they were made: 48 bits of time, then 80 of chance, in hexadecimal. */
export function newTimeOrderedId(nowMs: number, random: Random): string {
  return nowMs.toString(16).padStart(12, '0') + toHex(random.bytes(10));
}
