import { describe, expect, test } from 'vitest';
import { chooseCode } from '#scan/choose-code.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const repeat = (alphabet: string, length: number) => Array.from({ length }, (_, index) => alphabet[(index * 7 + 3) % alphabet.length]).join('');

/** Data bits of versions 1 to 10 at levels L, M, Q, H: ISO/IEC 18004 table 7. */
const BITS: Readonly<Record<number, readonly [number, number, number, number]>> = {
  1: [152, 128, 104, 72],
  2: [272, 224, 176, 128],
  7: [1248, 992, 704, 528],
  9: [1856, 1456, 1056, 800],
};
/** Mode and count indicators, versions 1-9: 4 + 9 bits alphanumeric, 4 + 8 bits byte. */
const alphanumericBits = (chars: number) => 13 + Math.floor(chars / 2) * 11 + (chars % 2) * 6;

describe('which symbol a text gets', () => {
  test('the smallest version that holds it at L, then the strongest level that still fits', () => {
    for (let chars = 1; chars <= 25; chars++) {
      const code = chooseCode(repeat(BASE32, chars));
      const levels = ['L', 'M', 'Q', 'H'] as const;
      const strongest = levels.filter((_, index) => alphanumericBits(chars) <= (BITS[1]?.[index] ?? 0)).at(-1);
      expect([chars, code?.version, code?.level]).toEqual([chars, 1, strongest]);
    }
    expect(chooseCode(repeat(BASE32, 26))?.version).toBe(2);
  });

  test('a charge link keeps its fragment in alphanumeric mode: version 9 at most where the host is short', () => {
    const link = `https://pay.example.org/i#${repeat(BASE32, 256)}`;
    const code = chooseCode(link);
    expect(code?.version).toBe(9);
    // In byte mode alone the same text would need a larger symbol.
    expect((link.length + 2) * 8).toBeGreaterThan(BITS[9]?.[0] ?? 0);
  });

  test('a receipt of 214 characters is version 7', () => {
    expect(chooseCode(`OP1R:${repeat(BASE32, 209)}`)).toMatchObject({ version: 7, size: 45 });
  });

  test('other texts are drawn too, as bytes', () => {
    expect(chooseCode('你好')?.version).toBe(1);
  });

  test('what fits no symbol, and nothing, is null', () => {
    expect(chooseCode(repeat('x', 3_000))).toBeNull();
    expect(chooseCode('')).toBeNull();
  });

  test('modules: three finders, a dark module, and the timing pattern', () => {
    const code = chooseCode('OP1R:TEST');
    if (code === null) throw new Error('no code');
    const finder = (row: number, column: number) => [0, 1, 2, 3, 4, 5, 6].map((i) => code.isDark(row, column + i));
    expect(finder(0, 0)).toEqual(Array(7).fill(true));
    expect(finder(0, code.size - 7)).toEqual(Array(7).fill(true));
    expect(finder(code.size - 1, 0)).toEqual(Array(7).fill(true));
    expect(finder(code.size - 1, code.size - 7)).not.toEqual(Array(7).fill(true));
    expect([8, 9, 10].map((column) => code.isDark(6, column))).toEqual([true, false, true]);
  });
});
