/**
 * Which fragments a part of a multi-part code mixes (BCR-2024-001): the first parts are the fragments in order, every later one
 * is some of them xored, chosen by a generator that both sides seed with the part's number and the message's checksum. So no
 * part is ever waited for: any that come are good. Xoshiro256** and the sampler are as the specification has them, to the bit.
 */
import { concat, type Bytes } from '#base/bytes.ts';
import { crc32Bytes } from './crc32.ts';
import { sha256 } from './sha256.ts';

const MASK = 0xffff_ffff_ffff_ffffn;

/** Gives numbers in [0, 1). */
export type Draw = () => number;

/** Xoshiro256**, seeded with the SHA-256 of `seed`. */
export function xoshiro(seed: Bytes): Draw {
  const digest = sha256(seed);
  const word = (at: number): bigint => digest.subarray(at, at + 8).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  let [a, b, c, d] = [word(0), word(8), word(16), word(24)];
  return () => {
    const result = (rotate((b * 5n) & MASK, 7n) * 9n) & MASK;
    const shifted = (b << 17n) & MASK;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 45n);
    return Number(result) / 2 ** 64;
  };
}

/** Between low and high, both included. */
export function drawInteger(draw: Draw, low: number, high: number): number {
  return Math.floor(draw() * (high - low + 1)) + low;
}

/** The fragments that part `seqNum` (1, 2, 3...) mixes. */
export function chooseFragments(seqNum: number, seqLen: number, checksum: number): readonly number[] {
  if (seqNum <= seqLen) return [seqNum - 1];
  const draw = xoshiro(concat(crc32Bytes(seqNum), crc32Bytes(checksum)));
  const degree = drawDegree(seqLen, draw);
  const left = Array.from({ length: seqLen }, (_, index) => index);
  return Array.from({ length: degree }, () => left.splice(drawInteger(draw, 0, left.length - 1), 1)[0] ?? 0);
}

/** 1 to seqLen, with probabilities in proportion to 1, 1/2, 1/3... */
function drawDegree(seqLen: number, draw: Draw): number {
  const sampler = samplerOf(Array.from({ length: seqLen }, (_, index) => 1 / (index + 1)));
  return sampler(draw) + 1;
}

/** The alias method of Vose: one draw for a column, one for its two halves. */
export function samplerOf(weights: readonly number[]): (draw: Draw) => number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const share = weights.map((weight) => (weight / total) * weights.length);
  const alias = weights.map(() => 0);
  const indices = weights.map((_, index) => weights.length - 1 - index);
  const isSmall = (index: number): boolean => (share[index] ?? 0) < 1;
  const small = indices.filter(isSmall);
  const large = indices.filter((index) => !isSmall(index));
  for (;;) {
    const [less, more] = [small.at(-1), large.at(-1)];
    if (less === undefined || more === undefined) break;
    small.pop();
    large.pop();
    alias[less] = more;
    share[more] = (share[more] ?? 0) + (share[less] ?? 0) - 1;
    (isSmall(more) ? small : large).push(more);
  }
  for (const index of [...large, ...small]) share[index] = 1;
  return (draw) => {
    const [column, half] = [Math.floor(draw() * weights.length), draw()];
    return half < (share[column] ?? 0) ? column : (alias[column] ?? 0);
  };
}

function rotate(value: bigint, by: bigint): bigint {
  return ((value << by) | (value >> (64n - by))) & MASK;
}
