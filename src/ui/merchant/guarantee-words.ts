/** What the operator pays when the customer turns out to have spent the money twice, in words: both of its limits, where it has limits. */
import { formatMoney } from '#i18n/formats.ts';
import type { Locale } from '#i18n/translate.ts';
import { pursePolicy } from '#protocol/purse-caps.ts';
import type { TillOffline } from '#wallet/api-till.ts';

type Words = { readonly none: string; readonly capped: (purse: string, shop: string) => string; readonly full: string };

export function guaranteeWords(words: Words, { rule, perPurseMinor }: TillOffline['guarantee'], ccy: number, locale: Locale): string {
  if (rule !== 'capped') return words[rule];
  const money = (minor: number): string => formatMoney(minor, ccy, locale);
  return words.capped(money(perPurseMinor), money(pursePolicy(ccy)?.guarantee30DaysMinor ?? 0));
}
