/** Vouchers and notes over HTTP: each settled exactly once, whoever brings it, in whatever order and however often. */
import { silentLog, type LogFields } from '#base/log.ts';
import { parse } from 'valibot';
import { beforeEach, describe, expect, it } from 'vitest';
import { toHex } from '#base/bytes.ts';
import { decodeInvoice } from '#protocol/invoice.ts';
import { FeedReply, PaymentReply } from '#protocol/http.ts';
import { PurseView } from '#protocol/http-offline.ts';
import { checkInvariants } from '#protocol/ledger-invariants.ts';
import { merchantAccount, reserveAccount, shopperAccount } from '#protocol/ledger.ts';
import { LIMITS } from '#protocol/limits.ts';
import { decodeStatusList, isRevoked } from '#protocol/status-list.ts';
import { openMemoryStore } from '#server/adapters/store-memory.ts';
import { zlibPacking } from '#server/adapters/zlib-packing.ts';
import { findCaller } from '#server/core/identity.ts';
import { runJobs } from '#server/core/jobs.ts';
import { revokePurse } from '#server/core/operator.ts';
import type { Store } from '#server/core/ports.ts';
import { sync } from '#server/core/sync.ts';
import { takeVoucher } from '#server/core/vouchers.ts';
import { chargeOf, confirm, openTestServer, orderOf, pay, type JoinedDevice, type TestServer } from '../fixtures/http-server.ts';
import { askPurse, base64UrlOf, listSeqOf, noteItem, noteOf, openPurse, syncNow, textOf, topUp, verdictOf, voucherItem, type PhonePurse } from '../fixtures/purses.ts';
import { malleate } from '../fixtures/protocol-keys.ts';
import { load } from './store-purses.ts';

const START_MINOR = LIMITS.demoShopperMinor;
const PURSE_MINOR = 20_000;
const DAY_MS = 86_400_000;

let server: TestServer;
let shopper: JoinedDevice;
let till: JoinedDevice;
let purse: PhonePurse;
let merchantId: string;

beforeEach(async () => {
  server = await openTestServer();
  shopper = await server.joined('demo-shopper');
  till = await server.joined('demo-merchant', 'till.chit.localhost:8080');
  merchantId = till.me.till?.merchantId ?? '';
  purse = await openPurse(server, shopper, { limMinor: PURSE_MINOR });
});

function present<T>(value: T | null): T {
  if (value === null) throw new Error('nothing there');
  return value;
}

const charge = (amountMinor: number) => {
  const invoice = decodeInvoice(chargeOf(server, till, amountMinor));
  if (!invoice.ok) throw new Error(invoice.error);
  return invoice.value;
};
const sign = (amountMinor: number, from = purse) => from.sign(merchantId, charge(amountMinor).hash, amountMinor);

async function money(): Promise<{ account: number; reserve: number; shop: number }> {
  expect(checkInvariants(await server.store.audit())).toEqual([]);
  return {
    account: await server.store.balance(shopperAccount(shopper.me.account.id)),
    reserve: await server.store.balance(reserveAccount(purse.view.id)),
    shop: await server.store.balance(merchantAccount(merchantId)),
  };
}
const feed = async (device: JoinedDevice): Promise<FeedReply> => parse(FeedReply, (await device.ask('GET', '/v1/feed')).json);
const settle = (): Promise<unknown> => runJobs(server.options, server.clock.nowMs());

