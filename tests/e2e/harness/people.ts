/** What a shopper and a cashier do with their hands, in the app's own words. Nothing here reaches behind the screen, except to read ledgers. */
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import type { FeedReply } from '#protocol/http.ts';
import type { Locale } from '#i18n/translate.ts';
import type { Phone } from './phone.ts';
import { wordsIn } from './words.ts';

export const PIN = '246813';
/** A payment has many steps on a small machine that others use too. */
export const PATIENCE = { timeout: 20_000 };

export async function openShopper(phone: Phone, locale: Locale = 'zh-CN'): Promise<Page> {
  const page = await phone.open('/');
  const { shell } = wordsIn(locale);
  await page.getByRole('button', { name: shell.firstRun.tryPlay }).click(PATIENCE);
  await expect(page.getByRole('heading', { name: shell.wallet.title })).toBeVisible(PATIENCE);
  await expect(page.getByText('500.00').first()).toBeVisible(PATIENCE);
  return page;
}

export async function openTill(phone: Phone, locale: Locale = 'zh-CN'): Promise<Page> {
  const page = await phone.open('/');
  const { shell, till } = wordsIn(locale);
  await page.getByRole('button', { name: shell.firstRun.tryTill }).click(PATIENCE);
  await expect(page.getByRole('textbox', { name: till.amount })).toBeVisible(PATIENCE);
  return page;
}

/** Opens a sale and returns what its code says. */
export async function charge(page: Page, amount: string, locale: Locale = 'zh-CN'): Promise<string> {
  const { till } = wordsIn(locale);
  await page.getByRole('textbox', { name: till.amount }).fill(amount);
  await page.getByRole('textbox', { name: till.amount }).press('Enter');
  const code = page.locator('canvas[data-code]').first();
  await expect(code).toBeVisible(PATIENCE);
  return (await code.getAttribute('data-code')) ?? '';
}

/** The till's screen as a camera sees it. */
export async function photographCode(page: Page): Promise<Buffer> {
  const code = page.locator('canvas[data-code]').first();
  await expect.poll(() => code.evaluate((canvas: HTMLCanvasElement) => canvas.style.width)).not.toBe('');
  return page.locator('.code-view').first().screenshot();
}

export async function dismissPaid(page: Page, locale: Locale = 'zh-CN'): Promise<void> {
  const { till } = wordsIn(locale);
  await page.getByRole('button', { name: till.done }).click(PATIENCE);
  await expect(page.getByRole('textbox', { name: till.amount })).toBeEnabled(PATIENCE);
}

/** The customer has changed their mind. */
export async function cancelCharge(page: Page, locale: Locale = 'zh-CN'): Promise<void> {
  const { till } = wordsIn(locale);
  await page.getByRole('button', { name: till.cancel }).click(PATIENCE);
  await page.getByRole('button', { name: till.cancelYes }).click(PATIENCE);
  await expect(page.getByRole('textbox', { name: till.amount })).toBeEnabled(PATIENCE);
}

/** Brings a charge's link in by hand, as from a friend's message. */
export async function typeLink(page: Page, text: string, locale: Locale = 'zh-CN'): Promise<void> {
  const { scan } = wordsIn(locale);
  await page.goto(new URL('/scan', page.url()).href);
  await page.getByRole('button', { name: scan.type }).click(PATIENCE);
  await page.getByRole('textbox', { name: scan.typeLabel }).fill(text);
  await page.getByRole('button', { name: scan.typeGo }).click(PATIENCE);
}

/** Opens the link that the code says, as the phone's own camera does. */
export async function openLink(page: Page, link: string): Promise<void> {
  const url = new URL(link);
  await page.goto(new URL(`${url.pathname}${url.search}${url.hash}`, page.url()).href);
}

export async function seeConfirm(page: Page, amount: string, locale: Locale = 'zh-CN'): Promise<void> {
  const { pay } = wordsIn(locale);
  await expect(page.getByText(pay.confirm.merchantVerified)).toBeVisible(PATIENCE);
  await expect(page.getByRole('button', { name: pay.confirm.pay(amount) })).toBeVisible(PATIENCE);
}

