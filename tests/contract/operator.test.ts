/** What the operator's people order: each deed once, with a name to it, told to whom it concerns; and what they may not undo. */
import { parse } from 'valibot';
import { beforeEach, describe, expect, it } from 'vitest';
import { toHex } from '#base/bytes.ts';
import { PaymentReply } from '#protocol/http.ts';
import { AppealReply } from '#protocol/http-purses.ts';
import { debtAccount, GUARANTEE_ACCOUNT, heldAccount, merchantAccount, shopperAccount } from '#protocol/ledger.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { Voucher } from '#protocol/objects.ts';
import { decodeStatusList, isRevoked } from '#protocol/status-list.ts';
import { zlibPacking } from '#server/adapters/zlib-packing.ts';
import { runJobs } from '#server/core/jobs.ts';
import { answerAppeal, decideHeld, endDevice, restorePurse, revokePurse, unfreezeAccount } from '#server/core/operator.ts';
import { frozenAccounts, heldClaims, openAppeals, ordersGiven } from '#server/core/operator-lists.ts';
import type { Issuer } from '#server/core/ports.ts';
import { REFRESH, renewPurse } from '#server/core/purses-renewal.ts';
import { appealLines, frozenLines, heldLines, orderLines } from '#server/operator-words.ts';
import { chargeOf, confirm, orderOf, pay, type JoinedDevice, type TestServer } from '../fixtures/http-server.ts';
import { anotherShop, merchantOf, openOfflineShop, type OfflineShop } from '../fixtures/offline-shop.ts';
import { askPurse, base64UrlOf, listSeqOf, noteItem, noteOf, openPurse, syncNow, verdictOf, voucherItem } from '../fixtures/purses.ts';

const LIM = 20_000;
const WU = { by: 'Wu', note: 'called at noon' };
let shop: OfflineShop;
let server: TestServer;
let shopper: JoinedDevice;
let till: JoinedDevice;

beforeEach(async () => {
  shop = await openOfflineShop(LIM);
  ({ server, shopper, till } = shop);
});

const deps = () => server.options;
const accountId = (): string => shopper.me.account.id;
const purseId = (): string => shop.purse.view.id;
const kinds = async (): Promise<string[]> => (await ordersGiven(server.store)).map(({ kind, subject, by }) => `${by} ${kind} ${subject}`);

function present<T>(value: T | null): T {
  if (value === null) throw new Error('nothing there');
  return value;
}

async function doubleSpend(): Promise<[Voucher, Voucher]> {
  const clone = shop.purse.fork();
  const pair: [Voucher, Voucher] = [await shop.sign(100), await shop.sign(200, clone)];
  await syncNow(till, pair.map((voucher) => voucherItem(voucher)));
  return pair;
}

async function payOnline(): Promise<unknown> {
  const invoice = chargeOf(server, till, 100);
  const order = await orderOf(server, shopper, invoice);
  await confirm(shopper, order);
  return parse(PaymentReply, (await pay(shopper, order, invoice)).json).verdict;
}

