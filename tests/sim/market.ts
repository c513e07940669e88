/**
 * A market day, for speed: one till, a few payers, no faults. Everybody is offline and pays out of a purse; then all come online
 * and everything is settled. The same wallets, server and stores as in any run; only the laws are asked once, at the end.
 */
import { checkLaws } from './laws.ts';
import { chargeAt, payCharge } from './operations-payer.ts';
import type { Phone } from './phone.ts';
import { Run } from './run.ts';
import { take } from './taking.ts';
import { Trace } from './trace.ts';

const SALES = 60;
/** Far below the floors of a till that waits to sync. */
const PRICE_MINOR = 120;
const PURSE = '100.00';
const EVENING_MS = 600_000;

export type MarketDay = { readonly payments: number; /** Of selling and settling. */ readonly cpuSeconds: number; readonly broken: readonly string[] };

export async function marketDay(seed: number): Promise<MarketDay> {
  const run = await Run.open({ seed, trace: new Trace(), plant: null });
  const payers = run.world.phones.filter((phone) => phone.role === 'payer');
  const till = run.world.phones.find((phone) => phone.role === 'till');
  if (till === undefined) throw new Error('no till');
  for (const payer of payers) await run.finish(fillPurse(run, payer));
  const startedAt = process.cpuUsage();
  for (const phone of [till, ...payers]) phone.link.up = false;
  for (let sale = 0; sale < SALES; sale++) await run.finish(sell(run, till, payers[sale % payers.length] ?? till));
  await run.finish(comeOnline(run, [till, ...payers]));
  const { user, system } = process.cpuUsage(startedAt);
  await checkLaws(run);
  const { vouchers } = await run.world.server.store.audit();
  const payments = vouchers.filter(({ state }) => state === 'paid').length;
  for (const phone of run.world.phones) phone.close();
  return { payments, cpuSeconds: (user + system) / 1e6, broken: run.violations.map(({ law, what }) => `${law}: ${what}`) };
}

async function fillPurse(run: Run, payer: Phone): Promise<void> {
  const page = await payer.open();
  await page.ask((wallet) => wallet.loadPurse({ kind: 'open' }, PURSE, { user: run.plan.pin, challenge: null }));
}

async function sell(run: Run, till: Phone, payer: Phone): Promise<void> {
  const charged = await chargeAt(run, till, PRICE_MINOR);
  const shown = typeof charged === 'string' ? charged : await payCharge(run, payer, charged);
  if (typeof shown !== 'string') await take(run, till, shown);
}

async function comeOnline(run: Run, phones: readonly Phone[]): Promise<void> {
  for (const phone of phones) {
    phone.link.up = true;
    const page = await phone.open();
    await page.ask((wallet) => wallet.wake('online'));
  }
  await run.until(() => phones.every((phone) => phone.screen?.waiting === 0), EVENING_MS);
}
