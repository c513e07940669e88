/** What a till signs about vouchers that it took: kept before it is shown, and carried out whichever side brings it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromBase64Url } from '#base/bytes.ts';
import { decodeNote } from '#protocol/note.ts';
import { decodeVoucher } from '#protocol/voucher.ts';
import type { Core } from '#wallet/core.ts';
import type { NoteView } from '#wallet/api-till.ts';
import { pullFeed } from '#wallet/feed.ts';
import { dropPaidOtherwise, fileAtTill } from '#wallet/feed-till.ts';
import { fileNote } from '#wallet/file-note.ts';
import { fileResults } from '#wallet/file-result.ts';
import { takeNote } from '#wallet/take-note.ts';
import { readTill } from '#wallet/till-views.ts';
import type { Till } from '#wallet/till.ts';
import { claimReported } from '#wallet/unclaimed.ts';
import type { Wallet } from '#wallet/wallet.ts';
import { write } from '#wallet/writer.ts';
import { type MemoryPhone, until } from '../fixtures/memory-ports.ts';
import { openPurseWorld, type PurseWorld } from '../fixtures/purse-phone.ts';
import { noteItem, noteOf, syncNow, voucherItem } from '../fixtures/purses.ts';
import { paidState } from '../fixtures/wallet-rows.ts';

let world: PurseWorld;
let till: Wallet;
let tillPhone: MemoryPhone;
let payer: Core;

beforeEach(async () => {
  world = await openPurseWorld();
  ({ till, tillPhone } = world);
  payer = await world.tab();
  await world.loaded(payer);
  await until(till, (now) => now.till?.listAge === 'fresh');
});
afterEach(() => world.close());

const claims = () => [...tillPhone.disk.rows.claims.values()];
const notes = () => [...tillPhone.disk.rows.notes.values()];
const itemsWaiting = () => [...tillPhone.disk.rows.outbox.values()].map((row): { k?: unknown } => JSON.parse(row.body) as object);
const outbox = () => itemsWaiting().map(({ k }) => k);
const saleId = () => [...tillPhone.disk.rows.sales.values()][0]?.id ?? '';
const payerVoucher = () => world.rows().vouchers[0]?.state;

/** 18.50, taken with or without a network. */
async function taken(network: 'online' | 'offline'): Promise<string> {
  const code = await world.shown(payer, await world.code());
  if (network === 'offline') await world.offline();
  const done = await till.take(code);
  if (!done.ok) throw new Error(done.error);
  return done.value.sale.id;
}

async function signed(note: Promise<{ ok: true; value: NoteView } | { ok: false; error: string }>): Promise<NoteView> {
  const done = await note;
  if (!done.ok) throw new Error(done.error);
  return done.value;
}

describe('an acknowledgement', () => {
  it('is one note however often it is asked for, and the payer\'s phone keeps it', async () => {
    const id = await taken('offline');
    const note = await signed(till.acknowledge(id));
    expect(await signed(till.acknowledge(id))).toEqual(note);
    expect(notes()).toMatchObject([{ kind: 'ack', state: { kind: 'signed' } }]);
    expect(outbox()).toEqual(['V', 'A']);
    expect(await takeNote(payer, note.code)).toMatchObject({ ok: true, value: { kind: 'ack' } });
    expect(payerVoucher()).toMatchObject({ kind: 'acked' });
    await world.online((now) => now.till?.unsynced.count === 0 && now.waiting === 0);
    expect(notes()).toMatchObject([{ state: { kind: 'done' } }]);
  });

  it('is not shown again once the voucher was given back', async () => {
    const id = await taken('offline');
    await signed(till.acknowledge(id));
    await signed(till.voidSale(id));
    expect(await till.acknowledge(id)).toEqual({ ok: false, error: 'SALE_CLOSED' });
  });

  it('is not shown when it cannot be stored', async () => {
    const id = await taken('offline');
    tillPhone.disk.fault = (kind) => (kind === 'write' ? 'STORAGE_FULL' : null);
    expect(await till.acknowledge(id)).toEqual({ ok: false, error: 'STORAGE_FULL' });
    tillPhone.disk.fault = null;
    expect([notes(), outbox()]).toEqual([[], ['V']]);
  });

  it('of a sale without a voucher there is none', async () => {
    await world.code();
    expect(await till.acknowledge(saleId())).toEqual({ ok: false, error: 'SALE_CLOSED' });
    expect(await till.acknowledge('00'.repeat(12))).toEqual({ ok: false, error: 'SALE_CLOSED' });
  });
});

