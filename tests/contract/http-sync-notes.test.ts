/** What a till signs about vouchers: voids and refunds, in whatever order they and the vouchers come, by whomever they are brought. */
import { beforeEach, describe, expect, it } from 'vitest';
import { toHex } from '#base/bytes.ts';
import type { Note, Voucher } from '#protocol/objects.ts';
import { generateSigner } from '#server/adapters/issuer-es256.ts';
import { LIMITS } from '#protocol/limits.ts';
import { runJobs } from '#server/core/jobs.ts';
import type { JoinedDevice, TestServer } from '../fixtures/http-server.ts';
import { anotherShop, openOfflineShop, type OfflineShop } from '../fixtures/offline-shop.ts';
import { noteItem, noteOf, syncNow, verdictOf, voucherItem } from '../fixtures/purses.ts';

const PURSE_MINOR = 20_000;
const ACCOUNT_MINOR = LIMITS.demoShopperMinor - PURSE_MINOR;

let shop: OfflineShop;
let server: TestServer;
let shopper: JoinedDevice;
let till: JoinedDevice;
let voucher: Voucher;

beforeEach(async () => {
  shop = await openOfflineShop(PURSE_MINOR);
  ({ server, shopper, till } = shop);
  voucher = await shop.sign(1_000);
});

const voidNote = (): Promise<Note> => noteOf(server, till, voucher, { kind: 'void' });
const refundNote = (amountMinor: number, secondsAgo = 0): Promise<Note> =>
  noteOf(server, till, voucher, { kind: 'refund', amountMinor }, { iatSeconds: Math.floor(server.clock.nowMs() / 1_000) - secondsAgo });

describe('a void', () => {
  it.each([
    ['before the claim', [0, 1]],
    ['after the claim', [1, 0]],
  ])('%s: the payer has the money at once, the shop has none, whoever brings it', async (_, order) => {
    const items = [noteItem(await voidNote()), voucherItem(voucher)];
    const results = [];
    for (const index of order) results.push(await verdictOf(index === 0 ? shopper : till, items[index] ?? { k: '' }));
    expect(results[order.indexOf(0)]).toMatchObject({ verdict: 'VOIDED', dup: false });
    expect(results[order.indexOf(1)]).toMatchObject({ verdict: order[0] === 0 ? 'VOIDED' : 'SETTLED', id: toHex(voucher.vid), dup: false });
    expect(await shop.money()).toEqual({ account: ACCOUNT_MINOR + 1_000, reserve: PURSE_MINOR - 1_000, shop: 0, held: 0 });
    for (const device of [shopper, till]) {
      expect((await shop.feed(device)).at(-1)).toMatchObject({ kind: 'voucher', vid: toHex(voucher.vid), outcome: { verdict: 'VOIDED' } });
    }
    // What was said stays said.
    expect(await verdictOf(till, items[1] ?? { k: '' })).toEqual({ ...results[order.indexOf(1)], dup: true });
    expect(await verdictOf(till, items[0] ?? { k: '' })).toMatchObject({ verdict: 'VOIDED', dup: true });
    expect(await verdictOf(till, noteItem(await noteOf(server, till, voucher, { kind: 'void' }, { iatSeconds: 1_793_491_100 })))).toMatchObject({ verdict: 'VOIDED', dup: true });
    expect(await shop.money()).toMatchObject({ account: ACCOUNT_MINOR + 1_000, shop: 0 });
  });

  it('of a reported voucher undoes the report, and nobody can claim it after', async () => {
    await verdictOf(shopper, voucherItem(voucher));
    await verdictOf(shopper, noteItem(await voidNote()));
    expect(await shop.money()).toMatchObject({ account: ACCOUNT_MINOR + 1_000, reserve: PURSE_MINOR - 1_000 });
    expect(await verdictOf(till, { k: 'C', id: toHex(voucher.vid) })).toMatchObject({ verdict: 'VOIDED', dup: true });
    expect(await verdictOf(shopper, noteItem(await noteOf(server, till, voucher, { kind: 'ack' })))).toMatchObject({ verdict: 'NOTED' });
    expect(await shop.money()).toMatchObject({ account: ACCOUNT_MINOR + 1_000, shop: 0 });
  });

  it('after the release of the purse takes the money from the shop', async () => {
    await verdictOf(till, voucherItem(voucher));
    const note = await voidNote();
    server.clock.advance(shop.purse.view.claimDeadlineMs - server.clock.nowMs() + 1);
    await runJobs(server.options, server.clock.nowMs());
    expect(await verdictOf(shopper, noteItem(note))).toMatchObject({ verdict: 'VOIDED' });
    expect(await shop.money()).toMatchObject({ account: LIMITS.demoShopperMinor, reserve: 0, shop: 0 });
  });

  it('leaves the next voucher of the chain good', async () => {
    const next = await shop.sign(500);
    const results = (await syncNow(till, [noteItem(await voidNote()), voucherItem(next), voucherItem(voucher)])).results;
    expect(results.map((result) => result.verdict)).toEqual(['VOIDED', 'SETTLED', 'VOIDED']);
    expect(await shop.money()).toEqual({ account: ACCOUNT_MINOR + 1_000, reserve: PURSE_MINOR - 1_500, shop: 500, held: 0 });
  });
});