/** From the confirm sheet to the last digit. A new account chooses its PIN on the way. */
export async function confirmWithPin(page: Page, amount: string, options: { readonly first: boolean; readonly locale?: Locale; readonly pin?: string }): Promise<void> {
  const { pay } = wordsIn(options.locale ?? 'zh-CN');
  const pin = options.pin ?? PIN;
  await page.getByRole('button', { name: pay.confirm.pay(amount) }).click(PATIENCE);
  if (options.first) {
    await page.getByRole('textbox', { name: pay.pin.newLabel }).fill(pin);
    await page.getByRole('textbox', { name: pay.pin.againLabel }).fill(pin);
  } else await page.getByRole('textbox', { name: pay.confirm.pinLabel }).fill(pin);
}

/** In the settings, before anything is paid. */
export async function createPin(page: Page, locale: Locale = 'zh-CN'): Promise<void> {
  const { shell, pay } = wordsIn(locale);
  await page.goto(new URL('/me', page.url()).href);
  await page.getByRole('button', { name: shell.me.pinCreate }).click(PATIENCE);
  await page.getByRole('textbox', { name: pay.pin.newLabel }).fill(PIN);
  await page.getByRole('textbox', { name: pay.pin.againLabel }).fill(PIN);
  await expect(page.getByText(shell.me.pinSet).first()).toBeVisible(PATIENCE);
}

/** In the settings. A PIN must be set, and the phone must have a fingerprint reader. */
export async function addPasskey(page: Page, locale: Locale = 'zh-CN'): Promise<void> {
  const { shell, pay } = wordsIn(locale);
  await page.goto(new URL('/me', page.url()).href);
  await page.getByRole('button', { name: shell.me.passkeyAdd }).click(PATIENCE);
  await page.getByRole('textbox', { name: pay.pin.currentLabel }).fill(PIN);
  await expect(page.getByText(shell.me.passkeyAdded)).toBeVisible(PATIENCE);
}

/** Until this page's files are kept for the time without a network. */
export async function seeInstalled(page: Page): Promise<void> {
  const state = (): Promise<string> => page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active?.state ?? 'no service worker');
  await expect.poll(state, PATIENCE).toBe('activated');
}

export async function seeSlip(page: Page, state: 'settled' | 'sending' | 'refused', locale: Locale = 'zh-CN'): Promise<void> {
  const { pay } = wordsIn(locale);
  await page.waitForURL(/\/records\/payment\/[0-9a-f]{32}/, PATIENCE);
  await expect(page.getByText(pay.state[state], { exact: true }).first()).toBeVisible(PATIENCE);
}

export async function seePaid(page: Page, amount: string, locale: Locale = 'zh-CN'): Promise<void> {
  const paid = page.getByRole('region', { name: wordsIn(locale).till.paid });
  await expect(paid).toBeVisible(PATIENCE);
  await expect(paid).toContainText(amount);
}

/** The server's own books for whoever is signed in on this page: the whole feed. */
export async function ledger(page: Page): Promise<FeedReply> {
  return page.evaluate(async () => {
    const pages: FeedReply[] = [];
    for (let cursor = 0; ; ) {
      const reply = await fetch(`/v1/feed?cursor=${cursor}`, { headers: { 'Chit-Request': '1' } });
      if (!reply.ok) throw new Error(`feed: ${reply.status} ${await reply.text()}`);
      const part = (await reply.json()) as FeedReply;
      pages.push(part);
      cursor = part.cursor;
      if (!part.more) return { ...part, changes: pages.flatMap((one) => one.changes) };
    }
  });
}

export function payments(feed: FeedReply): Extract<FeedReply['changes'][number], { kind: 'payment' }>[] {
  return feed.changes.flatMap((change) => (change.kind === 'payment' ? [change] : []));
}
