/**
 * Whatever happens on the way, one charge is one payment: in the shopper's ledger, in the till's, and in what was sent. Each
 * fault must really have fired, else the test proves nothing.
 */
import type { Page } from '@playwright/test';
import type { FaultProxy } from './harness/fault-proxy.ts';
import type { Phone } from './harness/phone.ts';
import { cancelCharge, charge, confirmWithPin, createPin, dismissPaid, ledger, openLink, openShopper, openTill, payments, PIN, seeConfirm, seeInstalled, seePaid, seeSlip } from './harness/people.ts';
import { wordsIn } from './harness/words.ts';
import { expect, sharedScene, test } from './harness/world.ts';
import type { NewPhone, World } from './harness/world.ts';

const PAYMENTS = '/v1/payments';
const words = wordsIn('zh-CN');
/** Retries wait up to some seconds, and a stalled request is given up after ten. */
const RETRY = { timeout: 45_000 };

type Scene = { readonly phone: Phone; readonly shopper: Page; readonly till: Page; readonly link: string };

/** Each test leaves it ready for the next charge. */
const sharedTill = sharedScene(async (phone) => openTill(await phone('till')));

/** A shopper at the confirm sheet of an open charge of 6.00. */
async function atConfirm(world: World, phone: NewPhone): Promise<Scene> {
  const till = await sharedTill(world);
  const shopperPhone = await phone('shopper');
  const shopper = await openShopper(shopperPhone);
  const link = await charge(till, '6');
  await openLink(shopper, link);
  await seeConfirm(shopper, '¥6.00');
  return { phone: shopperPhone, shopper, till, link };
}

/** One more settled payment of 6.00 in both ledgers, the shopper's `nth`, and one body however often it was sent. */
async function expectOnePayment(shopper: Page, till: Page, bodies: readonly string[], nth = 1): Promise<void> {
  // A browser that was killed has lost a fresh session's cookie: the wallet proves its device first.
  await expect(async () => expect(payments(await ledger(shopper))).toHaveLength(nth)).toPass(RETRY);
  const [paid, earned] = [await ledger(shopper), await ledger(till)];
  const out = payments(paid).at(-1);
  expect(out).toMatchObject({ direction: 'out', amountMinor: 600 });
  expect(paid.balanceMinor).toBe(50_000 - nth * 600);
  expect(payments(earned).filter((payment) => payment.saleNonce === out?.saleNonce)).toHaveLength(1);
  expect(new Set(bodies).size).toBe(1);
  await seePaid(till, '6.00');
  await dismissPaid(till);
}

function bodiesSince(proxy: FaultProxy): () => string[] {
  const from = proxy.passed.length;
  return () => proxy.passed.slice(from).flatMap((one) => (one.method === 'POST' && one.path === PAYMENTS ? [one.body] : []));
}

test('reload on the slip', async ({ world, phone }) => {
  const { shopper, till } = await atConfirm(world, phone);
  const bodies = bodiesSince(world.proxy);
  await confirmWithPin(shopper, '¥6.00', { first: true });
  await seeSlip(shopper, 'settled');
  for (let i = 0; i < 3; i++) {
    await shopper.reload();
    await seeSlip(shopper, 'settled');
  }
  await expectOnePayment(shopper, till, bodies());
  expect(bodies()).toHaveLength(1);
});

test('double tap on every button of the way, and a second PIN', async ({ world, phone }) => {
  const { shopper, till } = await atConfirm(world, phone);
  const bodies = bodiesSince(world.proxy);
  await shopper.getByRole('button', { name: words.pay.confirm.pay('¥6.00') }).dblclick();
  await shopper.getByRole('textbox', { name: words.pay.pin.newLabel }).fill('123456');
  await expect(shopper.getByText(String(words.errors.PIN_WEAK.title))).toBeVisible();
  await shopper.getByRole('textbox', { name: words.pay.pin.newLabel }).fill(PIN);
  await shopper.getByRole('textbox', { name: words.pay.pin.againLabel }).evaluate((field: HTMLInputElement) => {
    for (let i = 0; i < 3; i++) {
      field.value = '246813';
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }
  });
  await seeSlip(shopper, 'settled');
  await expectOnePayment(shopper, till, bodies());
});

