/** Ways to confirm and ways to scan: passkey, keyboard alone, a picture, no camera, and a service worker that sends when no page is open. */
import type { Page } from '@playwright/test';
import { addFingerprint } from './harness/fingerprint.ts';
import { addPasskey, cancelCharge, charge, confirmWithPin, createPin, dismissPaid, ledger, openLink, openShopper, openTill, payments, photographCode, PIN, seeConfirm, seeInstalled, seePaid, seeSlip, typeLink } from './harness/people.ts';
import type { Phone } from './harness/phone.ts';
import { wordsIn } from './harness/words.ts';
import { expect, sharedScene, test } from './harness/world.ts';

const words = wordsIn('zh-CN');

/** Each test leaves it ready for the next charge. */
const sharedTill = sharedScene(async (phone) => openTill(await phone('till')));

test('a passkey confirms; cancelled it changes nothing, and the PIN still works', async ({ world, phone }) => {
  const shopperPhone = await phone('shopper');
  const [shopper, till] = [await openShopper(shopperPhone), await sharedTill(world)];
  const authenticator = await addFingerprint(shopperPhone, shopper);
  await createPin(shopper);
  // A wrong present PIN is told before a new one is chosen.
  await shopper.getByRole('button', { name: words.shell.me.pinChange }).click();
  await shopper.getByRole('textbox', { name: words.pay.pin.currentLabel }).fill('135792');
  await expect(shopper.getByText(String(words.errors.PIN_WRONG.title))).toBeVisible();
  await shopper.getByRole('textbox', { name: words.pay.pin.currentLabel }).fill(PIN);
  await expect(shopper.getByRole('textbox', { name: words.pay.pin.newLabel })).toBeVisible();
  await shopper.getByRole('dialog').getByRole('button', { name: words.shell.close }).click();
  await addPasskey(shopper);

  await openLink(shopper, await charge(till, '6'));
  await seeConfirm(shopper, '¥6.00');
  await authenticator.verifies(false);
  await shopper.getByRole('button', { name: words.pay.confirm.pay('¥6.00') }).click();
  await expect(shopper.getByText(String(words.errors.PASSKEY_CANCELLED.title))).toBeVisible();
  expect(payments(await ledger(shopper))).toEqual([]);
  await authenticator.verifies(true);
  await shopper.getByRole('button', { name: words.pay.confirm.pay('¥6.00') }).click();
  await seeSlip(shopper, 'settled');
  await dismissPaid(till);

  await openLink(shopper, await charge(till, '7'));
  await seeConfirm(shopper, '¥7.00');
  await shopper.getByRole('button', { name: words.pay.confirm.usePin }).click();
  await shopper.getByRole('textbox', { name: words.pay.confirm.pinLabel }).fill(PIN);
  await seeSlip(shopper, 'settled');
  expect(payments(await ledger(shopper)).map((payment) => payment.amountMinor)).toEqual([600, 700]);
  await dismissPaid(till);
});

test('who has no PIN yet chooses one on the way to a passkey', async ({ phone }) => {
  const shopperPhone = await phone('shopper');
  const shopper = await openShopper(shopperPhone);
  await addFingerprint(shopperPhone, shopper);
  await shopper.goto(`${shopperPhone.origin}/me`);
  await shopper.getByRole('button', { name: words.shell.me.passkeyAdd }).click();
  await shopper.getByRole('textbox', { name: words.pay.pin.newLabel }).fill(PIN);
  await shopper.getByRole('textbox', { name: words.pay.pin.againLabel }).fill(PIN);
  await expect(shopper.getByText(words.shell.me.passkeyAdded)).toBeVisible();
  await expect(shopper.getByText(words.shell.me.pinSet)).toBeVisible();
});

test('a cleared phone comes back with the passkey', async ({ phone }) => {
  const shopperPhone = await phone('shopper');
  const shopper = await openShopper(shopperPhone);
  await addFingerprint(shopperPhone, shopper);
  await createPin(shopper);
  await addPasskey(shopper);
  const session = await shopperPhone.context().newCDPSession(shopper);
  await session.send('Storage.clearDataForOrigin', { origin: shopperPhone.origin, storageTypes: 'indexeddb' });
  await shopper.getByRole('button', { name: words.shell.restore.passkey }).click({ timeout: 15_000 });
  await expect(shopper.getByRole('heading', { name: words.shell.me.title })).toBeVisible({ timeout: 15_000 });
  await shopper.goto(shopperPhone.origin);
  await expect(shopper.getByText('500.00').first()).toBeVisible();
});

