/**
 * Animated codes: a message too large for one code as an endless row of parts (BC-UR, BCR-2020-005 and 2024-001), type "bytes".
 * For exports between two devices only, never for a payment. Whoever reads them may be shown anything: counts that lie, parts of
 * another message in between, damaged ones. Progress is a value; nothing here keeps state, and what may be kept has a bound.
 */
import { assert } from '#base/assert.ts';
import type { Bytes } from '#base/bytes.ts';
import { fromBytewords, toBytewords } from './bytewords.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { crc32 } from './crc32.ts';
import { chooseFragments } from './fountain.ts';
import { LIMITS } from './limits.ts';
import { isList, isUint } from './shape.ts';

const PART = /^ur:bytes\/([1-9][0-9]{0,9})-([1-9][0-9]{0,3})\/([a-z]+)$/u;
const WHOLE = /^ur:bytes\/([a-z]+)$/u;
const FEWEST_BYTES = 10;
const MOST_PARTS_SHOWN = 0xffff_ffff;
/** What CBOR puts before a byte string. */
const CBOR_HEAD = 5;

type Head = { readonly seqLen: number; readonly messageBytes: number; readonly checksum: number; readonly fragmentBytes: number };
type Part = Head & { readonly seqNum: number; readonly data: Bytes };

export type UrEncoder = { /** How many parts hold the message when none is lost. */ readonly seqLen: number; /** 1, 2, 3... without end. */ readonly part: (seqNum: number) => string };

/** Upper case: a code of it is alphanumeric. */
export function urEncoder(message: Bytes, maxFragmentBytes: number = LIMITS.urFragmentBytes): UrEncoder {
  assert(message.length > 0 && message.length <= LIMITS.urMessageBytes, 'a message has a bound');
  const payload = encodeCbor(message);
  const fragmentBytes = fragmentBytesOf(payload.length, maxFragmentBytes);
  const seqLen = Math.ceil(payload.length / fragmentBytes);
  const checksum = crc32(payload);
  assert(seqLen <= LIMITS.urParts, 'a message has a bounded number of parts');
  const part = (seqNum: number): string => {
    assert(Number.isSafeInteger(seqNum) && seqNum >= 1 && seqNum <= MOST_PARTS_SHOWN, 'parts are counted from 1');
    const data = new Uint8Array(fragmentBytes);
    for (const index of chooseFragments(seqNum, seqLen, checksum)) mix(data, payload.subarray(index * fragmentBytes, (index + 1) * fragmentBytes));
    const body = toBytewords(encodeCbor([seqNum, seqLen, payload.length, checksum, data]));
    return (seqLen === 1 ? `ur:bytes/${toBytewords(payload)}` : `ur:bytes/${seqNum}-${seqLen}/${body}`).toUpperCase();
  };
  return { seqLen, part };
}

/** One row of a system of equations: which fragments (a byte each, 0 or 1), and what they are together. */
type Row = { readonly which: Bytes; readonly data: Bytes };
export type UrProgress = {
  readonly head: Head | null;
  /** By the first fragment that each mixes: never more than there are fragments. */
  readonly rows: ReadonlyMap<number, Row>;
};
export const NO_PROGRESS: UrProgress = { head: null, rows: new Map() };

export type UrAnswer =
  | { readonly kind: 'more'; readonly progress: UrProgress; readonly have: number; readonly of: number }
  | { readonly kind: 'done'; readonly message: Bytes }
  /** Not one of ours, or damaged: nothing changes. */
  | { readonly kind: 'broken' }
  /** A part of another message: nothing changes; who wants the other one begins again. */
  | { readonly kind: 'other' }
  /** All parts are here and the whole is wrong: one of them lied. Begin again. */
  | { readonly kind: 'spoilt' };

export function receiveUr(progress: UrProgress, text: string): UrAnswer {
  if (text.length > LIMITS.codeTextChars) return { kind: 'broken' };
  const lower = text.trim().toLowerCase();
  const [, whole] = WHOLE.exec(lower) ?? [];
  if (whole !== undefined) return progress.head === null ? messageOf(fromBytewords(whole), 'broken') : { kind: 'other' };
  const part = readPart(lower);
  if (part === null) return { kind: 'broken' };
  const { head } = progress;
  if (head !== null && !isSame(head, part)) return { kind: 'other' };
  return withRow(progress, part);
}

