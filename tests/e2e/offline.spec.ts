/** With the server stopped and the browser started anew, the app opens anywhere on the last truth and says how old it is. */
import { charge, confirmWithPin, openLink, openShopper, openTill, photographCode, seeConfirm, seeInstalled, seePaid, seeSlip } from './harness/people.ts';
import { sayingAgain, wordsIn } from './harness/words.ts';
import { expect, test } from './harness/world.ts';

for (const locale of ['zh-CN', 'en'] as const) {
  test(`case 36: cold start without a server, in ${locale}`, sayingAgain(locale), async ({ world, phone }) => {
    const words = wordsIn(locale);
    const [shopperPhone, tillPhone] = [await phone('shopper', { fresh: true, locale }), await phone('till', { fresh: true, locale })];
    const [shopper, till] = [await openShopper(shopperPhone, locale), await openTill(tillPhone, locale)];
    await openLink(shopper, await charge(till, '8', locale));
    await seeConfirm(shopper, '¥8.00', locale);
    await confirmWithPin(shopper, '¥8.00', { first: true, locale });
    await seeSlip(shopper, 'settled', locale);
    const slip = new URL(shopper.url()).pathname;
    await seePaid(till, '8.00', locale);
    for (const page of [shopper, till]) await seeInstalled(page);

    await world.proxy.cut();
    await world.server.stop();
    for (const one of [shopperPhone, tillPhone]) {
      await one.kill();
      await one.start();
    }
    const wallet = await shopperPhone.open('/');
    await expect(wallet.getByText('492.00').first()).toBeVisible();
    await expect(wallet.locator('.as-of-offline')).toBeVisible();
    for (const [path, seen] of [
      ['/records', '8.00'],
      [slip, words.pay.state.settled],
      ['/help', words.help.shelf],
      ['/help/payment-pending', words.help.related],
      ['/me', words.shell.me.display],
      ['/?source=pwa', '492.00'],
    ] as const) {
      await wallet.goto(shopperPhone.origin + path);
      await expect(wallet.getByText(seen).first(), path).toBeVisible();
    }
    const sales = await tillPhone.open('/');
    await seePaid(sales, '8.00', locale);

    await world.server.restart();
    await world.proxy.mend();
    await wallet.goto(shopperPhone.origin);
    await expect(wallet.locator('.as-of')).toBeVisible();
    await expect(wallet.locator('.as-of-offline')).toHaveCount(0, { timeout: 30_000 });
  });
}

test('the camera and the decoder work without a server', async ({ world, phone }) => {
  const words = wordsIn('zh-CN');
  const shopperPhone = await phone('shopper');
  const [shopper, till] = [await openShopper(shopperPhone), await openTill(await phone('till'))];
  await openLink(shopper, await charge(till, '9'));
  await seeConfirm(shopper, '¥9.00');
  const code = await photographCode(till);
  await seeInstalled(shopper);
  await world.proxy.cut();
  await shopperPhone.kill();
  await shopperPhone.start();
  shopperPhone.camera.see(code);
  const again = await shopperPhone.open('/scan');
  await seeConfirm(again, '¥9.00');
  await expect(again.getByText(words.pay.confirm.offline)).toBeVisible();
  await world.proxy.mend();
});
