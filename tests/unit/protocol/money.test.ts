import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { LIMITS } from '#protocol/limits.ts';
import { formatMinor, parseAmount } from '#protocol/money.ts';

// Thousands of runs: a loaded machine may take its time.
vi.setConfig({ testTimeout: 60_000 });

const good: readonly [string, number, number][] = [
  ['18.50', 2, 1_850],
  ['18.5', 2, 1_850],
  ['18', 2, 1_800],
  ['0.01', 2, 1],
  ['１８．５０', 2, 1_850],
  ['１２', 2, 1_200],
  ['18。50', 2, 1_850],
  ['18｡5', 2, 1_850],
  ['9999999.99', 2, 999_999_999],
  ['500', 0, 500],
  ['999999999', 0, 999_999_999],
];
const bad: readonly [string, number, string][] = [
  ['', 2, 'AMOUNT_EMPTY'],
  [' ', 2, 'AMOUNT_EMPTY'],
  ['\u3000', 2, 'AMOUNT_EMPTY'],
  ['0', 2, 'AMOUNT_ZERO'],
  ['0.00', 2, 'AMOUNT_ZERO'],
  ['10000000', 2, 'AMOUNT_TOO_LARGE'],
  ['999999999', 2, 'AMOUNT_TOO_LARGE'],
  ['1000000000', 0, 'AMOUNT_TOO_LARGE'],
  ['9007199254740993', 2, 'AMOUNT_TOO_LARGE'],
  ['1234567890123456789', 2, 'AMOUNT_TOO_LARGE'],
  ['5.0', 0, 'AMOUNT_FORMAT'],
  ...['1e3', '1E3', '-5', '-0', '+5', '0x10', '1,234', '1，234', '1.005', '12abc', 'Infinity', 'NaN', '5.', '.5', '05', '00', '1.2.3'].map(
    (text): [string, number, string] => [text, 2, 'AMOUNT_FORMAT'],
  ),
  ...[' 5', '5 ', '5\n', '1 000', '10²', '①', '½', '٣', '𝟏', '１ｅ３', '－５', '＋５', '¥5', '5元', '1'.repeat(10_000)].map(
    (text): [string, number, string] => [text, 2, 'AMOUNT_FORMAT'],
  ),
];

describe('parseAmount', () => {
  it.each(good)('%s with %i decimals is %i', (text, decimals, amountMinor) => {
    expect(parseAmount(text, decimals)).toEqual({ ok: true, value: amountMinor });
  });
  it.each(bad)('%j with %i decimals is %s', (text, decimals, error) => {
    expect(parseAmount(text, decimals)).toEqual({ ok: false, error });
  });

  it('reads back what formatMinor writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: LIMITS.amountMinor }), fc.constantFrom(0, 2), (amountMinor, decimals) => {
        const read = parseAmount(formatMinor(amountMinor, decimals), decimals);
        // Without decimals the text has up to nine digits, which is exactly the limit.
        expect(read).toEqual({ ok: true, value: amountMinor });
      }),
    );
  });
  it('takes any text without throwing, and only payable amounts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
        const read = parseAmount(text, 2);
        if (read.ok) expect(read.value > 0 && read.value <= LIMITS.amountMinor && Number.isInteger(read.value)).toBe(true);
      }),
    );
  });
});

describe('formatMinor', () => {
  it.each([
    [1_850, 2, '18.50'],
    [1, 2, '0.01'],
    [0, 2, '0.00'],
    [-1_850, 2, '-18.50'],
    [500, 0, '500'],
    [Number.MAX_SAFE_INTEGER, 2, '90071992547409.91'],
  ])('%i with %i decimals is %s', (amountMinor, decimals, text) => {
    expect(formatMinor(amountMinor, decimals)).toBe(text);
  });
  it.each([1.5, Number.NaN, 2 ** 53, -0])('stops at %d', (wrong) => {
    expect(() => formatMinor(wrong, 2)).toThrow('safe integer');
  });
});
