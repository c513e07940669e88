/** No page is open any more: the service worker sends what waits when the browser says that there is a network (Chromium only). */
import { charge, confirmWithPin, ledger, openLink, openShopper, openTill, payments, seeConfirm, seePaid } from './harness/people.ts';
import { expect, test } from './harness/world.ts';

const PAYMENTS = '/v1/payments';
const SYNC_TAG = 'chit-outbox';
type WithSync = ServiceWorkerRegistration & { readonly sync: { getTags(): Promise<string[]> } };
type Updated = { readonly registrations: readonly { readonly registrationId: string }[] };

test('a payment goes out by Background Sync after its page was closed', async ({ world, phone }) => {
  const shopperPhone = await phone('shopper', { backgroundSync: true });
  const context = shopperPhone.context();
  await context.grantPermissions(['background-sync']);
  const [shopper, till] = [await openShopper(shopperPhone), await openTill(await phone('till'))];
  await shopper.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
  await openLink(shopper, await charge(till, '6'));
  await seeConfirm(shopper, '¥6.00');
  const from = world.proxy.passed.length;
  const bodies = () => world.proxy.passed.slice(from).flatMap((one) => (one.path === PAYMENTS ? [one.body] : []));
  const first = world.proxy.failNext('POST', PAYMENTS, 'drop-request');
  // The page may try again before it is closed; those tries must not be the ones that arrive.
  for (let spare = 0; spare < 5; spare++) void world.proxy.failNext('POST', PAYMENTS, 'drop-request');
  await confirmWithPin(shopper, '¥6.00', { first: true });
  await first;
  await expect.poll(() => shopper.evaluate(async () => ((await navigator.serviceWorker.ready) as WithSync).sync.getTags())).toEqual([SYNC_TAG]);

  const blank = await context.newPage();
  const session = await context.newCDPSession(blank);
  const registered = new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }: Updated) => {
      const [registration] = registrations;
      if (registration !== undefined) resolve(registration.registrationId);
    });
  });
  await session.send('ServiceWorker.enable');
  const registrationId = await registered;
  await shopper.close();
  await expect
    .poll(
      async () => {
        await session.send('ServiceWorker.dispatchSyncEvent', { origin: shopperPhone.origin, registrationId, tag: SYNC_TAG, lastChance: false });
        return world.proxy.passed.slice(from).filter((one) => one.path === PAYMENTS && one.fault === null).length;
      },
      { timeout: 20_000, intervals: [500] },
    )
    .toBeGreaterThan(0);
  await seePaid(till, '6.00');
  const again = await shopperPhone.open('/records');
  await expect.poll(async () => payments(await ledger(again)).length).toBe(1);
  expect(new Set(bodies()).size).toBe(1);
});
