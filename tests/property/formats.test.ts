/**
 * What is printed can be read back to the same minor units, in both languages, for every amount an account may hold; and it is what
 * Intl prints, which the app itself does not call.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { currencyByNumeric } from '#protocol/currency.ts';
import { LIMITS } from '#protocol/limits.ts';
import { calendarDay, decimalText, formatAgo, formatMoney, formatTime, formatWait, GREENWICH, moneyParts } from '#i18n/formats.ts';
import type { TimeStyle, Zone } from '#i18n/formats.ts';
import { deviceZone } from '#ui/models/now.ts';
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
  const shanghai: Zone = () => 480;
  const newYork: Zone = () => -300;
  expect(formatTime(atMs, 'zh-CN', shanghai)).toBe('11月24日 00:05');
  expect(formatTime(atMs, 'en', shanghai)).toBe('24 Nov, 00:05');
  expect(formatTime(atMs, 'en', newYork, 'time')).toBe('11:05');
  expect(formatTime(atMs, 'zh-CN', GREENWICH, 'date')).toBe('2026年11月23日');
  expect(formatTime(atMs, 'en', GREENWICH, 'full')).toBe('23 Nov 2026, 16:05:09');
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

const STYLES: Record<TimeStyle, Intl.DateTimeFormatOptions> = {
  time: { hour: '2-digit', minute: '2-digit' },
  day: { month: 'short', day: 'numeric' },
  date: { year: 'numeric', month: 'short', day: 'numeric' },
  'day-time': { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' },
  full: { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' },
};
/** Half hours, quarters, a day ahead, and summer times that begin and end on either half of the globe. */
const ZONES = ['Asia/Shanghai', 'America/New_York', 'Pacific/Apia', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC'];

/** Minutes east, out of what Intl says the clocks show there. */
function zoneNamed(timeZone: string): Zone {
  const fields = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const;
  const format = new Intl.DateTimeFormat('en', { timeZone, ...fields });
  return (atMs) => {
    const parts = new Map(format.formatToParts(atMs).map((part) => [part.type, Number(part.value)]));
    const [year = NaN, month = NaN, day, hour, minute, second] = (['year', 'month', 'day', 'hour', 'minute', 'second'] as const).map((field) => parts.get(field) ?? NaN);
    return (Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atMs / 1_000) * 1_000) / 60_000;
  };
}

test.each(ZONES)('case 44, 45: in %s, any moment is written as Intl writes it', (timeZone) => {
  const zone = zoneNamed(timeZone);
  const cases = LOCALES.flatMap((locale) =>
    (Object.keys(STYLES) as TimeStyle[]).map((style) => ({
      locale,
      style,
      intl: new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { ...STYLES[style], timeZone, hourCycle: 'h23' }),
    })),
  );
  const dayFormat = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(2012, 0), max: Date.UTC(2090, 0) }), fc.constantFrom(...cases), (atMs, { locale, style, intl }) => {
      expect(formatTime(atMs, locale, zone, style)).toBe(intl.format(atMs));
      expect(calendarDay(atMs, zone)).toBe(dayFormat.format(atMs));
    }),
    { verbose: 1, numRuns: 500 },
  );
});

test("this device's zone is the one that Intl names", () => {
  const zone = zoneNamed(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const moment = fc.integer({ min: Date.UTC(2012, 0), max: Date.UTC(2037, 0) });
  fc.assert(
    fc.property(moment, (atMs) => {
      expect(deviceZone(atMs) + 0).toBe(zone(atMs) + 0);
    }),
    { verbose: 1 },
  );
});

const DISPLAY: Record<number, 'narrowSymbol' | 'symbol' | 'code'> = { 156: 'narrowSymbol', 392: 'code' };

test.each(LOCALES)('case 46: any sum and any age is written in %s as Intl writes it', (locale) => {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
  const wait = (unit: string, value: number): string => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
  for (const [unit, sizeMs] of [['minute', 60_000], ['hour', 3_600_000], ['day', 86_400_000]] as const) {
    for (const count of [1, 2, 3, 11, 21, 23, ...(unit === 'day' ? [100, 1_234] : [])]) expect(formatAgo(count * sizeMs + 1, locale)).toBe(relative.format(-count, unit));
  }
  for (const seconds of [1, 2, 59, 60]) expect(formatWait(seconds * 1_000, locale)).toBe(wait('second', seconds));
  for (const minutes of [2, 60]) expect(formatWait(minutes * 60_000, locale)).toBe(wait('minute', minutes));
  for (const hours of [2, 24, 1_500]) expect(formatWait(hours * 3_600_000, locale)).toBe(wait('hour', hours));
  fc.assert(
    fc.property(amount, fc.constantFrom(...CURRENCIES), fc.constantFrom('auto' as const, 'always' as const), (minor, ccy, sign) => {
      const { code: currency = '', decimals = NaN } = currencyByNumeric(ccy) ?? {};
      const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
      const intl = new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay: DISPLAY[ccy] ?? 'symbol', signDisplay: sign === 'always' ? 'exceptZero' : 'auto', ...digits });
      const kindOf = (type: string) => (type === 'currency' ? 'currency' : type === 'minusSign' || type === 'plusSign' ? 'sign' : 'figure');
      const textOf = (kind: string) => intl.formatToParts(decimalText(minor, ccy)).filter((part) => kindOf(part.type) === kind).map((part) => part.value).join('');
      expect(formatMoney(minor, ccy, locale, sign)).toBe(intl.format(decimalText(minor, ccy)));
      for (const part of moneyParts(minor, ccy, locale, sign)) expect(part.text.trim()).toBe(textOf(part.kind).trim());
    }),
    { verbose: 1, numRuns: 1_000 },
  );
});