test('a double tap on the way to the customer’s code opens the camera, not what stands there next', async ({ world, phone }) => {
  const { till } = await atConfirm(world, phone);
  await till.getByRole('link', { name: words.take.open }).evaluate(async (link: HTMLAnchorElement) => {
    link.click();
    const digits = () => document.querySelector('.take-panel a[href="/till/digits"]');
    while (digits() === null) await new Promise(requestAnimationFrame);
    digits()?.dispatchEvent(new MouseEvent('click', { detail: 2, bubbles: true, cancelable: true }));
    await new Promise((drawn) => setTimeout(drawn, 100));
  });
  expect(new URL(till.url()).pathname).toBe('/till/scan');
  await till.goBack();
  await cancelCharge(till);
});

test('back and forward, and the same code again', async ({ world, phone }) => {
  const { shopper, till, link } = await atConfirm(world, phone);
  const bodies = bodiesSince(world.proxy);
  await confirmWithPin(shopper, '¥6.00', { first: true });
  await seeSlip(shopper, 'settled');
  const slip = shopper.url();
  await shopper.goBack();
  await shopper.goForward();
  await openLink(shopper, link);
  await expect.poll(async () => shopper.url() === slip || (await shopper.getByRole('alert').count()) > 0).toBe(true);
  await expectOnePayment(shopper, till, bodies());
});

test('back while the payment is on its way', async ({ world, phone }) => {
  const { shopper, till, link } = await atConfirm(world, phone);
  const bodies = bodiesSince(world.proxy);
  // A sheet with something on its way cannot be closed: a browser closes it at the second Escape, and it opens again.
  const pinAway = world.proxy.failNext('POST', '/v1/pin', 'stall');
  await confirmWithPin(shopper, '¥6.00', { first: true });
  await pinAway;
  for (let i = 0; i < 3; i++) await shopper.keyboard.press('Escape');
  for (let i = 0; i < 2; i++) await shopper.goBack();
  await expect(shopper.getByRole('dialog')).toBeVisible();
  expect(new URL(shopper.url()).pathname).toBe('/pay');
  await openLink(shopper, link);
  await seeConfirm(shopper, '¥6.00');

  const stalled = world.proxy.failNext('POST', PAYMENTS, 'stall');
  await confirmWithPin(shopper, '¥6.00', { first: true });
  await stalled;
  await shopper.goBack();
  await shopper.goto(new URL('/', shopper.url()).href);
  await expect(shopper.getByText(words.pay.state.settled).first()).toBeVisible(RETRY);
  await expectOnePayment(shopper, till, bodies());
  expect(bodies().length).toBeGreaterThan(1);
});

test('cases 49, 50 and 59: the first answer is lost in each of four ways, and the same bytes arrive twice at once', async ({ world, phone }) => {
  test.setTimeout(180_000);
  const { shopper, till, link } = await atConfirm(world, phone);
  const kinds = ['drop-reply', 'drop-request', 'captive-portal', 'error', 'duplicate'] as const;
  for (const [index, kind] of kinds.entries()) {
    await test.step(kind, async () => {
      await openLink(shopper, index === 0 ? link : await charge(till, '6'));
      await seeConfirm(shopper, '¥6.00');
      const bodies = bodiesSince(world.proxy);
      const struck = world.proxy.failNext('POST', PAYMENTS, kind);
      await confirmWithPin(shopper, '¥6.00', { first: index === 0 });
      await struck;
      await seeSlip(shopper, 'settled');
      await expectOnePayment(shopper, till, bodies(), index + 1);
      if (kind !== 'drop-reply' && kind !== 'duplicate') expect(bodies().length).toBeGreaterThan(1);
    });
  }
});

for (const kind of ['drop-reply', 'stall'] as const) {
  test(`case 15: the phone kills the app while the payment is on its way: ${kind}`, async ({ world, phone }) => {
    const { phone: shopperPhone, shopper, till } = await atConfirm(world, phone);
    const bodies = bodiesSince(world.proxy);
    const away = world.proxy.failNext('POST', PAYMENTS, kind);
    await confirmWithPin(shopper, '¥6.00', { first: true });
    await away;
    await shopperPhone.kill();
    await shopperPhone.start();
    const again = await shopperPhone.open('/');
    await expect(again.getByText(words.pay.state.settled).first()).toBeVisible(RETRY);
    await expectOnePayment(again, till, bodies());
    expect(bodies().length).toBeGreaterThan(kind === 'stall' ? 1 : 0);
  });
}