test('the keyboard alone charges and pays', async ({ world, phone }) => {
  const [shopper, till] = [await openShopper(await phone('shopper')), await sharedTill(world)];
  await createPin(shopper);
  await till.keyboard.type('12.30');
  await till.keyboard.press('Enter');
  const code = till.locator('canvas[data-code]').first();
  await expect(code).toBeVisible();
  await openLink(shopper, (await code.getAttribute('data-code')) ?? '');
  await seeConfirm(shopper, '¥12.30');
  await tabTo(shopper, words.pay.confirm.pay('¥12.30'));
  await shopper.keyboard.press('Enter');
  await expect(shopper.getByRole('textbox', { name: words.pay.confirm.pinLabel })).toBeFocused();
  await shopper.keyboard.type(PIN);
  await seeSlip(shopper, 'settled');
  await seePaid(till, '12.30');
  await tabTo(till, words.till.done);
  await till.keyboard.press('Enter');
  await expect(till.getByRole('textbox', { name: words.till.amount })).toBeEnabled();
});

test('a picture with the code pays; one without says so', async ({ world, phone }) => {
  const [shopper, till] = [await openShopper(await phone('shopper', { camera: 'absent' })), await sharedTill(world)];
  await charge(till, '6');
  const picture = (buffer: Buffer) => ({ name: 'code.png', mimeType: 'image/png', buffer });
  await shopper.goto(new URL('/scan', shopper.url()).href);
  await expect(shopper.getByText(String(words.errors.CAMERA_ABSENT.title))).toBeVisible();
  await shopper.locator('input[type=file]').setInputFiles(picture(await shopper.screenshot()));
  await expect(shopper.getByText(String(words.errors.PICTURE_NO_CODE.title))).toBeVisible();
  await shopper.locator('input[type=file]').setInputFiles(picture(await photographCode(till)));
  await seeConfirm(shopper, '¥6.00');
  await confirmWithPin(shopper, '¥6.00', { first: true });
  await seeSlip(shopper, 'settled');
  await dismissPaid(till);
});

test('a camera that is refused says how to allow it, and typing still pays', async ({ world, phone }) => {
  const [shopper, till] = [await openShopper(await phone('shopper', { camera: 'denied' })), await sharedTill(world)];
  await shopper.goto(new URL('/scan', shopper.url()).href);
  await expect(shopper.getByText(String(words.errors.CAMERA_DENIED.title))).toBeVisible();
  await expect(shopper.getByText(words.scan.howToAllow)).toBeVisible();
  await typeLink(shopper, await charge(till, '6'));
  await seeConfirm(shopper, '¥6.00');
  await cancelCharge(till);
});

test('with no page open, the service worker sends what waits', async ({ world, phone }) => {
  const shopperPhone = await phone('shopper');
  const [shopper, till] = [await openShopper(shopperPhone), await sharedTill(world)];
  await seeInstalled(shopper);
  await createPin(shopper);
  await openLink(shopper, await charge(till, '6'));
  await seeConfirm(shopper, '¥6.00');
  const lost = world.proxy.failNext('POST', '/v1/payments', 'drop-request');
  await confirmWithPin(shopper, '¥6.00', { first: false });
  await lost;
  await world.proxy.cut();
  await seeSlip(shopper, 'sending');
  const sentBefore = world.proxy.count('POST', '/v1/payments');
  const devtools = await shopperPhone.context().newPage();
  const session = await shopperPhone.context().newCDPSession(devtools);
  const registrationId = await registrationOf(session, shopperPhone.origin);
  await shopper.close();
  await world.proxy.mend();
  await session.send('ServiceWorker.dispatchSyncEvent', { origin: shopperPhone.origin, registrationId, tag: 'chit-outbox', lastChance: false });
  await seePaid(till, '6.00');
  await dismissPaid(till);
  expect(world.proxy.count('POST', '/v1/payments')).toBe(sentBefore + 1);
});

type Session = Awaited<ReturnType<ReturnType<Phone['context']>['newCDPSession']>>;

async function registrationOf(session: Session, origin: string): Promise<string> {
  const found = new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const ours = registrations.find((registration) => registration.scopeURL === `${origin}/`);
      if (ours !== undefined) resolve(ours.registrationId);
    });
  });
  await session.send('ServiceWorker.enable');
  return found;
}

async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    const focused = await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? (document.activeElement as HTMLElement | null)?.innerText.trim());
    if (focused === name) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`"${name}" is not reached by the keyboard`);
}
