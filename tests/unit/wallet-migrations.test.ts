/** Databases of every released shape, opened by this app: nothing is lost, and what is new finds the rows that were there. */
import { Dexie } from 'dexie';
import { IDBKeyRange as FakeKeyRange, IDBObjectStore as FakeObjectStore } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeBrowser, type FakeBrowser } from '../fixtures/indexed-db.ts';
import { appealRow, claimRow, creditRow, hex, identity, noteRow, outboxRow, paymentRow, purseEventRow, purseRow, saleRow, T0, truth, voucherRow } from '../fixtures/wallet-rows.ts';

/** As they were released. A line here never changes; a new shape is a new line. */
const RELEASED: readonly { readonly [table: string]: string }[] = [
  {
    payments: 'id, invoiceHash, [createdAtMs+id], [merchantId+state.kind], state.kind',
    sales: 'id, [createdAtMs+id], attention',
    history: 'seq, entry.entryId, [entry.atMs+entry.entryId]',
    outbox: 'id',
    single: 'name',
    keys: 'name',
    quarantine: '++at',
  },
  { purses: 'id', vouchers: 'id, invoiceHash, &[purseId+seq], [createdAtMs+id]' },
  { sales: 'id, [createdAtMs+id], attention, *hashes', claims: 'id, [purseId+seq], standing', evidence: 'id, [purseId+seq]' },
  { notes: 'id, [vid+iatSeconds]', unclaimed: 'id' },
];

let browser: FakeBrowser;
beforeEach(() => {
  browser = createFakeBrowser();
});
afterEach(() => browser.close());

async function old(version: number, rows: { readonly [table: string]: readonly object[] }): Promise<void> {
  const db = new Dexie('chit', { indexedDB: browser.factory, IDBKeyRange: FakeKeyRange as typeof IDBKeyRange });
  for (const [index, stores] of RELEASED.slice(0, version).entries()) db.version(index + 1).stores(stores);
  await db.open();
  for (const [table, some] of Object.entries(rows)) await db.table(table).bulkPut([...some]);
  db.close();
}

const single = [{ name: 'identity', row: identity }, { name: 'truth', row: truth }, { name: 'fence', row: 5 }];

describe('case 23: a database of shape', () => {
  it.each([1, 2, 3, 4])('%i opens with its outbox as it was, and is written on', async (version) => {
    const body = '{"as":"it was"}';
    await old(version, { single, outbox: [outboxRow(1, { body })], payments: [paymentRow(1)], sales: [{ ...saleRow(1), attention: 'open' }] });
    const { store } = browser.tab();
    const read = await store.read(async (tx) => [await tx.identity(), await tx.truth(), await tx.outbox.all(), await tx.payments.get(hex(1)), await tx.sales.open()]);
    expect(read).toEqual({ ok: true, value: [identity, truth, [outboxRow(1, { body })], paymentRow(1), [saleRow(1)]] });
    const fence = await store.takeFence();
    expect(fence).toEqual({ ok: true, value: 6 });
    expect(await store.write(6, (tx) => tx.claims.put(claimRow(1)))).toMatchObject({ ok: true });
    expect(await store.write(6, (tx) => tx.notes.put(noteRow(1)))).toMatchObject({ ok: true });
  });

  it('2 keeps purses and vouchers, and a sale of then is found by its code; a damaged one stops nothing', async () => {
    const renewed = saleRow(2, { invoices: [1, 2].map((seed) => ({ hash: hex(seed), bytes: 'AA', expiresAtMs: T0 })) });
    await old(2, { single, purses: [purseRow(1)], vouchers: [voucherRow(1)], sales: [renewed, { id: hex(3, 24), schema: 1, invoices: 7 }] });
    const { store } = browser.tab();
    expect(await store.read(async (tx) => [await tx.purses.all(), await tx.vouchers.get(hex(1)), await tx.sales.byInvoice(hex(1)), await tx.sales.byInvoice(hex(2))])).toEqual({
      ok: true,
      value: [[purseRow(1)], voucherRow(1), renewed, renewed],
    });
  });

  it.each([1, 2, 3, 4])('%i shows its credits, purse events and appeals; an entry that cannot be read stops nothing', async (version) => {
    const rows = [creditRow(1), purseEventRow(2, 'opened'), purseEventRow(3, 'refreshed'), appealRow(4, hex(7))];
    const facts = { atMs: T0, balanceMinor: 1, amountMinor: 1 };
    const damaged = [null, ...['purse', 'credit', 'appeal'].map((kind, index) => ({ kind, seq: 6 + index, ...facts }))].map((entry, index) => ({ seq: 5 + index, schema: 1, entry }));
    await old(version, { single, history: [...rows, ...damaged] });
    const { store } = browser.tab();
    const read = await store.read(async (tx) => [(await tx.history.newestShown(9)).map((row) => row.seq), await tx.history.shown(hex(1 + 0x2000)), [...(await tx.history.appealed([hex(7)]))]]);
    expect(read).toEqual({ ok: true, value: [[2, 1], creditRow(1), [hex(7)]] });
  });
});

describe('case 22: an upgrade that fails midway', () => {
  it.each(['by an error of ours', 'by a full disk'])('%s leaves the old database whole, says so, and goes through at the next try', async (how) => {
    await old(2, { single, outbox: [outboxRow(1)], sales: [saleRow(1)] });
    const boom = (): never => {
      throw how === 'by a full disk' ? new DOMException('full', 'QuotaExceededError') : new TypeError('a bug in the upgrade');
    };
    const create = vi.spyOn(FakeObjectStore.prototype, 'createIndex').mockImplementation(boom);
    expect(await browser.tab().store.read((tx) => tx.identity())).toEqual({ ok: false, error: how === 'by a full disk' ? 'STORAGE_FULL' : 'STORAGE_UPGRADE' });
    create.mockRestore();
    const kept = await new Promise<IDBDatabase>((resolve) => {
      const request = browser.factory.open('chit');
      request.onsuccess = () => resolve(request.result);
    });
    expect([kept.version, kept.objectStoreNames.contains('claims')]).toEqual([20, false]);
    kept.close();
    expect(await browser.tab().store.read(async (tx) => [await tx.identity(), await tx.outbox.all(), await tx.sales.get(saleRow(1).id)])).toEqual({ ok: true, value: [identity, [outboxRow(1)], saleRow(1)] });
  });
});

describe('case 21: an upgrade that an old tab holds up', () => {
  it('is STORAGE_SLOW within 3 s, and nothing is lost; it goes through once the tab is closed', async () => {
    await old(2, { single, outbox: [outboxRow(1)] });
    const deaf = await new Promise<IDBDatabase>((resolve) => {
      const request = browser.factory.open('chit');
      request.onsuccess = () => resolve(request.result);
    });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let read: unknown;
    void browser.tab(60_000).store.read((tx) => tx.identity()).then((result) => (read = result));
    for (let passedMs = 0; passedMs < 3_000; passedMs += 20) {
      await new Promise(setImmediate);
      vi.advanceTimersByTime(20);
    }
    vi.useRealTimers();
    expect(read).toEqual({ ok: false, error: 'STORAGE_SLOW' });
    expect(deaf.version).toBe(20);
    deaf.close();
    expect(await browser.tab().store.read(async (tx) => [await tx.identity(), await tx.outbox.all()])).toEqual({ ok: true, value: [identity, [outboxRow(1)]] });
  });
});