describe('a void', () => {
  it('gives the voucher back before anybody was asked: only the void is sent, and the payer has its money', async () => {
    const id = await taken('offline');
    const note = await signed(till.voidSale(id));
    expect(claims()).toMatchObject([{ state: { kind: 'voided' } }]);
    expect(outbox()).toEqual(['F']);
    expect(await signed(till.voidSale(id))).toEqual(note);
    const shown = await till.record('sale', id);
    expect(shown).toMatchObject({ ok: true, value: { state: 'cancelled', claim: { state: 'voided' } } });
    expect(await takeNote(payer, note.code)).toMatchObject({ ok: true, value: { kind: 'void' } });
    const after = await world.online((now) => now.waiting === 0);
    expect(after.till).toMatchObject({ unsynced: { count: 0 }, lost: { count: 0 } });
    expect(notes()).toMatchObject([{ state: { kind: 'done' } }]);
  });

  it('is not honoured again with the same voucher', async () => {
    const code = await world.shown(payer, await world.code());
    await world.offline();
    await till.take(code);
    await till.voidSale(saleId());
    expect(await till.take(code)).toEqual({ ok: false, error: 'E_INVOICE_CLOSED' });
    expect(await till.honour(saleId(), code)).toEqual({ ok: false, error: 'E_INVOICE_CLOSED' });
    expect(claims()).toMatchObject([{ state: { kind: 'voided' } }]);
  });

  it('undoes a claim whose answer was lost: the server had paid it', async () => {
    const code = await world.shown(payer, await world.code());
    void tillPhone.network.fail('POST', '/v1/sync', 'drop-reply');
    void tillPhone.network.fail('GET', '/v1/feed', 'error-503', 9);
    expect(await till.take(code)).toMatchObject({ ok: true, value: { outcome: 'accepted' } });
    tillPhone.network.up = false;
    await signed(till.voidSale(saleId()));
    const before = (await until(till, () => true)).balance?.amountMinor ?? 0;
    const after = await world.online((now) => now.waiting === 0 && notes()[0]?.state.kind === 'done');
    expect(after.balance?.amountMinor).toBe(before);
    expect(claims()).toMatchObject([{ state: { kind: 'voided' } }]);
  });

  it('beside a refund is too late as well: the refund would wait for ever', async () => {
    const id = await taken('offline');
    await signed(till.refundSale(id, '1'));
    expect(await till.voidSale(id)).toEqual({ ok: false, error: 'VOID_TOO_LATE' });
    expect(outbox().toSorted()).toEqual(['F', 'V']);
  });

  it('after a verdict is too late: it is refunded', async () => {
    const id = await taken('online');
    expect(await till.voidSale(id)).toEqual({ ok: false, error: 'VOID_TOO_LATE' });
    expect(notes()).toEqual([]);
  });
});

describe('a refund', () => {
  it('of a settled voucher goes back in parts, never more than was taken', async () => {
    const id = await taken('online');
    expect(await till.refundSale(id, '18.51')).toEqual({ ok: false, error: 'REFUND_TOO_MUCH' });
    const first = await signed(till.refundSale(id, '10'));
    expect(first).toMatchObject({ kind: 'refund', amountMinor: 1_000 });
    expect(first.code).toMatch(/^OP1F:/);
    await until(till, (now) => now.paidUnseen[0]?.claim?.refundedMinor === 1_000);
    expect(await till.refundSale(id, '8.51')).toEqual({ ok: false, error: 'REFUND_TOO_MUCH' });
    await signed(till.refundSale(id, '8.50'));
    const after = await until(till, (now) => now.paidUnseen[0]?.claim?.refundedMinor === 1_850);
    expect(after.paidUnseen[0]?.claim).toMatchObject({ refundingMinor: 0, refundableMinor: 0, refundRefused: null });
  });

  it('with no network is an intent, and several together never pass what was taken', async () => {
    const id = await taken('offline');
    const alike = [await signed(till.refundSale(id, '5')), await signed(till.refundSale(id, '5'))];
    expect(alike[0]?.code).not.toBe(alike[1]?.code);
    expect(await till.refundSale(id, '8.51')).toEqual({ ok: false, error: 'REFUND_TOO_MUCH' });
    const many = await Promise.all(Array.from({ length: 4 }, () => till.refundSale(id, '4')));
    expect(many.filter((one) => one.ok)).toHaveLength(2);
    expect(await till.record('sale', id)).toMatchObject({ value: { claim: { refundedMinor: 0, refundingMinor: 1_800, refundableMinor: 50 } } });
    const ids = notes().map((note) => decodeNote(fromBase64Url(note.bytes) ?? new Uint8Array()));
    expect(new Set(ids.map((note) => note.ok && note.value.kind === 'refund' && String(note.value.refundId))).size).toBe(4);
    const after = await world.online((now) => now.paidUnseen[0]?.claim?.refundedMinor === 1_800);
    expect(after.paidUnseen[0]?.claim).toMatchObject({ state: 'settled', refundingMinor: 0, refundableMinor: 50 });
  });

  it('of nothing taken, of a wrong amount, or by a shopper is none', async () => {
    const code = await world.shown(payer, await world.code());
    expect(await till.refundSale(saleId(), '1')).toEqual({ ok: false, error: 'SALE_CLOSED' });
    await till.take(code);
    for (const [text, error] of [['', 'AMOUNT_EMPTY'], ['0', 'AMOUNT_ZERO'], ['-1', 'AMOUNT_FORMAT'], ['1.005', 'AMOUNT_FORMAT']] as const) {
      expect(await till.refundSale(saleId(), text)).toMatchObject({ ok: false, error });
    }
    const shopper = await world.phone.start();
    expect(await shopper.refundSale(saleId(), '1')).toEqual({ ok: false, error: 'WRONG_MODE' });
  });
});

