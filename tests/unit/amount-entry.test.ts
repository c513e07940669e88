import { describe, expect, test } from 'vitest';
import { pressKey, readEntry, type AmountEntry } from '#ui/parts/amount-entry.ts';
import type { Key } from '#ui/parts/keys.ts';

const CNY = 156;
const JPY = 392;
const keys = (pressed: string, ccy = CNY): AmountEntry =>
  [...pressed].reduce((entry, key) => pressKey(entry, (key === '<' ? 'erase' : key) as Key, ccy), readEntry('', ccy));

describe('the amount field of the till', () => {
  test.each([
    ['1850', 185_000],
    ['18.5', 1_850],
    ['18.', 1_800],
    ['.5', 50],
    ['007', 700],
    ['18.505', 1_850],
    ['18..5', 1_850],
    ['185<', 1_800],
    ['12345678', 123_456_700],
  ])('keys %s make %i minor units', (pressed, amountMinor) => {
    expect(keys(pressed)).toMatchObject({ kind: 'amount', amountMinor });
  });

  test('a currency without decimals has no point', () => {
    expect(keys('18.5', JPY)).toMatchObject({ kind: 'amount', amountMinor: 185 });
  });

  test.each([
    ['18.50', 1_850],
    ['１８．５０', 1_850],
    ['１８。5', 1_850],
    [' 18 ', 1_800],
  ])('typed %s is understood', (typed, amountMinor) => {
    expect(readEntry(typed, CNY)).toMatchObject({ kind: 'amount', amountMinor });
  });

  test.each(['-5', '1e3', '1,000', '10²', '0x10', '18.505', '１８.５.０', '十八', '٣', '+5', '1 000'])('typed %s stays on screen and is called wrong', (typed) => {
    const entry = readEntry(typed, CNY);
    expect(entry).toMatchObject({ kind: 'wrong', code: 'AMOUNT_FORMAT' });
    expect(entry.text).not.toBe('');
  });

  test('a wrong text takes no keys but erase', () => {
    const wrong = readEntry('-5', CNY);
    expect(pressKey(wrong, '1', CNY)).toBe(wrong);
    expect(pressKey(wrong, 'erase', CNY).text).toBe('-');
  });

  test('too large is said; zero is only the way to an amount', () => {
    expect(readEntry('99999999', CNY)).toMatchObject({ kind: 'wrong', code: 'AMOUNT_TOO_LARGE' });
    expect(['', '0', '0.0', '0.00'].map((text) => readEntry(text, CNY).kind)).toEqual(['empty', 'empty', 'empty', 'empty']);
  });
});
