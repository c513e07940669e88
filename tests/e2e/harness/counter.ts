/** What people do with their hands when there is no network: hold one screen before the other's camera, and read what is said. */
import type { Page } from '@playwright/test';
import type { DemoLedgerReply, FeedReply } from '#protocol/http.ts';
import type { Locale } from '#i18n/translate.ts';
import { confirmWithPin, createPin, ledger, openLink, openShopper, openTill, PATIENCE, photographCode, seeConfirm, seeInstalled } from './people.ts';
import type { Phone } from './phone.ts';
import { fillPurse, seeVoucher } from './purse.ts';
import { wordsIn } from './words.ts';
import { expect } from './world.ts';
import type { NewPhone, WiredPhone, World } from './world.ts';

/** A settled voucher is two steps away: the till's upload, and the payer's feed. */
export const SETTLING = { timeout: 45_000 };

export type Counter = { readonly shoppers: readonly WiredPhone[]; readonly tillPhone: WiredPhone; readonly till: Page };

/** `line`: shared: all on one, with one origin, as copies of a disk must be. */
export type CounterOptions = { readonly locale?: Locale; readonly line?: 'own' | 'shared' };

/** Shoppers with 100.00 in their purses and a till, all installed. */
export async function atCounter(phone: NewPhone, count: number, { locale = 'zh-CN', line = 'own' }: CounterOptions = {}): Promise<Counter> {
  const tillPhone = await phone('till', { line, locale });
  const till = await openTill(tillPhone, locale);
  await seeInstalled(till);
  const shoppers: WiredPhone[] = [];
  for (let i = 0; i < count; i++) {
    const one = await phone('shopper', { line, locale });
    const page = await openShopper(one, locale);
    await createPin(page, locale);
    await fillPurse(page, '100', { locale });
    await seeInstalled(page);
    shoppers.push(one);
  }
  return { shoppers, tillPhone, till };
}

/** Exactly these vouchers are settled, whoever is asked: the payer, the shop, the journal. */
export async function expectOnce(world: World, till: Page, paid: readonly (readonly [shopper: Page, amountMinor: number])[]): Promise<void> {
  const known = vouchers(await ledger(till));
  const { vouchers: inJournal, sumMinor } = await journal(world.server.url);
  expect(sumMinor).toBe(0);
  for (const [shopper, amountMinor] of paid) {
    // The payer may have reported it before the till brought it: the newest word counts.
    const out = vouchers(await ledger(shopper)).findLast((voucher) => voucher.amountMinor === amountMinor);
    expect(out).toMatchObject({ direction: 'out', outcome: { verdict: 'SETTLED', via: 'reserve', unpaidMinor: 0 } });
    const settledHere = known.filter((voucher) => voucher.vid === out?.vid && voucher.outcome.verdict === 'SETTLED');
    // One verdict; it is told once more when its purse comes into conflict after it.
    expect(new Set(settledHere.map(({ outcome }) => JSON.stringify(outcome))).size).toBe(1);
    expect(inJournal.filter((voucher) => voucher.vid === out?.vid)).toMatchObject([{ state: 'paid', amountMinor }]);
  }
}

/** Nobody answers on these phones' lines any more. */
export async function cut(...phones: readonly WiredPhone[]): Promise<void> {
  for (const { line } of phones) await line.cut();
}

export async function mend(...phones: readonly WiredPhone[]): Promise<void> {
  for (const { line } of phones) await line.mend();
}

/** The shopper's camera on the till's code, to the confirm sheet and past it. Returns what the shopper's screen shows then. */
export async function payFromScreen(shopper: Phone, till: Page, amount: string, locale: Locale = 'zh-CN'): Promise<Page> {
  shopper.camera.see(await photographCode(till));
  const page = shopper.page();
  await page.goto(`${shopper.origin}/scan`);
  await seeConfirm(page, amount, locale);
  shopper.camera.seeNothing();
  await confirmWithPin(page, amount, { first: false, locale });
  return page;
}

/** The till's camera on whatever code the shopper's screen shows. */
export async function scanAtTill(till: Phone, shopper: Page, locale: Locale = 'zh-CN'): Promise<void> {
  till.camera.see(await photographCode(shopper));
  await till.page().getByRole('link', { name: wordsIn(locale).take.open }).click(PATIENCE);
}

/** The charge's link opened by hand and paid out of the purse. Returns what the code says that the shopper shows then. */
export async function payByLink(shopper: Page, link: string, amount: string): Promise<string> {
  const { pay, voucher } = wordsIn('zh-CN');
  const sheet = shopper.getByText(pay.confirm.merchantVerified);
  await openLink(shopper, link);
  await expect(sheet.or(shopper.getByText(voucher.state.shown, { exact: true }))).toBeVisible(PATIENCE);
  if (await sheet.isVisible()) {
    await seeConfirm(shopper, amount);
    await confirmWithPin(shopper, amount, { first: false });
  }
  return seeVoucher(shopper);
}

/** From the charge's code to the scanner, and the code's text into it. */
export async function takeByHand(till: Page, code: string): Promise<void> {
  await till.getByRole('link', { name: wordsIn('zh-CN').take.open }).click(PATIENCE);
  await typeAtTill(till, code);
}

/** The same without cameras: the code's text, pasted into the till's scanner that is open. */
export async function typeAtTill(till: Page, text: string, locale: Locale = 'zh-CN'): Promise<void> {
  const { take } = wordsIn(locale);
  await till.getByRole('button', { name: take.type }).click(PATIENCE);
  await till.getByRole('textbox', { name: take.typeLabel }).fill(text);
  await till.getByRole('button', { name: take.typeGo }).click(PATIENCE);
}

export async function seeAccepted(page: Page, amount: string, locale: Locale = 'zh-CN'): Promise<void> {
  const accepted = page.getByRole('region', { name: wordsIn(locale).claims.states.accepted });
  await expect(accepted).toBeVisible(PATIENCE);
  await expect(accepted).toContainText(amount);
  await expect(page.getByRole('region', { name: wordsIn(locale).till.paid })).toHaveCount(0);
}

export async function seeVoucherState(page: Page, state: 'acked' | 'settled' | 'voided' | 'refunded', locale: Locale = 'zh-CN'): Promise<void> {
  await expect(page.getByText(wordsIn(locale).voucher.state[state], { exact: true }).first()).toBeVisible({ timeout: 45_000 });
}

export function vouchers(feed: FeedReply): Extract<FeedReply['changes'][number], { kind: 'voucher' }>[] {
  return feed.changes.flatMap((change) => (change.kind === 'voucher' ? [change] : []));
}

/** The server's journal of play money. */
export async function journal(serverUrl: string): Promise<DemoLedgerReply> {
  const reply = await fetch(`${serverUrl}/v1/demo/ledger`);
  return (await reply.json()) as DemoLedgerReply;
}
