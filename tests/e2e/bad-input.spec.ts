/** Codes and amounts that are wrong: clear words in the reader's language, nothing posted, nothing lost. */
import type { Locale } from '#i18n/translate.ts';
import { cancelCharge, charge, confirmWithPin, createPin, ledger, openLink, openShopper, openTill, payments, seeSlip, typeLink } from './harness/people.ts';
import { strangeCharges } from './harness/strange-charges.ts';
import { sayingAgain, wordsIn } from './harness/words.ts';
import { expect, sharedScene, test } from './harness/world.ts';

/** Texts that no charge says, and the kind or code whose words must be read. */
const FOREIGN = [
  ['a web address', 'https://example.org/pay?x=1', 'url'],
  ['a script', 'javascript:alert(document.cookie)', 'javascript'],
  ['another app', 'intent://scan/#Intent;scheme=zxing;end', 'intent'],
  ['Wi-Fi', 'WIFI:T:WPA;S:cafe;P:secret;;', 'wifi'],
  ['a business card', 'BEGIN:VCARD VERSION:3.0 FN:A END:VCARD', 'vcard'],
  ['Alipay', 'https://qr.alipay.com/fkx000', 'alipay'],
  ['WeChat', 'wxp://f2f0abcdef', 'wechat'],
  ['plain text', '你好', 'text'],
  ['3 kB', 'x'.repeat(3_000), 'E_TOO_LONG'],
  ['a broken charge', 'OP1I:ABCDEF', 'E_FORMAT'],
] as const;

/** Nothing is ever posted here, so that whoever comes next finds the same. */
const counterIn = (locale: Locale) =>
  sharedScene(async (phone) => ({
    shopper: await openShopper(await phone('shopper', { locale }), locale),
    till: await openTill(await phone('till', { locale }), locale),
  }));
const counters = { 'zh-CN': counterIn('zh-CN'), en: counterIn('en') };

for (const locale of ['zh-CN', 'en'] as const) {
  test(`case 74: foreign codes are named and never opened, in ${locale}`, sayingAgain(locale), async ({ world }) => {
    const words = wordsIn(locale);
    const { shopper } = await counters[locale](world);
    const elsewhere: string[] = [];
    shopper.on('request', (request) => {
      if (new URL(request.url()).origin !== new URL(shopper.url()).origin) elsewhere.push(request.url());
    });
    for (const [name, text, said] of FOREIGN) {
      await typeLink(shopper, text, locale);
      const expected = words.found[said]?.title ?? String(words.errors[said as 'E_FORMAT'].title);
      await expect(shopper.getByText(expected).first(), name).toBeVisible();
    }
    expect(elsewhere).toEqual([]);
    const feed = await ledger(shopper);
    expect(payments(feed)).toEqual([]);
    expect(feed.balanceMinor).toBe(50_000);
  });

  test(`case 76: charges by strangers are refused with their reason, in ${locale}`, sayingAgain(locale), async ({ world }) => {
    const words = wordsIn(locale);
    const { shopper, till } = await counters[locale](world);
    for (const { name, text, code } of await strangeCharges(await charge(till, '5', locale))) {
      await typeLink(shopper, text, locale);
      await expect(shopper.getByText(String(words.errors[code].title)).first(), name).toBeVisible();
      await expect(shopper.getByRole('button', { name: /¥/ }), name).toHaveCount(0);
    }
    expect(payments(await ledger(shopper))).toEqual([]);
    await cancelCharge(till, locale);
  });

  test(`amounts that are none are refused, full-width ones understood, in ${locale}`, sayingAgain(locale), async ({ world }) => {
    const words = wordsIn(locale);
    const { till } = await counters[locale](world);
    const field = till.getByRole('textbox', { name: words.till.amount });
    for (const bad of ['-5', '1e3', '0x10', '1.005', '1,234', '+5', '٣', 'NaN', '1 2', '123456789']) {
      await field.fill(bad);
      await field.press('Enter');
      await expect(till.getByText(String(words.errors[bad === '123456789' ? 'AMOUNT_TOO_LARGE' : 'AMOUNT_FORMAT'].title)), bad).toBeVisible();
      await expect(till.locator('canvas[data-code]'), bad).toHaveCount(0);
    }
    for (const nothing of ['', '0', '0.00']) {
      await field.fill(nothing);
      await field.press('Enter');
      await expect(till.locator('canvas[data-code]'), `"${nothing}"`).toHaveCount(0);
    }
    await charge(till, '１８．５', locale);
    await expect(till.getByText('18.50').first()).toBeVisible();
    await cancelCharge(till, locale);
  });
}

test('more than the balance is said before and refused after, and nothing is posted', async ({ phone }) => {
  const words = wordsIn('zh-CN');
  const [shopper, till] = [await openShopper(await phone('shopper')), await openTill(await phone('till'))];
  await createPin(shopper);
  await openLink(shopper, await charge(till, '500.01'));
  await expect(shopper.getByText(words.pay.confirm.short)).toBeVisible();
  await confirmWithPin(shopper, '¥500.01', { first: false });
  await seeSlip(shopper, 'refused');
  await expect(shopper.getByText(String(words.errors.INSUFFICIENT_FUNDS.title))).toBeVisible();
  await cancelCharge(till);
  const feed = await ledger(shopper);
  expect(payments(feed)).toEqual([]);
  expect(feed.balanceMinor).toBe(50_000);
});

test('bodies that are none are answered with a problem, and nothing is posted', async ({ world }) => {
  const { shopper } = await counters['zh-CN'](world);
  const send = (body: string): Promise<{ status: number; code: unknown }> =>
    shopper.evaluate(async (text) => {
      const reply = await fetch('/v1/payments', { method: 'POST', body: text, headers: { 'Content-Type': 'application/json', 'Chit-Request': '1' } });
      return { status: reply.status, code: ((await reply.json()) as { code?: unknown }).code };
    }, body);
  for (const malformed of ['', '{', 'null', '[]', '{"order":"*","invoice":"*"}', '{"order":1e3}']) {
    expect(await send(malformed), malformed).toEqual({ status: 400, code: 'BAD_REQUEST' });
  }
  expect(await send('"'.padEnd(10 * 1_048_576, 'x'))).toEqual({ status: 413, code: 'BODY_TOO_LARGE' });
  expect((await ledger(shopper)).balanceMinor).toBe(50_000);
});
