/** Double spends: found, proved to anybody, frozen, told, and paid from the reserve first. What the guarantee does is in http-sync-guarantee. */
import { parse } from 'valibot';
import { beforeEach, describe, expect, it } from 'vitest';
import { toHex } from '#base/bytes.ts';
import { DemoLedgerReply, FeedReply, MeReply, PaymentReply } from '#protocol/http.ts';
import { ProofReply } from '#protocol/http-purses.ts';
import { debtAccount, FLOAT_ACCOUNT, GUARANTEE_ACCOUNT, merchantAccount } from '#protocol/ledger.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { Voucher } from '#protocol/objects.ts';
import { verifyProof } from '#protocol/proof.ts';
import type { GuaranteeRule } from '#protocol/purse-caps.ts';
import { isRevoked, verifyStatusList } from '#protocol/status-list.ts';
import { zlibPacking } from '#server/adapters/zlib-packing.ts';
import { chargeOf, confirm, orderOf, pay, type JoinedDevice, type TestServer } from '../fixtures/http-server.ts';
import { anotherShop, merchantOf, openOfflineShop, type OfflineShop } from '../fixtures/offline-shop.ts';
import { askPurse, base64UrlOf, evidenceItem, listSeqOf, noteItem, noteOf, syncNow, topUp, verdictOf, voucherItem, type PhonePurse } from '../fixtures/purses.ts';
import { nodeVerifier } from '../fixtures/protocol-keys.ts';

const LIM = 20_000;
let shop: OfflineShop;
let server: TestServer;
let shopper: JoinedDevice;
let till: JoinedDevice;
/** Another device of the shopper. */
let tablet: JoinedDevice;
let other: JoinedDevice;
/** The same phone, restored from a backup. */
let clone: PhonePurse;

async function open(guarantee?: GuaranteeRule, playMoney = true): Promise<void> {
  shop = await openOfflineShop(LIM, guarantee === undefined ? {} : { guarantee });
  ({ server, shopper, till } = shop);
  tablet = await server.joined('demo-shopper');
  other = await anotherShop(server, 'Other Noodles', playMoney);
  clone = shop.purse.fork();
}
beforeEach(() => open());

let listSeq: number;
/** As a till that accepted it just now, with the newest list. */
const accepted = (voucher: Voucher, ago = 0) => voucherItem(voucher, { acceptedAtMs: server.clock.nowMs() - ago, listSeq });
const have = (account: string): Promise<number> => server.store.balance(account);