describe('a frozen account', () => {
  it('is listed with its proof, and pays again once it is unfrozen; its purse stays frozen', async () => {
    expect(frozenLines(await frozenAccounts(server.store))).toEqual(['No account is frozen, and there is no proof against any.']);
    const [one, other] = await doubleSpend();
    expect(await payOnline()).toMatchObject({ state: 'refused', code: 'ACCOUNT_FROZEN' });
    const [account] = await frozenAccounts(server.store);
    expect(account).toMatchObject({ party: { id: accountId(), status: 'frozen' }, purses: [{ purse: { id: purseId(), state: 'frozen' }, reserveMinor: LIM - 300, proof: { conflict: 'same-seq' } }] });
    const lines = frozenLines(account === undefined ? [] : [account]).join('\n');
    for (const vid of [toHex(one.vid), toHex(other.vid)]) expect(lines).toContain(vid);
    expect(lines).toContain('two vouchers have one number');
    expect(lines).toContain('2.00 CNY to 街角面馆');

    expect(await unfreezeAccount(deps(), WU, accountId())).toEqual({ ok: true, value: true });
    expect(await payOnline()).toMatchObject({ state: 'settled' });
    expect((await askPurse(server, shopper, { limMinor: 100 })).status).toBe(200);
    expect((await shopper.ask('POST', `/v1/purses/${purseId()}/refresh`, { json: {} })).problem?.code).toBe('PURSE_CLOSED');
    expect(await frozenAccounts(server.store)).toMatchObject([{ party: { status: 'active' }, purses: [{ purse: { state: 'frozen' } }] }]);
    expect(await unfreezeAccount(deps(), WU, accountId())).toEqual({ ok: false, error: 'NOT_FROZEN' });
    expect(await unfreezeAccount(deps(), WU, 'f'.repeat(32))).toEqual({ ok: false, error: 'NOT_FOUND' });
    expect(await kinds()).toEqual([`Wu unfreeze ${accountId()}`]);
  });

  it('freezes again with the next double spend', async () => {
    await doubleSpend();
    await unfreezeAccount(deps(), WU, accountId());
    const next = await openPurse(server, shopper, { limMinor: 1_000 });
    const copy = next.fork();
    await syncNow(till, [voucherItem(await shop.sign(10, next)), voucherItem(await shop.sign(20, copy))]);
    expect(await payOnline()).toMatchObject({ code: 'ACCOUNT_FROZEN' });
  });
});

describe('a held claim', () => {
  let voucher: Voucher;
  let other: JoinedDevice;
  const have = (account: string): Promise<number> => server.store.balance(account);
  const money = async () => [await have(heldAccount(merchantOf(other))), await have(merchantAccount(merchantOf(other))), await have(GUARANTEE_ACCOUNT), await have(debtAccount(accountId()))];

  beforeEach(async () => {
    other = await anotherShop(server, 'New Noodles', false);
    const clone = shop.purse.fork();
    const listSeq = listSeqOf((await syncNow(till, [])).status);
    server.clock.advance(1_000);
    await verdictOf(till, voucherItem(await shop.sign(LIM - 1_000)));
    voucher = await shop.sign(5_000, clone, other);
    expect(await verdictOf(other, voucherItem(voucher, { acceptedAtMs: server.clock.nowMs(), listSeq }))).toMatchObject({ verdict: 'HELD' });
    expect(await money()).toEqual([5_000, 0, -4_000, -4_000]);
  });

  it('is listed, and let go before its time', async () => {
    const [held] = heldLines(await heldClaims(server.store));
    expect(held).toContain(`voucher ${toHex(voucher.vid)}  50.00 CNY to New Noodles, 40.00 CNY of it by the guarantee`);
    expect(await decideHeld(deps(), WU, toHex(voucher.vid), 'release')).toMatchObject({ ok: true });
    expect(await money()).toEqual([0, 5_000, -4_000, -4_000]);
    expect((await shop.feed(other)).at(-1)).toMatchObject({ outcome: { verdict: 'SETTLED', via: 'guarantee' } });
    expect(await decideHeld(deps(), WU, toHex(voucher.vid), 'refuse')).toEqual({ ok: false, error: 'NOT_HELD' });
    expect(heldLines(await heldClaims(server.store))).toEqual(['No claim is held.']);
    await shop.money();
  });

  it('is refused: everybody has back what it gave, both are told, and it stays refused', async () => {
    const refund = noteItem(await noteOf(server, other, voucher, { kind: 'refund', amountMinor: 500 }));
    expect(await verdictOf(other, refund)).toMatchObject({ verdict: 'RETRY' });
    const before = await have(shopperAccount(accountId()));
    expect(await decideHeld(deps(), WU, toHex(voucher.vid), 'refuse')).toMatchObject({ ok: true });
    expect(await money()).toEqual([0, 0, 0, 0]);
    expect(await have(shopperAccount(accountId()))).toBe(before + 1_000);
    expect((await shop.feed(other)).at(-1)).toMatchObject({ kind: 'voucher', outcome: { verdict: 'REJECTED', reason: 'CLAIM_REFUSED' } });
    expect((await shop.feed(shopper)).at(-1)).toMatchObject({ kind: 'voucher', outcome: { verdict: 'VOIDED' }, balanceMinor: before + 1_000 });
    expect(await verdictOf(other, refund)).toMatchObject({ verdict: 'REJECTED', reason: 'NOT_SETTLED' });
    expect(await verdictOf(other, voucherItem(voucher))).toMatchObject({ verdict: 'REJECTED', reason: 'CLAIM_REFUSED', dup: true });
    expect(await verdictOf(other, noteItem(await noteOf(server, other, voucher, { kind: 'void' })))).toMatchObject({ verdict: 'VOIDED' });
    server.clock.advance(8 * 86_400_000);
    expect(await runJobs(deps(), server.clock.nowMs())).toMatchObject({ letGo: 0 });
    expect(await money()).toEqual([0, 0, 0, 0]);
    await shop.money();
  });

  it('that was refused uses up nothing of what the guarantee pays this shop', async () => {
    await decideHeld(deps(), WU, toHex(voucher.vid), 'refuse');
    const use = await server.store.transaction((tx) => tx.guaranteeUse(purseId(), merchantOf(other), 0));
    expect(use).toEqual({ forPurseMinor: 0, sinceMinor: 0, fellShort: 1 });
  });
});

