/** Animated codes against a bad camera and a bad sender: losses, order, counts that lie, another message in between. */
import fc from 'fast-check';
import QRCode from 'qrcode';
import { describe, expect, it, vi } from 'vitest';
import type { Bytes } from '#base/bytes.ts';
import { toBytewords } from '#protocol/bytewords.ts';
import { encodeCbor, type CborValue } from '#protocol/cbor.ts';
import { crc32 } from '#protocol/crc32.ts';
import { LIMITS } from '#protocol/limits.ts';
import { NO_PROGRESS, receiveUr, urEncoder, type UrAnswer, type UrProgress } from '#protocol/ur.ts';

vi.setConfig({ testTimeout: 60_000 });

const bytes = (length: number, seed = 1): Bytes => new Uint8Array(length).map((_, index) => (index * 167 + seed * 31 + (index >> 5)) & 255);
const message = bytes(2_000);
const encoder = urEncoder(message, 100);
/** Feeds texts until one says something final. */
function read(texts: Iterable<string>, from: UrProgress = NO_PROGRESS): { last: UrAnswer | null; used: number } {
  let progress = from;
  let used = 0;
  let last: UrAnswer | null = null;
  for (const text of texts) {
    used++;
    last = receiveUr(progress, text);
    if (last.kind === 'more') progress = last.progress;
    if (last.kind === 'done' || last.kind === 'spoilt') return { last, used };
  }
  return { last, used };
}
function* parts(of = encoder, from = 1, keep: (seqNum: number) => boolean = () => true): Generator<string> {
  for (let seqNum = from; seqNum < from + 50 * of.seqLen; seqNum++) if (keep(seqNum)) yield of.part(seqNum);
}
const made = (values: CborValue, path = '1-21'): string => `UR:BYTES/${path}/${toBytewords(encodeCbor(values)).toUpperCase()}`;

describe('an animated code', () => {
  it('is read whole from its first parts, in any order, each as often as it comes', () => {
    const all = [...parts()].slice(0, encoder.seqLen);
    for (const order of [all, all.toReversed(), all.flatMap((text) => [text, text])]) expect(read(order).last).toEqual({ kind: 'done', message });
  });
  it('needs few more parts than there are fragments, whichever are lost', () => {
    for (const [from, keep] of [[1, (n: number) => n % 3 !== 0], [22, () => true], [1_000_000, () => true], [4_294_000_000, () => true]] as const) {
      const { last, used } = read(parts(encoder, from, keep));
      expect(last).toEqual({ kind: 'done', message });
      expect(used).toBeLessThan(encoder.seqLen * 2);
    }
  });
  it('tells how far it is, and a part that tells nothing new changes nothing', () => {
    const first = receiveUr(NO_PROGRESS, encoder.part(1));
    expect(first).toMatchObject({ kind: 'more', have: 1, of: encoder.seqLen });
    if (first.kind !== 'more') throw new Error('more is to come');
    expect(receiveUr(first.progress, encoder.part(1))).toMatchObject({ kind: 'more', have: 1 });
    expect(receiveUr(first.progress, encoder.part(2).toLowerCase())).toMatchObject({ kind: 'more', have: 2 });
    expect(NO_PROGRESS.rows.size).toBe(0);
  });
  it('of any message and size of parts, through any losses', () => {
    const any = fc.record({ length: fc.integer({ min: 1, max: 1_500 }), fragment: fc.integer({ min: 10, max: 120 }), from: fc.integer({ min: 1, max: 200 }), lose: fc.integer({ min: 2, max: 5 }) });
    fc.assert(
      fc.property(any, ({ length, fragment, from, lose }) => {
        const own = bytes(length, fragment);
        const of = urEncoder(own, fragment);
        expect(read(parts(of, from, (n) => n % lose !== 0)).last).toEqual({ kind: 'done', message: own });
      }),
      { numRuns: 100 },
    );
  });
  it('of the largest export fits a v15 code a part', () => {
    const largest = urEncoder(bytes(LIMITS.urMessageBytes));
    expect(largest.seqLen).toBeLessThanOrEqual(LIMITS.urParts);
    const text = largest.part(LIMITS.urParts + 7);
    expect(text.length).toBeLessThan(LIMITS.codeTextChars);
    expect(QRCode.create([{ mode: 'alphanumeric', data: text }], { errorCorrectionLevel: 'L' }).version).toBeLessThanOrEqual(15);
    expect(read(parts(largest)).last).toMatchObject({ kind: 'done' });
  });
  it('is not made of nothing, nor of too much', () => {
    expect(() => urEncoder(new Uint8Array(0))).toThrow('assertion failed');
    expect(() => urEncoder(bytes(LIMITS.urMessageBytes + 1))).toThrow('assertion failed');
    expect(() => urEncoder(bytes(20_000), 10)).toThrow('assertion failed');
    expect(() => urEncoder(bytes(20), 9)).toThrow('assertion failed');
    for (const seqNum of [0, -1, 1.5, 2 ** 32]) expect(() => encoder.part(seqNum)).toThrow('assertion failed');
  });
});

