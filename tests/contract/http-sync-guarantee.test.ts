/** Double spends: who bears what the reserve cannot pay, within which caps; and what a shop that colludes with the payer gets. */
import { parse } from 'valibot';
import { beforeEach, describe, expect, it } from 'vitest';
import { MeReply } from '#protocol/http.ts';
import { debtAccount, GUARANTEE_ACCOUNT, heldAccount, merchantAccount } from '#protocol/ledger.ts';
import type { Voucher } from '#protocol/objects.ts';
import type { GuaranteeRule } from '#protocol/purse-caps.ts';
import { runJobs } from '#server/core/jobs.ts';
import type { JoinedDevice, TestServer } from '../fixtures/http-server.ts';
import { anotherShop, merchantOf, openOfflineShop, type OfflineShop } from '../fixtures/offline-shop.ts';
import { listSeqOf, noteItem, noteOf, syncNow, topUp, verdictOf, voucherItem, type PhonePurse } from '../fixtures/purses.ts';

const LIM = 20_000;
let shop: OfflineShop;
let server: TestServer;
let shopper: JoinedDevice;
let till: JoinedDevice;
let other: JoinedDevice;
/** The same phone, restored from a backup. */
let clone: PhonePurse;

async function open(guarantee?: GuaranteeRule, playMoney = true): Promise<void> {
  shop = await openOfflineShop(LIM, guarantee === undefined ? {} : { guarantee });
  ({ server, shopper, till } = shop);
  other = await anotherShop(server, 'Other Noodles', playMoney);
  clone = shop.purse.fork();
}
beforeEach(() => open());

let listSeq: number;
/** As a till that accepted it just now, with the newest list. */
const accepted = (voucher: Voucher, ago = 0) => voucherItem(voucher, { acceptedAtMs: server.clock.nowMs() - ago, listSeq });
const have = (account: string): Promise<number> => server.store.balance(account);

/** Uses the reserve up, and makes the proof. */
async function exhausted(): Promise<void> {
  listSeq = listSeqOf((await syncNow(till, [])).status);
  server.clock.advance(1_000);
  await verdictOf(till, accepted(await shop.sign(LIM)));
}

