/**
 * Disks that are set back and copied: what no browser can prevent. The till that has seen a purse sees it go back; the server keeps the
 * proof; and a till that lost its books loses no money, because the payer reports what it paid.
 */
import { errorWords } from '#i18n/error-words.ts';
import { charge, dismissPaid, ledger } from './harness/people.ts';
import { atCounter, expectOnce, payByLink, seeAccepted, seeVoucherState, SETTLING, takeByHand, vouchers } from './harness/counter.ts';
import { wordsIn } from './harness/words.ts';
import { expect, test } from './harness/world.ts';
import type { NewPhone, WiredPhone, World } from './harness/world.ts';

const words = wordsIn('zh-CN');
const IN_PURSE = '100.00';

async function diskOf(phone: WiredPhone): Promise<string> {
  await phone.kill();
  return phone.keepDisk();
}

async function setBack(phone: WiredPhone, disk: string): Promise<void> {
  await phone.kill();
  phone.putBack(disk);
  await phone.start();
}

/** A shopper with a purse, and a till without a network whose disk was kept after it had charged 6.00. It is on again. */
async function tillKeptAfterCharge(world: World, phone: NewPhone): Promise<{ readonly shopper: WiredPhone; readonly tillPhone: WiredPhone; readonly link: string; readonly disk: string }> {
  const { shoppers, tillPhone, till } = await atCounter(phone, 1, { line: 'shared' });
  const [shopper] = shoppers as readonly [WiredPhone];
  await world.proxy.cut();
  const link = await charge(till, '6');
  const disk = await diskOf(tillPhone);
  await tillPhone.start();
  return { shopper, tillPhone, link, disk };
}

for (const way of ['set back', 'copied'] as const) {
  // To till and server a copy is what a disk that was set back is: npm run soak says it again.
  test(`[18] a shopper’s phone that was ${way} before it paid: the till sees the second payment, the server freezes the purse`, way === 'copied' ? { tag: '@soak' } : {}, async ({ world, phone }) => {
    test.setTimeout(180_000);
    const { shoppers, till } = await atCounter(phone, 1, { line: 'shared' });
    const [shopper] = shoppers as readonly [WiredPhone];
    const disk = await diskOf(shopper);
    await shopper.start();
    await world.proxy.cut();

    const first = await payByLink(await shopper.open('/'), await charge(till, '5'), '¥5.00');
    await takeByHand(till, first);
    await seeAccepted(till, '5.00');
    await dismissPaid(till);

    if (way === 'set back') await setBack(shopper, disk);
    const cheat = way === 'set back' ? shopper : await phone('shopper', { disk });
    const page = await cheat.open('/');
    await expect(page.getByText(IN_PURSE).first()).toBeVisible();
    const second = await payByLink(page, await charge(till, '7'), '¥7.00');
    await takeByHand(till, second);
    await expect(till.getByRole('region', { name: words.take.refused })).toContainText(errorWords(words, 'E_EQUIVOCATION').title);

    await world.proxy.mend();
    await expect(till.getByText(words.pending.strip(0))).toBeVisible(SETTLING);
    await cheat.open('/purse');
    await expect(cheat.page().getByText(words.purse.frozenTitle).first()).toBeVisible(SETTLING);
    await expect(() => expectOnce(world, till, [[cheat.page(), 500]])).toPass(SETTLING);
    const paid = vouchers(await ledger(cheat.page())).filter(({ outcome }) => outcome.verdict === 'SETTLED');
    expect(paid.map(({ amountMinor }) => amountMinor)).toEqual([500]);
  });
}

test('[18] a till that was set back to before it accepted: what the payer reported is claimed with a tap, and paid once', async ({ world, phone }) => {
  test.setTimeout(180_000);
  const { shopper, tillPhone, link, disk } = await tillKeptAfterCharge(world, phone);
  const code = await payByLink(shopper.page(), link, '¥6.00');
  await takeByHand(await tillPhone.open('/till'), code);
  await seeAccepted(tillPhone.page(), '6.00');

  await setBack(tillPhone, disk);
  await tillPhone.open('/till');
  await expect(tillPhone.page().getByRole('region', { name: words.claims.states.accepted })).toHaveCount(0);
  await expect(tillPhone.page().locator('canvas[data-code]').first()).toBeVisible();
  await world.proxy.mend();
  // A page that starts does not wait for the next try.
  await shopper.page().reload();
  await tillPhone.page().getByText(words.pending.unclaimed.strip(0).replace('0', '').trim()).click(SETTLING);
  await tillPhone.page().getByRole('button', { name: words.pending.unclaimed.claim('¥6.00') }).click();
  await seeVoucherState(shopper.page(), 'settled');
  // A browser that was killed has lost a fresh session's cookie: the wallet proves its device first.
  await expect(() => expectOnce(world, tillPhone.page(), [[shopper.page(), 600]])).toPass(SETTLING);
});

test('[18] a till and its copy both accept one payment: it is credited once', async ({ world, phone }) => {
  test.setTimeout(180_000);
  const { shopper, tillPhone, link, disk } = await tillKeptAfterCharge(world, phone);
  const copy = await phone('till', { disk });
  const code = await payByLink(shopper.page(), link, '¥6.00');
  for (const one of [tillPhone, copy]) {
    await takeByHand(await one.open('/till'), code);
    await seeAccepted(one.page(), '6.00');
  }
  await world.proxy.mend();
  for (const one of [tillPhone, copy]) {
    await one.open('/till');
    await expect(one.page().getByText(words.pending.strip(0))).toBeVisible(SETTLING);
  }
  await seeVoucherState(shopper.page(), 'settled');
  await expect(() => expectOnce(world, tillPhone.page(), [[shopper.page(), 600]])).toPass(SETTLING);
});