describe('two vouchers of one number', () => {
  let first: Voucher;
  let second: Voucher;
  beforeEach(async () => {
    listSeq = listSeqOf((await syncNow(till, [])).status);
    server.clock.advance(1_000);
    first = await shop.sign(15_000);
    second = await shop.sign(15_000, clone, other);
    expect(await verdictOf(till, accepted(first))).toMatchObject({ verdict: 'SETTLED', via: 'reserve' });
    expect(await verdictOf(other, accepted(second))).toMatchObject({ verdict: 'SETTLED', via: 'guarantee', unpaidMinor: 0 });
  });

  it('[65] are a proof for both parties that needs nothing but the public keys', async () => {
    const { keys } = server.options.issuer;
    for (const party of [shopper, till, other]) {
      const proof = parse(ProofReply, (await party.ask('GET', `/v1/proofs/${shop.purse.view.id}`)).json);
      const [one, two] = proof.vouchers.map((text) => ({ bytes: base64UrlOf(text) }));
      const verified = one && two && (await verifyProof(one, two, keys, nodeVerifier));
      expect(verified).toMatchObject({ ok: true, value: { conflict: 'same-seq' } });
    }
    const stranger = await server.joined('new-shopper');
    const bystander = await anotherShop(server, 'Tea');
    for (const party of [stranger, bystander]) expect((await party.ask('GET', `/v1/proofs/${shop.purse.view.id}`)).problem?.code).toBe('NOT_FOUND');
    expect((await shopper.ask('GET', `/v1/proofs/${'0'.repeat(16)}`)).problem?.code).toBe('NOT_FOUND');
  });

  it('freeze purse and account: no top-up, no refresh, no new purse, no payment', async () => {
    expect((await topUp(shopper, shop.purse.view.id, { topUpId: 'f'.repeat(32), addMinor: 1 })).problem?.code).toBe('ACCOUNT_FROZEN');
    expect((await shopper.ask('POST', `/v1/purses/${shop.purse.view.id}/refresh`, { json: {} })).problem?.code).toBe('ACCOUNT_FROZEN');
    expect((await askPurse(server, tablet, { limMinor: 1 })).problem?.code).toBe('ACCOUNT_FROZEN');
    const invoice = chargeOf(server, till, 100);
    const order = await orderOf(server, shopper, invoice);
    await confirm(shopper, order);
    expect(parse(PaymentReply, (await pay(shopper, order, invoice)).json).verdict).toMatchObject({ state: 'refused', code: 'ACCOUNT_FROZEN' });
  });

  it('do not end a demo: whoever joins as its shopper from now on is another one, with a PIN and play money', async () => {
    const next = await server.joined('demo-shopper');
    expect(next.me.account).toMatchObject({ pinSet: true, balanceMinor: LIMITS.demoShopperMinor });
    expect(next.me.account.id).not.toBe(shopper.me.account.id);
    expect((await server.joined('demo-shopper')).me.account.id).toBe(next.me.account.id);
  });

  it('are in the journal that the desk shows, with who paid', async () => {
    const journal = parse(DemoLedgerReply, (await shopper.ask('GET', '/v1/demo/ledger')).json);
    expect(journal.sumMinor).toBe(0);
    expect(journal.purses).toEqual([{ id: shop.purse.view.id, limMinor: LIM, proved: true }]);
    expect(journal.vouchers.map(({ state, reserveMinor, guaranteeMinor }) => ({ state, reserveMinor, guaranteeMinor })).sort((a, b) => a.guaranteeMinor - b.guaranteeMinor)).toEqual([
      { state: 'paid', reserveMinor: 15_000, guaranteeMinor: 0 },
      { state: 'paid', reserveMinor: 5_000, guaranteeMinor: 10_000 },
    ]);
    expect(journal.balances).toContainEqual({ account: GUARANTEE_ACCOUNT, name: null, balanceMinor: -10_000 });
    expect(journal.balances).toContainEqual({ account: merchantAccount(merchantOf(other)), name: 'Other Noodles', balanceMinor: 15_000 });
  });

  it('set the purse’s bit in a newer list, which the key set vouches for', async () => {
    const { status } = await syncNow(till, [], { statusSeq: listSeq });
    const list = await verifyStatusList(base64UrlOf(status ?? ''), server.options.issuer.keys, listSeq + 1, nodeVerifier, zlibPacking);
    if (!list.ok) throw new Error(list.error);
    expect([list.value.seq, isRevoked(list.value, 0), isRevoked(list.value, 1)]).toEqual([listSeq + 1, true, false]);
    expect((await syncNow(till, [], { statusSeq: list.value.seq })).status).toBeNull();
  });

  it('are told to the payer and to both shops', async () => {
    const frozen = (await shop.feed(shopper)).find((change) => change.kind === 'purse' && change.event === 'frozen');
    expect(frozen).toMatchObject({ purse: { state: 'frozen', headSeq: 1, headCumMinor: 15_000 } });
    expect((await shop.feed(till)).at(-1)).toMatchObject({ kind: 'voucher', vid: toHex(first.vid), outcome: { verdict: 'SETTLED', via: 'reserve' }, conflicted: true });
    expect((await shop.feed(other)).at(-1)).toMatchObject({ kind: 'voucher', vid: toHex(second.vid), outcome: { verdict: 'SETTLED', via: 'guarantee' }, conflicted: true });
  });

  it('are paid: the reserve first, the guarantee for the rest, and the payer owes it', async () => {
    expect(await shop.money()).toMatchObject({ reserve: 0, shop: 15_000 });
    expect(await have(merchantAccount(merchantOf(other)))).toBe(15_000);
    expect(await have(GUARANTEE_ACCOUNT)).toBe(-10_000);
    expect(await have(debtAccount(shopper.me.account.id))).toBe(-10_000);
  });

  it('[P10] keep their verdicts', async () => {
    expect(await verdictOf(other, accepted(second))).toMatchObject({ verdict: 'SETTLED', via: 'guarantee', dup: true });
    expect(await verdictOf(till, accepted(first))).toMatchObject({ verdict: 'SETTLED', via: 'reserve', dup: true });
  });

  it('give back to the guarantee first, when the shop refunds or voids', async () => {
    const refund = await noteOf(server, other, second, { kind: 'refund', amountMinor: 11_000 });
    expect(await verdictOf(other, noteItem(refund))).toMatchObject({ verdict: 'REFUNDED' });
    expect([await have(GUARANTEE_ACCOUNT), await have(debtAccount(shopper.me.account.id)), await have(merchantAccount(merchantOf(other)))]).toEqual([0, 0, 4_000]);
    expect(await verdictOf(other, noteItem(await noteOf(server, other, second, { kind: 'void' })))).toMatchObject({ verdict: 'VOIDED' });
    expect(await have(merchantAccount(merchantOf(other)))).toBe(0);
    expect(await shop.money()).toMatchObject({ account: 50_000 - LIM + 5_000, reserve: 0 });
  });
});

