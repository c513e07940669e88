/** Base45 (RFC 9285), strict: one byte string has one text. Upper case only; triplets above 65535 and pairs above 255 are refused. */
import type { Bytes } from '#base/bytes.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

export function toBase45(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; i += 2) {
    const first = bytes[i] ?? 0;
    const second = bytes[i + 1];
    out += second === undefined ? digits(first, 2) : digits(first * 256 + second, 3);
  }
  return out;
}

/** Null for anything that toBase45 does not make. */
export function fromBase45(text: string): Bytes | null {
  if (text.length % 3 === 1) return null;
  const out = new Uint8Array(Math.floor((text.length * 2) / 3));
  let at = 0;
  for (let i = 0; i < text.length; i += 3) {
    const group = text.slice(i, i + 3);
    const value = groupValue(group);
    if (value === null || value > (group.length === 3 ? 65_535 : 255)) return null;
    if (group.length === 3) out[at++] = value >> 8;
    out[at++] = value & 255;
  }
  return out;
}

/** Least significant digit first. */
function digits(value: number, count: number): string {
  let out = '';
  let left = value;
  for (let i = 0; i < count; i++) {
    out += ALPHABET.charAt(left % 45);
    left = Math.floor(left / 45);
  }
  return out;
}

function groupValue(group: string): number | null {
  let value = 0;
  for (let i = group.length - 1; i >= 0; i--) {
    const digit = ALPHABET.indexOf(group.charAt(i));
    if (digit < 0) return null;
    value = value * 45 + digit;
  }
  return value;
}
