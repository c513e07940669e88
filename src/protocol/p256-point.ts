/**
 * Compressed points of P-256 (SEC 1, 2.3.3 and 2.3.4). In JavaScript, because not every browser's WebCrypto imports the
 * compressed form. Public keys only: nothing here runs in constant time.
 */
import { concat, fromHex, toHex, type Bytes } from '#base/bytes.ts';
import { COORDINATE_BYTES, POINT_BYTES } from './sizes.ts';

export type Point = { readonly x: Bytes; readonly y: Bytes };

const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/** Null when the bytes are not a compressed point on the curve. */
export function decompressPoint(publicKey: Bytes): Point | null {
  const sign = publicKey[0];
  if (publicKey.length !== POINT_BYTES || (sign !== 2 && sign !== 3)) return null;
  const x = toInteger(publicKey.subarray(1));
  if (x >= P) return null;
  const ySquared = rightSide(x);
  const root = candidateRoot(ySquared);
  if ((root * root) % P !== ySquared) return null;
  const y = (root & 1n) === BigInt(sign & 1) ? root : P - root;
  return { x: toBytes(x), y: toBytes(y) };
}

/** Null when the coordinates are not a point on the curve. */
export function compressPoint(x: Bytes, y: Bytes): Bytes | null {
  if (x.length !== COORDINATE_BYTES || y.length !== COORDINATE_BYTES) return null;
  const xInteger = toInteger(x);
  const yInteger = toInteger(y);
  if (xInteger >= P || yInteger >= P || (yInteger * yInteger) % P !== rightSide(xInteger)) return null;
  return concat(new Uint8Array([yInteger & 1n ? 3 : 2]), x);
}

/** x³ - 3x + b. */
function rightSide(x: bigint): bigint {
  return (((x * x - 3n) * x + B) % P + P) % P;
}

/** x to the power (p + 1) / 4 = (((2^32 - 1) 2^32 + 1) 2^96 + 1) 2^94: a root, where there is one. */
function candidateRoot(x: bigint): bigint {
  let ones = x;
  for (const bits of [1, 2, 4, 8, 16]) ones = (squared(ones, bits) * ones) % P;
  return squared((squared((squared(ones, 32) * x) % P, 96) * x) % P, 94);
}

function squared(x: bigint, times: number): bigint {
  let square = x;
  for (let i = 0; i < times; i++) square = (square * square) % P;
  return square;
}

function toInteger(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

function toBytes(value: bigint): Bytes {
  return fromHex(value.toString(16).padStart(2 * COORDINATE_BYTES, '0')) ?? new Uint8Array(COORDINATE_BYTES);
}
