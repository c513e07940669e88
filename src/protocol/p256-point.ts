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
  const root = power(ySquared, (P + 1n) / 4n);
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

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

function toInteger(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

function toBytes(value: bigint): Bytes {
  return fromHex(value.toString(16).padStart(2 * COORDINATE_BYTES, '0')) ?? new Uint8Array(COORDINATE_BYTES);
}