describe('a hidden fork', () => {
  it('that only the sums show is a proof, and all that the reserve holds is paid', async () => {
    const honest = [await shop.sign(4_000), await shop.sign(4_000)];
    const hidden = await clone.sign(shop.merchantId, shop.charge(9_000).hash, 9_000, { seq: 5, cumMinor: 9_000, prev: 'ab'.repeat(16) });
    for (const voucher of honest) expect(await verdictOf(till, voucherItem(voucher))).toMatchObject({ verdict: 'SETTLED' });
    expect(await verdictOf(till, voucherItem(hidden))).toMatchObject({ verdict: 'SETTLED', via: 'reserve', unpaidMinor: 0 });
    const proof = parse(ProofReply, (await shopper.ask('GET', `/v1/proofs/${shop.purse.view.id}`)).json);
    const [one, two] = proof.vouchers.map((text) => ({ bytes: base64UrlOf(text) }));
    expect(one && two && (await verifyProof(one, two, server.options.issuer.keys, nodeVerifier))).toMatchObject({ ok: true, value: { conflict: 'cumulative' } });
    expect(await shop.money()).toMatchObject({ reserve: 3_000, shop: 17_000 });
  });

  it('in a broken chain is a proof', async () => {
    const first = await shop.sign(100);
    const broken = await shop.purse.sign(shop.merchantId, shop.charge(100).hash, 100, { prev: 'ab'.repeat(16) });
    await syncNow(till, [voucherItem(first), voucherItem(broken)]);
    expect((await shopper.ask('GET', `/v1/proofs/${shop.purse.view.id}`)).status).toBe(200);
  });

  it('is found when only the payer reports it, and counts as no claim', async () => {
    await verdictOf(till, voucherItem(await shop.sign(100)));
    expect(await verdictOf(shopper, voucherItem(await shop.sign(200, clone)))).toMatchObject({ verdict: 'PAYER_REPORTED' });
    expect((await till.ask('GET', `/v1/proofs/${shop.purse.view.id}`)).status).toBe(200);
    expect(await shop.money()).toMatchObject({ shop: 100 });
  });

  it('is told to both though the second claim has to wait: nobody finds the proof again', async () => {
    await verdictOf(till, voucherItem(await shop.sign(100)));
    const full = merchantAccount(shop.merchantId);
    await server.store.transaction(async (tx) => {
      const held = await tx.lockBalances([FLOAT_ACCOUNT, full], 156);
      await tx.post([{ ref: 'much', leg: 0, debit: FLOAT_ACCOUNT, credit: full, amountMinor: LIMITS.balanceMinor - (held.get(full) ?? 0), ccy: 156, atMs: 1 }]);
    });
    expect(await verdictOf(till, voucherItem(await shop.sign(200, clone)))).toMatchObject({ verdict: 'RETRY' });
    const last = async (device: JoinedDevice) => parse(FeedReply, (await device.ask('GET', '/v1/feed')).json).changes.at(-1);
    expect(await last(shopper)).toMatchObject({ kind: 'purse', event: 'frozen' });
    expect(await last(till)).toMatchObject({ kind: 'voucher', amountMinor: 100, conflicted: true });
  });

  it('of two vouchers for one invoice under two certificates: one is paid, both are the proof', async () => {
    const { hash } = shop.charge(500);
    const first = await shop.purse.sign(shop.merchantId, hash, 500);
    const renewed = await topUp(shopper, clone.view.id, { topUpId: 'e'.repeat(32), addMinor: 100 });
    clone.view = (renewed.json as { purse: typeof clone.view }).purse;
    const again = await clone.sign(shop.merchantId, hash, 500);
    const { results } = await syncNow(till, [voucherItem(first), voucherItem(again)]);
    expect(results.map((result) => (result.verdict === 'REJECTED' ? result.reason : result.verdict))).toEqual(['SETTLED', 'INVOICE_PAID']);
    expect((await till.ask('GET', `/v1/proofs/${shop.purse.view.id}`)).status).toBe(200);
    expect(await shop.money()).toMatchObject({ shop: 500 });
  });

  it('after an early close is still found and still paid', async () => {
    const hidden = await shop.sign(3_000, clone);
    await shopper.ask('POST', `/v1/purses/${shop.purse.view.id}/close`, { json: { headSeq: 0, headCum: 0, headVid: null } });
    expect(await verdictOf(till, voucherItem(hidden))).toMatchObject({ verdict: 'SETTLED', via: 'reserve' });
    expect(await verdictOf(till, voucherItem(await shop.sign(100)))).toMatchObject({ verdict: 'SETTLED' });
    expect((await till.ask('GET', `/v1/proofs/${shop.purse.view.id}`)).status).toBe(200);
  });
});