describe('the guarantee', () => {
  it.each<[GuaranteeRule, object]>([
    ['none', { verdict: 'REJECTED', reason: 'UNFUNDED' }],
    ['capped', { verdict: 'SETTLED', via: 'guarantee', unpaidMinor: 0 }],
    ['full', { verdict: 'SETTLED', via: 'guarantee', unpaidMinor: 0 }],
  ])('%s', async (rule, expected) => {
    await open(rule);
    await exhausted();
    expect(await verdictOf(other, accepted(await shop.sign(LIM, clone, other)))).toMatchObject(expected);
    await shop.money();
  });

  it.each<[GuaranteeRule, number]>([
    ['none', 0],
    ['capped', 20_000],
    ['full', 20_000],
  ])('is told to the till: %s', async (rule, perPurseMinor) => {
    await open(rule);
    const guarantee = { rule, perPurseMinor };
    expect(parse(MeReply, (await till.ask('GET', '/v1/me')).json).till?.guarantee).toEqual(guarantee);
    expect((await till.ask('POST', '/v1/till/certificate', { json: {} })).json).toMatchObject({ guarantee });
  });

  it.each([[[0, 1]], [[1, 0]]])('is not lost by what its payer brings before the till was online: voucher and acknowledgement %j', async (order) => {
    await exhausted();
    const voucher = await shop.sign(LIM, clone, other);
    const ack = await noteOf(server, other, voucher, { kind: 'ack' });
    const items = [voucherItem(voucher), noteItem(ack)];
    for (const which of order) await syncNow(shopper, items.slice(which, which + 1));
    expect(await have(merchantAccount(merchantOf(other)))).toBe(0);
    expect(await verdictOf(other, accepted(voucher))).toMatchObject({ verdict: 'SETTLED', via: 'guarantee', unpaidMinor: 0 });
    await shop.money();
  });

  it('[67] pays one shop 200.00 for one purse, to the cent', async () => {
    await exhausted();
    const amounts = [12_000, 7_999, 1, 1];
    const forks = amounts.map(() => clone.fork());
    const verdicts = [];
    for (const [index, amount] of amounts.entries()) verdicts.push(await verdictOf(other, accepted(await shop.sign(amount, forks[index], other))));
    expect(verdicts.map((result) => (result.verdict === 'REJECTED' ? result.reason : result.verdict))).toEqual(['SETTLED', 'SETTLED', 'SETTLED', 'UNFUNDED']);
    expect(await have(GUARANTEE_ACCOUNT)).toBe(-20_000);
    await shop.money();
  });

  it('pays what is left of a cap, and says what it did not pay', async () => {
    await exhausted();
    await verdictOf(other, accepted(await shop.sign(15_000, clone.fork(), other)));
    expect(await verdictOf(other, accepted(await shop.sign(9_000, clone.fork(), other)))).toMatchObject({ verdict: 'SETTLED', via: 'guarantee', unpaidMinor: 4_000 });
    expect(await have(merchantAccount(merchantOf(other)))).toBe(20_000);
    await shop.money();
  });

  it.each<[string, (voucher: Voucher) => ReturnType<typeof voucherItem>]>([
    ['says nothing of an acceptance: it was online and asked', (voucher) => voucherItem(voucher)],
    ['held no list', (voucher) => voucherItem(voucher, { acceptedAtMs: server.clock.nowMs() })],
    ['held a list that never was', (voucher) => voucherItem(voucher, { acceptedAtMs: server.clock.nowMs(), listSeq: 99 })],
    ['accepted tomorrow', (voucher) => accepted(voucher, -86_400_000)],
    ['accepted after the certificate had ended', (voucher) => accepted(voucher, -73 * 3_600_000)],
  ])('pays nothing to a till that %s', async (_, item) => {
    await exhausted();
    expect(await verdictOf(other, item(await shop.sign(100, clone, other)))).toMatchObject({ verdict: 'REJECTED', reason: 'UNFUNDED' });
    await shop.money();
  });

  it('[81] pays nothing to a till whose list had the purse’s bit, nor to one that should have asked long ago', async () => {
    await exhausted();
    await verdictOf(other, accepted(await shop.sign(1, clone.fork(), other)));
    const newer = listSeqOf((await syncNow(other, [])).status);
    server.clock.advance(1_000);
    const known = voucherItem(await shop.sign(100, clone.fork(), other), { acceptedAtMs: server.clock.nowMs(), listSeq: newer });
    expect(await verdictOf(other, known)).toMatchObject({ reason: 'UNFUNDED' });
    expect(await verdictOf(other, accepted(await shop.sign(100, clone.fork(), other)))).toMatchObject({ verdict: 'SETTLED' });
    server.clock.advance(73 * 3_600_000);
    expect(await verdictOf(other, accepted(await shop.sign(100, clone.fork(), other)))).toMatchObject({ reason: 'UNFUNDED' });
  });

  it('holds what it pays a new shop for seven days, and then lets it go', async () => {
    await open('capped', false);
    await exhausted();
    const voucher = await shop.sign(5_000, clone, other);
    const held = await verdictOf(other, accepted(voucher));
    const untilMs = server.clock.nowMs() + 7 * 86_400_000;
    expect(held).toMatchObject({ verdict: 'HELD', untilMs, unpaidMinor: 0 });
    const account = { held: heldAccount(merchantOf(other)), own: merchantAccount(merchantOf(other)) };
    expect([await have(account.held), await have(account.own)]).toEqual([5_000, 0]);
    expect(await verdictOf(other, noteItem(await noteOf(server, other, voucher, { kind: 'refund', amountMinor: 1_000 })))).toMatchObject({ verdict: 'RETRY' });
    await shop.money();
    expect(await runJobs(server.options, untilMs - 1)).toMatchObject({ letGo: 0 });
    server.clock.advance(untilMs - server.clock.nowMs());
    expect(await runJobs(server.options, untilMs)).toMatchObject({ letGo: 1 });
    expect(await runJobs(server.options, untilMs)).toMatchObject({ letGo: 0 });
    expect([await have(account.held), await have(account.own)]).toEqual([0, 4_000]);
    expect(await verdictOf(other, accepted(voucher))).toMatchObject({ verdict: 'SETTLED', via: 'guarantee', dup: true });
    expect((await shop.feed(other)).map((change) => (change.kind === 'voucher' ? change.outcome.verdict : change.kind))).toEqual(['HELD', 'SETTLED', 'note']);
    await shop.money();
  });

  it('takes back what it holds when the shop voids', async () => {
    await open('capped', false);
    await exhausted();
    const voucher = await shop.sign(5_000, clone, other);
    await verdictOf(other, accepted(voucher));
    expect(await verdictOf(shopper, noteItem(await noteOf(server, other, voucher, { kind: 'void' })))).toMatchObject({ verdict: 'VOIDED' });
    expect([await have(heldAccount(merchantOf(other))), await have(GUARANTEE_ACCOUNT), await have(debtAccount(shopper.me.account.id))]).toEqual([0, 0, 0]);
    expect(await verdictOf(other, accepted(voucher))).toMatchObject({ verdict: 'VOIDED', dup: true });
    server.clock.advance(8 * 86_400_000);
    expect(await runJobs(server.options, server.clock.nowMs())).toMatchObject({ letGo: 0 });
    await shop.money();
  });

  it('holds the fifth claim of a shop that fell short, and its caps hold against a thousand', async () => {
    await exhausted();
    const verdicts: string[] = [];
    for (let index = 0; index < 1_000; index += 50) {
      const items = await Promise.all(Array.from({ length: 50 }, async () => accepted(await shop.sign(100, clone.fork(), other))));
      verdicts.push(...(await syncNow(other, items)).results.map((result) => result.verdict));
    }
    expect(verdicts.slice(0, 6)).toEqual(['SETTLED', 'SETTLED', 'SETTLED', 'SETTLED', 'HELD', 'HELD']);
    expect(verdicts.filter((verdict) => verdict === 'REJECTED')).toHaveLength(800);
    expect(await have(GUARANTEE_ACCOUNT)).toBe(-20_000);
    await shop.money();
  }, 60_000);
});

