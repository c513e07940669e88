/**
 * Pay with no network, as two people at a counter do it: three browser processes, cameras that see the others' screens, nothing
 * reachable. Whatever happens to the till meanwhile, each payment counts once: in both feeds and in the server's journal.
 */
import type { Page } from '@playwright/test';
import { cancelCharge, charge, dismissPaid, ledger, openTill, photographCode, seePaid, seeSlip } from './harness/people.ts';
import { atCounter, cut, expectOnce, journal, mend, payFromScreen, scanAtTill, seeAccepted, seeVoucherState, SETTLING, typeAtTill, vouchers } from './harness/counter.ts';
import { seeVoucher } from './harness/purse.ts';
import { sayingAgain, wordsIn } from './harness/words.ts';
import { expect, sharedScene, test } from './harness/world.ts';
import type { WiredPhone } from './harness/world.ts';

const words = wordsIn('zh-CN');

/** One customer with 100.00 in the purse and a till; the amounts of all tests together are less. */
const sharedCounter = sharedScene(async (phone) => {
  const { shoppers, tillPhone, till } = await atCounter(phone, 1);
  return { shopper: shoppers[0] as WiredPhone, tillPhone, till };
});

for (const locale of ['zh-CN', 'en'] as const) {
  test(`case 17: two customers pay one till, nobody has a network, and the till is killed after it accepted, in ${locale}`, sayingAgain(locale), async ({ world, phone }) => {
    test.setTimeout(240_000);
    const { shoppers, tillPhone, till } = await atCounter(phone, 2, { locale });
    const [first, second] = shoppers as readonly [WiredPhone, WiredPhone];
    await cut(...shoppers, tillPhone);
    await world.server.stop();

    await charge(till, '12.50', locale);
    const firstPage = await payFromScreen(first, till, '¥12.50', locale);
    await seeVoucher(firstPage, locale);
    await scanAtTill(tillPhone, firstPage, locale);
    await seeAccepted(till, '12.50', locale);
    await tillPhone.kill();
    await tillPhone.start();
    const again = await tillPhone.open('/till');
    await seeAccepted(again, '12.50', locale);
    await dismissPaid(again, locale);

    await charge(again, '8', locale);
    const secondPage = await payFromScreen(second, again, '¥8.00', locale);
    await seeVoucher(secondPage, locale);
    await scanAtTill(tillPhone, secondPage, locale);
    await seeAccepted(again, '8.00', locale);
    await tillPhone.kill();

    await world.server.restart();
    await mend(...shoppers, tillPhone);
    await tillPhone.start();
    const back = await tillPhone.open('/till');
    await seePaid(back, '8.00', locale);
    await expect(back.getByText(wordsIn(locale).pending.strip(0))).toBeVisible(SETTLING);
    for (const page of [firstPage, secondPage]) await seeVoucherState(page, 'settled', locale);
    await expectOnce(world, back, [[firstPage, 1_250], [secondPage, 800]]);
  });
}

test('the same screen held up again is taken once, and a picture of it for the next customer not at all', async ({ world }) => {
  test.setTimeout(180_000);
  const { shopper, tillPhone, till } = await sharedCounter(world);
  await cut(shopper, tillPhone);
  await charge(till, '5');
  const slip = await payFromScreen(shopper, till, '¥5.00');
  await seeVoucher(slip);
  await scanAtTill(tillPhone, slip);
  await seeAccepted(till, '5.00');
  await dismissPaid(till);
  // The camera still sees the first customer's code.
  await charge(till, '5');
  await till.getByRole('link', { name: words.take.open }).click();
  await expect(till.getByRole('region', { name: words.take.again })).toBeVisible();
  await till.reload();
  await expect(till.getByRole('region', { name: words.take.again })).toBeVisible();
  await till.getByRole('button', { name: words.take.backToCode }).click();
  await mend(shopper, tillPhone);
  await cancelCharge(till);
  await nothingWaits(tillPhone);
});

