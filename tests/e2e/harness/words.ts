/** What the app says, in the language that a test runs in: tests find things as people do, by their words. */
import { enClaims } from '#i18n/en/claims.ts';
import { enErrors, enFound } from '#i18n/en/errors.ts';
import { enHelp } from '#i18n/en/help.ts';
import { enPay } from '#i18n/en/pay.ts';
import { enPending } from '#i18n/en/pending.ts';
import { enPurse } from '#i18n/en/purse.ts';
import { enScan } from '#i18n/en/scan.ts';
import { enShell } from '#i18n/en/shell.ts';
import { enTake } from '#i18n/en/take.ts';
import { enTill } from '#i18n/en/till.ts';
import { enVoucher } from '#i18n/en/voucher.ts';
import type { Locale } from '#i18n/translate.ts';
import { zhClaims } from '#i18n/zh/claims.ts';
import { zhErrors, zhFound } from '#i18n/zh/errors.ts';
import { zhHelp } from '#i18n/zh/help.ts';
import { zhPay } from '#i18n/zh/pay.ts';
import { zhPending } from '#i18n/zh/pending.ts';
import { zhPurse } from '#i18n/zh/purse.ts';
import { zhScan } from '#i18n/zh/scan.ts';
import { zhShell } from '#i18n/zh/shell.ts';
import { zhTake } from '#i18n/zh/take.ts';
import { zhTill } from '#i18n/zh/till.ts';
import { zhVoucher } from '#i18n/zh/voucher.ts';

const ZH = { shell: zhShell, pay: zhPay, purse: zhPurse, voucher: zhVoucher, till: zhTill, take: zhTake, claims: zhClaims, pending: zhPending, scan: zhScan, help: zhHelp, errors: zhErrors, found: zhFound };
export type Words = typeof ZH;
const WORDS: Readonly<Record<Locale, Words>> = {
  'zh-CN': ZH,
  en: { shell: enShell, pay: enPay, purse: enPurse, voucher: enVoucher, till: enTill, take: enTake, claims: enClaims, pending: enPending, scan: enScan, help: enHelp, errors: enErrors, found: enFound } as Words,
};

export function wordsIn(locale: Locale): Words {
  return WORDS[locale];
}

/** Options of a test that says in English what it said in Chinese: it runs with `npm run soak`. */
export function sayingAgain(locale: Locale): { readonly tag?: '@soak' } {
  return locale === 'en' ? { tag: '@soak' } : {};
}
