/** The lab: every fault as a control, and what it does to a real phone. Faults report when they fired; nothing here reaches behind a screen. */
import type { Frame, Locator, Page } from '@playwright/test';
import { errorWords } from '#i18n/error-words.ts';
import { zhDesk } from '#i18n/zh/desk.ts';
import { zhLab } from '#i18n/zh/lab.ts';
import type { PhoneName } from '#faults/phones.ts';
import type { DemoLedgerReply } from '#protocol/http.ts';
import { frameOf } from './harness/desk.ts';
import type { NewPhone } from './harness/world.ts';
import { wordsIn } from './harness/words.ts';
import { expect, test } from './harness/world.ts';

const PIN = '135790';
const PATIENCE = { timeout: 30_000 };
const words = wordsIn('zh-CN');

type LabPage = { readonly page: Page; readonly till: Frame; readonly shopper: Frame };

async function openLab(phone: NewPhone): Promise<LabPage> {
  const page = await (await phone('desk', { width: 1_600, height: 1_000 })).open('/lab');
  const [till, shopper] = [await frameOf(page, 'till'), await frameOf(page, 'shopper')];
  await expect(till.getByRole('textbox', { name: words.till.amount })).toBeEnabled(PATIENCE);
  await expect(shopper.getByText(words.shell.wallet.title).first()).toBeVisible(PATIENCE);
  return { page, till, shopper };
}

const control = (page: Page, fault: keyof typeof zhLab.faults, name: PhoneName): Locator => page.getByLabel(`${zhLab.faults[fault]} · ${zhDesk.phones[name]}`);

async function charge({ page, till }: LabPage, amount: string): Promise<void> {
  const field = till.getByRole('textbox', { name: words.till.amount });
  await field.fill(amount);
  await field.press('Enter');
  await expect(page.getByText(zhDesk.sees)).toBeVisible(PATIENCE);
}

async function confirm({ shopper }: LabPage, amount: string): Promise<void> {
  await shopper.getByRole('link', { name: words.shell.tabs.scan, exact: true }).click(PATIENCE);
  await shopper.getByRole('button', { name: words.pay.confirm.pay(amount) }).click(PATIENCE);
  await shopper.getByRole('textbox', { name: words.pay.confirm.pinLabel }).fill(PIN);
}

async function openTab(page: Page, tab: keyof typeof zhLab.tabs): Promise<void> {
  await page.getByRole('tab', { name: zhLab.tabs[tab] }).click();
}

/** How often this sum was taken from anybody, as the server's own journal says. */
async function timesPaid(page: Page, amountMinor: number): Promise<number> {
  const journal = await page.evaluate(async () => (await (await fetch('/v1/demo/ledger')).json()) as DemoLedgerReply);
  expect(journal.sumMinor).toBe(0);
  return journal.postings.filter((row) => row.amountMinor === amountMinor && row.credit.startsWith('mer:')).length;
}

test('one payment in spite of a fault: the request lost, its reply lost, sent twice', async ({ phone }) => {
  test.setTimeout(180_000);
  const lab = await openLab(phone);
  const { page, till, shopper } = lab;
  const faults = [['drop-request', '3.11', 311], ['drop-reply', '3.12', 312], ['duplicate', '3.13', 313]] as const;
  for (const [fault, amount, amountMinor] of faults) {
    await test.step(fault, async () => {
      await control(page, fault, 'shopper').click();
      await expect(control(page, fault, 'shopper')).toHaveText(zhLab.armed);
      await charge(lab, amount);
      await confirm(lab, `¥${amount}`);
      await expect(shopper.getByText(words.pay.state.settled, { exact: true }).first()).toBeVisible(PATIENCE);
      await expect(till.getByRole('region', { name: words.till.paid })).toContainText(amount, PATIENCE);
      await expect(control(page, fault, 'shopper')).toHaveText(zhLab.arm);
      expect(await timesPaid(page, amountMinor)).toBe(1);
      await till.getByRole('button', { name: words.till.done }).click();
      await shopper.getByText(words.pay.slip.done).click();
    });
  }
  await openTab(page, 'log');
  for (const [fault] of faults) await expect(page.getByRole('list', { name: zhLab.tabs.log })).toContainText(`${fault} POST /v1/payments`);
});

test('the network switch: off is told by the phone, lasts over a reload, and comes back', async ({ phone }) => {
  const { page, till } = await openLab(phone);
  const network = page.getByRole('switch', { name: zhDesk.network(zhDesk.phones.till) });
  await network.click();
  await expect(network).not.toBeChecked();
  await expect(till.getByText(words.till.offline).first()).toBeVisible(PATIENCE);
  await Promise.all([page.waitForEvent('framenavigated', (frame) => frame === till), till.evaluate(() => location.reload())]);
  await expect(till.getByText(words.till.offline).first()).toBeVisible(PATIENCE);
  await expect(network).not.toBeChecked();
  await network.click();
  await expect(till.getByText(words.till.online).first()).toBeVisible(PATIENCE);
});