describe('a voucher that only its payer brought', () => {
  it('is listed, claimed with one tap, and becomes a sale of this till', async () => {
    await world.shown(payer, await world.code());
    const phone = await world.phone.start();
    await until(phone, (now) => now.waiting === 0);
    const listed = await until(till, (now) => now.till?.unclaimed.length === 1);
    expect(listed.till?.unclaimed).toMatchObject([{ amountMinor: 1_850, claiming: false }]);
    await world.offline();
    const vid = listed.till?.unclaimed[0]?.vid ?? '';
    for (let tap = 0; tap < 2; tap++) expect(await till.claim(vid)).toMatchObject({ ok: true });
    expect(outbox()).toEqual(['C']);
    expect(itemsWaiting()).toEqual([{ k: 'C', id: vid, invoice: tillPhone.disk.rows.sales.get(saleId())?.invoices[0]?.bytes }]);
    const after = await world.online((now) => now.till?.unclaimed.length === 0 && now.recent[0]?.type === 'sale' && now.recent[0].state === 'paid');
    expect(after.recent).toMatchObject([{ id: saleId(), claim: { state: 'settled', vid } }]);
    expect(await till.claim(vid)).toEqual({ ok: false, error: 'NOT_FOUND' });
  });

  it('that is claimed and not paid says why, until that was seen; and a claim that was set aside may be made again', async () => {
    await world.shown(payer, await world.code());
    const phone = await world.phone.start();
    await until(phone, (now) => now.waiting === 0);
    await until(till, (now) => now.till?.unclaimed.length === 1);
    const core = await world.tillCore();
    const rows = () => tillPhone.disk.rows;
    const [[vid] = ['']] = rows().unclaimed;
    const shown = () => core.ports.store.read((tx) => readTill(tx, core.memory.identity as Till, 0, 'kept'));
    await claimReported(core, vid);
    const [row] = [...rows().outbox.values()];
    if (row === undefined) throw new Error('nothing waits');
    rows().outbox.set(row.id, { ...row, poison: 'BAD_REQUEST' });
    expect(await shown()).toMatchObject({ value: { unclaimed: [{ claiming: false, refused: null }] } });
    await claimReported(core, vid);
    expect([...rows().outbox.values()]).toMatchObject([{ recordId: vid, poison: null }]);
    expect(await shown()).toMatchObject({ value: { unclaimed: [{ claiming: true }] } });
    await fileResults(core, [...rows().outbox.values()], [{ id: vid, verdict: 'REJECTED', reason: 'UNFUNDED', atMs: 1, dup: false }]);
    expect(await shown()).toMatchObject({ value: { unclaimed: [{ claiming: false, refused: 'UNFUNDED' }] } });
    await claimReported(core, vid);
    expect([rows().unclaimed.size, outbox()]).toEqual([0, []]);
  });

  it('was brought with its charge, so that a till that has no copy of that can claim it, and its sale is known', async () => {
    await world.shown(payer, await world.code());
    const phone = await world.phone.start();
    await until(phone, (now) => now.waiting === 0);
    await until(till, (now) => now.till?.unclaimed.length === 1);
    const { rows } = tillPhone.disk;
    const [[vid] = ['']] = rows.unclaimed;
    const [sale] = rows.sales.values();
    const [voucher] = world.rows().vouchers;
    expect(world.phone.network.bodies('/v1/sync').join()).toContain(JSON.stringify({ k: 'V', o: voucher?.bytes, invoice: sale?.invoices[0]?.bytes }));
    const core = await world.tillCore();
    rows.sales.clear();
    expect(await claimReported(core, vid)).toMatchObject({ ok: true });
    expect(itemsWaiting()).toEqual([{ k: 'C', id: vid }]);
  });

  it('is not listed where its sale was paid otherwise: a tap would take the money twice', async () => {
    await world.shown(payer, await world.code());
    const phone = await world.phone.start();
    await until(phone, (now) => now.waiting === 0);
    await until(till, (now) => now.till?.unclaimed.length === 1);
    const core = await world.tillCore();
    const rows = () => tillPhone.disk.rows;
    const change = [...rows().history.values()].map(({ entry }) => entry).find((entry) => entry.kind === 'voucher');
    const sale = rows().sales.get(saleId());
    if (change === undefined || sale === undefined) throw new Error('nothing came');
    for (const [state, listed] of [['open', 1], ['paid', 0]] as const) {
      rows().unclaimed.clear();
      rows().sales.set(sale.id, state === 'paid' ? { ...sale, state: paidState(false) } : sale);
      await write(core, (tx) => fileAtTill(core, tx, change));
      expect(rows().unclaimed.size).toBe(listed);
    }
  });

  it.each(['feed', 'tap'] as const)('is listed no more once its sale is paid otherwise, as the %s finds', async (way) => {
    await world.shown(payer, await world.code());
    const phone = await world.phone.start();
    await until(phone, (now) => now.waiting === 0);
    await until(till, (now) => now.till?.unclaimed.length === 1);
    const { rows } = tillPhone.disk;
    const [[vid] = ['']] = rows.unclaimed;
    const [sale] = rows.sales.values();
    if (sale === undefined) throw new Error('no sale');
    const core = await world.tillCore();
    rows.sales.set(sale.id, { ...sale, state: paidState(false) });
    if (way === 'feed') await pullFeed(core);
    else expect(await claimReported(core, vid)).toEqual({ ok: false, error: 'NOT_FOUND' });
    expect([tillPhone.disk.rows.unclaimed.size, outbox()]).toEqual([0, []]);
  });

  it('case 18: a till that was set back does not take a settled voucher again: the feed tells it what it took', async () => {
    const before = structuredClone({ claims: tillPhone.disk.rows.claims, truth: tillPhone.disk.rows.truth });
    const code = await world.shown(payer, await world.code());
    const open = structuredClone(tillPhone.disk.rows.sales);
    expect(await till.take(code)).toMatchObject({ ok: true, value: { outcome: 'paid' } });
    await until(till, (now) => now.paidUnseen[0]?.payer != null);
    tillPhone.kill();
    Object.assign(tillPhone.disk.rows, { ...before, sales: open, history: new Map() });
    const again = await tillPhone.start();
    const told = await until(again, (now) => now.paidUnseen.length === 1);
    expect(told.paidUnseen).toMatchObject([{ state: 'paid', claim: { state: 'settled' } }]);
    expect(await again.take(code)).toMatchObject({ ok: true, value: { outcome: 'again' } });
  });
});