describe('evidence: a voucher that its till refused', () => {
  const proofStatus = async () => (await till.ask('GET', `/v1/proofs/${shop.purse.view.id}`)).status;

  it('is reported and not paid, even when its own shop brings it', async () => {
    const voucher = await shop.sign(700);
    expect(await verdictOf(till, evidenceItem(voucher))).toMatchObject({ id: toHex(voucher.vid), verdict: 'PAYER_REPORTED', dup: false });
    expect(await verdictOf(till, evidenceItem(voucher))).toMatchObject({ verdict: 'PAYER_REPORTED', dup: true });
    expect(await shop.money()).toMatchObject({ shop: 0, reserve: LIM });
    expect(await proofStatus()).toBe(404);
  });

  it.each(['the one it accepted first', 'the evidence first'])('proves the double spend, and only the accepted one is paid: %s', async (order) => {
    const taken = await shop.sign(700);
    const refused = await shop.sign(900, clone);
    const items = [voucherItem(taken), evidenceItem(refused)];
    await syncNow(till, order === 'the evidence first' ? items.toReversed() : items);
    expect(await verdictOf(till, voucherItem(taken))).toMatchObject({ verdict: 'SETTLED', dup: true });
    expect(await verdictOf(till, evidenceItem(refused))).toMatchObject({ verdict: 'PAYER_REPORTED', dup: true });
    expect(await proofStatus()).toBe(200);
    expect((await shop.feed(shopper)).some((change) => change.kind === 'purse' && change.event === 'frozen')).toBe(true);
    expect(await shop.money()).toMatchObject({ shop: 700 });
  });

  it('is a claim once its shop says so', async () => {
    const voucher = await shop.sign(700);
    await verdictOf(till, evidenceItem(voucher));
    expect(await verdictOf(till, { k: 'C', id: toHex(voucher.vid) })).toMatchObject({ verdict: 'SETTLED', via: 'reserve' });
    expect(await verdictOf(till, evidenceItem(voucher))).toMatchObject({ verdict: 'SETTLED', dup: true });
    expect(await shop.money()).toMatchObject({ shop: 700 });
  });

  it('must be genuine, like every other', async () => {
    const voucher = await shop.sign(700);
    const { bytes } = voucher;
    const forged = { bytes: Uint8Array.from(bytes, (byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte)) };
    expect(await verdictOf(till, evidenceItem(forged))).toMatchObject({ verdict: 'REJECTED', reason: 'SIGNATURE' });
  });
});

