/** Pages that were away and come back as they were: what they show is asked for again. */
import type { Page } from '@playwright/test';
import { charge, confirmWithPin, dismissPaid, openLink, openShopper, openTill, seeConfirm, seeInstalled, seePaid, seeSlip } from './harness/people.ts';
import { wordsIn } from './harness/words.ts';
import { expect, test } from './harness/world.ts';

const words = wordsIn('zh-CN');

/** Leaves the page for another document, and what `meanwhile` does; comes back. Tells whether it was kept in memory. */
async function awayAndBack(page: Page, meanwhile: () => Promise<void>): Promise<boolean> {
  await page.evaluate(() => Object.assign(window, { mark: 'the same document' }));
  await page.goto('about:blank');
  await meanwhile();
  await page.goBack({ waitUntil: 'commit' });
  return page.evaluate(() => 'mark' in window);
}

test('a reload over an open sheet leaves no step behind that does nothing', async ({ phone }) => {
  const till = await openTill(await phone('till'));
  await charge(till, '6');
  await till.getByRole('link', { name: words.shell.tabs.me, exact: true }).click();
  await till.getByRole('link', { name: words.shell.tabs.till, exact: true }).click();
  const cancel = till.getByRole('button', { name: words.till.cancel, exact: true });
  const sheet = till.getByRole('dialog');
  const reopen = async () => {
    await cancel.click();
    await expect(sheet).toBeVisible();
  };
  await reopen();
  await till.reload();
  await reopen();
  await till.goBack();
  await expect(sheet).toBeHidden();
  await expect(cancel).toBeVisible();
  await reopen();
  await till.reload();
  await expect(cancel).toBeVisible();
  await till.goBack();
  await expect(till).toHaveURL(/\/me$/);
});

test('case 30: a wallet and a charge that come back out of memory are asked for again', async ({ phone }) => {
  const [shopperPhone, tillPhone] = [await phone('shopper', { bfcache: true }), await phone('till', { bfcache: true })];
  const [shopper, till] = [await openShopper(shopperPhone), await openTill(tillPhone)];
  await seeInstalled(shopper);
  await seeInstalled(till);

  // The till is away while its charge is paid.
  const link = await charge(till, '6');
  const paidMeanwhile = await awayAndBack(till, async () => {
    await openLink(shopper, link);
    await seeConfirm(shopper, '¥6.00');
    await confirmWithPin(shopper, '¥6.00', { first: true });
    await seeSlip(shopper, 'settled');
  });
  await seePaid(till, '6.00');

  // A charge that comes back is one that can be paid: by what its code says now.
  await dismissPaid(till);
  await charge(till, '7');
  const stillOpen = await awayAndBack(till, async () => undefined);
  const next = (await till.locator('canvas[data-code]').first().getAttribute('data-code')) ?? '';

  // The shopper's first tab is away while the second one pays. The browser may drop it, because the second needs the wallet's lock.
  await shopperPhone.open('/');
  const paying = await shopperPhone.newTab('/');
  await awayAndBack(shopper, async () => {
    await openLink(paying, next);
    await seeConfirm(paying, '¥7.00');
    await confirmWithPin(paying, '¥7.00', { first: false });
    await seePaid(till, '7.00');
  });
  await expect(shopper.getByText('487.00').first()).toBeVisible();
  expect({ paidMeanwhile, stillOpen }, 'kept in memory, so these were returns and no loads').toEqual({ paidMeanwhile: true, stillOpen: true });
});

test('case 30: a confirm sheet that comes back out of memory pays', async ({ phone }) => {
  const [shopperPhone, tillPhone] = [await phone('shopper', { bfcache: true }), await phone('till')];
  const [shopper, till] = [await openShopper(shopperPhone), await openTill(tillPhone)];
  await seeInstalled(shopper);
  await openLink(shopper, await charge(till, '8'));
  await seeConfirm(shopper, '¥8.00');
  expect(await awayAndBack(shopper, async () => undefined), 'kept in memory').toBe(true);
  await confirmWithPin(shopper, '¥8.00', { first: true });
  await seePaid(till, '8.00');
  await expect(shopper).toHaveURL(/\/records\/payment\//);
});
