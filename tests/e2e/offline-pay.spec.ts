/**
 * The shopper without a network: a purse filled beforehand, the same three taps, and one voucher whatever the fingers do. What the
 * shop makes of the code is tested where the till is.
 */
import type { Page } from '@playwright/test';
import { addFingerprint } from './harness/fingerprint.ts';
import { addPasskey, cancelCharge, charge, confirmWithPin, createPin, dismissPaid, ledger, openLink, openShopper, openTill, PATIENCE, PIN, seeConfirm, seeInstalled, seeSlip } from './harness/people.ts';
import { fillPurse, seeVoucher } from './harness/purse.ts';
import { wordsIn } from './harness/words.ts';
import { expect, sharedScene, test } from './harness/world.ts';
import type { NewPhone, World } from './harness/world.ts';

const words = wordsIn('zh-CN');

/** Each test leaves it ready for the next charge. */
const sharedTill = sharedScene(async (phone) => openTill(await phone('till')));

/** A shopper with 100.00 in the purse, and a till that charges. */
async function withPurse(world: World, phone: NewPhone): Promise<{ readonly shopper: Page; readonly till: Page }> {
  const [shopper, till] = [await openShopper(await phone('shopper')), await sharedTill(world)];
  await createPin(shopper);
  await fillPurse(shopper, '100');
  await seeInstalled(shopper);
  return { shopper, till };
}

/** The charge is on the till's screen; then the network goes, and the shopper scans. */
async function atConfirmOffline(world: World, { shopper, till }: { readonly shopper: Page; readonly till: Page }, amount: string): Promise<string> {
  const link = await charge(till, amount);
  await world.proxy.cut();
  await openLink(shopper, link);
  await seeConfirm(shopper, `¥${Number(amount).toFixed(2)}`);
  return link;
}

const vouchers = (page: Page) => page.locator('a[href^="/records/voucher/"]');

test('the purse is filled by PIN, then by passkey, and the money is in it', async ({ phone }) => {
  const shopperPhone = await phone('shopper');
  const shopper = await openShopper(shopperPhone);
  await createPin(shopper);
  await fillPurse(shopper, '60');
  await addFingerprint(shopperPhone, shopper);
  await addPasskey(shopper);
  await fillPurse(shopper, '40', { by: 'passkey' });
  await shopper.getByRole('link', { name: words.pay.slip.done }).click();
  await expect(shopper.getByText('100.00').first()).toBeVisible();
  await shopper.goto(new URL('/', shopper.url()).href);
  await expect(shopper.getByText('400.00').first()).toBeVisible(PATIENCE);
  expect((await ledger(shopper)).balanceMinor).toBe(40_000);
});

test('a wrong PIN and too much put nothing in; all of it goes in, and nobody is told meanwhile that it does not', async ({ phone }) => {
  const shopper = await openShopper(await phone('shopper'));
  await createPin(shopper);
  await shopper.goto(new URL('/purse/load', shopper.url()).href);
  const amount = shopper.getByRole('textbox', { name: words.purse.amount });
  await amount.fill('100000');
  await expect(shopper.getByText(/^最多还能放/)).toBeVisible();
  await expect(shopper.getByRole('button', { name: words.purse.loadAmount('¥100,000.00') })).toBeDisabled();
  await amount.fill('20');
  await amount.press('Enter');
  await shopper.getByRole('textbox', { name: words.pay.confirm.pinLabel }).fill('975319');
  await expect(shopper.getByText('还可以试 4 次')).toBeVisible(PATIENCE);
  expect((await ledger(shopper)).balanceMinor).toBe(50_000);

  await shopper.keyboard.press('Escape');
  await amount.fill('250');
  await amount.press('Enter');
  const said = await shopper.evaluateHandle(() => {
    const seen = new Set<string>();
    new MutationObserver(() => document.querySelectorAll('.banner-title').forEach((banner) => seen.add(banner.textContent))).observe(document.body, { childList: true, subtree: true });
    return seen;
  });
  await shopper.getByRole('textbox', { name: words.pay.confirm.pinLabel }).fill(PIN);
  await expect(shopper.getByText(words.purse.loaded, { exact: true })).toBeVisible(PATIENCE);
  for (const untrue of [words.purse.noBalance, words.purse.full]) expect(await said.evaluate((seen) => [...seen])).not.toContain(untrue);
});

