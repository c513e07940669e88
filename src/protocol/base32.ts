/** Base32 (RFC 4648), upper case, no padding, strict: spare bits must be zero. The only base that both a link and a QR code's alphanumeric mode take. */
import type { Bytes } from '#base/bytes.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const POSSIBLE_LENGTHS = new Set([0, 2, 4, 5, 7]);

export function toBase32(bytes: Uint8Array): string {
  let out = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    held += 8;
    for (; held >= 5; held -= 5) out += ALPHABET.charAt((bits >> (held - 5)) & 31);
    bits &= (1 << held) - 1;
  }
  return held > 0 ? out + ALPHABET.charAt((bits << (5 - held)) & 31) : out;
}

/** Null for anything that toBase32 does not make. */
export function fromBase32(text: string): Bytes | null {
  if (!POSSIBLE_LENGTHS.has(text.length % 8)) return null;
  const out = new Uint8Array(Math.floor((text.length * 5) / 8));
  let at = 0;
  let held = 0;
  let bits = 0;
  for (const char of text) {
    const value = ALPHABET.indexOf(char);
    if (value < 0) return null;
    bits = (bits << 5) | value;
    held += 5;
    if (held >= 8) {
      held -= 8;
      out[at++] = (bits >> held) & 255;
      bits &= (1 << held) - 1;
    }
  }
  return bits === 0 ? out : null;
}