describe('a refund', () => {
  it('moves part of what was paid to the payer, and both are told', async () => {
    await verdictOf(till, voucherItem(voucher));
    const note = await refundNote(400);
    expect(await verdictOf(shopper, noteItem(note))).toMatchObject({ id: toHex(note.noteId), verdict: 'REFUNDED', dup: false });
    expect(await verdictOf(till, noteItem(note))).toMatchObject({ verdict: 'REFUNDED', dup: true });
    expect(await shop.money()).toEqual({ account: ACCOUNT_MINOR + 400, reserve: PURSE_MINOR - 1_000, shop: 600, held: 0 });
    const told = { kind: 'note', vid: toHex(voucher.vid), amountMinor: 400, refundedMinor: 400 };
    expect((await shop.feed(shopper)).at(-1)).toMatchObject({ ...told, direction: 'in', counterparty: '街角面馆', balanceMinor: ACCOUNT_MINOR + 400 });
    expect((await shop.feed(till)).at(-1)).toMatchObject({ ...told, direction: 'out', counterparty: '小**', balanceMinor: 600 });
  });

  it('[87] in parts: up to what was paid, to the cent, and no more', async () => {
    await verdictOf(till, voucherItem(voucher));
    const amounts = [600, 401, 400, 1];
    const verdicts = [];
    for (const [index, amountMinor] of amounts.entries()) verdicts.push(await verdictOf(till, noteItem(await refundNote(amountMinor, index))));
    expect(verdicts.map((result) => (result.verdict === 'REJECTED' ? result.reason : result.verdict))).toEqual(['REFUNDED', 'LIMITS', 'REFUNDED', 'LIMITS']);
    expect(await shop.money()).toMatchObject({ account: ACCOUNT_MINOR + 1_000, shop: 0 });
  });

  it('before its voucher waits, and is carried out when that is paid', async () => {
    const note = noteItem(await refundNote(300));
    expect(await verdictOf(shopper, note)).toMatchObject({ verdict: 'RETRY', afterMs: LIMITS.noteRetryMs });
    expect(await verdictOf(shopper, voucherItem(voucher))).toMatchObject({ verdict: 'PAYER_REPORTED' });
    expect(await verdictOf(shopper, note)).toMatchObject({ verdict: 'RETRY' });
    expect(await verdictOf(till, voucherItem(voucher))).toMatchObject({ verdict: 'SETTLED' });
    expect(await shop.money()).toMatchObject({ account: ACCOUNT_MINOR + 300, shop: 700 });
    expect(await verdictOf(shopper, note)).toMatchObject({ verdict: 'REFUNDED', dup: true });
    expect((await shop.feed(till)).map((change) => change.kind)).toEqual(['voucher', 'voucher', 'note']);
  });

  it('of a voucher that never came is refused after two weeks, and of one that was voided or rejected at once', async () => {
    const note = noteItem(await refundNote(300));
    expect(await verdictOf(till, note)).toMatchObject({ verdict: 'RETRY' });
    server.clock.advance(14 * 86_400_000 + 1_000);
    expect(await verdictOf(till, note)).toMatchObject({ verdict: 'REJECTED', reason: 'NOT_SETTLED', dup: false });
    expect(await verdictOf(till, note)).toMatchObject({ verdict: 'REJECTED', reason: 'NOT_SETTLED', dup: true });
    expect(await verdictOf(till, voucherItem(voucher))).toMatchObject({ reason: 'CLAIM_DEADLINE' });
    expect(await verdictOf(till, noteItem(await refundNote(299)))).toMatchObject({ reason: 'NOT_SETTLED' });
    expect(await shop.money()).toMatchObject({ shop: 0 });
  });

  it('of a voucher that has not come is kept up to a limit; what is above it is carried out once the voucher is paid and it comes again', async () => {
    const notes = await Promise.all(Array.from({ length: LIMITS.idleRefunds + 5 }, (_, n) => refundNote(10, n)));
    expect((await syncNow(till, notes.map(noteItem))).results.every(({ verdict, dup }) => verdict === 'RETRY' && !dup)).toBe(true);
    expect(await server.store.transaction((tx) => tx.notesOfVoucher({ vid: toHex(voucher.vid), merchantId: shop.merchantId }))).toHaveLength(LIMITS.idleRefunds);
    await verdictOf(till, voucherItem(voucher));
    expect(await shop.money()).toMatchObject({ shop: 1_000 - 10 * LIMITS.idleRefunds });
    expect((await syncNow(till, notes.map(noteItem))).results).toMatchObject(notes.map((_, n) => ({ verdict: 'REFUNDED', dup: n < LIMITS.idleRefunds })));
    expect(await shop.money()).toMatchObject({ shop: 1_000 - 10 * notes.length });
  });

  it.each([
    ['refund, then void', [0, 1]],
    ['void, then refund', [1, 0]],
  ])('and a void together give back once what was paid: %s', async (_, order) => {
    await verdictOf(till, voucherItem(voucher));
    const items = [noteItem(await refundNote(400)), noteItem(await voidNote())];
    const verdicts = [];
    for (const index of order) verdicts.push((await verdictOf(till, items[index] ?? { k: '' })).verdict);
    expect(verdicts).toEqual(order[0] === 0 ? ['REFUNDED', 'VOIDED'] : ['VOIDED', 'REJECTED']);
    expect(await shop.money()).toEqual({ account: ACCOUNT_MINOR + 1_000, reserve: PURSE_MINOR - 1_000, shop: 0, held: 0 });
  });

  it('is refused in another currency, for another purse, and with an id of its own making', async () => {
    await verdictOf(till, voucherItem(voucher));
    const wish = { kind: 'refund', amountMinor: 100 } as const;
    expect(await verdictOf(till, noteItem(await noteOf(server, till, voucher, wish, { ccy: 978 })))).toMatchObject({ reason: 'UNKNOWN_PURSE' });
    expect(await verdictOf(till, noteItem(await noteOf(server, till, voucher, wish, { purseId: new Uint8Array(8) })))).toMatchObject({ reason: 'UNKNOWN_PURSE' });
    expect(await shop.money()).toMatchObject({ shop: 1_000 });
  });
});

