/** Every screen in both languages, light, dark and elder: no serious finding of axe, no sideways scrolling at 320 px, targets large enough. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { charge, confirmWithPin, createPin, dismissPaid, openLink, openShopper, openTill, seeConfirm, seeInstalled, seePaid, seeSlip } from './harness/people.ts';
import { seeAccepted, typeAtTill } from './harness/counter.ts';
import { fillPurse, seeVoucher } from './harness/purse.ts';
import { sayingAgain, wordsIn } from './harness/words.ts';
import { expect, test } from './harness/world.ts';
import type { NewPhone } from './harness/world.ts';

type Style = 'light' | 'dark' | 'elder' | 'largest';
type Step = readonly [name: string, show: (page: Page) => Promise<unknown>];
const WIDTH = 320;
/** In the largest text every name is as long as this. */
const LONG_NAME = 'Rindfleischetikettierungsüberwachungsgesetz';
/** What a style can break. Names, roles and order are the same in all of them, so the light one answers for them; null: every rule. */
const RULES: { readonly [S in Style]: readonly string[] | null } = {
  light: null,
  dark: ['color-contrast'],
  elder: ['scrollable-region-focusable'],
  largest: ['scrollable-region-focusable'],
};

/** Applies a style as the settings do, and looks. Returns what is wrong, in words. */
async function findings(page: Page, screen: string, style: Style): Promise<string[]> {
  await page.emulateMedia({ colorScheme: style === 'dark' ? 'dark' : 'light', reducedMotion: 'reduce' });
  const onTheirWay = await page.evaluate(() => document.getAnimations().filter((one) => one instanceof CSSTransition).length);
  await page.evaluate((elder) => {
    if (elder === null) delete document.documentElement.dataset['elder'];
    else document.documentElement.dataset['elder'] = elder;
    return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  }, style === 'elder' ? 'large' : style === 'largest' ? 'largest' : null);
  const violations = await breaches(page, RULES[style]);
  const serious = violations.filter((violation) => violation.impact === 'serious' || violation.impact === 'critical');
  const said = serious.flatMap((violation) => violation.nodes.map((node) => `${screen}, ${style}: ${violation.id} at ${node.target.join(' ')}: ${node.failureSummary ?? ''}`));
  const overflow = await page.evaluate((name) => {
    const names = name === null ? [] : [...document.querySelectorAll('bdi')];
    const before = names.map((bdi) => bdi.textContent);
    for (const bdi of names) bdi.textContent = name;
    const found = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    for (const [index, bdi] of names.entries()) bdi.textContent = before[index] ?? '';
    return found;
  }, style === 'largest' ? LONG_NAME : null);
  if (onTheirWay > 0) said.push(`${screen}, ${style}: ${onTheirWay} transitions run, though motion is to be reduced`);
  if (overflow > 0) said.push(`${screen}, ${style}: scrolls sideways by ${overflow} px`);
  return [...said, ...(await smallTargets(page)).map((target) => `${screen}, ${style}: ${target}`)];
}

/** What axe finds. It is brought into a document once: its builder would do that twice for each look, which took longer than looking. */
async function breaches(page: Page, rules: readonly string[] | null): Promise<Awaited<ReturnType<AxeBuilder['analyze']>>['violations']> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(new AxeBuilder({ page })['script']());
  const axe = new AxeBuilder({ page, axeSource: 'null' }).setLegacyMode().options({ resultTypes: ['violations'] });
  return (await (rules === null ? axe : axe.withRules([...rules])).analyze()).violations;
}

/** Links inside a sentence are exempt (WCAG 2.5.8); everything else that is pressed is at least 24 px. */
function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('button, a[href], input, select, textarea')].flatMap((element) => {
      const { width, height } = element.getBoundingClientRect();
      const hidden = width === 0 || height === 0 || element.closest('[aria-hidden=true], .unseen, .skip-link') !== null;
      const inSentence = element.matches('p a, li a:not(:only-child)');
      return hidden || inSentence || (width >= 24 && height >= 24) ? [] : [`${element.outerHTML.slice(0, 80)} is ${Math.round(width)}×${Math.round(height)} px`];
    }),
  );
}

async function lookAtAll(page: Page, screen: string): Promise<string[]> {
  const all: string[] = [];
  for (const style of ['light', 'dark', 'elder', 'largest'] as const) all.push(...(await findings(page, screen, style)));
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.evaluate(() => delete document.documentElement.dataset['elder']);
  return all;
}