describe('what the feed says of a voucher that was taken here', () => {
  /** The till's core, and the change that the feed told; the claim as it stands. */
  async function told() {
    await taken('online');
    await until(till, (now) => now.waiting === 0 && now.paidUnseen[0]?.payer != null);
    const core = await world.tillCore();
    const change = [...tillPhone.disk.rows.history.values()].map(({ entry }) => entry).find((entry) => entry.kind === 'voucher');
    const [claim] = claims();
    if (change === undefined || claim === undefined) throw new Error('nothing came');
    return { core, change, claim };
  }
  const reported = { verdict: 'PAYER_REPORTED', atMs: 0 } as const;

  it('is one sale, also where the row of its claim was lost', async () => {
    const { core, change, claim } = await told();
    tillPhone.disk.rows.claims.clear();
    await write(core, (tx) => fileAtTill(core, tx, change));
    expect(claims()).toMatchObject([{ id: claim.id, saleId: claim.saleId, state: { kind: 'settled' } }]);
    expect([...tillPhone.disk.rows.sales.values()]).toMatchObject([{ id: claim.saleId, state: { kind: 'taken', vid: claim.id } }]);
  });

  it('that only its payer brought it, though it was settled: it is brought again, until an old page has told the rest', async () => {
    const { core, change, claim } = await told();
    for (let time = 0; time < 2; time++) await write(core, (tx) => fileAtTill(core, tx, { ...change, outcome: reported }));
    expect(itemsWaiting()).toEqual([{ k: 'V', o: claim.bytes, acceptedAtMs: claim.acceptedAtMs, listSeq: claim.listSeq, invoice: expect.any(String) }]);
    await write(core, (tx) => fileAtTill(core, tx, change));
    expect([outbox(), tillPhone.disk.rows.unclaimed.size]).toEqual([[], 0]);
  });

  it('that only its payer brought it, and its bytes are not here: it is claimed with a tap again', async () => {
    const { core, change, claim } = await told();
    tillPhone.disk.rows.claims.set(claim.id, { ...claim, bytes: null, prev: null });
    await write(core, async (tx) => {
      await fileAtTill(core, tx, { ...change, outcome: reported });
      await dropPaidOtherwise(tx);
    });
    expect([...tillPhone.disk.rows.unclaimed.keys()]).toEqual([claim.id]);
    expect(await claimReported(core, claim.id)).toMatchObject({ ok: true });
    expect(outbox()).toEqual(['C']);
    await write(core, (tx) => fileAtTill(core, tx, change));
    expect([outbox(), tillPhone.disk.rows.unclaimed.size]).toEqual([[], 0]);
  });
});

