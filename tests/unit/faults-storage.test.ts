/** A phone's storage as one thing: kept and put back, thrown away, looked at without its secrets, and full. */
import { webcrypto } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDeviceKeys } from '#browser/es256.ts';
import { fillDisk, type Writes } from '#faults/full-disk.ts';
import { openTable, readOpenRows } from '#faults/open-rows.ts';
import { copyStorage, evictStorage, putBackStorage } from '#faults/storage-copy.ts';
import { createFakeBrowser, type FakeBrowser } from '../fixtures/indexed-db.ts';
import { identity, outboxRow, paymentRow, pinCheck, purseRow, voucherRow } from '../fixtures/wallet-rows.ts';

const SECRET = 'c2VjcmV0LWJ5dGVz';
let browser: FakeBrowser;
beforeEach(() => {
  browser = createFakeBrowser();
});
afterEach(() => browser.close());

async function fence(tab: ReturnType<FakeBrowser['tab']>): Promise<number> {
  const taken = await tab.store.takeFence();
  if (!taken.ok) throw new Error(taken.error);
  return taken.value;
}

describe('a copy of the storage', () => {
  test('put back, is the phone as it was: rows, purse and the very key', async () => {
    const tab = browser.tab();
    const keys = createDeviceKeys(tab.database, webcrypto.subtle as SubtleCrypto);
    const made = await keys.create();
    await tab.store.write(await fence(tab), (tx) => tx.putIdentity(identity).then(() => tx.purses.put(purseRow(1))));
    const copy = await copyStorage(browser.factory, 5);
    if (copy === null) throw new Error('there is a wallet');
    await tab.store.write(await fence(tab), (tx) => tx.vouchers.put(voucherRow(1)).then(() => tx.purses.delete(purseRow(1).id)));
    expect(await putBackStorage(browser.factory, copy)).toBe(true);
    const rows = await tab.store.read(async (tx) => [(await tx.purses.all()).length, (await tx.vouchers.newest(9)).length, (await tx.identity())?.name]);
    expect(rows).toEqual({ ok: true, value: [1, 0, identity.name] });
    const found = await keys.load();
    expect(found.ok && found.value?.publicKey).toEqual(made.ok && made.value.publicKey);
  });

  test('makes a twin of another browser’s phone: one key in two places, and nobody can read it out', async () => {
    const tab = browser.tab();
    const made = await createDeviceKeys(tab.database, webcrypto.subtle as SubtleCrypto).create();
    const copy = structuredClone(await copyStorage(browser.factory, 5));
    const other = createFakeBrowser();
    const twin = other.tab();
    await twin.store.takeFence();
    expect(copy !== null && (await putBackStorage(other.factory, copy))).toBe(true);
    const found = await createDeviceKeys(twin.database, webcrypto.subtle as SubtleCrypto).load();
    expect(found.ok && found.value?.publicKey).toEqual(made.ok && made.value.publicKey);
    const pair = copy?.tables.find(({ name }) => name === 'keys')?.rows[0]?.row as { pair: CryptoKeyPair };
    expect(pair.pair.privateKey.extractable).toBe(false);
    other.close();
  });

  test('of another shape, or where there is no wallet, changes nothing', async () => {
    const tab = browser.tab();
    await tab.store.write(await fence(tab), (tx) => tx.putIdentity(identity));
    const copy = await copyStorage(browser.factory, 5);
    if (copy === null) throw new Error('there is a wallet');
    expect(await putBackStorage(browser.factory, { ...copy, version: copy.version + 10 })).toBe(false);
    expect(await tab.store.read((tx) => tx.identity())).toMatchObject({ ok: true, value: { name: identity.name } });
    const empty = createFakeBrowser();
    expect([await copyStorage(empty.factory, 5), await putBackStorage(empty.factory, copy)]).toEqual([null, false]);
    expect(await empty.factory.databases()).toEqual([]);
  });

  test('thrown away under an open wallet is noticed', async () => {
    const tab = browser.tab();
    await tab.store.write(await fence(tab), (tx) => tx.putIdentity(identity));
    const cleared = new Promise((resolve) => tab.store.onEvent((event) => event === 'cleared' && resolve(event)));
    await evictStorage(browser.factory);
    expect(await cleared).toBe('cleared');
  });
});

describe('rows in the open', () => {
  test('show what happened, and neither keys nor PIN nor what a code or a request says', async () => {
    const tab = browser.tab();
    await createDeviceKeys(tab.database, webcrypto.subtle as SubtleCrypto).create();
    await tab.store.write(await fence(tab), async (tx) => {
      await tx.putIdentity(identity);
      await tx.putPinCheck({ ...pinCheck, check: 'beef' });
      await tx.outbox.put(outboxRow(3, { body: `{"user":"${SECRET}"}` }));
      await tx.payments.put(paymentRow(3, { saleNonce: 'a'.repeat(24) }));
      await tx.purses.put(purseRow(1, { certificate: SECRET }));
      await tx.vouchers.put(voucherRow(1, { bytes: SECRET }));
    });
    const tables = await readOpenRows(browser.factory);
    const text = JSON.stringify(tables);
    expect(text).not.toMatch(new RegExp(`${SECRET}|beef|${pinCheck.salt}|a{24}|CryptoKey|pair`));
    expect(tables.map(({ name, count }) => `${name} ${count}`)).toEqual(expect.arrayContaining(['outbox 1', 'payments 1', 'purses 1', 'vouchers 1', 'keys 1']));
    expect(Object.fromEntries(tables.find(({ name }) => name === 'vouchers')?.rows[0] ?? [])).toMatchObject({ seq: 1, amountMinor: 100, 'state.kind': 'signed', 'bytes#size': SECRET.length });
  });

  test('hide what nobody has looked at yet', () => {
    expect(openTable('a-later-table', [{ id: 1, secret: SECRET }])).toEqual({ name: 'a-later-table', count: 1, rows: [] });
    expect(JSON.stringify(openTable('payments', [{ id: 'x', laterField: SECRET }]))).not.toContain(SECRET);
  });
});

describe('a full disk', () => {
  test('turns writes into the wallet away as a browser’s quota does, until there is room', async () => {
    const tab = browser.tab();
    const held = await fence(tab);

    const { IDBObjectStore: Table } = await import('fake-indexeddb');
    const table = Table.prototype as unknown as Writes;
    const { put, add } = table;
    let full = true;
    const failed: string[] = [];
    fillDisk(table, 'chit', () => full, (name) => failed.push(name));
    const write = () => tab.store.write(held, (tx) => tx.payments.put(paymentRow(1)));
    expect(await write()).toEqual({ ok: false, error: 'STORAGE_FULL' });
    expect(await tab.store.read((tx) => tx.payments.count())).toEqual({ ok: true, value: 0 });
    expect(failed).toEqual(['payments']);
    full = false;
    expect((await write()).ok).toBe(true);
    Object.assign(table, { put, add });
  });
});
