/** What a shopper does with the offline purse, in the app's own words. */
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import type { Locale } from '#i18n/translate.ts';
import { PATIENCE, PIN } from './people.ts';
import { wordsIn } from './words.ts';

export type Filling = { readonly by?: 'pin' | 'passkey'; readonly locale?: Locale; /** For this shop only. */ readonly shop?: string };

/** Moves money into the purse, and sees that it is there. A PIN must be set. */
export async function fillPurse(page: Page, amount: string, { by = 'pin', locale = 'zh-CN', shop }: Filling = {}): Promise<void> {
  const { purse, pay } = wordsIn(locale);
  await page.goto(new URL(shop === undefined ? '/purse/load' : `/purse/load?shop=${shop}`, page.url()).href);
  await page.getByRole('textbox', { name: purse.amount }).fill(amount);
  await page.getByRole('textbox', { name: purse.amount }).press('Enter');
  if (by === 'pin') await page.getByRole('textbox', { name: pay.confirm.pinLabel }).fill(PIN);
  await expect(page.getByText(purse.loaded, { exact: true })).toBeVisible(PATIENCE);
}

/** The slip with the code that the shop scans. Gives what the code says. */
export async function seeVoucher(page: Page, locale: Locale = 'zh-CN'): Promise<string> {
  const { voucher } = wordsIn(locale);
  await page.waitForURL(/\/records\/voucher\/[0-9a-f]{32}/, PATIENCE);
  await expect(page.getByText(voucher.state.shown, { exact: true })).toBeVisible(PATIENCE);
  const code = page.locator('canvas[data-code]').first();
  await expect(code).toBeVisible(PATIENCE);
  return (await code.getAttribute('data-code')) ?? '';
}
