/**
 * The plays of the desk: one click plays each of the four connectivities, and a double spend, on real phones from the first key to
 * both verdicts. What the page says at the end is held against the server's journal: everything is zero, and the sum is there once.
 */
import type { Page } from '@playwright/test';
import { enDesk } from '#i18n/en/desk.ts';
import { enPlays } from '#i18n/en/plays.ts';
import { zhDesk } from '#i18n/zh/desk.ts';
import { zhPlays } from '#i18n/zh/plays.ts';
import type { DemoLedgerReply } from '#protocol/http.ts';
import { expect, test, type NewPhone } from './harness/world.ts';

/** A play at its quick pace, on a small machine that does other things too. */
const PATIENCE = { timeout: 120_000 };

type PlayName = keyof typeof zhPlays.names;
type Words = typeof zhPlays;

async function openDesk(phone: NewPhone, locale: 'zh-CN' | 'en' = 'zh-CN'): Promise<Page> {
  const page = await (await phone('desk', { locale, width: 1_280, height: 900 })).open('/desk');
  await page.getByRole('button', { name: (locale === 'en' ? enPlays : zhPlays).paces.quick }).click();
  return page;
}

async function watch(page: Page, name: PlayName, words: Words = zhPlays): Promise<number> {
  const startedMs = (await journal(page)).nowMs;
  await page.getByRole('button', { name: words.watch(words.names[name]) }).click();
  const end = page.locator('.play-end');
  await expect(end).not.toBeEmpty(PATIENCE);
  await expect(end).toContainText(words.outcome[name]);
  return startedMs;
}

async function journal(page: Page): Promise<DemoLedgerReply> {
  return page.evaluate(async () => (await (await fetch('/v1/demo/ledger')).json()) as DemoLedgerReply);
}

/** What shops got since then: one row a payment, and all accounts together zero. */
async function arrived(page: Page, sinceMs: number): Promise<DemoLedgerReply['postings']> {
  const { sumMinor, postings } = await journal(page);
  expect(sumMinor).toBe(0);
  return postings.filter((row) => row.atMs >= sinceMs && row.credit.startsWith('mer:'));
}

test('each of the four connectivities: played once, settled once', async ({ phone }) => {
  test.setTimeout(300_000);
  const page = await openDesk(phone);
  for (const [name, amountMinor] of [['both-online', 1_280], ['payer-offline', 1_360], ['till-offline', 1_150], ['both-offline', 1_480]] as const) {
    await test.step(name, async () => {
      const since = await watch(page, name);
      expect((await arrived(page, since)).map((row) => row.amountMinor)).toEqual([amountMinor]);
      for (const button of await page.getByRole('switch').all()) await expect(button).toBeChecked();
      await expect(page.getByText(zhDesk.balanced)).toBeVisible();
      await page.getByRole('button', { name: zhPlays.close }).click();
    });
  }
});

test('[65] a double spend: both shops accept, the second upload proves it, the reserve and the guarantee pay, and the next play has another shopper', async ({ phone }) => {
  test.setTimeout(300_000);
  const page = await openDesk(phone);
  const since = await watch(page, 'double-spend');
  const { purses, vouchers, sumMinor } = await journal(page);
  expect(sumMinor).toBe(0);
  const proved = purses.filter((purse) => purse.proved);
  expect(proved).toHaveLength(1);
  const [first, second] = vouchers.filter(({ purseId }) => purseId === proved[0]?.id).sort((a, b) => a.guaranteeMinor - b.guaranteeMinor);
  if (first === undefined || second === undefined) throw new Error('two vouchers of the purse that is proved');
  expect([first.state, second.state]).toEqual(['paid', 'paid']);
  expect(first).toMatchObject({ reserveMinor: first.amountMinor, guaranteeMinor: 0 });
  expect(second.guaranteeMinor).toBeGreaterThan(0);
  expect(second.reserveMinor + second.guaranteeMinor).toBe(second.amountMinor);
  expect(new Set([first.merchantId, second.merchantId]).size).toBe(2);
  const paid = (await arrived(page, since)).reduce((sum, row) => sum + row.amountMinor, 0);
  expect(paid).toBe(first.amountMinor + second.amountMinor);
  await expect(page.getByText(zhDesk.purseStates.frozen).first()).toBeVisible();
  await page.getByRole('button', { name: zhPlays.close }).click();
  const after = await watch(page, 'both-online');
  expect((await arrived(page, after)).map((row) => row.amountMinor)).toEqual([1_280]);
});

test('in English too, and stopped in the middle it says so', { tag: '@soak' }, async ({ phone }) => {
  test.setTimeout(180_000);
  const page = await openDesk(phone, 'en');
  await page.getByRole('button', { name: enPlays.watch(enPlays.names['both-online']) }).click();
  await page.getByRole('button', { name: enPlays.stop }).click();
  await expect(page.getByText(enPlays.stopped)).toBeVisible();
  await page.getByRole('button', { name: enPlays.close }).click();
  // Where "Paid" stands beside "Paid by" and "Paid from": the hand must not take one for the other.
  const since = await watch(page, 'both-offline', enPlays as unknown as Words);
  expect((await arrived(page, since)).map((row) => row.amountMinor)).toEqual([1_480]);
  await expect(page.getByText(enDesk.balanced)).toBeVisible();
});