describe('a shop that colludes with the payer', () => {
  /** What the reserve holds goes to the payer before the hidden copy is claimed elsewhere. */
  const play = async (giveBack: (voucher: Voucher) => Promise<ReturnType<typeof voucherItem>[]>) => {
    await open();
    await syncNow(other, []);
    server.clock.advance(1_000);
    const hidden = await shop.sign(LIM, clone, other);
    await syncNow(till, await giveBack(await shop.sign(LIM)));
    expect(await shop.money()).toEqual({ account: 50_000, reserve: 0, shop: 0, held: 0 });
    const verdict = await verdictOf(other, accepted(hidden));
    const frozen = (await topUp(shopper, shop.purse.view.id, { topUpId: 'f'.repeat(32), addMinor: 1 })).problem?.code;
    const proof = (await other.ask('GET', `/v1/proofs/${shop.purse.view.id}`)).status;
    await shop.money();
    return { verdict: { ...verdict, id: null }, frozen, proof, guarantee: await have(GUARANTEE_ACCOUNT), debt: await have(debtAccount(shopper.me.account.id)) };
  };

  it('gets no more out of a purse by a void before the claim than by a claim that it refunds: the proof, the freeze and the debt are the same', async () => {
    const voided = await play(async (voucher) => [noteItem(await noteOf(server, till, voucher, { kind: 'void' })), voucherItem(voucher)]);
    expect(voided).toMatchObject({ verdict: { verdict: 'SETTLED', via: 'guarantee', unpaidMinor: 0 }, frozen: 'ACCOUNT_FROZEN', proof: 200, guarantee: -LIM, debt: -LIM });
    expect(await play(async (voucher) => [voucherItem(voucher), noteItem(await noteOf(server, till, voucher, { kind: 'refund', amountMinor: LIM }))])).toEqual(voided);
    expect(await play(async (voucher) => [voucherItem(voucher), noteItem(await noteOf(server, till, voucher, { kind: 'void' }))])).toEqual(voided);
  });

  it('cannot send home twice what the purse holds once', async () => {
    const [one, two] = [await shop.sign(LIM), await shop.sign(LIM, clone)];
    const voids = [noteItem(await noteOf(server, till, one, { kind: 'void' })), noteItem(await noteOf(server, till, two, { kind: 'void' }))];
    await syncNow(till, [...voids, voucherItem(one), voucherItem(two)]);
    expect(await shop.money()).toMatchObject({ account: 50_000, reserve: 0, shop: 0 });
    expect(await have(GUARANTEE_ACCOUNT)).toBe(0);
  });
});