describe('a voucher that its till uploads', () => {
  it('settles from the reserve, once, and both are told', async () => {
    const voucher = await sign(1_850);
    const reply = await syncNow(till, [voucherItem(voucher)]);
    const vid = toHex(voucher.vid);
    expect(reply.results).toEqual([{ id: vid, dup: false, verdict: 'SETTLED', via: 'reserve', unpaidMinor: 0, atMs: server.clock.nowMs() }]);
    expect(await money()).toEqual({ account: START_MINOR - PURSE_MINOR, reserve: PURSE_MINOR - 1_850, shop: 1_850 });
    const shared = { kind: 'voucher', vid, purseId: purse.view.id, voucherSeq: 1, cumMinor: 1_850, amountMinor: 1_850, outcome: { verdict: 'SETTLED', via: 'reserve' }, conflicted: false };
    expect(reply.feed).toMatchObject({ headSeq: 1, balanceMinor: 1_850, changes: [{ ...shared, direction: 'in', counterparty: '小**', balanceMinor: 1_850 }] });
    expect((await feed(shopper)).changes.at(-1)).toMatchObject({ ...shared, direction: 'out', counterparty: '街角面馆', balanceMinor: START_MINOR - PURSE_MINOR });
  });

  it('[49, 53, 66] gives the stored verdict ever after: again, with other fields, from the payer, from a second till, with the other valid signature', async () => {
    const voucher = await sign(1_850);
    const first = await verdictOf(till, voucherItem(voucher));
    const before = await money();
    const heads = [(await feed(till)).headSeq, (await feed(shopper)).headSeq];
    const malleated = voucher.bytes.slice();
    malleated.set(malleate(voucher.bytes.slice(-64)), malleated.length - 64);
    const second = await server.joined('demo-merchant', 'till.chit.localhost:8080');
    server.clock.advance(DAY_MS);
    for (const [device, item] of [
      [till, voucherItem(voucher)],
      [till, voucherItem(voucher, { acceptedAtMs: 1, listSeq: 99 })],
      [shopper, voucherItem(voucher)],
      [second, voucherItem(voucher)],
      [till, voucherItem({ bytes: malleated })],
    ] as const) expect(await verdictOf(device, item)).toEqual({ ...first, dup: true });
    expect(await money()).toEqual(before);
    expect([(await feed(till)).headSeq, (await feed(shopper)).headSeq]).toEqual(heads);
  });

  it('[56] settles in any order of the purse', async () => {
    const vouchers = [await sign(100), await sign(200), await sign(300)];
    const results = (await syncNow(till, vouchers.toReversed().map((voucher) => voucherItem(voucher)))).results;
    expect(results.map((result) => result.verdict)).toEqual(['SETTLED', 'SETTLED', 'SETTLED']);
    expect(await money()).toMatchObject({ reserve: PURSE_MINOR - 600, shop: 600 });
  });

  it('settles under an older certificate after a top-up', async () => {
    const early = await sign(500);
    const topped = await topUp(shopper, purse.view.id, { topUpId: 'e'.repeat(32), addMinor: 1_000 });
    purse.view = (topped.json as { purse: typeof purse.view }).purse;
    const late = await sign(PURSE_MINOR - 100);
    expect(await verdictOf(till, voucherItem(late))).toMatchObject({ verdict: 'SETTLED' });
    expect(await verdictOf(till, voucherItem(early))).toMatchObject({ verdict: 'SETTLED' });
    expect(await money()).toMatchObject({ reserve: 600, shop: PURSE_MINOR + 400 });
  });

  it.each<[string, (voucher: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>, object]>([
    ['garbage', () => new Uint8Array(40), { id: null, reason: 'FORMAT' }],
    ['a voucher with a byte more', (bytes) => Uint8Array.of(...bytes, 0), { id: null, reason: 'FORMAT' }],
    ['a voucher with another signature', (bytes) => bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte)), { reason: 'SIGNATURE' }],
  ])('[72] rejects %s, and does not spoil the real one', async (_, spoil, expected) => {
    const voucher = await sign(700);
    expect(await verdictOf(till, { k: 'V', o: textOf({ bytes: spoil(voucher.bytes) }) })).toMatchObject({ verdict: 'REJECTED', dup: false, ...expected });
    expect(await verdictOf(till, voucherItem(voucher))).toMatchObject({ verdict: 'SETTLED', dup: false });
  });

  it('[72] rejects what another issuer signed, with the same purse id', async () => {
    const elsewhere = await openTestServer();
    const other = await elsewhere.joined('demo-shopper');
    const forged = await openPurse(elsewhere, other, { purseId: purse.view.id, limMinor: PURSE_MINOR });
    expect(await verdictOf(till, voucherItem(await forged.sign(merchantId, charge(100).hash, 100)))).toMatchObject({ reason: 'SIGNATURE' });
    expect(await money()).toMatchObject({ reserve: PURSE_MINOR, shop: 0 });
  });

  it.each<[string, object, string]>([
    ['more than one payment may be', { amountMinor: 20_001, cumMinor: 20_001 }, 'LIMITS'],
    ['more than the purse holds', { amountMinor: 20_000, cumMinor: 20_001 }, 'LIMITS'],
    ['a sum below its own amount', { amountMinor: 500, cumMinor: 499 }, 'LIMITS'],
    ['nothing', { amountMinor: 0, cumMinor: 0 }, 'LIMITS'],
    ['a number beyond the count', { seq: 41, amountMinor: 1, cumMinor: 1 }, 'LIMITS'],
    ['no number', { seq: 0, amountMinor: 1, cumMinor: 1 }, 'LIMITS'],
    ['a first voucher that begins elsewhere', { amountMinor: 1, cumMinor: 1, prev: 'ab'.repeat(16) }, 'LIMITS'],
    ['a first voucher that hides an earlier one', { amountMinor: 1, cumMinor: 2 }, 'LIMITS'],
  ])('[67] rejects %s', async (_, bent, reason) => {
    const voucher = await purse.sign(merchantId, charge(1).hash, 1, bent);
    const result = await verdictOf(till, voucherItem(voucher));
    expect(result).toMatchObject({ verdict: 'REJECTED', reason, dup: false });
    expect(await verdictOf(till, voucherItem(voucher))).toEqual({ ...result, dup: true });
    expect(await money()).toEqual({ account: START_MINOR - PURSE_MINOR, reserve: PURSE_MINOR, shop: 0 });
  });

  it.each([
    [0, 'SETTLED'],
    [1, 'REJECTED'],
  ])('[80] has until its claim deadline, and %i ms more gives %s', async (lateMs, verdict) => {
    const voucher = await sign(100);
    server.clock.advance(purse.view.claimDeadlineMs - server.clock.nowMs() + lateMs);
    const result = await verdictOf(till, voucherItem(voucher));
    expect(result).toMatchObject({ verdict, ...(verdict === 'REJECTED' ? { reason: 'CLAIM_DEADLINE' } : {}) });
    await settle();
    expect(await verdictOf(till, voucherItem(voucher))).toEqual({ ...result, dup: true });
  });

  it('[63] of a purse that the server lost is asked for again until its claim deadline: when the purse is back, it settles', async () => {
    const voucher = await sign(300);
    const { accounts, row } = await server.store.transaction(async (tx) => {
      const merchant = present(await tx.merchant(merchantId));
      const parties = [present(await tx.party(shopper.me.account.id)), present(await tx.party(merchant.partyId))];
      return { accounts: { merchant, parties, device: present(await tx.device(shopper.me.device.id)) }, row: present(await tx.purse(purse.view.id)) };
    });
    /** The same accounts, set back to before the purse. */
    const setBack = async (): Promise<Store> => {
      const store = openMemoryStore();
      await store.transaction(async (tx) => {
        for (const party of accounts.parties) await tx.insertParty(party);
        await tx.insertMerchant(accounts.merchant);
        await tx.insertDevice(accounts.device);
      });
      return store;
    };
    const waits: unknown[] = [];
    const log = { ...silentLog, warn: (event: string, fields?: LogFields) => waits.push([event, fields]) };
    const uploadTo = (store: Store) => takeVoucher({ ...server.options, log, store }, { kind: 'party', id: accounts.merchant.partyId }, { bytes: voucher.bytes });
    const lost = await setBack();
    const again = { id: toHex(voucher.vid), dup: false, verdict: 'RETRY', afterMs: 3_600_000, untilMs: purse.view.claimDeadlineMs };
    expect(await uploadTo(lost)).toEqual(again);
    expect(waits).toEqual([['claim.waits', { voucher: toHex(voucher.vid), purse: row.id, why: 'purse-unknown' }]]);
    await lost.transaction((tx) => load(tx, row));
    expect(await uploadTo(lost)).toMatchObject({ verdict: 'SETTLED', dup: false });
    const taken = await setBack();
    await taken.transaction(async (tx) => {
      await tx.insertDevice({ ...accounts.device, id: 'f'.repeat(32), publicKey: 'A'.repeat(44) });
      await load(tx, { ...row, deviceId: 'f'.repeat(32) });
    });
    // The id is the wallet's to make: another device has it now.
    expect(await uploadTo(taken)).toEqual(again);
    const gone = await setBack();
    server.clock.advance(purse.view.claimDeadlineMs - server.clock.nowMs());
    for (const store of [taken, gone]) expect(await uploadTo(store)).toEqual(again);
    server.clock.advance(1);
    for (const store of [taken, gone]) expect(await uploadTo(store)).toMatchObject({ verdict: 'REJECTED', reason: 'UNKNOWN_PURSE', dup: false });
    for (const store of [lost, taken, gone]) expect(checkInvariants(await store.audit())).toEqual([]);
  });

  it('case 54: sent again a year later has the same verdict, and no second effect', async () => {
    const voucher = await sign(300);
    const opened = { purseId: purse.view.id, limMinor: PURSE_MINOR };
    const first = await verdictOf(till, voucherItem(voucher));
    server.clock.advance(366 * DAY_MS);
    await settle();
    await server.store.sweep(server.clock.nowMs());
    const late = await Promise.all([server.joined('demo-merchant'), server.joined('demo-shopper')]);
    for (const device of late) expect(await verdictOf(device, voucherItem(voucher))).toEqual({ ...first, dup: true });
    expect((await askPurse(server, late[1], opened)).problem?.code).toBe('ID_REUSED');
    expect(await money()).toEqual({ account: START_MINOR - 300, reserve: 0, shop: 300 });
  });

  it('is settled for its own tab, and rejected for a shop that is not here', async () => {
    const tab = await openPurse(server, shopper, { limMinor: 100, merchantId });
    expect(await verdictOf(till, voucherItem(await tab.sign(merchantId, charge(50).hash, 50)))).toMatchObject({ verdict: 'SETTLED' });
    expect(await verdictOf(till, voucherItem(await purse.sign('ab'.repeat(8), charge(50).hash, 50)))).toMatchObject({ reason: 'NOT_YOUR_MERCHANT' });
    expect((await server.store.audit()).balances.has(merchantAccount('ab'.repeat(8)))).toBe(false);
  });
});

