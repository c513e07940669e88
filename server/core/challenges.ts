/**
 * Stateless challenges: the server knows again what it made, by its MAC, and keeps only those that were used. A challenge is
 * expiry (6 bytes) + chance (16 bytes) + MAC (16 bytes) over purpose and both; the purpose keeps one door's challenge from
 * opening another. Whoever takes one must also burn it with `Tx.takeChallenge`: this file must never be the only check.
 */
import { concat, fromBase64Url, toBase64Url, toHex, utf8, type Bytes } from '#base/bytes.ts';
import type { Random } from '#base/random.ts';
import { LIMITS } from '#protocol/limits.ts';
import { sha256 } from '#protocol/sha256.ts';
import type { ServerSecret } from './ports.ts';

const STAMP_BYTES = 6;
const CHANCE_BYTES = 16;
const MAC_BYTES = 16;
const BODY_BYTES = STAMP_BYTES + CHANCE_BYTES;

export type Challenge = { readonly hash: string; readonly expiresAtMs: number };

export function makeChallenge(secret: ServerSecret, random: Random, nowMs: number, purpose: string): string {
  const body = concat(stamp(nowMs + LIMITS.challengeMs), random.bytes(CHANCE_BYTES));
  return toBase64Url(concat(body, seal(secret, purpose, body)));
}

/** Null for one that is not ours, was made for something else, or is out of date. */
export function readChallenge(secret: ServerSecret, nowMs: number, purpose: string, text: string): Challenge | null {
  const bytes = fromBase64Url(text);
  if (bytes === null || bytes.length !== BODY_BYTES + MAC_BYTES) return null;
  const body = bytes.subarray(0, BODY_BYTES);
  if (!sameMac(bytes.subarray(BODY_BYTES), seal(secret, purpose, body))) return null;
  const expiresAtMs = unstamp(body);
  if (nowMs >= expiresAtMs || expiresAtMs > nowMs + LIMITS.challengeMs) return null;
  return { hash: toHex(sha256(bytes)), expiresAtMs };
}

function seal(secret: ServerSecret, purpose: string, body: Bytes): Bytes {
  return secret.mac(concat(utf8(`chit-challenge-v1\n${purpose}\n`), body)).slice(0, MAC_BYTES);
}

/** Looks at every byte, so that time does not tell how many were right. */
function sameMac(a: Uint8Array, b: Uint8Array): boolean {
  return a.reduce((difference, byte, at) => difference | (byte ^ (b[at] ?? 256)), a.length ^ b.length) === 0;
}

function stamp(ms: number): Bytes {
  const out = new Uint8Array(STAMP_BYTES);
  let rest = ms;
  for (let at = STAMP_BYTES - 1; at >= 0; at--) {
    out[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return out;
}

function unstamp(bytes: Uint8Array): number {
  return bytes.subarray(0, STAMP_BYTES).reduce((total, byte) => total * 256 + byte, 0);
}