describe('an appeal', () => {
  const appealId = 'a'.repeat(32);
  const text = '我只有一台手机\nwith a second line\u001B[2J';
  beforeEach(async () => {
    expect((await shopper.ask('POST', '/v1/appeals', { json: { appealId, subject: purseId(), text } })).status).toBe(200);
  });

  it('is listed until it is answered, and the answer is told', async () => {
    const lines = appealLines(await openAppeals(server.store));
    expect(lines[0]).toContain(`appeal ${appealId}`);
    expect(lines.slice(1)).toEqual(['  我只有一台手机', '  with a second line\u{FFFD}[2J']);
    expect(await answerAppeal(deps(), { by: 'Wu', note: '我们看过了，账户已解冻。' }, appealId)).toMatchObject({ ok: true });
    expect(appealLines(await openAppeals(server.store))).toEqual(['No appeal waits for an answer.']);
    expect((await shop.feed(shopper)).at(-1)).toMatchObject({ kind: 'appeal', appealId, subject: purseId(), state: 'answered', answer: '我们看过了，账户已解冻。', balanceMinor: LIMITS.demoShopperMinor - LIM });
    const again = parse(AppealReply, (await shopper.ask('POST', '/v1/appeals', { json: { appealId, subject: purseId(), text } })).json);
    expect(again).toMatchObject({ state: 'answered', answer: '我们看过了，账户已解冻。' });
    expect(await answerAppeal(deps(), WU, appealId)).toEqual({ ok: false, error: 'ANSWERED' });
    expect(await answerAppeal(deps(), WU, 'b'.repeat(32))).toEqual({ ok: false, error: 'NOT_FOUND' });
    expect(orderLines(await ordersGiven(server.store))[0]).toContain(`Wu  answer ${appealId}  我们看过了，账户已解冻。`);
  });

  it('takes its number after the feeds, as every order does: two orders never wait for each other', async () => {
    const locks: string[] = [];
    const transaction = server.store.transaction.bind(server.store);
    server.store.transaction = (work) =>
      transaction((tx) =>
        work({
          ...tx,
          appendFeed: (...entry) => (locks.push('feed'), tx.appendFeed(...entry)),
          takeNumber: (name, ...least) => (name === 'operator-order' && locks.push('number'), tx.takeNumber(name, ...least)),
        }),
      );
    await answerAppeal(deps(), WU, appealId);
    await endDevice(deps(), WU, shopper.me.device.id);
    expect(locks).toEqual(['feed', 'number', 'feed', 'number']);
  });

  it('that was answered makes room for another', async () => {
    const more = (index: number) => ({ appealId: index.toString(16).padStart(32, '0'), subject: purseId(), text: 'no' });
    for (let index = 1; index < LIMITS.appealsOpen; index++) await server.store.transaction((tx) => tx.insertAppeal({ ...more(index), id: more(index).appealId, partyId: accountId(), atMs: 1, answer: null, answeredAtMs: null }));
    expect((await shopper.ask('POST', '/v1/appeals', { json: more(99) })).problem?.code).toBe('RATE_LIMITED');
    await answerAppeal(deps(), WU, appealId);
    expect((await shopper.ask('POST', '/v1/appeals', { json: more(99) })).status).toBe(200);
  });
});

