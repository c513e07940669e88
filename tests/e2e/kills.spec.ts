/**
 * The browser is killed at each named point of paying and of accepting with no network (cases 15 and 16), started again on what was
 * on its disk, and the payment is brought to its end. Never both, never neither: each charge is paid by one voucher, once, and the
 * rest is still in the purse. `CHIT_KILLS=20` kills twenty times at each point; `npm test` does it once.
 */
import type { Page } from '@playwright/test';
import { atCounter, cut, journal, mend, payByLink, seeAccepted, SETTLING, takeByHand, vouchers } from './harness/counter.ts';
import { charge, confirmWithPin, dismissPaid, ledger, openLink, seeConfirm, seePaid } from './harness/people.ts';
import { seeVoucher } from './harness/purse.ts';
import { type Stop, stopAt } from './harness/stop-at.ts';
import { tearStorageLog } from './harness/torn-log.ts';
import { wordsIn } from './harness/words.ts';
import { expect, test } from './harness/world.ts';
import type { NewPhone, WiredPhone, World } from './harness/world.ts';

const TIMES = Number(process.env['CHIT_KILLS'] ?? 1);
const MS_PER_KILL = 60_000;
const LOADED_MINOR = 10_000;
const AMOUNT = '0.10';
const AMOUNT_MINOR = 10;
const SHOWN = '¥0.10';
const words = wordsIn('zh-CN');

/** One shopper for all points; where each is killed often, one for each: a purse has forty payments. */
type People = { readonly shoppers: readonly WiredPhone[]; readonly till: WiredPhone };

/** Null: killed after the screen showed it. */
const PAYING: readonly (readonly [point: string, stop: Stop | null])[] = [
  ['before the try is counted', { at: 'write', table: 'single' }],
  ['after it, before the signature', { at: 'sign' }],
  ['after the signature, before it is stored', { at: 'signed' }],
  ['after the commit, before anybody knows', { at: 'committed', table: 'vouchers' }],
  ['after the code was shown', null],
];

const ACCEPTING: readonly (readonly [point: string, stop: Stop | null])[] = [
  ['after the code was read, before it is checked', { at: 'verify' }],
  ['after the check, inside the write', { at: 'put', table: 'claims' }],
  ['after the commit, before anybody knows', { at: 'committed', table: 'claims' }],
  ['after the till said accepted', null],
];

/** Null: the upload reaches the server, and its answer nobody. */
const SETTLEMENT: readonly (readonly [point: string, stop: Stop | null])[] = [
  ['after the upload was sent', null],
  ['after the answer came, before it is stored', { at: 'answered', path: '/v1/sync' }],
];

test('case 15: killed while paying, at each of its five points', async ({ world, phone }) => {
  const people = await peopleFor(phone, PAYING.length);
  const { till } = people;
  const codes: string[] = [];
  for (const [index, [point, stop]] of PAYING.entries()) {
    const shopper = shopperAt(people, index);
    await timesAt(point, async () => {
      const link = await charge(till.page(), AMOUNT);
      await cut(shopper);
      const arrived = await payUpTo(shopper, link, stop);
      await arrived();
      await shopper.kill();
      await shopper.start();
      await shopper.open('/');
      const code = await payAgain(shopper, link);
      codes.push(code);
      await takeByHand(till.page(), code);
      await seePaid(till.page(), AMOUNT);
      await dismissPaid(till.page());
      await mend(shopper);
    });
  }
  expect(new Set(codes).size).toBe(PAYING.length * TIMES);
  await expectEachOnce(world, people, codes.length);
});

test('case 16: the till killed while accepting, at each of its four points', async ({ world, phone }) => {
  const people = await peopleFor(phone, ACCEPTING.length);
  const { till } = people;
  for (const [index, [point, stop]] of ACCEPTING.entries()) {
    const shopper = shopperAt(people, index);
    await timesAt(point, async () => {
      await cut(shopper, till);
      const code = await payAgain(shopper, await charge(till.page(), AMOUNT));
      const arrived = stop === null ? () => seeAccepted(till.page(), AMOUNT) : await stopAt(till, stop);
      await takeByHand(till.page(), code);
      await arrived();
      await startAgain(till);
      await acceptAtLast(till, code);
      await mend(shopper, till);
      await expect(till.page().getByText(words.pending.strip(0))).toBeVisible(SETTLING);
    });
  }
  await expectEachOnce(world, people, ACCEPTING.length * TIMES);
});

