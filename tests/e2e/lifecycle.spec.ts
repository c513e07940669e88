/** Pages that were away and come back as they were: what they show is asked for again. */
import type { Page } from '@playwright/test';
import { charge, confirmWithPin, dismissPaid, openLink, openShopper, openTill, seeConfirm, seePaid, seeSlip } from './harness/people.ts';
import { expect, test } from './harness/world.ts';

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

test('case 30: a wallet and a charge that come back out of memory are asked for again', async ({ phone }) => {
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

  // A charge that comes back is one that can be paid: by what its code says now.
  await dismissPaid(till);
  await charge(till, '7');
  kept.push(await awayAndBack(till, async () => undefined));
  await expect(till.locator('canvas[data-code]').first()).toBeVisible();
  await openLink(paying, (await till.locator('canvas[data-code]').first().getAttribute('data-code')) ?? '');
  await seeConfirm(paying, '¥7.00');
  await confirmWithPin(paying, '¥7.00', { first: false });
  await seePaid(till, '7.00');
  expect(kept, 'all were kept in memory, so this was a return and not a load').toEqual([true, true, true]);
});