describe('a purse whose phone is lost', () => {
  const bit = async (): Promise<boolean> => {
    const { status } = await syncNow(till, []);
    const list = decodeStatusList(base64UrlOf(status ?? ''), zlibPacking);
    return list.ok && isRevoked(list.value, 0);
  };

  it('is revoked at the tills’ next sync, and restored when the phone is found; what was signed is paid all the while', async () => {
    expect(await bit()).toBe(false);
    expect(await revokePurse(deps(), WU, purseId())).toMatchObject({ ok: true });
    expect(await bit()).toBe(true);
    expect(await verdictOf(till, voucherItem(await shop.sign(100)))).toMatchObject({ verdict: 'SETTLED' });
    expect(await revokePurse(deps(), WU, purseId())).toEqual({ ok: false, error: 'REVOKED' });
    expect(await restorePurse(deps(), { by: 'Li', note: '' }, purseId())).toMatchObject({ ok: true });
    expect(await bit()).toBe(false);
    expect(await restorePurse(deps(), WU, purseId())).toEqual({ ok: false, error: 'NOT_REVOKED' });
    expect((await shopper.ask('POST', `/v1/purses/${purseId()}/refresh`, { json: {} })).status).toBe(200);
    expect(await kinds()).toEqual([`Li restore ${purseId()}`, `Wu revoke ${purseId()}`]);
  });

  it.each(['revoked', 'restored'])('stays %s when a renewal was being signed meanwhile', async (becomes) => {
    if (becomes === 'restored') await revokePurse(deps(), WU, purseId());
    const order = becomes === 'revoked' ? revokePurse : restorePurse;
    server.clock.advance(3_600_000);
    const { issuer, store } = deps();
    /** The order comes after the purse was read, and before the certificate is stored. */
    const slow: Issuer = {
      ...issuer,
      signer: (use) => {
        const signer = issuer.signer(use);
        return { ...signer, sign: async (message) => ((await order(deps(), WU, purseId())).ok ? signer.sign(message) : expect.fail('the order was not given')) };
      },
    };
    const row = present(await store.transaction((tx) => tx.purse(purseId())));
    const device = present(await store.transaction((tx) => tx.device(row.deviceId)));
    expect(await renewPurse({ ...deps(), issuer: slow }, row, { deviceKey: device.publicKey, rpId: 'chit.localhost' }, REFRESH)).toMatchObject({ ok: true });
    const after = present(await store.transaction((tx) => tx.purse(purseId())));
    expect(after.certificate).not.toBe(row.certificate);
    expect(after.revokedAtMs).toBe(becomes === 'revoked' ? server.clock.nowMs() : null);
    expect(await bit()).toBe(becomes === 'revoked');
  });

  it('is not restored against a proof, nor when its device was signed out, and is not revoked when it is over', async () => {
    const second = await server.joined('new-shopper');
    await doubleSpend();
    expect(await restorePurse(deps(), WU, purseId())).toEqual({ ok: false, error: 'PROVED' });
    expect(await revokePurse(deps(), WU, 'f'.repeat(16))).toEqual({ ok: false, error: 'NOT_FOUND' });
    server.clock.advance(shop.purse.view.claimDeadlineMs - server.clock.nowMs() + 1);
    await runJobs(deps(), server.clock.nowMs());
    expect(await revokePurse(deps(), WU, purseId())).toEqual({ ok: false, error: 'RELEASED' });
    expect(second.me.account.id).not.toBe(accountId());
    expect(await kinds()).toEqual([]);
  });

  it('ends with its device', async () => {
    await shopper.ask('DELETE', '/v1/sessions/current');
    expect(await restorePurse(deps(), WU, purseId())).toEqual({ ok: false, error: 'DEVICE_GONE' });
    expect(await bit()).toBe(true);
  });
});
