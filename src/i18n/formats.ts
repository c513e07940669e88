/**
 * Money, time and ages as people read them. Everything that could differ between devices is given: locale, zone, age. Money goes from
 * integer minor units to a text of digits: a sum of money is never a fraction in a `number`. Must never read a clock, and never round.
 *
 * Written out for our two languages, and held to what Intl says by test: a page's first call of Intl costs a slow phone a third of a
 * second, before anything can be shown.
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
/** Where on earth: minutes east of Greenwich at a moment. */
export type Zone = (atMs: number) => number;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
export const GREENWICH: Zone = () => 0;

export function formatMoney(amountMinor: number, ccy: number, locale: Locale, sign: MoneySign = 'auto'): string {
  return moneyParts(amountMinor, ccy, locale, sign)
    .map((part) => part.text)
    .join('');
}

export function moneyParts(amountMinor: number, ccy: number, locale: Locale, sign: MoneySign = 'auto'): MoneyPart[] {
  const [whole = '', fraction] = decimalText(Math.abs(amountMinor), ccy).split('.');
  const plus = sign === 'always' && amountMinor > 0 ? '+' : '';
  const parts: readonly MoneyPart[] = [
    { kind: 'sign', text: amountMinor < 0 ? '-' : plus },
    { kind: 'currency', text: currencySign(currencyOf(ccy), locale) },
    { kind: 'figure', text: fraction === undefined ? grouped(whole) : `${grouped(whole)}.${fraction}` },
  ];
  return parts.filter((part) => part.text !== '');
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

export function formatTime(atMs: number, locale: Locale, zone: Zone, style: TimeStyle = 'day-time'): string {
  const wall = wallClock(atMs, zone);
  const day = style === 'time' ? '' : dayText(wall, locale, style === 'date' || style === 'full');
  const time = style === 'day' || style === 'date' ? '' : timeText(wall, style === 'full');
  return [day, time].filter((text) => text !== '').join(locale === 'en' ? ', ' : ' ');
}

/** The calendar day there, as a text that only serves to be compared. */
export function calendarDay(atMs: number, zone: Zone): string {
  return wallClock(atMs, zone).toISOString().slice(0, 'yyyy-mm-dd'.length);
}

/** What a clock on the wall shows there, in the fields that are named UTC. */
function wallClock(atMs: number, zone: Zone): Date {
  return new Date(atMs + zone(atMs) * MINUTE_MS);
}

/** Day before month in English, and the month a word: people outside America read 11/12 as they please. */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec'];

function dayText(wall: Date, locale: Locale, withYear: boolean): string {
  const [year, month, day] = [wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate()];
  if (locale === 'zh-CN') return `${withYear ? `${year}年` : ''}${month + 1}月${day}日`;
  return `${day} ${MONTHS[month]}${withYear ? ` ${year}` : ''}`;
}

function timeText(wall: Date, withSeconds: boolean): string {
  const fields = [wall.getUTCHours(), wall.getUTCMinutes(), ...(withSeconds ? [wall.getUTCSeconds()] : [])];
  return fields.map((field) => String(field).padStart(2, '0')).join(':');
}

type Unit = 'second' | 'minute' | 'hour' | 'day';
const UNITS_ZH: Record<Unit, string> = { second: '秒钟', minute: '分钟', hour: '小时', day: '天' };

function countText(count: number, unit: Unit, locale: Locale): string {
  const figure = grouped(String(count));
  return locale === 'zh-CN' ? `${figure}${UNITS_ZH[unit]}` : `${figure} ${unit}${count === 1 ? '' : 's'}`;
}

/** How old something is: "刚刚", "3分钟前", "2 hours ago". An age below zero (a clock was set back) reads as "just now". */
export function formatAgo(ageMs: number, locale: Locale): string {
  if (!(ageMs >= MINUTE_MS)) return locale === 'zh-CN' ? '刚刚' : 'just now';
  const [sizeMs, unit] = ageMs < HOUR_MS ? ([MINUTE_MS, 'minute'] as const) : ageMs < DAY_MS ? ([HOUR_MS, 'hour'] as const) : ([DAY_MS, 'day'] as const);
  return countText(Math.floor(ageMs / sizeMs), unit, locale) + (locale === 'zh-CN' ? '前' : ' ago');
}

/** How long to wait, rounded up so that nobody comes back too early: "40秒钟", "2 minutes". */
export function formatWait(waitMs: number, locale: Locale): string {
  if (waitMs <= MINUTE_MS) return countText(Math.max(1, Math.ceil(waitMs / 1_000)), 'second', locale);
  return waitMs <= HOUR_MS ? countText(Math.ceil(waitMs / MINUTE_MS), 'minute', locale) : countText(Math.ceil(waitMs / HOUR_MS), 'hour', locale);
}

/** 1234567 → 1,234,567, in both languages. */
function grouped(digits: string): string {
  return digits.replace(/\B(?=(?:\d{3})+$)/g, ',');
}

function currencyOf(ccy: number): Currency {
  const currency = currencyByNumeric(ccy);
  assert(currency !== null, 'a currency that was parsed is known');
  return currency;
}

/** ¥ is the yuan here in both languages, so the yen is written out as JPY and a dollar says whose it is. */
function currencySign({ numeric, code }: Currency, locale: Locale): string {
  switch (code) {
    case 'EUR':
      return '€';
    case 'HKD':
      return 'HK$';
    case 'USD':
      return locale === 'zh-CN' ? 'US$' : '$';
    default:
      return numeric === CNY ? '¥' : `${code}\u00a0`;
  }
}