test('two tabs confirm the same charge at the same moment', async ({ world, phone }) => {
  const till = await sharedTill(world);
  const shopperPhone = await phone('shopper');
  const first = await openShopper(shopperPhone);
  await createPin(first);
  const link = new URL(await charge(till, '6'));
  const bodies = bodiesSince(world.proxy);
  await openLink(first, link.href);
  const second = await shopperPhone.newTab(`${link.pathname}${link.hash}`);
  for (const tab of [first, second]) {
    await tab.bringToFront();
    await seeConfirm(tab, '¥6.00');
    await tab.getByRole('button', { name: words.pay.confirm.pay('¥6.00') }).click();
  }
  await Promise.all([first, second].map((tab) => tab.getByRole('textbox', { name: words.pay.confirm.pinLabel }).fill(PIN)));
  for (const tab of [first, second]) await seeSlip(tab, 'settled');
  expect(first.url()).toBe(second.url());
  await expectOnePayment(first, till, bodies());
});

test('two shoppers pay the same charge: one is told that it is paid, and keeps the money', async ({ world, phone }) => {
  const { shopper, till, link } = await atConfirm(world, phone);
  const other = await openShopper(await phone('shopper'));
  await openLink(other, link);
  await seeConfirm(other, '¥6.00');
  await confirmWithPin(shopper, '¥6.00', { first: true });
  await seeSlip(shopper, 'settled');
  await confirmWithPin(other, '¥6.00', { first: true });
  await seeSlip(other, 'refused');
  await expect(other.getByText(String(words.errors.INVOICE_PAID.title))).toBeVisible();
  expect((await ledger(other)).balanceMinor).toBe(50_000);
  expect(payments(await ledger(other))).toHaveLength(0);
  await seePaid(till, '6.00');
  await dismissPaid(till);
});

test('case 31: an update waits until the payment is over', async ({ world, phone }) => {
  const { shopper, till } = await atConfirm(world, phone);
  const bodies = bodiesSince(world.proxy);
  await seeInstalled(shopper);
  const asItWas = world.proxy.amend(/^\/service-worker\.js$/, (text) => `${text}\n// the next version\n`);
  const moved: string[] = [];
  shopper.on('framenavigated', (frame) => moved.push(frame.url()));
  await shopper.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update();
  });
  // All of the app is stored once more.
  await expect.poll(() => shopper.evaluate(async () => (await navigator.serviceWorker.ready).waiting !== null), { timeout: 45_000 }).toBe(true);
  expect(moved).toEqual([]);
  await seeConfirm(shopper, '¥6.00');
  await confirmWithPin(shopper, '¥6.00', { first: true });
  await seeSlip(shopper, 'settled');
  // A page that has just been loaded still asks the old version for much.
  await shopper.goto(new URL('/', shopper.url()).href);
  const accept = shopper.getByRole('button', { name: words.shell.update.accept });
  await expect(accept).toBeVisible();
  await Promise.all([shopper.waitForEvent('load'), accept.click()]);
  await expect.poll(() => shopper.evaluate(async () => (await navigator.serviceWorker.ready).waiting)).toBe(null);
  await expect(shopper.getByText('494.00').first()).toBeVisible();
  await expectOnePayment(shopper, till, bodies());
  asItWas();
});

test('the server is killed in mid-payment and comes back', async ({ world, phone }) => {
  const { shopper, till } = await atConfirm(world, phone);
  const bodies = bodiesSince(world.proxy);
  const away = world.proxy.failNext('POST', PAYMENTS, 'stall');
  await confirmWithPin(shopper, '¥6.00', { first: true });
  await away;
  await world.server.kill();
  await seeSlip(shopper, 'sending');
  await world.server.restart();
  await seeSlip(shopper, 'settled');
  await expectOnePayment(shopper, till, bodies());
});

test('case 60: a payment without a network sends nothing, says so, and goes through later', async ({ world, phone }) => {
  const { shopper, till } = await atConfirm(world, phone);
  await confirmWithPin(shopper, '¥6.00', { first: true });
  await seeSlip(shopper, 'settled');
  await dismissPaid(till);
  await openLink(shopper, await charge(till, '7'));
  await seeConfirm(shopper, '¥7.00');
  const bodies = bodiesSince(world.proxy);
  await world.proxy.cut();
  await confirmWithPin(shopper, '¥7.00', { first: false });
  await expect(shopper.getByText(String(words.errors.OFFLINE.title))).toBeVisible({ timeout: 20_000 });
  await world.proxy.mend();
  expect(bodies()).toEqual([]);
  await confirmWithPin(shopper, '¥7.00', { first: false });
  await seeSlip(shopper, 'settled');
  await seePaid(till, '7.00');
  await dismissPaid(till);
  expect(payments(await ledger(shopper)).map((payment) => payment.amountMinor)).toEqual([600, 700]);
});