test('case 16: the till killed while settling, at each of its two points', async ({ world, phone }) => {
  const people = await peopleFor(phone, SETTLEMENT.length);
  const { till } = people;
  for (const [index, [point, stop]] of SETTLEMENT.entries()) {
    const shopper = shopperAt(people, index);
    await timesAt(point, async () => {
      await cut(shopper, till);
      const code = await payAgain(shopper, await charge(till.page(), AMOUNT));
      // While there is nothing to send yet: a request that is under way already would not be stopped.
      const arrived = stop === null ? dropReply(till) : await stopAt(till, stop);
      await takeByHand(till.page(), code);
      await acceptAtLast(till, null);
      await mend(till);
      // The server has the voucher in either case; the till does not know it.
      await arrived();
      await startAgain(till);
      await expect(till.page().getByText(words.pending.strip(0))).toBeVisible(SETTLING);
      await mend(shopper);
    });
  }
  await expectEachOnce(world, people, SETTLEMENT.length * TIMES);
});

test('case 16: the till killed in the middle of a record of its browser\'s log, and once more after it went on', async ({ world, phone }) => {
  const people = await peopleFor(phone, 1);
  const { till } = people;
  const shopper = shopperAt(people, 0);
  for (let payment = 0; payment < 2; payment++) {
    await cut(shopper, till);
    await takeByHand(till.page(), await payAgain(shopper, await charge(till.page(), AMOUNT)));
    await seeAccepted(till.page(), AMOUNT);
    await dismissPaid(till.page());
    await till.kill();
    tearStorageLog(till);
    await till.start();
    await till.open('/till');
    await mend(shopper, till);
    await expect(till.page().getByText(words.pending.strip(0))).toBeVisible(SETTLING);
  }
  await expectEachOnce(world, people, 2);
});

function timesAt(point: string, once: () => Promise<void>): Promise<void> {
  return test.step(point, async () => {
    for (let time = 0; time < TIMES; time++) await once();
    if (TIMES > 1) console.log(`killed ${TIMES} times ${point}`);
  });
}

async function peopleFor(phone: NewPhone, points: number): Promise<People> {
  test.setTimeout(120_000 + points * TIMES * MS_PER_KILL);
  const { shoppers, tillPhone } = await atCounter(phone, TIMES === 1 ? 1 : points);
  return { shoppers, till: tillPhone };
}

function shopperAt({ shoppers }: People, index: number): WiredPhone {
  return shoppers[index % shoppers.length] as WiredPhone;
}

async function payUpTo(shopper: WiredPhone, link: string, stop: Stop | null): Promise<() => Promise<unknown>> {
  const page = shopper.page();
  await openLink(page, link);
  await seeConfirm(page, SHOWN);
  const arrived = stop === null ? () => seeVoucher(page) : await stopAt(shopper, stop);
  await confirmWithPin(page, SHOWN, { first: false });
  return arrived;
}

/** The same charge scanned once more: the voucher that there is, or one now. */
function payAgain(shopper: WiredPhone, link: string): Promise<string> {
  return payByLink(shopper.page(), link, SHOWN);
}

async function startAgain(phone: WiredPhone): Promise<void> {
  await phone.kill();
  await phone.start();
  await phone.open('/till');
}

/** Taken already, or shown to the till once more. */
async function acceptAtLast(till: WiredPhone, code: string | null): Promise<void> {
  const accepted = till.page().getByRole('region', { name: words.claims.states.accepted });
  const open = till.page().getByRole('link', { name: words.take.open });
  await expect(accepted.or(open).first()).toBeVisible({ timeout: 20_000 });
  if (!(await accepted.isVisible()) && code !== null) await takeByHand(till.page(), code);
  await seeAccepted(till.page(), AMOUNT);
  await dismissPaid(till.page());
}

function dropReply(till: WiredPhone): () => Promise<void> {
  const fired = till.line.failNext('POST', '/v1/sync', 'drop-reply');
  return () => fired;
}

/** Each charge by one voucher, in both feeds and in the journal; the rest of the purse is there. */
async function expectEachOnce(world: World, { shoppers, till }: People, times: number): Promise<void> {
  for (const shopper of shoppers) await expectOnceEach(world, shopper, till, times / shoppers.length);
}

async function expectOnceEach(world: World, shopper: WiredPhone, till: WiredPhone, times: number): Promise<void> {
  const settled = async (page: Page) => vouchers(await ledger(page)).filter(({ outcome }) => outcome.verdict === 'SETTLED');
  await shopper.open('/');
  await till.open('/till');
  // A browser that was killed has lost a fresh session's cookie: the wallet proves its device first.
  await expect(async () => expect(await settled(shopper.page())).toHaveLength(times)).toPass(SETTLING);
  const paid = await settled(shopper.page());
  expect(new Set(paid.map(({ invoiceHash }) => invoiceHash)).size).toBe(times);
  expect(paid.every(({ amountMinor }) => amountMinor === AMOUNT_MINOR)).toBe(true);
  const here = new Set(paid.map(({ vid }) => vid));
  expect((await settled(till.page())).filter(({ vid }) => here.has(vid))).toHaveLength(times);
  expect((await journal(world.server.url)).sumMinor).toBe(0);
  const left = (LOADED_MINOR - times * AMOUNT_MINOR) / 100;
  await expect(shopper.page().getByText(left.toFixed(2)).first()).toBeVisible(SETTLING);
}
