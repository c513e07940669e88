/** The JSON door: what JSON.parse would let pass and we do not. */
import { describe, expect, it } from 'vitest';
import { utf8 } from '#base/bytes.ts';
import { LIMITS } from '#protocol/limits.ts';
import { parseJson } from '#server/http/json.ts';

const parsed = (text: string): unknown => parseJson(utf8(text))?.value;
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

/** Of five: what a busy machine does in between does not count. */
function bestMs(bytes: Uint8Array): number {
  const once = (): number => {
    const startMs = performance.now();
    parseJson(bytes);
    return performance.now() - startMs;
  };
  return Math.min(...Array.from({ length: 5 }, once));
}

describe('parseJson', () => {
  it.each<[string, unknown]>([
    ['{"a":1,"b":[true,null,"x"]}', { a: 1, b: [true, null, 'x'] }],
    ['{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}', { a: { a: { a: 1 } }, b: [{ a: 1 }, { a: 2 }] }],
    [String.raw`{"quoted \" : {":"} [ : \\","b":2}`, { 'quoted " : {': '} [ : \\', b: 2 }],
    ['"alone"', 'alone'],
  ])('takes %s', (text, value) => expect(parsed(text)).toEqual(value));

  it.each([
    ['{"a":1,"a":2}', 'the same key twice'],
    [String.raw`{"a":1,"\u0061":2}`, 'the same key twice, once escaped'],
    ['[{"x":{"b":1,"b":1}}]', 'the same key twice, deep'],
    ['{"__proto__":{"admin":true}}', 'a prototype'],
    [String.raw`{"_\u005fproto__":1}`, 'a prototype, escaped'],
    ['{"a":{"__proto__":1}}', 'a prototype, deep'],
    ['', 'nothing'],
    ['{', 'half of it'],
    ['{"a":1}x', 'trailing text'],
    ["{'a':1}", 'JavaScript'],
    ['{"a":01}', 'octal'],
    ['{"a":NaN}', 'not a number'],
    ['{"a":"\u0001"}', 'a control character'],
    ['\uFEFF{}', 'a byte order mark'],
    [nested(LIMITS.jsonDepth + 1), 'a tower'],
    ['{"a":'.repeat(20_000), 'an open tower'],
    [`${'"'.repeat(50_000)}`, 'many quotes'],
    [String.raw`{"a":"b\"`, 'a string that an escaped quote ends'],
    ['{"a":"b\\', 'a string that a backslash ends'],
  ])('refuses %s', (text) => expect(parseJson(utf8(text))).toBeNull());

  it('reads a string that nothing ends in the time of one that ends', () => {
    const open = `"${String.raw`\"`.repeat(LIMITS.bodyBytes / 4)}`;
    const [ended, unended] = [utf8(`${open}"`), utf8(open)];
    expect([parseJson(unended), typeof parseJson(ended)?.value]).toEqual([null, 'string']);
    // Quadratic, it is some thousand times slower.
    expect(bestMs(unended)).toBeLessThan(50 * bestMs(ended));
  });

  it('refuses bytes that are not UTF-8', () => expect(parseJson(Uint8Array.of(0x22, 0xff, 0x22))).toBeNull());

  it('takes what is as deep as allowed', () => expect(parsed(nested(LIMITS.jsonDepth))).toBeDefined());
});
