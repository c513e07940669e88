/** Pages that were away and come back as they were: what they show is asked for again. */
import type { Page } from '@playwright/test';
import { charge, confirmWithPin, openLink, openShopper, openTill, seeConfirm, seePaid, seeSlip } from './harness/people.ts';
import { wordsIn } from './harness/words.ts';
import { expect, test } from './harness/world.ts';

const words = wordsIn('zh-CN');

/** Leaves the page for another document, and what `meanwhile` does; comes back. Tells whether it was kept in memory. */
async function awayAndBack(page: Page, meanwhile: () => Promise<void>): Promise<boolean> {
  await page.evaluate(() => {
    Object.assign(window, { restored: null });
    window.addEventListener('pageshow', (event) => Object.assign(window, { restored: event.persisted }));
  });
  await page.goto('about:blank');
  await meanwhile();
  await page.goBack({ waitUntil: 'commit' });
  return page.evaluate(() => (window as unknown as { restored?: boolean | null }).restored === true);
}

test('case 30: a wallet, a charge and a confirm sheet that come back out of memory are asked for again', async ({ phone }) => {
  const [shopperPhone, tillPhone] = [await phone('shopper', { bfcache: true }), await phone('till', { bfcache: true })];
  const [shopper, till] = [await openShopper(shopperPhone), await openTill(tillPhone)];
  const link = await charge(till, '6');
  const kept: boolean[] = [];

  // The till is away while its charge is paid; the shopper's first tab is away while the second one pays.
  const paying = await shopperPhone.newTab('/');
  kept.push(
    await awayAndBack(till, async () => {
      kept.push(
        await awayAndBack(shopper, async () => {
          await openLink(paying, link);
          await seeConfirm(paying, '¥6.00');
          await confirmWithPin(paying, '¥6.00', { first: true });
          await seeSlip(paying, 'settled');
        }),
      );
    }),
  );
  await expect(shopper.getByText('494.00').first()).toBeVisible();
  await seePaid(till, '6.00');

  // A sheet for a charge that was paid meanwhile pays nothing more.
  await openLink(shopper, link);
  await expect(shopper.getByText(words.pay.state.settled).first()).toBeVisible();
  expect(kept, 'both were kept in memory, so this was a return and not a load').toEqual([true, true]);
});