describe('an acknowledgement', () => {
  it('that is signed again, under a renewed certificate or at another time, is the one that was noted, and is kept once', async () => {
    const nowSeconds = Math.floor(server.clock.nowMs() / 1_000);
    const acks = await Promise.all([0, 1, 2].map((ago) => noteOf(server, till, voucher, { kind: 'ack' }, { iatSeconds: nowSeconds - ago })));
    const results = (await syncNow(shopper, acks.map(noteItem))).results;
    expect(results).toMatchObject(acks.map(({ noteId }, index) => ({ id: toHex(noteId), verdict: 'NOTED', dup: index > 0 })));
    expect(await server.store.transaction((tx) => tx.notesOfVoucher({ vid: toHex(voucher.vid), merchantId: shop.merchantId }))).toHaveLength(1);
    // It is the claim all the same, whichever of them comes after the voucher.
    expect((await syncNow(shopper, [voucherItem(voucher)])).results).toMatchObject([{ verdict: 'SETTLED' }]);
  });
});

describe('a note of somebody else', () => {
  it('of another shop about this voucher does nothing, before or after the voucher', async () => {
    const other = await anotherShop(server, 'Other Noodles');
    const notes = [
      await noteOf(server, other, voucher, { kind: 'void' }),
      await noteOf(server, other, voucher, { kind: 'refund', amountMinor: 10 }),
      await noteOf(server, other, voucher, { kind: 'ack' }),
    ];
    await syncNow(other, notes.map(noteItem));
    expect(await verdictOf(shopper, voucherItem(voucher))).toMatchObject({ verdict: 'PAYER_REPORTED' });
    expect(await verdictOf(till, voucherItem(voucher))).toMatchObject({ verdict: 'SETTLED' });
    const late = [
      await noteOf(server, other, voucher, { kind: 'void' }, { iatSeconds: 1_793_491_100 }),
      await noteOf(server, other, voucher, { kind: 'refund', amountMinor: 11 }),
    ];
    const { results } = await syncNow(other, late.map(noteItem));
    expect(results[1]).toMatchObject({ verdict: 'REJECTED', reason: 'NOT_YOUR_MERCHANT' });
    expect(await shop.money()).toEqual({ account: ACCOUNT_MINOR, reserve: PURSE_MINOR - 1_000, shop: 1_000, held: 0 });
  });

  it('that the till’s key did not sign, or that came as the wrong kind, is refused and not kept', async () => {
    const forged = await noteOf(server, till, voucher, { kind: 'void' }, { key: generateSigner() });
    expect(await verdictOf(shopper, noteItem(forged))).toMatchObject({ verdict: 'REJECTED', reason: 'SIGNATURE' });
    const ack = await noteOf(server, till, voucher, { kind: 'ack' });
    expect(await verdictOf(shopper, { ...noteItem(ack), k: 'F' })).toMatchObject({ reason: 'FORMAT', id: null });
    expect(await verdictOf(shopper, { ...noteItem(await voidNote()), k: 'A' })).toMatchObject({ reason: 'FORMAT' });
    expect(await verdictOf(till, voucherItem(voucher))).toMatchObject({ verdict: 'SETTLED' });
  });

  it('of a till that was switched off moves no money; what it acknowledged stays a claim', async () => {
    const notes = { void: await voidNote(), refund: await refundNote(100), ack: await noteOf(server, till, voucher, { kind: 'ack' }) };
    const second = await server.joined('demo-merchant', 'till.chit.localhost:8080');
    await server.store.transaction((tx) => tx.revokeDevice(till.me.device.id, server.clock.nowMs()));
    expect(await verdictOf(shopper, noteItem(notes.void))).toMatchObject({ reason: 'SIGNATURE' });
    expect(await verdictOf(shopper, noteItem(notes.refund))).toMatchObject({ reason: 'SIGNATURE' });
    expect((await syncNow(shopper, [voucherItem(voucher), noteItem(notes.ack)])).results.map((result) => result.verdict)).toEqual(['PAYER_REPORTED', 'NOTED']);
    expect(await shop.money()).toMatchObject({ shop: 1_000 });
    expect(await verdictOf(second, noteItem(await noteOf(server, second, voucher, { kind: 'refund', amountMinor: 100 })))).toMatchObject({ verdict: 'REFUNDED' });
  });

  it('that was carried out says so for ever, also after its till was switched off', async () => {
    await verdictOf(till, voucherItem(voucher));
    const refund = await refundNote(100);
    expect(await verdictOf(till, noteItem(refund))).toMatchObject({ verdict: 'REFUNDED', dup: false });
    await server.store.transaction((tx) => tx.revokeDevice(till.me.device.id, server.clock.nowMs()));
    expect(await verdictOf(shopper, noteItem(refund))).toMatchObject({ id: toHex(refund.noteId), verdict: 'REFUNDED', dup: true });
    expect(await verdictOf(shopper, noteItem(await refundNote(99)))).toMatchObject({ reason: 'SIGNATURE' });
    expect(await verdictOf(shopper, noteItem(await voidNote()))).toMatchObject({ reason: 'SIGNATURE' });
    expect(await shop.money()).toMatchObject({ shop: 900 });
  });

  it('a void of a till that was switched off since is still the void that it was', async () => {
    const note = await voidNote();
    await verdictOf(till, voucherItem(voucher));
    await verdictOf(till, noteItem(note));
    const again = await noteOf(server, till, voucher, { kind: 'void' }, { iatSeconds: 1_793_491_100 });
    await server.store.transaction((tx) => tx.revokeDevice(till.me.device.id, server.clock.nowMs()));
    for (const brought of [note, again]) expect(await verdictOf(shopper, noteItem(brought))).toMatchObject({ id: toHex(brought.noteId), verdict: 'VOIDED', dup: true });
    expect(await shop.money()).toMatchObject({ account: ACCOUNT_MINOR + 1_000, shop: 0 });
  });

  it('from tomorrow is kept by who brings it: one of the clocks is wrong', async () => {
    const ahead = await refundNote(100, -86_400);
    expect(await verdictOf(till, noteItem(ahead))).toMatchObject({ verdict: 'RETRY' });
    await verdictOf(till, voucherItem(voucher));
    server.clock.advance(86_400_000);
    expect(await verdictOf(till, noteItem(ahead))).toMatchObject({ verdict: 'REFUNDED' });
  });
});
