/** The main job: a shopper's camera sees the till's screen, the shopper pays, the till says so, and all books agree. */
import { charge, confirmWithPin, dismissPaid, ledger, openLink, openShopper, openTill, payments, photographCode, seeConfirm, seePaid, seeSlip, typeLink } from './harness/people.ts';
import { sayingAgain, wordsIn } from './harness/words.ts';
import { expect, sharedScene, test } from './harness/world.ts';

/** Each test leaves it ready for the next charge. */
const sharedTill = sharedScene(async (phone) => openTill(await phone('till')));

for (const locale of ['zh-CN', 'en'] as const) {
  test(`scan, confirm, paid, in ${locale}`, sayingAgain(locale), async ({ phone }) => {
    const words = wordsIn(locale);
    const [shopperPhone, tillPhone] = [await phone('shopper', { fresh: true, locale }), await phone('till', { fresh: true, locale })];
    const [shopper, till] = [await openShopper(shopperPhone, locale), await openTill(tillPhone, locale)];
    await charge(till, '18.50', locale);
    shopperPhone.camera.see(await photographCode(till));

    await shopper.getByRole('link', { name: words.shell.tabs.scan, exact: true }).click();
    await seeConfirm(shopper, '¥18.50', locale);
    await confirmWithPin(shopper, '¥18.50', { first: true, locale });
    await seeSlip(shopper, 'settled', locale);
    await seePaid(till, '18.50', locale);

    const [paid, earned] = [await ledger(shopper), await ledger(till)];
    const [out] = payments(paid);
    const mine = payments(earned).filter((payment) => payment.paymentId === out?.paymentId);
    expect(payments(paid)).toHaveLength(1);
    expect(out).toMatchObject({ direction: 'out', amountMinor: 1_850, ccy: 156, balanceMinor: 48_150 });
    expect(mine).toHaveLength(1);
    expect(mine[0]).toMatchObject({ direction: 'in', amountMinor: 1_850, invoiceHash: out?.invoiceHash, saleNonce: out?.saleNonce, receipt: out?.receipt });
    expect(paid.balanceMinor).toBe(48_150);

    await dismissPaid(till, locale);
    await shopper.goto(new URL('/', shopper.url()).href);
    await expect(shopper.getByText('481.50').first()).toBeVisible();
    await till.goto(new URL('/sales', till.url()).href);
    await expect(till.getByText(words.till.saleStates.paid).first()).toBeVisible();
  });
}

test('a second payment asks for the PIN once, and tells a wrong one', async ({ world, phone }) => {
  const words = wordsIn('zh-CN');
  const [shopper, till] = [await openShopper(await phone('shopper')), await sharedTill(world)];
  await openLink(shopper, await charge(till, '1'));
  await seeConfirm(shopper, '¥1.00');
  await confirmWithPin(shopper, '¥1.00', { first: true });
  await seeSlip(shopper, 'settled');
  await dismissPaid(till);

  const link = await charge(till, '2.5');
  await openLink(shopper, link);
  await seeConfirm(shopper, '¥2.50');
  // The link's own page has given its place to this one: back leads home, not to where the shopper was before the link.
  await shopper.getByRole('button', { name: words.shell.back }).click();
  await expect(shopper).toHaveURL(/:\d+\/$/);
  await openLink(shopper, link);
  await seeConfirm(shopper, '¥2.50');
  const payButton = shopper.getByRole('button', { name: words.pay.confirm.pay('¥2.50') });
  await payButton.click();
  await shopper.keyboard.press('Escape');
  await expect(shopper.getByRole('dialog')).toHaveCount(0);
  await expect(payButton).toBeFocused();
  await confirmWithPin(shopper, '¥2.50', { first: false, pin: '975319' });
  await expect(shopper.getByText('还可以试 4 次')).toBeVisible();
  await shopper.getByRole('textbox', { name: words.pay.confirm.pinLabel }).fill('246813');
  await seeSlip(shopper, 'settled');
  expect(payments(await ledger(shopper)).map((payment) => payment.amountMinor)).toEqual([100, 250]);
  await dismissPaid(till);
});

test('a pasted link pays too, and the charge waits while an account is opened', async ({ world, phone }) => {
  const words = wordsIn('zh-CN');
  const till = await sharedTill(world);
  const shopperPhone = await phone('shopper');
  const link = new URL(await charge(till, '3'));
  const shopper = await shopperPhone.open(`${link.pathname}${link.hash}`);
  await shopper.getByRole('button', { name: words.shell.firstRun.tryPlay }).click();
  await seeConfirm(shopper, '¥3.00');
  await confirmWithPin(shopper, '¥3.00', { first: true });
  await seeSlip(shopper, 'settled');
  await dismissPaid(till);

  await typeLink(shopper, await charge(till, '4'));
  await seeConfirm(shopper, '¥4.00');
  await confirmWithPin(shopper, '¥4.00', { first: false });
  await seeSlip(shopper, 'settled');
  await seePaid(till, '4.00');
  await dismissPaid(till);
});

test('the paid screen stays over a reload until the cashier closes it', async ({ world, phone }) => {
  const [shopper, till] = [await openShopper(await phone('shopper')), await sharedTill(world)];
  await openLink(shopper, await charge(till, '5'));
  await seeConfirm(shopper, '¥5.00');
  await confirmWithPin(shopper, '¥5.00', { first: true });
  await seePaid(till, '5.00');
  await till.reload();
  await seePaid(till, '5.00');
  await dismissPaid(till);
  // The first tap after a start: the list's own file still has to come.
  const { shell, till: tillWords } = wordsIn('zh-CN');
  await till.getByRole('link', { name: shell.tabs.sales }).click();
  await expect(till.getByRole('heading', { name: tillWords.salesTitle })).toBeVisible();
  expect(new URL(till.url()).pathname).toBe('/sales');
});