test('[2] evicted storage is never an empty new wallet', async ({ phone }) => {
  const { page, shopper } = await openLab(phone);
  await control(page, 'evict', 'shopper').click();
  await expect(shopper.getByText(words.shell.restore.title).first()).toBeVisible(PATIENCE);
});

test('[6] a full disk: nothing is paid that could not be written down, and room makes it work again', async ({ phone }) => {
  const lab = await openLab(phone);
  const { page, till } = lab;
  await control(page, 'disk', 'till').selectOption('full');
  const field = till.getByRole('textbox', { name: words.till.amount });
  await field.fill('4.00');
  await field.press('Enter');
  await expect(till.getByText(errorWords(words, 'STORAGE_FULL').title)).toBeVisible(PATIENCE);
  await control(page, 'disk', 'till').selectOption('room');
  await charge(lab, '4.00');
});

test('[37] a killed worker starts again, and the phone goes on', async ({ phone }) => {
  test.slow();
  const lab = await openLab(phone);
  await control(lab.page, 'kill-worker', 'till').click();
  await openTab(lab.page, 'log');
  await expect(lab.page.getByRole('list', { name: zhLab.tabs.log })).toContainText('kill-worker');
  const field = lab.till.getByRole('textbox', { name: words.till.amount });
  await field.fill('5.00');
  await field.press('Enter');
  await expect(lab.till.getByText(errorWords(words, 'WORKER_LOST').title)).toBeVisible(PATIENCE);
  await charge(lab, '5.00');
});

test('[31] a new version asks, and takes over when it may', async ({ phone }) => {
  const { page, shopper } = await openLab(phone);
  await expect.poll(() => shopper.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active?.state), PATIENCE).toBe('activated');
  await control(page, 'new-version', 'shopper').click();
  await shopper.getByRole('button', { name: words.shell.update.accept }).click(PATIENCE);
  // The frame is loaded anew in the middle of this.
  await expect(async () => expect(await shopper.evaluate(() => navigator.serviceWorker.controller?.scriptURL ?? '')).toContain('?version=a')).toPass(PATIENCE);
  await expect(shopper.getByRole('button', { name: words.shell.update.accept })).toBeHidden();
});

test('[18] a phone that went back to its kept storage, and a twin of it, know the old truth and then the server’s', async ({ phone }) => {
  const lab = await openLab(phone);
  const { page, till, shopper } = lab;
  await control(page, 'keep', 'shopper').click();
  await expect(page.getByText(/^记于/)).toBeVisible(PATIENCE);
  await charge(lab, '6.25');
  await confirm(lab, '¥6.25');
  await expect(till.getByRole('region', { name: words.till.paid })).toContainText('6.25', PATIENCE);
  const network = page.getByRole('switch', { name: zhDesk.network(zhDesk.phones.shopper) });
  await network.click();
  await control(page, 'roll-back', 'shopper').click();
  await expect(shopper.getByText(words.shell.wallet.title).first()).toBeVisible(PATIENCE);
  await expect(shopper.getByText('6.25')).toHaveCount(0);
  await network.click();
  await expect(shopper.getByText('6.25').first()).toBeVisible(PATIENCE);
  await page.getByRole('button', { name: zhDesk.phones.twin }).click();
  await expect(control(page, 'become', 'twin')).toBeEnabled(PATIENCE);
  await control(page, 'become', 'twin').click();
  const twin = await frameOf(page, 'twin');
  await expect(twin.getByText('6.25').first()).toBeVisible(PATIENCE);
  expect(await timesPaid(page, 625)).toBe(1);
});

test('rows are in the open, and no secret is among them', async ({ phone }) => {
  const lab = await openLab(phone);
  const { page } = lab;
  await charge(lab, '7.00');
  await openTab(page, 'rows');
  await page.getByRole('group', { name: zhLab.rowsOf }).getByRole('button', { name: zhDesk.phones.till }).click();
  const sales = page.locator('details').filter({ hasText: /^sales/ });
  await sales.locator('summary').click();
  await expect(sales).toContainText('700');
  await expect(page.locator('.lab-panel')).not.toContainText(/privateKey|codeKey|salt|OP1/);
  await page.getByRole('tab', { name: zhLab.tabs.rows }).press('ArrowRight');
  await expect(page.getByRole('tab', { name: zhLab.tabs.server })).toBeFocused();
  await expect(page.getByText(zhDesk.balanced)).toBeVisible(PATIENCE);
});
