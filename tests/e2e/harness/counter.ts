/** What people do with their hands when there is no network: hold one screen before the other's camera, and read what is said. */
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import type { DemoLedgerReply, FeedReply } from '#protocol/http.ts';
import type { Locale } from '#i18n/translate.ts';
import { confirmWithPin, photographCode, seeConfirm } from './people.ts';
import type { Phone } from './phone.ts';
import { wordsIn } from './words.ts';
import type { WiredPhone } from './world.ts';

/** A payment has many steps on a small machine that others use too. */
const PATIENCE = { timeout: 20_000 };

/** Nobody answers on these phones' lines any more. */
export async function cut(...phones: readonly WiredPhone[]): Promise<void> {
  for (const { line } of phones) await line.cut();
}

export async function mend(...phones: readonly WiredPhone[]): Promise<void> {
  for (const { line } of phones) await line.mend();
}

/** The shopper's camera on the till's code, to the confirm sheet and past it. Returns what the shopper's screen shows then. */
export async function payFromScreen(shopper: Phone, till: Page, amount: string, locale: Locale = 'zh-CN'): Promise<Page> {
  shopper.camera.see(await photographCode(till));
  const page = shopper.page();
  await page.goto(`${shopper.origin}/scan`);
  await seeConfirm(page, amount, locale);
  shopper.camera.seeNothing();
  await confirmWithPin(page, amount, { first: false, locale });
  return page;
}

/** The till's camera on whatever code the shopper's screen shows. */
export async function scanAtTill(till: Phone, shopper: Page, locale: Locale = 'zh-CN'): Promise<void> {
  till.camera.see(await photographCode(shopper));
  await till.page().getByRole('link', { name: wordsIn(locale).take.open }).click(PATIENCE);
}

/** The same without cameras: the code's text, pasted into the till's scanner that is open. */
export async function typeAtTill(till: Page, text: string, locale: Locale = 'zh-CN'): Promise<void> {
  const { take } = wordsIn(locale);
  await till.getByRole('button', { name: take.type }).click(PATIENCE);
  await till.getByRole('textbox', { name: take.typeLabel }).fill(text);
  await till.getByRole('button', { name: take.typeGo }).click(PATIENCE);
}

export async function seeAccepted(page: Page, amount: string, locale: Locale = 'zh-CN'): Promise<void> {
  const accepted = page.getByRole('region', { name: wordsIn(locale).claims.states.accepted });
  await expect(accepted).toBeVisible(PATIENCE);
  await expect(accepted).toContainText(amount);
  await expect(page.getByRole('region', { name: wordsIn(locale).till.paid })).toHaveCount(0);
}

export async function seeVoucherState(page: Page, state: 'acked' | 'settled' | 'voided' | 'refunded', locale: Locale = 'zh-CN'): Promise<void> {
  await expect(page.getByText(wordsIn(locale).voucher.state[state], { exact: true }).first()).toBeVisible({ timeout: 45_000 });
}

export function vouchers(feed: FeedReply): Extract<FeedReply['changes'][number], { kind: 'voucher' }>[] {
  return feed.changes.flatMap((change) => (change.kind === 'voucher' ? [change] : []));
}

/** The server's journal of play money. */
export async function journal(serverUrl: string): Promise<DemoLedgerReply> {
  const reply = await fetch(`${serverUrl}/v1/demo/ledger`);
  return (await reply.json()) as DemoLedgerReply;
}
