/** What is printed can be read back to the same minor units, in both languages, for every amount an account may hold. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { currencyByNumeric } from '#protocol/currency.ts';
import { LIMITS } from '#protocol/limits.ts';
import { decimalText, formatAgo, formatMoney, formatTime, formatWait, moneyParts } from '#i18n/formats.ts';
import type { Locale } from '#i18n/translate.ts';

const LOCALES: readonly Locale[] = ['zh-CN', 'en'];
const CURRENCIES = [156, 978, 840, 344, 392];
const amount = fc.integer({ min: -LIMITS.balanceMinor, max: LIMITS.balanceMinor });

/** Reads only digits, the last point and a minus: independent of the code under test, and without a float. */
function readBack(text: string, ccy: number): bigint {
  const decimals = currencyByNumeric(ccy)?.decimals ?? 0;
  const negative = /[-−]/u.test(text);
  const [whole = '', fraction = ''] = text.replace(/[^0-9.]/gu, '').split('.');
  expect(fraction.length).toBe(decimals);
  const minor = BigInt(whole + fraction);
  return negative ? -minor : minor;
}

test.each(LOCALES)('money printed in %s reads back exactly', (locale) => {
  fc.assert(
    fc.property(amount, fc.constantFrom(...CURRENCIES), fc.constantFrom('auto' as const, 'always' as const), (minor, ccy, sign) => {
      expect(readBack(formatMoney(minor, ccy, locale, sign), ccy)).toBe(BigInt(minor));
      expect(readBack(decimalText(minor, ccy), ccy)).toBe(BigInt(minor));
      expect(moneyParts(minor, ccy, locale, sign).map((part) => part.text).join('')).toBe(formatMoney(minor, ccy, locale, sign));
    }),
    { verbose: 1, numRuns: 2_000 },
  );
});

test('the largest amounts lose no cent', () => {
  for (const minor of [LIMITS.balanceMinor, LIMITS.amountMinor, 1, 0, 29, 1_005, Number.MAX_SAFE_INTEGER]) {
    expect(readBack(formatMoney(minor, 156, 'zh-CN'), 156)).toBe(BigInt(minor));
  }
});

test('figures look as people here write them', () => {
  expect(formatMoney(1_850, 156, 'zh-CN')).toBe('¥18.50');
  expect(formatMoney(1_850, 156, 'en')).toBe('¥18.50');
  expect(formatMoney(-123_456, 156, 'en')).toBe('-¥1,234.56');
  expect(formatMoney(500, 156, 'zh-CN', 'always')).toBe('+¥5.00');
  expect(decimalText(5, 156)).toBe('0.05');
  expect(decimalText(-5, 392)).toBe('-5');
  expect(formatMoney(500, 344, 'en')).toBe('HK$5.00');
  expect(formatMoney(500, 392, 'en')).toMatch(/^JPY\s500$/u);
  expect(moneyParts(-1_850, 156, 'zh-CN')).toEqual([
    { kind: 'sign', text: '-' },
    { kind: 'currency', text: '¥' },
    { kind: 'figure', text: '18.50' },
  ]);
});

test('anything but a safe integer of a known currency is a bug, not a figure', () => {
  for (const bad of [18.5, NaN, Infinity, 2 ** 53]) expect(() => formatMoney(bad, 156, 'en')).toThrow('assertion');
  expect(() => formatMoney(1, 999, 'en')).toThrow('assertion');
});

test('time is told in the zone that is given', () => {
  const atMs = Date.UTC(2026, 10, 23, 16, 5, 9);
  expect(formatTime(atMs, 'zh-CN', 'Asia/Shanghai')).toBe('11月24日 00:05');
  expect(formatTime(atMs, 'en', 'Asia/Shanghai')).toBe('24 Nov, 00:05');
  expect(formatTime(atMs, 'en', 'America/New_York', 'time')).toBe('11:05');
  expect(formatTime(atMs, 'zh-CN', 'UTC', 'date')).toBe('2026年11月23日');
  expect(formatTime(atMs, 'en', 'UTC', 'full')).toBe('23 Nov 2026, 16:05:09');
});

test('ages and waits', () => {
  expect(formatAgo(-5_000, 'en')).toBe('just now');
  expect(formatAgo(59_999, 'zh-CN')).toBe('刚刚');
  expect(formatAgo(180_000, 'zh-CN')).toBe('3分钟前');
  expect(formatAgo(2 * 3_600_000, 'en')).toBe('2 hours ago');
  expect(formatAgo(49 * 3_600_000, 'en')).toBe('2 days ago');
  expect(formatWait(60_001, 'en')).toBe('2 minutes');
  expect(formatWait(400, 'en')).toBe('1 second');
  expect(formatWait(3_600_001, 'zh-CN')).toBe('2小时');
});