/** Shape, and counts that agree with each other: nothing larger than its bound is ever made of them. */
function readPart(text: string): Part | null {
  const [, num, len, body] = PART.exec(text) ?? [];
  const bytes = body === undefined ? null : fromBytewords(body);
  const value = bytes === null ? null : decodeCbor(bytes);
  if (value === null || !isList(value) || value.length !== 5) return null;
  const [seqNum, seqLen, messageBytes, checksum, data] = value;
  if (!isUint(seqNum) || !isUint(seqLen) || !isUint(messageBytes) || !isUint(checksum) || !(data instanceof Uint8Array)) return null;
  if (String(seqNum) !== num || String(seqLen) !== len || seqNum > MOST_PARTS_SHOWN || checksum > 0xffff_ffff) return null;
  const fits = data.length > 0 && seqLen <= LIMITS.urParts && messageBytes <= LIMITS.urMessageBytes + CBOR_HEAD;
  if (!fits || Math.ceil(messageBytes / data.length) !== seqLen) return null;
  return { seqNum, seqLen, messageBytes, checksum, fragmentBytes: data.length, data };
}

function isSame(a: Head, b: Head): boolean {
  return a.seqLen === b.seqLen && a.messageBytes === b.messageBytes && a.checksum === b.checksum && a.fragmentBytes === b.fragmentBytes;
}

/** Takes out of the part what is known; what is left, if anything, is one equation more. */
function withRow({ rows }: UrProgress, part: Part): UrAnswer {
  const { seqNum, seqLen, messageBytes, checksum, fragmentBytes } = part;
  const head = { seqLen, messageBytes, checksum, fragmentBytes };
  const which = new Uint8Array(seqLen);
  for (const index of chooseFragments(seqNum, seqLen, checksum)) which[index] = 1;
  const data = part.data.slice();
  let first = which.indexOf(1);
  for (let row = rows.get(first); row !== undefined; row = rows.get(first)) {
    mix(which, row.which);
    mix(data, row.data);
    first = which.indexOf(1, first);
  }
  const more = first === -1 ? rows : new Map([...rows, [first, { which, data }]]);
  if (more.size < seqLen) return { kind: 'more', progress: { head, rows: more }, have: more.size, of: seqLen };
  const payload = solve(head, more);
  return payload === null ? { kind: 'spoilt' } : messageOf(payload, 'spoilt');
}

/** There are as many equations as fragments: from the last to the first, each is freed of those after it. */
function solve({ seqLen, messageBytes, checksum, fragmentBytes }: Head, rows: ReadonlyMap<number, Row>): Bytes | null {
  const all = new Uint8Array(seqLen * fragmentBytes);
  const fragment = (index: number): Bytes => all.subarray(index * fragmentBytes, (index + 1) * fragmentBytes);
  for (let index = seqLen - 1; index >= 0; index--) {
    const row = rows.get(index);
    assert(row !== undefined, 'every fragment has its row');
    fragment(index).set(row.data);
    for (let later = row.which.indexOf(1, index + 1); later !== -1; later = row.which.indexOf(1, later + 1)) mix(fragment(index), fragment(later));
  }
  const payload = all.slice(0, messageBytes);
  const onlyZeros = all.subarray(messageBytes).every((byte) => byte === 0);
  return onlyZeros && crc32(payload) === checksum ? payload : null;
}

function messageOf(payload: Bytes | null, otherwise: 'broken' | 'spoilt'): UrAnswer {
  const message = payload === null ? null : decodeCbor(payload, LIMITS.urMessageBytes + CBOR_HEAD);
  return message instanceof Uint8Array && message.length > 0 ? { kind: 'done', message } : { kind: otherwise };
}

/** The fewest fragments of at most that many bytes, as equal as can be. */
function fragmentBytesOf(length: number, maxFragmentBytes: number): number {
  assert(maxFragmentBytes >= FEWEST_BYTES, 'a fragment has some bytes');
  return Math.ceil(length / Math.ceil(length / maxFragmentBytes));
}

function mix(into: Bytes, other: Bytes): void {
  for (let i = 0; i < other.length; i++) into[i] = (into[i] ?? 0) ^ (other[i] ?? 0);
}