describe('an invoice', () => {
  it('is paid once, by an online payment or a voucher', async () => {
    const bytes = chargeOf(server, till, 700);
    const invoice = decodeInvoice(bytes);
    if (!invoice.ok) throw new Error(invoice.error);
    const order = await orderOf(server, shopper, bytes);
    await confirm(shopper, order);
    expect(parse(PaymentReply, (await pay(shopper, order, bytes)).json).verdict.state).toBe('settled');
    const voucher = await purse.sign(merchantId, invoice.value.hash, 700);
    expect(await verdictOf(till, voucherItem(voucher))).toMatchObject({ verdict: 'REJECTED', reason: 'INVOICE_PAID' });
    expect(await money()).toMatchObject({ reserve: PURSE_MINOR, shop: 700 });
  });

  it('is not paid online after a voucher paid it, nor by a second voucher', async () => {
    const bytes = chargeOf(server, till, 700);
    const invoice = decodeInvoice(bytes);
    if (!invoice.ok) throw new Error(invoice.error);
    const [voucher, twin] = [await purse.sign(merchantId, invoice.value.hash, 700), await purse.sign(merchantId, invoice.value.hash, 700)];
    expect(await verdictOf(till, voucherItem(voucher))).toMatchObject({ verdict: 'SETTLED' });
    expect(await verdictOf(till, voucherItem(twin))).toMatchObject({ reason: 'INVOICE_PAID' });
    const order = await orderOf(server, shopper, bytes);
    await confirm(shopper, order);
    const { verdict } = parse(PaymentReply, (await pay(shopper, order, bytes)).json);
    expect(verdict).toMatchObject({ state: 'refused', code: 'INVOICE_PAID' });
    expect(verdict).not.toHaveProperty('paymentId');
    expect(await money()).toMatchObject({ reserve: PURSE_MINOR - 700, shop: 700 });
  });
});

