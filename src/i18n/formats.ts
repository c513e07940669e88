/**
 * Money, time and ages as people read them. Everything that could differ between devices is given: locale, time zone, age.
 * Money goes from integer minor units to a decimal text and from there to Intl: a sum of money is never a fraction in a
 * `number`. Must never read a clock, and never round.
 */
import { assert } from '#base/assert.ts';
import { CNY, currencyByNumeric } from '#protocol/currency.ts';
import type { Currency } from '#protocol/currency.ts';
import type { Locale } from './translate.ts';

/** `sign` is + or −, `currency` is drawn at 60 % size, `figure` is everything else (digits, grouping, decimals). */
export type MoneyPart = { readonly kind: 'sign' | 'currency' | 'figure'; readonly text: string };
/** always: +¥5.00 for money in. auto: only a minus is shown. */
export type MoneySign = 'auto' | 'always';
type Decimal = `${number}`;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const moneyFormats = new Map<string, Intl.NumberFormat>();
const dateFormats = new Map<string, Intl.DateTimeFormat>();

export function formatMoney(amountMinor: number, ccy: number, locale: Locale, sign: MoneySign = 'auto'): string {
  return moneyFormat(currencyOf(ccy), locale, sign).format(decimalText(amountMinor, ccy));
}

export function moneyParts(amountMinor: number, ccy: number, locale: Locale, sign: MoneySign = 'auto'): MoneyPart[] {
  const merged: MoneyPart[] = [];
  for (const part of moneyFormat(currencyOf(ccy), locale, sign).formatToParts(decimalText(amountMinor, ccy))) {
    const kind = part.type === 'currency' ? 'currency' : part.type === 'minusSign' || part.type === 'plusSign' ? 'sign' : 'figure';
    const last = merged.at(-1);
    if (last?.kind === kind) merged[merged.length - 1] = { kind, text: last.text + part.value };
    else merged.push({ kind, text: part.value });
  }
  return merged;
}

/** Plain digits with a point, "18.50": for speech, for an input's value, for a file. No grouping, no currency. */
export function decimalText(amountMinor: number, ccy: number): Decimal {
  assert(Number.isSafeInteger(amountMinor), 'an amount is a safe integer of minor units');
  const { decimals } = currencyOf(ccy);
  const sign = amountMinor < 0 ? '-' : '';
  const digits = Math.abs(amountMinor).toString().padStart(decimals + 1, '0');
  if (decimals === 0) return (sign + digits) as Decimal;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}` as Decimal;
}

/** 'time' 14:05 · 'day' 11月23日 / 23 Nov · 'date' with the year · 'day-time' · 'full' with year and seconds, for a receipt. */
export type TimeStyle = 'time' | 'day' | 'date' | 'day-time' | 'full';

export function formatTime(atMs: number, locale: Locale, timeZone: string, style: TimeStyle = 'day-time'): string {
  const key = `${locale} ${timeZone} ${style}`;
  const known = dateFormats.get(key);
  const format = known ?? new Intl.DateTimeFormat(dateLocale(locale), { ...TIME_FIELDS[style], timeZone, hourCycle: 'h23' });
  if (known === undefined) dateFormats.set(key, format);
  return format.format(atMs);
}

const TIME_FIELDS: Record<TimeStyle, Intl.DateTimeFormatOptions> = {
  time: { hour: '2-digit', minute: '2-digit' },
  day: { month: 'short', day: 'numeric' },
  date: { year: 'numeric', month: 'short', day: 'numeric' },
  'day-time': { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' },
  full: { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' },
};

/** How old something is: "刚刚", "3 分钟前", "2 hours ago". An age below zero (a clock was set back) reads as "just now". */
export function formatAgo(ageMs: number, locale: Locale): string {
  if (!(ageMs >= MINUTE_MS)) return locale === 'zh-CN' ? '刚刚' : 'just now';
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
  if (ageMs < HOUR_MS) return relative.format(-Math.floor(ageMs / MINUTE_MS), 'minute');
  if (ageMs < DAY_MS) return relative.format(-Math.floor(ageMs / HOUR_MS), 'hour');
  return relative.format(-Math.floor(ageMs / DAY_MS), 'day');
}

/** How long to wait, rounded up so that nobody comes back too early: "40 秒", "2 minutes". */
export function formatWait(waitMs: number, locale: Locale): string {
  const [value, unit] =
    waitMs <= MINUTE_MS
      ? ([Math.max(1, Math.ceil(waitMs / 1_000)), 'second'] as const)
      : waitMs <= HOUR_MS
        ? ([Math.ceil(waitMs / MINUTE_MS), 'minute'] as const)
        : ([Math.ceil(waitMs / HOUR_MS), 'hour'] as const);
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}

function currencyOf(ccy: number): Currency {
  const currency = currencyByNumeric(ccy);
  assert(currency !== null, 'a currency that was parsed is known');
  return currency;
}

function moneyFormat(currency: Currency, locale: Locale, sign: MoneySign): Intl.NumberFormat {
  const key = `${locale} ${currency.code} ${sign}`;
  const known = moneyFormats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: currency.code,
    currencyDisplay: signStyle(currency),
    signDisplay: sign === 'always' ? 'exceptZero' : 'auto',
    minimumFractionDigits: currency.decimals,
    maximumFractionDigits: currency.decimals,
  });
  moneyFormats.set(key, made);
  return made;
}

/** ¥ is the yuan here in both languages, so the yen is written out as JPY and a dollar says whose it is. */
function signStyle(currency: Currency): 'narrowSymbol' | 'code' | 'symbol' {
  if (currency.numeric === CNY) return 'narrowSymbol';
  return currency.code === 'JPY' ? 'code' : 'symbol';
}

/** Day before month in English: people outside America read 11/12 as they please, so the month is a word. */
function dateLocale(locale: Locale): string {
  return locale === 'en' ? 'en-GB' : locale;
}