test('payer offline, till online: the till brings it and it is paid at once', async ({ world }) => {
  test.setTimeout(180_000);
  const { shopper, tillPhone, till } = await sharedCounter(world);
  await cut(shopper);
  await charge(till, '7.20');
  const slip = await payFromScreen(shopper, till, '¥7.20');
  await seeVoucher(slip);
  await scanAtTill(tillPhone, slip);
  await seePaid(till, '7.20');
  await mend(shopper);
  await seeVoucherState(slip, 'settled');
  await expectOnce(world, till, [[slip, 720]]);
  await dismissPaid(till);
  await nothingWaits(tillPhone);
});

test('payer online, till offline: the receipt through the camera, and the eight digits', async ({ world }) => {
  test.setTimeout(180_000);
  const { shopper, tillPhone, till } = await sharedCounter(world);
  await cut(tillPhone);

  await charge(till, '3.30');
  const slip = await payFromScreen(shopper, till, '¥3.30');
  await seeSlip(slip, 'settled');
  await slip.getByText(words.voucher.proof.open).click();
  await scanAtTill(tillPhone, slip);
  await seePaid(till, '3.30');
  await dismissPaid(till);

  await charge(till, '4.40');
  const other = await payFromScreen(shopper, till, '¥4.40');
  await seeSlip(other, 'settled');
  await other.getByText(words.voucher.proof.open).click();
  const digits = (await other.getByText(/^\d{4} \d{4}$/).textContent()) ?? '';
  await till.getByRole('link', { name: words.take.digits.open }).click();
  const field = till.getByRole('textbox', { name: words.take.digits.label });
  await field.fill(digits === '0000 0000' ? '11111111' : '00000000');
  await field.press('Enter');
  await expect(till.getByText(String(words.errors.CODE_WRONG.title))).toBeVisible();
  await field.fill(digits);
  await field.press('Enter');
  await seePaid(till, '4.40');

  await mend(tillPhone);
  await dismissPaid(till);
  await expect(till.getByText(words.till.online)).toBeVisible(SETTLING);
  expect((await ledger(till)).balanceMinor).toBeGreaterThanOrEqual(770);
  await nothingWaits(tillPhone);
});

test('void with no network: the customer scans the note, and the money is not taken', async ({ world }) => {
  test.setTimeout(180_000);
  const { shopper, tillPhone, till } = await sharedCounter(world);
  await cut(shopper, tillPhone);
  await charge(till, '9.90');
  const slip = await payFromScreen(shopper, till, '¥9.90');
  const slipUrl = (await seeVoucher(slip), slip.url());
  await scanAtTill(tillPhone, slip);
  await seeAccepted(till, '9.90');
  await dismissPaid(till);

  await till.goto(`${tillPhone.origin}/sales`);
  await till.locator('a[href^="/records/sale/"]').first().click();
  await till.getByRole('button', { name: words.claims.void.open }).click();
  await till.getByRole('button', { name: words.claims.void.yes, exact: true }).click();
  await expect(till.getByRole('region', { name: words.claims.void.done })).toBeVisible();
  await showNote(shopper, till);
  await slip.goto(slipUrl);
  await seeVoucherState(slip, 'voided');
  await till.getByRole('button', { name: words.claims.back }).click();
  await expect(till.getByText(words.claims.states.voided, { exact: true })).toBeVisible();

  await mend(shopper, tillPhone);
  const verdicts = async (): Promise<string[]> => vouchers(await ledger(slip)).flatMap(({ amountMinor, outcome }) => (amountMinor === 990 ? [outcome.verdict] : []));
  await expect.poll(async () => (await verdicts()).at(-1), SETTLING).toBe('VOIDED');
  expect(await verdicts()).not.toContain('SETTLED');
  await seeVoucherState(slip, 'voided');
  await nothingWaits(tillPhone);
});