describe('an appeal', () => {
  it('is received once, by a party, and stands in its feed', async () => {
    await verdictOf(till, voucherItem(await shop.sign(100)));
    await verdictOf(till, voucherItem(await shop.sign(100, clone)));
    const json = { appealId: 'a'.repeat(32), subject: shop.purse.view.id, text: '我只有一台手机' };
    expect((await shopper.ask('POST', '/v1/appeals', { json })).json).toMatchObject({ appealId: json.appealId, state: 'received' });
    expect((await shopper.ask('POST', '/v1/appeals', { json })).status).toBe(200);
    expect((await shop.feed(shopper)).filter((change) => change.kind === 'appeal')).toMatchObject([{ subject: json.subject, state: 'received' }]);
    expect((await shopper.ask('POST', '/v1/appeals', { json: { ...json, text: 'another' } })).problem?.code).toBe('ID_REUSED');
    const stranger = await server.joined('new-shopper');
    expect((await stranger.ask('POST', '/v1/appeals', { json: { ...json, appealId: 'b'.repeat(32) } })).problem?.code).toBe('NOT_FOUND');
    expect((await till.ask('POST', '/v1/appeals', { json: { ...json, appealId: 'c'.repeat(32) } })).status).toBe(200);
    expect((await till.ask('POST', '/v1/appeals', { json: { ...json, appealId: 'd'.repeat(32), text: ' ' } })).problem?.code).toBe('BAD_REQUEST');
    expect(parse(MeReply, (await shopper.ask('GET', '/v1/me')).json).account.balanceMinor).toBe(50_000 - LIM);
  });
});

describe('histories without end', () => {
  const many = (count: number, phone: PhonePurse): Promise<Voucher[]> => Promise.all(Array.from({ length: count }, () => shop.sign(1, phone.fork())));
  const kept = (): Promise<number> => server.store.transaction((tx) => tx.voucherCount(shop.purse.view.id, 9_999));

  it('are kept to a limit; what is brought above it, by its payer or as evidence, is told to nobody, and its shop can still claim', async () => {
    const limit = shop.purse.view.maxCount * LIMITS.vouchersPerCount;
    for (const part of [limit / 2, limit / 2]) await syncNow(shopper, (await many(part, clone)).map((voucher) => voucherItem(voucher)));
    expect(await kept()).toBe(limit);
    const heads = await server.store.feedHeads([till.me.account.id, shopper.me.account.id]);
    const [one, two] = (await many(2, clone)) as [Voucher, Voucher];
    for (const [device, item] of [[shopper, voucherItem(one)], [other, evidenceItem(two)]] as const) {
      expect(await verdictOf(device, item)).toMatchObject({ verdict: 'REJECTED', reason: 'LIMITS', dup: false });
    }
    expect([await kept(), await server.store.feedHeads([till.me.account.id, shopper.me.account.id])]).toEqual([limit, heads]);
    expect(await verdictOf(till, voucherItem(one))).toMatchObject({ verdict: 'SETTLED' });
    expect(await shop.money()).toMatchObject({ shop: 1 });
  });

  it('of numbers that no certificate allows do not hide a proof: the first pair is found, whoever shows it', async () => {
    const limit = shop.purse.view.maxCount * LIMITS.vouchersPerCount;
    await verdictOf(till, voucherItem(await shop.sign(100)));
    for (let n = 0; n < limit; n += 40) {
      const wild = await Promise.all(Array.from({ length: 40 }, (_, k) => clone.fork().sign(shop.merchantId, shop.charge(1).hash, 1, { seq: 1_000 + n + k })));
      await syncNow(shopper, wild.map((voucher) => voucherItem(voucher)));
    }
    expect(await kept()).toBe(limit);
    expect(await server.store.transaction((tx) => tx.proof(shop.purse.view.id))).toBeNull();
    await verdictOf(other, evidenceItem(await shop.sign(1, clone.fork())));
    expect(await server.store.transaction((tx) => tx.proof(shop.purse.view.id))).not.toBeNull();
  });
});