describe('a voucher that only its payer brings', () => {
  it('waits for its merchant, who claims it by a tap', async () => {
    const voucher = await sign(900);
    const vid = toHex(voucher.vid);
    expect(await verdictOf(shopper, voucherItem(voucher))).toMatchObject({ verdict: 'PAYER_REPORTED', dup: false });
    expect(await verdictOf(shopper, voucherItem(voucher))).toMatchObject({ verdict: 'PAYER_REPORTED', dup: true });
    expect(await money()).toMatchObject({ reserve: PURSE_MINOR, shop: 0 });
    expect((await feed(till)).changes).toMatchObject([{ kind: 'voucher', vid, outcome: { verdict: 'PAYER_REPORTED' }, direction: 'in' }]);
    const stranger = await server.joined('new-shopper');
    for (const other of [stranger, shopper]) expect(await verdictOf(other, { k: 'C', id: vid })).toMatchObject({ reason: 'NOT_YOUR_MERCHANT' });
    expect(await verdictOf(till, { k: 'C', id: 'f'.repeat(32) })).toMatchObject({ reason: 'NOT_YOUR_MERCHANT' });
    expect(await verdictOf(till, { k: 'C', id: vid })).toMatchObject({ id: vid, verdict: 'SETTLED', dup: false });
    expect(await verdictOf(till, { k: 'C', id: vid })).toMatchObject({ id: vid, verdict: 'SETTLED', dup: true });
    expect(await money()).toMatchObject({ reserve: PURSE_MINOR - 900, shop: 900 });
  });

  it.each([
    ['acknowledgement after the report', [0, 1]],
    ['acknowledgement before the report', [1, 0]],
  ])('settles by itself with the till’s %s', async (_, order) => {
    const voucher = await sign(900);
    const items = [voucherItem(voucher), noteItem(await noteOf(server, till, voucher, { kind: 'ack' }))];
    const reply = await syncNow(shopper, order.map((index) => items[index] ?? { k: '' }));
    expect(reply.results.map((result) => result.verdict).toSorted()).toEqual(order[0] === 0 ? ['NOTED', 'PAYER_REPORTED'] : ['NOTED', 'SETTLED']);
    expect(await money()).toMatchObject({ reserve: PURSE_MINOR - 900, shop: 900 });
    expect(await verdictOf(shopper, voucherItem(voucher))).toMatchObject({ verdict: 'SETTLED', dup: true });
  });

  it('goes home at the claim deadline when nobody claims it, and both are told', async () => {
    const voucher = await sign(900);
    await verdictOf(shopper, voucherItem(voucher));
    server.clock.advance(purse.view.claimDeadlineMs - server.clock.nowMs());
    expect(await runJobs(server.options, server.clock.nowMs())).toEqual({ released: 0, letGo: 0 });
    server.clock.advance(1);
    expect(await runJobs(server.options, server.clock.nowMs())).toEqual({ released: 1, letGo: 0 });
    expect(await runJobs(server.options, server.clock.nowMs())).toEqual({ released: 0, letGo: 0 });
    expect(await money()).toEqual({ account: START_MINOR, reserve: 0, shop: 0 });
    expect((await feed(shopper)).changes.slice(-2)).toMatchObject([
      { kind: 'purse', event: 'released', amountMinor: PURSE_MINOR, balanceMinor: START_MINOR, purse: { state: 'released', reserveMinor: 0, headSeq: 1, headCumMinor: 900 } },
      { kind: 'voucher', outcome: { verdict: 'REJECTED', reason: 'CLAIM_DEADLINE' } },
    ]);
    expect((await feed(till)).changes.at(-1)).toMatchObject({ outcome: { reason: 'CLAIM_DEADLINE' } });
    expect(await verdictOf(till, { k: 'C', id: toHex(voucher.vid) })).toMatchObject({ verdict: 'REJECTED', reason: 'CLAIM_DEADLINE', dup: true });
    expect((await topUp(shopper, purse.view.id, { topUpId: 'f'.repeat(32), addMinor: 1 })).problem?.code).toBe('PURSE_CLOSED');
  });

  it('a stranger’s upload is a report too: a photograph of the code charges nobody', async () => {
    const voucher = await sign(900);
    const stranger = await server.joined('new-shopper');
    expect(await verdictOf(stranger, voucherItem(voucher))).toMatchObject({ verdict: 'PAYER_REPORTED' });
    expect(await verdictOf(till, voucherItem(voucher))).toMatchObject({ verdict: 'SETTLED', dup: false });
    expect(await money()).toMatchObject({ shop: 900 });
  });
});