for (const locale of ['zh-CN', 'en'] as const) {
  test(`case 47: the shopper's screens, in ${locale}`, sayingAgain(locale), async ({ phone }) => {
    test.setTimeout(180_000);
    const words = wordsIn(locale);
    const { shopper, till, wrong } = await shopperAndTill(phone, locale);
    const calm: readonly Step[] = [
      ['wallet', (page) => page.goto(new URL('/', page.url()).href)],
      ['scan', (page) => page.goto(new URL('/scan', page.url()).href)],
      ['me', (page) => page.goto(new URL('/me', page.url()).href)],
      ['help', (page) => page.goto(new URL('/help', page.url()).href)],
      ['article', (page) => page.goto(new URL('/help/payment-pending', page.url()).href)],
      ['no such article', (page) => page.goto(new URL('/help/nothing', page.url()).href)],
      ['no such payment', (page) => page.goto(new URL(`/records/payment/${'0'.repeat(32)}`, page.url()).href)],
    ];
    for (const [name, show] of calm) {
      await show(shopper);
      await expect(shopper.locator('main')).toBeVisible();
      wrong.push(...(await lookAtAll(shopper, name)));
    }
    await openLink(shopper, await charge(till, '18.50', locale));
    await seeConfirm(shopper, '¥18.50', locale);
    wrong.push(...(await lookAtAll(shopper, 'confirm')));
    await shopper.getByRole('button', { name: words.pay.confirm.pay('¥18.50') }).click();
    await expect(shopper.getByRole('textbox', { name: words.pay.pin.newLabel })).toBeVisible();
    wrong.push(...(await lookAtAll(shopper, 'pin')));
    await shopper.getByRole('button', { name: words.shell.close }).first().click();
    await confirmWithPin(shopper, '¥18.50', { first: true, locale });
    await seeSlip(shopper, 'settled', locale);
    wrong.push(...(await lookAtAll(shopper, 'slip')));
    await shopper.getByRole('button', { name: words.voucher.proof.open }).click();
    await expect(shopper.locator('canvas[data-code^="OP1R:"]')).toBeVisible();
    wrong.push(...(await lookAtAll(shopper, 'for a shop without a network')));
    await shopper.goto(new URL('/records', shopper.url()).href);
    await expect(shopper.getByText('18.50').first()).toBeVisible();
    wrong.push(...(await lookAtAll(shopper, 'records')));
    expect(wrong).toEqual([]);
  });

  test(`case 47: the shopper's screens without a network, in ${locale}`, sayingAgain(locale), async ({ world, phone }) => {
    test.setTimeout(180_000);
    const words = wordsIn(locale);
    const { shopper, till, wrong } = await shopperAndTill(phone, locale);
    await createPin(shopper, locale);
    await shopper.goto(new URL('/purse', shopper.url()).href);
    await expect(shopper.getByText(words.purse.what)).toBeVisible();
    wrong.push(...(await lookAtAll(shopper, 'no purse')));
    await shopper.goto(new URL('/purse/load', shopper.url()).href);
    await expect(shopper.getByRole('textbox', { name: words.purse.amount })).toBeVisible();
    wrong.push(...(await lookAtAll(shopper, 'load')));
    await fillPurse(shopper, '50', { locale });
    wrong.push(...(await lookAtAll(shopper, 'loaded')));
    await shopper.goto(new URL('/purse', shopper.url()).href);
    await expect(shopper.getByText(words.purse.canPay)).toBeVisible();
    wrong.push(...(await lookAtAll(shopper, 'purse')));
    await seeInstalled(shopper);
    const link = await charge(till, '18.50', locale);
    await world.proxy.cut();
    await openLink(shopper, link);
    await seeConfirm(shopper, '¥18.50', locale);
    await expect(shopper.getByText(words.pay.confirm.fromPurse)).toBeVisible();
    wrong.push(...(await lookAtAll(shopper, 'confirm out of the purse')));
    await confirmWithPin(shopper, '¥18.50', { first: false, locale });
    await seeVoucher(shopper, locale);
    wrong.push(...(await lookAtAll(shopper, 'voucher')));
    await shopper.goto(new URL('/', shopper.url()).href);
    await expect(shopper.getByText('31.50').first()).toBeVisible();
    wrong.push(...(await lookAtAll(shopper, 'wallet with a purse')));
    await world.proxy.mend();
    expect(wrong).toEqual([]);
  });

  test(`case 47: the till's screens, in ${locale}`, sayingAgain(locale), async ({ phone }) => {
    test.setTimeout(180_000);
    const { shopper, till, wrong } = await shopperAndTill(phone, locale);
    wrong.push(...(await lookAtAll(till, 'keypad')));
    const link = await charge(till, '18.50', locale);
    wrong.push(...(await lookAtAll(till, 'charge')));
    await openLink(shopper, link);
    await seeConfirm(shopper, '¥18.50', locale);
    await confirmWithPin(shopper, '¥18.50', { first: true, locale });
    await seePaid(till, '18.50', locale);
    wrong.push(...(await lookAtAll(till, 'paid')));
    await dismissPaid(till, locale);
    await till.goto(new URL('/sales', till.url()).href);
    await expect(till.getByText('18.50').first()).toBeVisible();
    wrong.push(...(await lookAtAll(till, 'sales')));
    await till.locator('a[href^="/records/sale/"]').first().click();
    await expect(till.getByText(wordsIn(locale).till.saleNow.noRefund)).toBeVisible();
    await expect(till.getByText(wordsIn(locale).till.saleNow.paid)).toBeVisible();
    wrong.push(...(await lookAtAll(till, 'sale')));
    await openLink(till, link);
    await expect(till.getByText(wordsIn(locale).pay.landing.till)).toBeVisible();
    wrong.push(...(await lookAtAll(till, 'a charge on a till')));
    expect(wrong).toEqual([]);
  });

  test(`case 47: the till's screens without a network, in ${locale}`, sayingAgain(locale), async ({ world, phone }) => {
    test.setTimeout(300_000);
    const { take, claims, pending, till: words } = wordsIn(locale);
    const { shopper, till, wrong } = await shopperAndTill(phone, locale);
    const look = async (screen: string): Promise<void> => void wrong.push(...(await lookAtAll(till, screen)));
    const sale = till.locator('a[href^="/records/sale/"]').first();
    await createPin(shopper, locale);
    await fillPurse(shopper, '50', { locale });
    for (const page of [shopper, till]) await seeInstalled(page);
    const link = await charge(till, '18.50', locale);
    await till.getByRole('link', { name: take.digits.open }).click();
    await expect(till.getByRole('textbox', { name: take.digits.label })).toBeVisible();
    await look('eight digits');
    await world.proxy.cut();
    await openLink(shopper, link);
    await seeConfirm(shopper, '¥18.50', locale);
    await confirmWithPin(shopper, '¥18.50', { first: false, locale });
    const code = await seeVoucher(shopper, locale);
    await till.goto(new URL('/till/scan', till.url()).href);
    await expect(till.getByText(take.hint)).toBeVisible();
    await look('scanner');
    await typeAtTill(till, 'https://example.com/', locale);
    await expect(till.getByRole('region', { name: take.refused })).toBeVisible();
    await look('not taken');
    await till.getByRole('button', { name: take.scanAgain }).click();
    await typeAtTill(till, code, locale);
    await seeAccepted(till, '18.50', locale);
    await look('accepted');
    await dismissPaid(till, locale);
    await charge(till, '18.50', locale);
    await till.getByRole('link', { name: take.open }).click();
    await typeAtTill(till, code, locale);
    await expect(till.getByRole('region', { name: take.again })).toBeVisible();
    await look('taken before');
    await till.getByRole('button', { name: take.backToCode }).click();
    await till.goto(new URL('/pending', till.url()).href);
    await expect(till.getByRole('heading', { name: pending.waitingTitle(1) })).toBeVisible();
    await look('pending');
    await till.goto(new URL('/sales', till.url()).href);
    await expect(till.getByText(claims.totals.waiting).first()).toBeVisible();
    await look('sales with what waits');
    await till.goto(new URL('/sales?only=waiting', till.url()).href);
    await sale.click();
    await expect(till.getByText(claims.now.accepted)).toBeVisible();
    await look('accepted sale');
    await till.getByRole('link', { name: claims.refund.open }).click();
    await expect(till.getByRole('textbox', { name: claims.refund.amount })).toBeVisible();
    await look('refund');
    await till.goBack();
    await till.getByRole('button', { name: claims.void.open }).click();
    await till.getByRole('button', { name: claims.void.yes, exact: true }).click();
    await expect(till.getByRole('region', { name: claims.void.done })).toBeVisible();
    await look('void note');
    await till.getByRole('button', { name: claims.back }).click();
    await expect(till.getByText(claims.now.voided)).toBeVisible();
    await look('voided sale');
    await till.goto(new URL('/till', till.url()).href);
    await till.getByRole('button', { name: words.cancel }).click();
    await till.getByRole('button', { name: words.cancelYes }).click();
    await expect(till.getByRole('textbox', { name: words.amount })).toBeEnabled();
    await till.goto(new URL('/sales', till.url()).href);
    await sale.click();
    await till.getByRole('link', { name: claims.honour }).click();
    await expect(till.getByText(take.honourWhy)).toBeVisible();
    await look('taken all the same');
    await world.proxy.mend();
    expect(wrong).toEqual([]);
  });

  test(`the first screens, in ${locale}`, sayingAgain(locale), async ({ phone }) => {
    const page = await (await phone('shopper', { locale, width: WIDTH })).open('/');
    const words = wordsIn(locale);
    await expect(page.getByRole('button', { name: words.shell.firstRun.tryPlay })).toBeVisible();
    expect(await lookAtAll(page, 'first run')).toEqual([]);
    await page.getByRole('button', { name: words.shell.firstRun.haveCode }).click();
    for (const typed of ['', 'ABCD', '你好你好你好你好']) {
      const field = page.getByRole('textbox', { name: words.shell.firstRun.codeLabel });
      await field.fill(typed);
      await field.press('Enter');
      await expect(field).toHaveAccessibleDescription(new RegExp(`${words.shell.firstRun.codeMissing}$`));
    }
    await expect(page.getByRole('alert')).toHaveCount(1);
    expect(await lookAtAll(page, 'a wrong code')).toEqual([]);
    await page.goto(new URL('/help', page.url()).href);
    await page.getByRole('textbox', { name: words.help.search }).fill(locale === 'en' ? 'camra' : '二维码扫不了');
    await expect(page.getByRole('link').filter({ hasText: locale === 'en' ? /camera/i : '相机' }).first()).toBeVisible();
    expect(await lookAtAll(page, 'search')).toEqual([]);
    await page.getByRole('link').filter({ hasText: locale === 'en' ? /camera/i : '相机' }).first().click();
    await expect(page.getByRole('heading', { level: 3 }).first()).toBeVisible();
  });
}

