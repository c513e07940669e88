/** The stored app in bad days: an install that fails, a deploy under an open page, a kill-switch, and browsers without any. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { charge, confirmWithPin, openLink, openShopper, openTill, seeConfirm, seeInstalled, seeSlip } from './harness/people.ts';
import { wordsIn } from './harness/words.ts';
import { expect, test } from './harness/world.ts';

const words = wordsIn('zh-CN');
const WORKER = /^\/service-worker\.js$/;
const RETIRED = readFileSync(new URL('../../public/retired-service-worker.js', import.meta.url), 'utf8');

const seeMoney = (page: Page): Promise<void> => expect(page.getByText('500.00').first()).toBeVisible({ timeout: 20_000 });

/** The worker that installs because of this look, at its end: what became of it. */
function lookForUpdate(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const found = new Promise<ServiceWorker>((resolve) =>
      registration.addEventListener('updatefound', () => {
        if (registration.installing !== null) resolve(registration.installing);
      }),
    );
    await registration.update().catch(() => undefined);
    const worker = await found;
    const over = ['installed', 'activated', 'redundant'];
    while (!over.includes(worker.state)) await new Promise((changed) => worker.addEventListener('statechange', changed, { once: true }));
    return worker.state;
  });
}

test('case 32: a page that is older than the server opens its later parts from the store, or reloads where there is none', async ({ world, phone }) => {
  const shopperPhone = await phone('shopper', { fresh: true });
  const page = await openShopper(shopperPhone);
  await seeInstalled(page);
  const back = world.proxy.lose(/^\/assets\//);
  await page.getByRole('link', { name: words.shell.tabs.me }).click();
  await expect(page.getByText(words.shell.me.display)).toBeVisible();
  back();

  const bare = await phone('shopper', { fresh: true });
  await bare.context().addInitScript(() => delete (Navigator.prototype as { serviceWorker?: unknown }).serviceWorker);
  const without = await openShopper(bare);
  world.proxy.lose(/^\/assets\/Me-[\w-]+\.js$/, 1);
  const reloaded = without.waitForEvent('load');
  await without.getByRole('link', { name: words.shell.tabs.me }).click();
  await reloaded;
  await expect(without.getByText(words.shell.me.display)).toBeVisible();
  // The part that could not be had is all that went wrong, in the page that is gone.
  for (const complaint of bare.complaints.splice(0)) expect(complaint).toContain('Failed to fetch dynamically imported module');
});

test('case 33: a new version of which one file is missing is not taken, and the old one goes on, offline too', async ({ world, phone }) => {
  const shopperPhone = await phone('shopper', { fresh: true });
  const page = await openShopper(shopperPhone);
  await seeInstalled(page);
  const asItWas = world.proxy.amend(WORKER, (text) => text.replace(/"revision":"[0-9a-f]{32}","url":"index\.html"/, '"revision":"0","url":"index.html"'));
  const back = world.proxy.lose(/^\/index\.html$/);
  expect(await lookForUpdate(page)).toBe('redundant');
  expect(world.proxy.count('GET', '/index.html'), 'the missing file was asked for').toBeGreaterThan(0);
  await expect(page.getByRole('button', { name: words.shell.update.accept })).toHaveCount(0);
  await page.reload();
  await seeMoney(page);
  await world.proxy.cut();
  await shopperPhone.kill();
  await shopperPhone.start();
  await seeMoney(await shopperPhone.open('/'));
  await world.proxy.mend();
  back();
  expect(await lookForUpdate(shopperPhone.page())).toBe('installed');
  asItWas();
});

test('case 34: the kill-switch takes the stored app away and nothing else', async ({ world, phone }) => {
  const page = await openShopper(await phone('shopper', { fresh: true }));
  await seeInstalled(page);
  const asItWas = world.proxy.amend(WORKER, () => RETIRED);
  await lookForUpdate(page);
  const left = (): Promise<unknown> => page.evaluate(async () => [(await navigator.serviceWorker.getRegistrations()).length, await caches.keys()]);
  await expect.poll(left).toEqual([0, ['chit-mark']]);
  await seeMoney(page);
  asItWas();
  await page.reload();
  await seeMoney(page);
  await expect(page.locator('.record-row')).toHaveCount(1);
  await seeInstalled(page);
});

test('case 35: without a service worker, inside another app, it says what is missing there, and pays', async ({ phone }) => {
  const inApp = await phone('shopper', { fresh: true, userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50' });
  await inApp.context().addInitScript(() => delete (Navigator.prototype as { serviceWorker?: unknown }).serviceWorker);
  const [shopper, till] = [await openShopper(inApp), await openTill(await phone('till'))];
  await expect(shopper.getByText(words.shell.install.inAppTitle)).toBeVisible();
  await openLink(shopper, await charge(till, '2'));
  await seeConfirm(shopper, '¥2.00');
  await confirmWithPin(shopper, '¥2.00', { first: true });
  await seeSlip(shopper, 'settled');
  await shopper.goto(new URL('/me', shopper.url()).href);
  await expect(shopper.getByText(words.shell.me.display)).toBeVisible();
});