test('refund with no network: queued, scanned by the customer, paid out once', async ({ world }) => {
  test.setTimeout(180_000);
  const { shopper, tillPhone, till } = await sharedCounter(world);
  const earlier = (await notes(shopper.page())).length;
  await charge(till, '20');
  await cut(shopper);
  const slip = await payFromScreen(shopper, till, '¥20.00');
  await seeVoucher(slip);
  await scanAtTill(tillPhone, slip);
  await seePaid(till, '20.00');
  await dismissPaid(till);
  await cut(tillPhone);

  await till.goto(`${tillPhone.origin}/sales`);
  await till.locator('a[href^="/records/sale/"]').first().click();
  await till.getByRole('link', { name: words.claims.refund.open }).click();
  const amount = till.getByRole('textbox', { name: words.claims.refund.amount });
  await amount.fill('7.5');
  await amount.press('Enter');
  await expect(till.getByRole('region', { name: words.claims.refund.queued })).toBeVisible();
  await till.reload();
  await showNote(shopper, till);

  await mend(shopper, tillPhone);
  await expect.poll(async () => (await notes(slip)).slice(earlier), SETTLING).toEqual([750]);
  await till.getByRole('button', { name: words.claims.back }).click();
  await expect(till.getByText(words.claims.now.partlyRefunded('¥7.50'))).toBeVisible(SETTLING);
  await nothingWaits(tillPhone);
});

test('what waits goes to another till by moving codes, and is credited once though both send it', async ({ world, phone }) => {
  test.setTimeout(240_000);
  const { shopper, tillPhone, till } = await sharedCounter(world);
  const otherPhone = await phone('till', { line: 'own' });
  const other = await openTill(otherPhone);
  await cut(shopper, tillPhone);
  const paid: number[] = [610, 620, 630];
  for (const amountMinor of paid) {
    const amount = (amountMinor / 100).toFixed(2);
    await charge(till, amount);
    const slip = await payFromScreen(shopper, till, `¥${amount}`);
    const code = await seeVoucher(slip);
    await till.getByRole('link', { name: words.take.open }).click();
    await typeAtTill(till, code);
    await seeAccepted(till, amount);
    await dismissPaid(till);
  }
  await till.goto(`${tillPhone.origin}/pending/export`);
  await till.getByRole('button', { name: words.pending.export.codes }).click();
  await other.goto(`${otherPhone.origin}/pending/import`);
  const done = other.getByText(words.pending.import.added(paid.length));
  // The camera looks at the screen over and over, as a camera does, until the till says that it has everything.
  await expect(async () => {
    otherPhone.camera.see(await photographCode(till));
    await expect(done).toBeVisible({ timeout: 400 });
  }).toPass({ timeout: 120_000, intervals: [0] });

  const settled = async (): Promise<number[]> => vouchers(await ledger(other)).flatMap((voucher) => (paid.includes(voucher.amountMinor) && voucher.outcome.verdict === 'SETTLED' ? [voucher.amountMinor] : []));
  await expect.poll(settled, SETTLING).toEqual(paid);
  await mend(shopper, tillPhone);
  await till.goto(`${tillPhone.origin}/pending`);
  await expect(till.getByText(words.pending.waitingNone)).toBeVisible(SETTLING);
  expect(await settled()).toEqual(paid);
  expect((await journal(world.server.url)).sumMinor).toBe(0);
  await nothingWaits(tillPhone);
});

/** As every test leaves the counter: ready for a charge, nothing before the camera, nothing that still has to be sent. */
async function nothingWaits(tillPhone: WiredPhone): Promise<void> {
  tillPhone.camera.seeNothing();
  const till = await tillPhone.open('/till');
  await expect(till.getByRole('textbox', { name: words.till.amount })).toBeEnabled(SETTLING);
  await expect(till.getByText(words.pending.strip(0))).toBeVisible(SETTLING);
}

/** What came back to the payer by notes of the shop. */
async function notes(shopper: Page): Promise<number[]> {
  return (await ledger(shopper)).changes.flatMap((change) => (change.kind === 'note' ? [change.amountMinor] : []));
}

/** The customer's camera on the till's note. */
async function showNote(shopper: WiredPhone, till: Page): Promise<void> {
  shopper.camera.see(await photographCode(till));
  const page = shopper.page();
  await page.goto(`${shopper.origin}/scan`);
  await page.waitForURL(/\/records\/voucher\//);
  shopper.camera.seeNothing();
}