async function shopperAndTill(phone: NewPhone, locale: 'zh-CN' | 'en'): Promise<{ shopper: Page; till: Page; wrong: string[] }> {
  const [shopperPhone, tillPhone] = [await phone('shopper', { locale, width: WIDTH }), await phone('till', { locale, width: WIDTH })];
  return { shopper: await openShopper(shopperPhone, locale), till: await openTill(tillPhone, locale), wrong: [] };
}

test('elder mode: reached from the first screen, large text, large targets, kept over a start', async ({ phone }) => {
  const words = wordsIn('zh-CN');
  const shopperPhone = await phone('shopper');
  const shopper = await openShopper(shopperPhone);
  await shopper.getByRole('button', { name: words.shell.wallet.elder }).click();
  const measure = (): Promise<{ smallestText: number; bodyText: number; smallestTarget: number }> =>
    shopper.evaluate(() => {
      const shown = (element: Element): boolean => element.getClientRects().length > 0 && element.closest('.unseen, .skip-link, [aria-hidden=true]') === null;
      const texts = [...document.querySelectorAll('main *')].filter((element) => shown(element) && !element.matches('.money *') && [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== ''));
      const sizes = texts.map((element) => parseFloat(getComputedStyle(element).fontSize));
      const main = [...document.querySelectorAll('main .button, main .key')].filter(shown).map((element) => element.getBoundingClientRect().height);
      return { smallestText: Math.min(...sizes), bodyText: parseFloat(getComputedStyle(document.body).fontSize), smallestTarget: Math.min(...main) };
    });
  await expect.poll(async () => (await measure()).bodyText).toBeGreaterThanOrEqual(18);
  const large = await measure();
  expect(large.smallestTarget).toBeGreaterThanOrEqual(60);
  expect(large.smallestText).toBeGreaterThanOrEqual(18);
  await shopper.reload();
  await expect(shopper.getByText('500.00').first()).toBeVisible();
  expect((await measure()).bodyText).toBe(large.bodyText);
  await shopper.goto(new URL('/me', shopper.url()).href);
  await shopper.getByRole('radio', { name: words.shell.me.elderLargest }).check();
  await expect.poll(async () => (await measure()).bodyText).toBeGreaterThanOrEqual(30);
});
