/** A browser that throws the wallet's rows away: restore, never "welcome". */
import { charge, confirmWithPin, ledger, openLink, openShopper, openTill, PIN, seeConfirm, seeSlip } from './harness/people.ts';
import type { Phone } from './harness/phone.ts';
import { sayingAgain, wordsIn } from './harness/words.ts';
import { expect, test } from './harness/world.ts';

async function evict(phone: Phone): Promise<void> {
  const session = await phone.context().newCDPSession(phone.page());
  await session.send('Storage.clearDataForOrigin', { origin: phone.origin, storageTypes: 'indexeddb' });
}

for (const locale of ['zh-CN', 'en'] as const) {
  test(`case 1, 2: eviction while the app is open and while it is closed, in ${locale}`, sayingAgain(locale), async ({ phone }) => {
    const words = wordsIn(locale);
    const shopperPhone = await phone('shopper', { locale });
    const [shopper, till] = [await openShopper(shopperPhone, locale), await openTill(await phone('till', { locale }), locale)];
    await openLink(shopper, await charge(till, '2', locale));
    await seeConfirm(shopper, '¥2.00', locale);
    await confirmWithPin(shopper, '¥2.00', { first: true, locale });
    await seeSlip(shopper, 'settled', locale);

    await evict(shopperPhone);
    await expect(shopper.getByRole('heading', { name: words.shell.restore.title })).toBeVisible({ timeout: 15_000 });
    await shopper.goto(shopperPhone.origin);
    await expect(shopper.getByRole('heading', { name: words.shell.restore.title })).toBeVisible();
    await expect(shopper.getByRole('button', { name: words.shell.firstRun.tryPlay })).toHaveCount(0);
    await shopper.getByRole('textbox', { name: words.pay.confirm.pinLabel }).fill(PIN);
    await expect(shopper.getByText('498.00').first()).toBeVisible({ timeout: 15_000 });
    await expect(shopper.getByText('2.00').first()).toBeVisible();
    expect((await ledger(shopper)).balanceMinor).toBe(49_800);

    await shopper.goto('about:blank');
    await evict(shopperPhone);
    const again = await shopperPhone.open('/records');
    await expect(again.getByRole('heading', { name: words.shell.restore.title })).toBeVisible();
  });
}

test('case 11: no IndexedDB is a screen with words, not a blank page', async ({ world, phone }) => {
  const without = "Object.defineProperty(globalThis, 'indexedDB', { get: () => undefined });";
  const asItWas = world.proxy.amend(/\/wallet\.worker-.*\.js$/, (text) => without + text);
  const shopperPhone = await phone('shopper', { fresh: true });
  await shopperPhone.context().addInitScript(without);
  const page = await shopperPhone.open('/');
  await expect(page.getByText(String(wordsIn('zh-CN').errors.STORAGE_UNSUPPORTED.title))).toBeVisible({ timeout: 20_000 });
  asItWas();
});