describe('a batch', () => {
  it('[57] gives each item its own verdict in order; poison stops nobody', async () => {
    const vouchers = [await sign(100), await sign(200)];
    const items = [
      voucherItem(vouchers[0] ?? { bytes: new Uint8Array() }),
      { k: 'V' },
      { k: 'V', o: '!!' },
      { k: 'V', o: 'AAAA', acceptedAtMs: -1 },
      { k: 'F', o: textOf(vouchers[0] ?? { bytes: new Uint8Array() }) },
      { k: 'A', o: 'AAAA' },
      { k: 'C', id: 'zz' },
      voucherItem(vouchers[1] ?? { bytes: new Uint8Array() }),
    ];
    const { results } = await syncNow(till, items);
    expect(results.map((result) => (result.verdict === 'REJECTED' ? result.reason : result.verdict))).toEqual([
      'SETTLED', 'FORMAT', 'FORMAT', 'FORMAT', 'FORMAT', 'FORMAT', 'FORMAT', 'SETTLED',
    ]);
    expect(await money()).toMatchObject({ shop: 300 });
  });

  it('cases 58 and 64: what a newer app says is kept by it until this server can read it, and spoils nothing', async () => {
    const voucher = await sign(100);
    const newer = { ...voucherItem(voucher), place: 'a field of next year' };
    const { results } = await syncNow(till, [newer, { k: 'Z', o: 'AAAA' }, { k: 'Z' }]);
    expect(results).toEqual(results.map(() => ({ id: null, dup: false, verdict: 'RETRY', afterMs: 3_600_000 })));
    expect(await verdictOf(till, { ...newer, o: 7 })).toMatchObject({ verdict: 'REJECTED', reason: 'FORMAT' });
    expect(await money()).toMatchObject({ shop: 0 });
    expect(await verdictOf(till, voucherItem(voucher))).toMatchObject({ verdict: 'SETTLED', dup: false });
  });

  it('case 64: a feed of before step-up is read as one that asks for none', () => {
    const { stepUp: _, ...older } = purse.view;
    expect(parse(PurseView, older).stepUp).toBeNull();
  });

  it('takes 100 items, and no more', async () => {
    const items = Array.from({ length: LIMITS.syncItems }, () => ({ k: 'X' }));
    expect((await syncNow(till, items)).results).toHaveLength(100);
    expect((await till.ask('POST', '/v1/sync', { json: { cursor: 0, statusSeq: 0, keySetSeq: 0, items: [...items, { k: 'X' }] } })).problem?.code).toBe('BAD_REQUEST');
  });

  it('has its verdicts though no newer status list can be made; a till’s list does not count as the newest then', async () => {
    const first = (await syncNow(till, [])).status;
    await revokePurse(server.options, { by: 'Wu', note: '' }, purse.view.id);
    const voucher = await sign(100);
    const broken = { ...server.options, packing: { ...server.options.packing, deflate: () => new Uint8Array(LIMITS.statusListBytes) } };
    const caller = present(await findCaller(server.options, till.cookie ?? ''));
    const item = { k: 'V', o: textOf(voucher) } as const;
    const statusSeq = listSeqOf(first);
    const reply = await sync(broken, caller, { cursor: 0, statusSeq, keySetSeq: 1, items: [item] }, () => item);
    expect(reply).toMatchObject({ results: [{ verdict: 'SETTLED' }], status: first });
    expect((await syncNow(till, [], { statusSeq })).status).not.toBe(first);
  });

  it('[63] numbers its status lists by the time at least: one that was restored makes newer ones than any till has', async () => {
    const first = listSeqOf((await syncNow(till, [])).status);
    expect(first).toBe(Math.floor(server.clock.nowMs() / 1_000));
    await revokePurse(server.options, { by: 'Wu', note: '' }, purse.view.id);
    expect(listSeqOf((await syncNow(till, [], { statusSeq: first })).status)).toBe(first + 1);
  });

  it('tells of a purse that is beyond the first million', async () => {
    const indices = [LIMITS.statusIndices - 1, LIMITS.statusIndices];
    const store = openMemoryStore();
    const old: Store = {
      ...store,
      transaction: (work) => store.transaction((tx) => work({ ...tx, takeNumber: async (name, atLeast) => (name === 'purse-status-index' ? (indices.shift() ?? 0) : tx.takeNumber(name, atLeast)) })),
    };
    server = await openTestServer({ store: old });
    const [payer, shop] = [await server.joined('demo-shopper'), await server.joined('demo-merchant')];
    const last = await openPurse(server, payer, { limMinor: 100 });
    const first = await openPurse(server, payer, { limMinor: 100, merchantId: shop.me.till?.merchantId ?? '' });
    const bits = async (): Promise<boolean[]> => {
      const list = decodeStatusList(base64UrlOf((await syncNow(shop, [])).status ?? ''), zlibPacking);
      return [0, LIMITS.statusIndices - 1].map((index) => list.ok && isRevoked(list.value, index));
    };
    expect(await bits()).toEqual([false, false]);
    for (const [{ view }, expected] of [[first, [true, false]], [last, [true, true]]] as const) {
      await revokePurse(server.options, { by: 'Wu', note: '' }, view.id);
      expect(await bits()).toEqual(expected);
    }
  });

  it('brings the key set and the status list to who has older ones, and to nobody else', async () => {
    const fresh = await syncNow(till, []);
    expect(fresh.results).toEqual([]);
    expect([fresh.keySet, fresh.status].map((text) => typeof text)).toEqual(['string', 'string']);
    const again = await syncNow(till, [], { statusSeq: listSeqOf(fresh.status), keySetSeq: 1 });
    expect(again).toMatchObject({ keySet: null, status: null });
  });
});