test('with the server gone more than the purse carries is refused; the sheet says where the money comes from, and the code stands after a reload', async ({ world, phone }) => {
  const people = await withPurse(world, phone);
  const { shopper, till } = people;
  await atConfirmOffline(world, people, '150');
  await expect(shopper.getByText(String(words.errors.PURSE_SHORT.title))).toBeVisible(PATIENCE);
  await shopper.goto(new URL('/records', shopper.url()).href);
  await expect(vouchers(shopper)).toHaveCount(0);
  await world.proxy.mend();
  await cancelCharge(till);

  await atConfirmOffline(world, people, '6');
  await expect(shopper.getByText(words.pay.confirm.fromPurse)).toBeVisible(PATIENCE);
  await confirmWithPin(shopper, '¥6.00', { first: false });
  const code = await seeVoucher(shopper);
  expect(code).toMatch(/^OP1V:/);
  await shopper.reload();
  expect(await seeVoucher(shopper)).toBe(code);
  await shopper.goto(new URL('/', shopper.url()).href);
  await expect(shopper.getByText('94.00').first()).toBeVisible(PATIENCE);
  await expect(vouchers(shopper)).toHaveCount(1);
  await world.proxy.mend();
  await cancelCharge(till);
});

test('a double tap, back, and the same code again: one voucher', async ({ world, phone }) => {
  const people = await withPurse(world, phone);
  const { shopper, till } = people;
  const link = await atConfirmOffline(world, people, '7');
  await expect(shopper.getByText(words.pay.confirm.fromPurse)).toBeVisible(PATIENCE);
  await shopper.getByRole('button', { name: words.pay.confirm.pay('¥7.00') }).dblclick();
  await shopper.getByRole('textbox', { name: words.pay.confirm.pinLabel }).evaluate((field: HTMLInputElement, pin) => {
    for (let i = 0; i < 3; i++) {
      field.value = pin;
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }
  }, PIN);
  const code = await seeVoucher(shopper);
  const slip = shopper.url();
  await shopper.goBack();
  await shopper.goForward();
  expect(await seeVoucher(shopper)).toBe(code);
  // Scanned once more: the slip that there is, and no second sheet.
  await openLink(shopper, link);
  expect(await seeVoucher(shopper)).toBe(code);
  expect(shopper.url()).toBe(slip);
  await shopper.goto(new URL('/records', shopper.url()).href);
  await expect(vouchers(shopper)).toHaveCount(1);
  await world.proxy.mend();
  await cancelCharge(till);
});

test('an online payment shows its receipt to a shop without a network; the network goes between the sheet and the tap: the same three taps end at the code', async ({ world, phone }) => {
  const { shopper, till } = await withPurse(world, phone);
  await openLink(shopper, await charge(till, '9'));
  await seeConfirm(shopper, '¥9.00');
  await confirmWithPin(shopper, '¥9.00', { first: false });
  await seeSlip(shopper, 'settled');
  await dismissPaid(till);
  await shopper.getByRole('button', { name: words.voucher.proof.open }).click();
  await expect(shopper.locator('canvas[data-code^="OP1R:"]')).toBeVisible(PATIENCE);
  await expect(shopper.getByText(/^\d{4} \d{4}$/)).toBeVisible();

  await openLink(shopper, await charge(till, '8'));
  await seeConfirm(shopper, '¥8.00');
  await expect(shopper.getByText(words.pay.confirm.online)).toBeVisible(PATIENCE);
  await world.proxy.cut();
  await confirmWithPin(shopper, '¥8.00', { first: false });
  expect(await seeVoucher(shopper)).toMatch(/^OP1V:/);
  await world.proxy.mend();
  await cancelCharge(till);
});

test('a purse that is ended pays no more, and says when the rest comes home', async ({ world, phone }) => {
  const people = await withPurse(world, phone);
  const { shopper, till } = people;
  await shopper.goto(new URL('/purse', shopper.url()).href);
  await shopper.getByRole('button', { name: words.purse.end }).click(PATIENCE);
  await world.proxy.cut();
  await shopper.getByRole('button', { name: words.purse.endYes }).click();
  await expect(shopper.getByText(words.purse.endUntold)).toBeVisible(PATIENCE);
  await shopper.getByRole('dialog').getByRole('button', { name: words.shell.close }).last().click();
  await world.proxy.mend();
  await expect(shopper.getByRole('heading', { name: words.purse.endedTitle })).toBeVisible(PATIENCE);
  await atConfirmOffline(world, people, '6');
  await expect(shopper.getByText(words.pay.confirm.nextTime)).toBeVisible(PATIENCE);
  await world.proxy.mend();
  await cancelCharge(till);
});