describe('case 73: a bad sender', () => {
  const data = bytes(100);
  it.each<[string, string]>([
    ['nothing', ''],
    ['another scheme', 'OP1V:ABC'],
    ['another type', encoder.part(1).replace('BYTES', 'SEED')],
    ['a damaged part', encoder.part(1).replace(/.$/u, (last) => (last === 'A' ? 'B' : 'A'))],
    ['a part cut off', encoder.part(1).slice(0, -2)],
    ['a number that is not its own', encoder.part(1).replace('/1-', '/2-')],
    ['a count that is not its own', encoder.part(1).replace('-21/', '-22/')],
    ['part nought', made([0, 21, 2_003, 1, data], '0-21')],
    ['no parts', made([1, 0, 2_003, 1, data], '1-0')],
    ['a count that its sizes belie', made([1, 20, 2_003, 1, data], '1-20')],
    ['too many parts', made([1, 1_025, 1_025, 1, new Uint8Array(1)], '1-1025')],
    ['too large a message', made([1, 1_000, 300_000, 1, new Uint8Array(300)], '1-1000')],
    ['a count beyond all', made([1, 2 ** 40, 2 ** 40, 1, new Uint8Array(1)], '1-9999')],
    ['a fragment of nothing', made([1, 1, 0, 1, new Uint8Array(0)], '1-1')],
    ['a checksum of five bytes', made([1, 21, 2_003, 2 ** 32, data])],
    ['a negative checksum', made([1, 21, 2_003, -1, data])],
    ['a text for data', made([1, 21, 2_003, 1, 'x'])],
    ['six items', made([1, 21, 2_003, 1, data, 1])],
    ['no list', made(new Map())],
    ['a part number beyond 32 bits', made([2 ** 32, 21, 2_003, 1, data], '4294967296-21')],
    ['a single part that holds no bytes', `UR:BYTES/${toBytewords(encodeCbor([1, 2, 3])).toUpperCase()}`],
    ['a single part of nothing', `UR:BYTES/${toBytewords(encodeCbor(new Uint8Array(0))).toUpperCase()}`],
    ['a novel', encoder.part(1) + 'AE'.repeat(1_000)],
  ])('showing %s is not believed', (_what, text) => {
    expect(receiveUr(NO_PROGRESS, text)).toEqual({ kind: 'broken' });
  });
  it('showing two messages in turn: the first one goes on', () => {
    const other = urEncoder(bytes(2_000, 2), 100);
    const mixed = [...parts()].slice(0, 30).flatMap((text, index) => [text, other.part(index + 1), urEncoder(bytes(5)).part(1)]);
    expect(receiveUr((receiveUr(NO_PROGRESS, encoder.part(1)) as { progress: UrProgress }).progress, other.part(1))).toEqual({ kind: 'other' });
    expect(read(mixed).last).toEqual({ kind: 'done', message });
  });
  it('lying in one part spoils the whole, which is told and never taken', () => {
    const payload = encodeCbor(message);
    const head = [encoder.seqLen, payload.length];
    const checksum = (receiveUr(NO_PROGRESS, encoder.part(1)) as { progress: UrProgress }).progress.head?.checksum ?? 0;
    const fragmentBytes = Math.ceil(payload.length / encoder.seqLen);
    const lie = made([3, ...head, checksum, bytes(fragmentBytes)], `3-${encoder.seqLen}`);
    expect(read([lie, ...parts()]).last).toEqual({ kind: 'spoilt' });
  });
  it('filling up its last fragment with something spoils the whole: one message has one row of parts', () => {
    const payload = encodeCbor(bytes(15));
    const filled = (rest: number): string[] =>
      [payload.slice(0, 10), new Uint8Array([...payload.slice(10), ...Array.from({ length: 20 - payload.length }, () => rest)])].map((data, index) =>
        made([index + 1, 2, payload.length, crc32(payload), data], `${index + 1}-2`),
      );
    expect(read(filled(0)).last).toEqual({ kind: 'done', message: bytes(15) });
    expect(read(filled(1)).last).toEqual({ kind: 'spoilt' });
  });
  it('never costs more than its bound', () => {
    const texts = Array.from({ length: 600 }, (_, index) => made([2_000 + index, 1_024, 131_072, 7, new Uint8Array(128)], `${2_000 + index}-1024`));
    let progress = NO_PROGRESS;
    let slowestMs = 0;
    for (const text of texts) {
      const from = performance.now();
      const answer = receiveUr(progress, text);
      slowestMs = Math.max(slowestMs, performance.now() - from);
      if (answer.kind === 'more') progress = answer.progress;
    }
    expect(progress.rows.size).toBeLessThanOrEqual(1_024);
    expect(slowestMs).toBeLessThan(1_000);
  });
});
