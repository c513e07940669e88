/** Case 63: a server whose backup does not have a purse's renewal: what it still covers stays covered, and what it cannot decide says by when. */
import { parse } from 'valibot';
import { beforeEach, describe, expect, it } from 'vitest';
import { PurseReply } from '#protocol/http-purses.ts';
import type { Voucher } from '#protocol/objects.ts';
import { runJobs } from '#server/core/jobs.ts';
import type { PurseRow } from '#server/core/ports-offline.ts';
import type { JoinedDevice, TestServer } from '../fixtures/http-server.ts';
import { openOfflineShop, type OfflineShop } from '../fixtures/offline-shop.ts';
import { syncNow, verdictOf, voucherItem, type PhonePurse } from '../fixtures/purses.ts';

const PURSE_MINOR = 20_000;
const DAY_MS = 86_400_000;

let shop: OfflineShop;
let server: TestServer;
let shopper: JoinedDevice;
let till: JoinedDevice;
let purse: PhonePurse;
/** Two days after it was opened the purse was renewed; the server was then set back to before that. */
let old: PurseRow;
let voucher: Voucher;

beforeEach(async () => {
  shop = await openOfflineShop(PURSE_MINOR);
  ({ server, shopper, till, purse } = shop);
  old = await row();
  server.clock.advance(2 * DAY_MS);
  purse.view = parse(PurseReply, (await shopper.ask('POST', `/v1/purses/${old.id}/refresh`, { json: {} })).json).purse;
  expect(purse.view.claimDeadlineMs).toBe(old.claimDeadlineMs + 2 * DAY_MS);
  await server.store.transaction((tx) => tx.putPurse(old));
  voucher = await shop.sign(700);
});

async function row(): Promise<PurseRow> {
  const found = await server.store.transaction((tx) => tx.purse(shop.purse.view.id));
  if (found === null) throw new Error('no purse');
  return found;
}

const settle = async (atMs: number) => {
  server.clock.advance(atMs - server.clock.nowMs());
  return (await runJobs(server.options, atMs)).released;
};

describe('a renewal that the server has forgotten', () => {
  it.each([
    ['the till', () => till],
    ['its payer', () => shopper],
  ])('is known again by the first voucher under it, from %s: the money stays until its deadline, and not longer', async (_, by) => {
    await verdictOf(by(), voucherItem(voucher));
    expect(await row()).toEqual({ ...old, claimDeadlineMs: purse.view.claimDeadlineMs });
    expect(await settle(old.claimDeadlineMs + 1)).toBe(0);
    const next = await shop.sign(300);
    for (const one of [voucher, next]) expect(await verdictOf(till, voucherItem(one))).toMatchObject({ verdict: 'SETTLED' });
    expect(await settle(purse.view.claimDeadlineMs)).toBe(0);
    expect(await settle(purse.view.claimDeadlineMs + 1)).toBe(1);
    expect(await shop.money()).toMatchObject({ reserve: 0, shop: 1_000 });
  });

  it('that allowed more vouchers counts too: none of its payer’s reports is one too many', async () => {
    await server.store.transaction((tx) => tx.putPurse({ ...old, maxCount: 1 }));
    const reports = [voucher, await shop.sign(1), await shop.sign(1), await shop.sign(1)].map((one) => voucherItem(one));
    expect((await syncNow(shopper, reports)).results.map(({ verdict }) => verdict)).toEqual(reports.map(() => 'PAYER_REPORTED'));
  });

  it('is written with the verdict, and not by a transaction that starts again with more locks', async () => {
    const clone = purse.fork();
    await verdictOf(till, voucherItem(await shop.sign(300)));
    await server.store.transaction((tx) => tx.putPurse(old));
    const ends: [more: boolean, put: boolean][] = [];
    const transaction = server.store.transaction.bind(server.store);
    server.store.transaction = (work) =>
      transaction(async (tx) => {
        let put = false;
        const done = await work({ ...tx, putPurse: (changed) => ((put = true), tx.putPurse(changed)) });
        ends.push([typeof done === 'object' && done !== null && 'more' in done, put]);
        return done;
      });
    expect(await verdictOf(till, voucherItem(await shop.sign(400, clone)))).toMatchObject({ verdict: 'SETTLED' });
    expect(ends.filter(([more, put]) => more || put)).toEqual([[true, false], [false, true]]);
    expect(await row()).toMatchObject({ state: 'frozen', claimDeadlineMs: purse.view.claimDeadlineMs });
  });

  it('is known while the job is under way: whichever is first, nothing is half done', async () => {
    server.clock.advance(old.claimDeadlineMs + 1 - server.clock.nowMs());
    const [{ results }, { released }] = await Promise.all([syncNow(till, [voucherItem(voucher)]), runJobs(server.options, server.clock.nowMs())]);
    expect([results[0]?.verdict, released]).toEqual(released === 0 ? ['SETTLED', 0] : ['RETRY', 1]);
    expect(await shop.money()).toMatchObject(released === 0 ? { shop: 700, reserve: PURSE_MINOR - 700 } : { shop: 0, reserve: 0 });
  });

  it('and whose purse was released before anybody brought a voucher: the claim waits, is told by when it is decided, and is then', async () => {
    expect(await settle(old.claimDeadlineMs + 1)).toBe(1);
    const waits = { verdict: 'RETRY', untilMs: purse.view.claimDeadlineMs };
    expect(await verdictOf(till, voucherItem(voucher))).toMatchObject(waits);
    expect(await row()).toMatchObject({ state: 'released', claimDeadlineMs: old.claimDeadlineMs });
    server.clock.advance(purse.view.claimDeadlineMs - server.clock.nowMs());
    expect(await verdictOf(till, voucherItem(voucher))).toMatchObject(waits);
    server.clock.advance(1);
    expect(await verdictOf(till, voucherItem(voucher))).toMatchObject({ verdict: 'REJECTED', reason: 'CLAIM_DEADLINE' });
  });
});
