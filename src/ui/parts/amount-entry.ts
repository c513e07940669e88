/**
 * What stands in the amount field: keys and typed text alike. Nothing that was typed is dropped in silence: "-5" and "1e3"
 * stay on screen and are called wrong, because leaving out a sign would charge another amount.
 */
import { currencyByNumeric } from '#protocol/currency.ts';
import type { AmountError } from '#protocol/errors.ts';
import { parseAmount } from '#protocol/money.ts';
import { pressAmountKey, type Key } from './keys.ts';

export type AmountEntry =
  | { readonly kind: 'empty'; readonly text: string }
  | { readonly kind: 'amount'; readonly text: string; readonly amountMinor: number }
  | { readonly kind: 'wrong'; readonly text: string; readonly code: AmountError };

const FIELD_CHARS = 24;
const KEYED = /^[0-9]*\.?[0-9]*$/;

export function readEntry(typed: string, ccy: number): AmountEntry {
  const text = plainWidth(typed).slice(0, FIELD_CHARS);
  const decimals = currencyByNumeric(ccy)?.decimals ?? 0;
  const parsed = parseAmount(text.replace(/\.$/, ''), decimals);
  if (parsed.ok) return { kind: 'amount', text, amountMinor: parsed.value };
  // On the way to an amount: nothing yet, or "0" and "0.0" that will go on.
  if (parsed.error === 'AMOUNT_EMPTY' || parsed.error === 'AMOUNT_ZERO') return { kind: 'empty', text };
  return { kind: 'wrong', text, code: parsed.error };
}

export function pressKey(entry: AmountEntry, key: Key, ccy: number): AmountEntry {
  // A text that no key could have made is only erased.
  if (key !== 'erase' && !KEYED.test(entry.text)) return entry;
  return readEntry(pressAmountKey(entry.text, key, currencyByNumeric(ccy)?.decimals ?? 0), ccy);
}

/** Digits and points of a Chinese keyboard as plain ones; everything else as it is, so that the wrong stays wrong. */
function plainWidth(text: string): string {
  const narrow = text.replace(/[\uFF10-\uFF19]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
  return narrow.replace(/[\uFF0E\u3002\uFF61]/g, '.').trim();
}