describe('a void that the server does not take', () => {
  it.each([['accepted', 'offline', true], ['asked for', 'asking', false]] as const)('brings what was %s as it was', async (_what, way, goods) => {
    const id = await taken('offline');
    const [claim] = claims();
    if (claim === undefined) throw new Error('no claim');
    if (way === 'asking') tillPhone.disk.rows.claims.set(claim.id, { ...claim, goods, state: { kind: 'asking' } });
    await signed(till.voidSale(id));
    const core = await world.tillCore();
    const [note] = notes();
    await write(core, (tx) => fileNote(core, tx, note?.id ?? '', { id: note?.id ?? '', verdict: 'REJECTED', reason: 'SIGNATURE', atMs: 1, dup: false }));
    expect(claims()).toMatchObject([{ state: { kind: 'queued' }, goods }]);
    const accepted = goods ? { acceptedAtMs: claim.acceptedAtMs, listSeq: claim.listSeq } : {};
    expect(itemsWaiting().filter(({ k }) => k === 'V')).toEqual([{ k: 'V', o: claim.bytes, invoice: expect.any(String), ...accepted }]);
  });

  it('leaves what the server told meanwhile: another till had brought the voucher, and refunded a part', async () => {
    await signed(till.voidSale(await taken('offline')));
    const core = await world.tillCore();
    const voucher = decodeVoucher(fromBase64Url(claims()[0]?.bytes ?? '') ?? new Uint8Array());
    if (!voucher.ok) throw new Error(voucher.error);
    const other = await world.server.joined('demo-merchant', 'till2.chit.localhost:8080');
    const refund = await noteOf(world.server, other, voucher.value, { kind: 'refund', amountMinor: 600 });
    await syncNow(other, [voucherItem(voucher.value), noteItem(refund)]);
    tillPhone.network.up = true;
    expect(await pullFeed(core)).toBe(true);
    expect(claims()).toMatchObject([{ state: { kind: 'voided' } }]);
    const id = notes()[0]?.id ?? '';
    await write(core, (tx) => fileNote(core, tx, id, { id, verdict: 'REJECTED', reason: 'SIGNATURE', atMs: 1, dup: false }));
    expect(claims()).toMatchObject([{ state: { kind: 'settled', refundedMinor: 600 } }]);
    expect([...tillPhone.disk.rows.sales.values()]).toMatchObject([{ state: { kind: 'taken' } }]);
    expect(outbox()).not.toContain('V');
  });
});

describe('honour', () => {
  it('takes a voucher for a sale that was cancelled, on the cashier\'s word only', async () => {
    const code = await world.shown(payer, await world.code());
    await world.offline();
    await till.cancelCharge(saleId());
    expect(await till.take(code)).toEqual({ ok: false, error: 'E_INVOICE_CLOSED' });
    expect(await till.honour(saleId(), code)).toMatchObject({ ok: true, value: { outcome: 'accepted', sale: { state: 'taken' } } });
    expect((await world.online((now) => now.paidUnseen[0]?.state === 'paid')).paidUnseen).toHaveLength(1);
  });
});
