/**
 * The one door for money. A text becomes an integer of minor units here and nowhere else; no decimal ever is a `number`.
 * Nothing here rounds, and nothing here knows how a locale writes amounts.
 */
import { assert } from '#base/assert.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { AmountError } from './errors.ts';
import { LIMITS } from './limits.ts';

/** A safe integer of minor units. A plain `number` on the wire and in records; the brand only says that it came through this door. */
export type Minor = number & { readonly __minor?: true };

/**
 * Only the ASCII digits and full stop, and what a Chinese keyboard types for them. Decided before NFKC, because NFKC also
 * folds superscripts: it would read "10²" as 102.
 */
const TYPED = /^[0-9.\uFF10-\uFF19\uFF0E\u3002\uFF61]+$/u;
const AMOUNT = /^(0|[1-9][0-9]{0,8})(?:\.([0-9]{1,2}))?$/u;
const TOO_MANY_DIGITS = /^[1-9][0-9]{9,}(?:\.[0-9]{1,2})?$/u;
/** Nobody means an amount by a longer text. */
const TYPED_CHARS = 40;

export function parseAmount(text: string, decimals: number): Result<Minor, AmountError> {
  if (text.length > TYPED_CHARS) return err('AMOUNT_FORMAT');
  if (text.trim() === '') return err('AMOUNT_EMPTY');
  if (!TYPED.test(text)) return err('AMOUNT_FORMAT');
  const plain = text.normalize('NFKC').replace('\u3002', '.');
  if (TOO_MANY_DIGITS.test(plain)) return err('AMOUNT_TOO_LARGE');
  const [, whole, fraction = ''] = AMOUNT.exec(plain) ?? [];
  if (whole === undefined || fraction.length > decimals) return err('AMOUNT_FORMAT');
  const amountMinor = Number.parseInt(whole + fraction.padEnd(decimals, '0'), 10);
  if (amountMinor === 0) return err('AMOUNT_ZERO');
  if (amountMinor > LIMITS.amountMinor) return err('AMOUNT_TOO_LARGE');
  return ok(amountMinor);
}

/** Plain "18.50", without currency or grouping: for the wire and for tests. People read i18n/formats. */
export function formatMinor(amountMinor: number, decimals: number): string {
  assertMinor(amountMinor);
  const digits = String(Math.abs(amountMinor)).padStart(decimals + 1, '0');
  const split = digits.length - decimals;
  const sign = amountMinor < 0 ? '-' : '';
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, split)}.${digits.slice(split)}`;
}

/** What one payment may be: a safe integer above zero and not above LIMITS.amountMinor. */
export function isPayableMinor(amountMinor: number): boolean {
  return Number.isSafeInteger(amountMinor) && amountMinor > 0 && amountMinor <= LIMITS.amountMinor;
}

function assertMinor(value: number): void {
  assert(Number.isSafeInteger(value) && !Object.is(value, -0), 'money is a safe integer of minor units');
}
