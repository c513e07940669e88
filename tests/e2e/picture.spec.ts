/** A start shows what was seen here last until the wallet opens: to look at, and gone with the wallet's first word. */
import type { Page } from '@playwright/test';
import { openShopper, openTill } from './harness/people.ts';
import type { Phone } from './harness/phone.ts';
import { wordsIn } from './harness/words.ts';
import { expect, test } from './harness/world.ts';

const words = wordsIn('zh-CN');

/** From now on a page's wallet hears nothing until it is let go, and no time passes for the picture: so the test sees what a slow phone shows. */
async function holdWallets(phone: Phone): Promise<void> {
  await phone.context().addInitScript(() => {
    const opening = new Promise<void>((open) => Object.assign(window, { openWallet: open }));
    window.Worker = class extends Worker {
      readonly #name: string;
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        this.#name = options?.name ?? '';
      }
      override postMessage(message: unknown, options?: StructuredSerializeOptions | Transferable[]): void {
        const post = (): void => super.postMessage(message, options as StructuredSerializeOptions);
        if (this.#name === 'wallet') void opening.then(post);
        else post();
      }
    };
    const later = window.setTimeout;
    window.setTimeout = ((work: () => void, delayMs?: number) => (delayMs === 3_000 ? 0 : later(work, delayMs))) as typeof window.setTimeout;
  });
}

const letGo = (page: Page): Promise<void> => page.evaluate(() => (window as unknown as { openWallet(): void }).openWallet());
const picture = (page: Page): Promise<string | null> => page.evaluate(() => localStorage.getItem('chit.picture'));

/** A new account whose first credit is in the picture: it is taken after the frame that shows it. */
async function openPicturedShopper(phone: Phone): Promise<Page> {
  const page = await openShopper(phone);
  await expect.poll(() => picture(page)).toContain('"credit"');
  return page;
}

test('balance, age and records are there before the wallet is; what is tapped meanwhile happens once it is', async ({ phone }) => {
  const shopperPhone = await phone('shopper');
  await openPicturedShopper(shopperPhone);
  await holdWallets(shopperPhone);
  const page = await shopperPhone.newTab('/');
  await expect(page.getByText('500.00').first()).toBeVisible();
  await expect(page.locator('.as-of')).toBeVisible();
  await expect(page.locator('.record-row')).toHaveCount(1);
  await page.getByRole('main').getByRole('link', { name: words.shell.wallet.scan }).click();
  await expect(page).toHaveURL(/\/scan$/);
  await expect(page.locator('main.scan')).toHaveCount(0);
  await letGo(page);
  await expect(page.locator('main.scan')).toBeVisible();
  await page.goBack();
  await expect(page.getByText('500.00').first()).toBeVisible();
});

test('only the wallet screen is drawn from memory', async ({ phone }) => {
  const shopperPhone = await phone('shopper');
  await openPicturedShopper(shopperPhone);
  await holdWallets(shopperPhone);
  const page = await shopperPhone.newTab('/records');
  await expect(page.getByText(words.shell.working)).toBeVisible();
  await expect(page.locator('.record-row')).toHaveCount(0);
  await letGo(page);
  await expect(page.locator('.record-row')).toHaveCount(1);
});

test('a cleared store: the picture gives way to restore, and is not kept', async ({ phone }) => {
  const shopperPhone = await phone('shopper');
  const first = await openPicturedShopper(shopperPhone);
  await first.goto('about:blank');
  const session = await shopperPhone.context().newCDPSession(first);
  await session.send('Storage.clearDataForOrigin', { origin: shopperPhone.origin, storageTypes: 'indexeddb' });
  await holdWallets(shopperPhone);
  const page = await shopperPhone.newTab('/');
  await expect(page.getByText('500.00').first()).toBeVisible();
  await letGo(page);
  await expect(page.getByRole('heading', { name: words.shell.restore.title })).toBeVisible();
  // No PIN was ever set here, so none is asked for.
  await expect(page.getByRole('textbox', { name: words.shell.firstRun.codeLabel })).toBeVisible();
  await expect(page.getByRole('textbox', { name: words.pay.confirm.pinLabel })).toHaveCount(0);
  await expect(page.getByText('500.00')).toHaveCount(0);
  expect(await picture(page)).toBeNull();
  await page.reload();
  await expect(page.locator('.splash, main').first()).toBeVisible();
  await expect(page.getByText('500.00')).toHaveCount(0);
});

test('after a sign-out nothing is left to be seen, and a till never leaves anything', async ({ phone }) => {
  const shopper = await openPicturedShopper(await phone('shopper'));
  await shopper.goto(new URL('/me', shopper.url()).href);
  await shopper.getByRole('button', { name: words.shell.me.signOut }).click();
  await shopper.getByRole('button', { name: words.shell.me.signOutConfirm }).click();
  await expect(shopper.getByRole('button', { name: words.shell.firstRun.tryPlay })).toBeVisible();
  expect(await picture(shopper)).toBeNull();

  const till = await openTill(await phone('till'));
  await till.reload();
  await expect(till.getByRole('textbox', { name: words.till.amount })).toBeVisible();
  expect(await picture(till)).toBeNull();
});
