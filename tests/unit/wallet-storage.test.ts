/** What a browser's storage does to a wallet: full, dead, slow, upgraded under us, thrown away, damaged. */
import { Dexie } from 'dexie';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NEWEST_VERSION, openDatabase } from '#browser/database.ts';
import { createCodeKeys } from '#browser/code-keys.ts';
import { createDeviceKeys, createVerifier } from '#browser/es256.ts';
import { classifyStorageError } from '#browser/storage-errors.ts';
import { toBase64Url } from '#base/bytes.ts';
import { hmacSha256 } from '#protocol/hmac.ts';
import { generateSigner } from '#server/adapters/issuer-es256.ts';
import type { StoreEvent, WalletStore } from '#wallet/ports.ts';
import { createFakeBrowser, type FakeBrowser } from '../fixtures/indexed-db.ts';
import { claimRow, creditRow, hex, identity, noteRow, outboxRow, paymentRow, purseRow, saleRow, T0, voucherRow } from '../fixtures/wallet-rows.ts';

let browser: FakeBrowser;
let store: WalletStore;
let fence: number;

beforeEach(async () => {
  browser = createFakeBrowser();
  store = browser.tab().store;
  const taken = await store.takeFence();
  fence = taken.ok ? taken.value : -1;
});
afterEach(() => {
  vi.restoreAllMocks();
  browser.close();
});

const prototypeOf = async (): Promise<{ readonly database: IDBDatabase; readonly objectStore: IDBObjectStore }> => {
  const database = await raw(NEWEST_VERSION);
  const objectStore = database.transaction('payments').objectStore('payments');
  database.close();
  return { database: Object.getPrototypeOf(database), objectStore: Object.getPrototypeOf(objectStore) };
};

/** The database as the browser has it, without Dexie (whose versions count in tens). */
function raw(version: number, upgrade?: (database: IDBDatabase) => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = browser.factory.open('chit', version * 10);
    request.onupgradeneeded = () => upgrade?.(request.result);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('open'));
  });
}

async function rawPut(table: string, row: unknown): Promise<void> {
  const database = await raw(NEWEST_VERSION);
  const tx = database.transaction(table, 'readwrite');
  tx.objectStore(table).put(row);
  await new Promise((resolve) => (tx.oncomplete = resolve));
  database.close();
}

async function emptySingle(): Promise<void> {
  const database = await raw(NEWEST_VERSION);
  const tx = database.transaction('single', 'readwrite');
  tx.objectStore('single').clear();
  await new Promise((resolve) => (tx.oncomplete = resolve));
  database.close();
}

const count = () => store.read((tx) => tx.payments.count());

describe('every write of the wallet', () => {
  it('case 14: is strictly durable', async () => {
    const { database } = await prototypeOf();
    // Before the tab opens: Dexie binds the method then.
    const opened = vi.spyOn(database, 'transaction');
    const tab = browser.tab().store;
    expect(await tab.write(fence, (tx) => tx.payments.put(paymentRow(1)))).toMatchObject({ ok: true });
    await tab.takeFence();
    await tab.clear();
    const writes = opened.mock.calls.filter(([, mode]) => mode === 'readwrite');
    expect(writes).toHaveLength(3);
    for (const [, , options] of writes) expect(options).toEqual({ durability: 'strict' });
  });

  it('refuses to store a row that could not be read again', async () => {
    await expect(store.write(fence, (tx) => tx.payments.put(paymentRow(1, { createdAtMs: T0 + 0.5 })))).rejects.toThrow('can be read');
    expect(await count()).toEqual({ ok: true, value: 0 });
  });
});

describe('a full disk', () => {
  it('case 6: is STORAGE_FULL, and leaves nothing half written', async () => {
    const { objectStore } = await prototypeOf();
    const put = objectStore.put;
    vi.spyOn(objectStore, 'put').mockImplementation(function (this: IDBObjectStore, row: unknown, key?: IDBValidKey) {
      if (this.name !== 'outbox') return put.call(this, row, key);
      const request = put.call(this, row, key);
      // As Chromium does it: the transaction is aborted, the request says AbortError, the reason is inside.
      this.transaction.abort();
      throw Object.assign(new DOMException('aborted', 'AbortError'), { inner: new DOMException('full', 'QuotaExceededError'), request });
    });
    const written = await store.write(fence, async (tx) => {
      await tx.payments.put(paymentRow(1));
      await tx.outbox.put(outboxRow(1));
    });
    expect(written).toEqual({ ok: false, error: 'STORAGE_FULL' });
    vi.restoreAllMocks();
    expect(await count()).toEqual({ ok: true, value: 0 });
  });

  it('is found wherever the browser hides it', () => {
    const quota = new DOMException('', 'QuotaExceededError');
    expect(classifyStorageError(quota)).toBe('STORAGE_FULL');
    expect(classifyStorageError({ name: 'AbortError', inner: quota })).toBe('STORAGE_FULL');
    expect(classifyStorageError({ name: 'AbortError', cause: { name: 'UnknownError', inner: quota } })).toBe('STORAGE_FULL');
    expect(classifyStorageError({ name: 'AbortError' })).toBe('dead');
    expect(classifyStorageError(new Error('ours'))).toBe('bug');
    expect(classifyStorageError(null)).toBe('bug');
  });
});

describe('a dead connection', () => {
  for (const name of ['InvalidStateError', 'UnknownError']) {
    it(`case 8: that says ${name} at transaction() is replaced, and the row is there once`, async () => {
      const { database } = await prototypeOf();
      const { transaction } = database;
      let lost = 1;
      vi.spyOn(database, 'transaction').mockImplementation(function (this: IDBDatabase, ...given) {
        if (given[1] === 'readwrite' && lost-- > 0) throw new DOMException('the connection is lost', name);
        return transaction.apply(this, given);
      });
      const tab = browser.tab().store;
      expect(await tab.write(fence, (tx) => tx.payments.put(paymentRow(1)))).toMatchObject({ ok: true });
      expect(lost).toBeLessThan(1);
      expect(await count()).toEqual({ ok: true, value: 1 });
    });
  }

  it('case 9: that fails in put() is tried once more', async () => {
    const { objectStore } = await prototypeOf();
    const failed = vi.spyOn(objectStore, 'put').mockImplementationOnce(() => {
      throw new DOMException('internal error', 'UnknownError');
    });
    expect(await store.write(fence, (tx) => tx.payments.put(paymentRow(1)))).toMatchObject({ ok: true });
    expect(failed).toHaveBeenCalledTimes(2);
    expect(await count()).toEqual({ ok: true, value: 1 });
  });

  it('case 9: for ever is STORAGE_BROKEN, never "saved"', async () => {
    const { objectStore } = await prototypeOf();
    vi.spyOn(objectStore, 'put').mockImplementation(() => {
      throw new DOMException('internal error', 'UnknownError');
    });
    expect(await store.write(fence, (tx) => tx.payments.put(paymentRow(1)))).toEqual({ ok: false, error: 'STORAGE_BROKEN' });
  });
});

describe('opening', () => {
  it('case 11: without IndexedDB is STORAGE_UNSUPPORTED', async () => {
    const database = openDatabase({ indexedDB: null, IDBKeyRange: null, openTimeoutMs: 1_000 });
    expect(await database.run('r', async () => 1)).toEqual({ ok: false, error: 'STORAGE_UNSUPPORTED' });
  });

  it('case 10: that never ends is STORAGE_SLOW, and may be tried again', async () => {
    const open = vi.spyOn(browser.factory, 'open').mockImplementation(() => ({}) as IDBOpenDBRequest);
    const tab = browser.tab(500);
    expect(await tab.store.read((tx) => tx.payments.count())).toEqual({ ok: false, error: 'STORAGE_SLOW' });
    expect(open).toHaveBeenCalled();
    open.mockRestore();
    expect(await tab.store.read((tx) => tx.payments.count())).toEqual({ ok: true, value: 0 });
  });

  it('writes once the log is fresh; a read does not wait for it', async () => {
    const deleting = { onsuccess: (): void => undefined };
    const deleteDatabase = vi.spyOn(browser.factory, 'deleteDatabase').mockReturnValue(deleting as unknown as IDBOpenDBRequest);
    const tab = browser.tab();
    const order: string[] = [];
    const writing = tab.store.takeFence().then(() => order.push('written'));
    expect(await tab.store.read((tx) => tx.payments.count())).toEqual({ ok: true, value: 0 });
    await vi.waitFor(() => expect(deleteDatabase).toHaveBeenCalled());
    order.push('fresh');
    deleting.onsuccess();
    await writing;
    expect(order).toEqual(['fresh', 'written']);
  });

  it('writes without a fresh log where there is none to be had', async () => {
    vi.spyOn(browser.factory, 'deleteDatabase').mockReturnValue({} as IDBOpenDBRequest);
    expect(await browser.tab(50).store.takeFence()).toMatchObject({ ok: true });
  });

  it('case 24: a database of a newer app is STORAGE_OUTDATED, and is not touched', async () => {
    browser.close();
    (await raw(NEWEST_VERSION + 1)).close();
    const tab = browser.tab();
    expect(await tab.store.takeFence()).toEqual({ ok: false, error: 'STORAGE_OUTDATED' });
  });
});

describe('an old tab after an upgrade', () => {
  it('case 20: is told, and can neither write nor read any more', async () => {
    const told = new Promise<StoreEvent>((resolve) => store.onEvent(resolve));
    await store.write(fence, (tx) => tx.payments.put(paymentRow(1)));
    const newer = await raw(NEWEST_VERSION + 1, (database) => database.createObjectStore('later'));
    expect(await told).toBe('outdated');
    expect(await store.write(fence, (tx) => tx.payments.put(paymentRow(2)))).toEqual({ ok: false, error: 'STORAGE_OUTDATED' });
    expect(await count()).toEqual({ ok: false, error: 'STORAGE_OUTDATED' });
    const rows = newer.transaction('payments').objectStore('payments').count();
    await new Promise((resolve) => (rows.onsuccess = resolve));
    expect(rows.result).toBe(1);
    newer.close();
  });
});

describe('a store that the browser threw away', () => {
  it('case 1: is told also when a read is the first to meet the dead connection', async () => {
    const { database } = await prototypeOf();
    const { transaction } = database;
    let dead = false;
    vi.spyOn(database, 'transaction').mockImplementation(function (this: IDBDatabase, ...given) {
      if (!dead) return transaction.apply(this, given);
      dead = false;
      throw new DOMException('the connection is lost', 'UnknownError');
    });
    const tab = browser.tab().store;
    await tab.write(fence, (tx) => tx.putIdentity(identity));
    const told = new Promise<StoreEvent>((resolve) => tab.onEvent(resolve));
    await emptySingle();
    dead = true;
    expect(await tab.read((tx) => tx.identity())).toEqual({ ok: true, value: undefined });
    expect(await told).toBe('cleared');
  });

  it('case 1: comes back empty, and takes no write with the old fence', async () => {
    await store.write(fence, (tx) => tx.putIdentity(identity));
    await Dexie.delete('chit').catch(() => undefined);
    await new Promise((resolve) => {
      const request = browser.factory.deleteDatabase('chit');
      request.onsuccess = resolve;
    });
    const later = browser.tab().store;
    const taken = await later.takeFence();
    expect(taken.ok && taken.value).toBeGreaterThanOrEqual(fence);
    expect(await later.read((tx) => tx.identity())).toEqual({ ok: true, value: undefined });
  });
});

describe('a damaged row', () => {
  const damages: readonly (readonly [string, object])[] = [
    ['an amount that is no amount', { amountMinor: -5 }],
    ['an amount that is no integer', { amountMinor: 1.5 }],
    ['a missing state', { state: undefined }],
    ['an unknown state', { state: { kind: 'exploded' } }],
    ['a newer schema', { schema: 2 }],
    ['no schema', { schema: undefined }],
  ];
  for (const [what, damage] of damages) {
    it(`case 12: with ${what} is as if absent, is told, and goes to quarantine`, async () => {
      await store.write(fence, (tx) => tx.payments.put(paymentRow(1)));
      await rawPut('payments', { ...paymentRow(2), ...damage });
      const told = new Promise<StoreEvent>((resolve) => store.onEvent(resolve));
      expect(await store.read(async (tx) => (await tx.payments.newest(10)).map((row) => row.id))).toEqual({ ok: true, value: [hex(1)] });
      expect(await told).toBe('damaged');
      expect(await store.write(fence, (tx) => tx.quarantine())).toEqual({ ok: true, value: 1 });
      expect(await store.write(fence, (tx) => tx.quarantine())).toEqual({ ok: true, value: 0 });
      expect(await count()).toEqual({ ok: true, value: 1 });
    });
  }

  it.each([
    ['vouchers', 'a voucher\'s bytes', voucherRow(1, { bytes: 'A!AA' })],
    ['vouchers', 'a voucher\'s charge', voucherRow(1, { invoice: 'A!AA' })],
    ['sales', 'a code of a sale', saleRow(1, { invoices: [{ hash: hex(9), bytes: 'A!AA', expiresAtMs: T0 }] })],
    ['sales', 'all codes of an open sale', saleRow(1, { invoices: [] })],
    ['purses', 'a purse\'s certificate', purseRow(1, { certificate: 'A!AA' })],
    ['claims', 'a claim\'s bytes', claimRow(1, { bytes: 'A!AA' })],
    ['notes', 'a note\'s bytes', noteRow(1, { bytes: 'A!AA' })],
  ])('case 12: goes to quarantine: %s, where %s cannot be read', async (table, _, row) => {
    await rawPut(table, row);
    expect(await store.write(fence, (tx) => tx.quarantine())).toEqual({ ok: true, value: 1 });
  });

  it('is told when the transaction that met it is over', async () => {
    await rawPut('payments', { ...paymentRow(1), schema: 2 });
    const order: string[] = [];
    store.onEvent((event) => order.push(event));
    await store.read(async (tx) => {
      await tx.payments.newest(10);
      await tx.sales.open();
      order.push('read');
    });
    expect(order).toEqual(['read', 'damaged']);
  });

  it.each(['lists', 'identity', 'truth', 'pin-check', 'passkey-trial'])('case 12: that there is one of goes to quarantine too: %s', async (name) => {
    await rawPut('single', { name, row: { schema: 2 } });
    expect(await store.write(fence, (tx) => tx.quarantine())).toEqual({ ok: true, value: 1 });
    expect(await store.write(fence, (tx) => tx.quarantine())).toEqual({ ok: true, value: 0 });
  });

  it('case 13: of the history leaves a hole that is found', async () => {
    await store.write(fence, async (tx) => {
      for (const seq of [1, 2, 3]) await tx.history.put(creditRow(seq));
    });
    await rawPut('history', { ...creditRow(2), entry: null });
    await store.write(fence, (tx) => tx.quarantine());
    expect(await store.read((tx) => tx.history.firstMissing())).toEqual({ ok: true, value: 2 });
  });
});

describe('a store that is closed', () => {
  it('holds no connection and no channel, and opens neither again', async () => {
    const heard: StoreEvent[] = [];
    store.onEvent((event) => heard.push(event));
    await store.write(fence, (tx) => tx.putIdentity(identity));
    store.close();
    expect(await store.read((tx) => tx.identity())).toEqual({ ok: false, error: 'STORAGE_BROKEN' });
    const other = browser.tab().store;
    const taken = await other.takeFence();
    expect(await other.write(taken.ok ? taken.value : -1, (tx) => tx.putIdentity(identity))).toMatchObject({ ok: true });
    expect(heard).toEqual([]);
    // Waits for every open connection: nobody may hold one but the other tab, which goes when it is asked.
    await expect(new Promise((resolve, reject) => {
      const request = browser.factory.deleteDatabase('chit');
      request.onsuccess = resolve;
      request.onerror = reject;
    })).resolves.toBeTruthy();
  });

  it('lets a write that is under way end', async () => {
    const written = store.write(fence, async (tx) => {
      await tx.putIdentity(identity);
      store.close();
    });
    expect(await written).toMatchObject({ ok: true });
    expect(await browser.tab().store.read((tx) => tx.identity())).toEqual({ ok: true, value: identity });
  });
});

describe('the key of confirmation codes', () => {
  it('is kept as a key that nobody can read, makes the server\'s codes, and is replaced by another only', async () => {
    const { database } = browser.tab();
    const keys = createCodeKeys(database, crypto.subtle);
    const [text, other] = [1, 2].map((fill) => toBase64Url(new Uint8Array(32).fill(fill)));
    const message = new Uint8Array([1, 2, 3]);
    const made = async () => {
      const mac = await createCodeKeys(browser.tab().database, crypto.subtle).load();
      return mac.ok ? mac.value?.(message) : null;
    };
    expect(await keys.load()).toEqual({ ok: true, value: null });
    expect(await keys.keep(text ?? '')).toMatchObject({ ok: true });
    expect(await made()).toEqual(hmacSha256(new Uint8Array(32).fill(1), message));
    const put = vi.spyOn((await prototypeOf()).objectStore, 'put');
    await keys.keep(text ?? '');
    expect(put).not.toHaveBeenCalled();
    await keys.keep(other ?? '');
    expect(await made()).toEqual(hmacSha256(new Uint8Array(32).fill(2), message));
    const row = await database.run('r', (tx) => tx.table<{ key: CryptoKey }, string>('keys').get('code'));
    if (!row.ok || row.value === undefined) throw new Error('no row');
    await expect(crypto.subtle.exportKey('raw', row.value.key)).rejects.toThrow();
    await store.clear();
    expect(await keys.load()).toEqual({ ok: true, value: null });
  });
});

describe('the verifier', () => {
  it('imports a key once, keeps a few, and takes what is no key for a bad signature', async () => {
    const imported = vi.spyOn(crypto.subtle, 'importKey');
    const verifier = createVerifier(crypto.subtle, 2);
    const message = new Uint8Array([9]);
    const signers = [generateSigner(), generateSigner(), generateSigner()];
    const verified = async (at: number) => {
      const signer = signers[at];
      return signer !== undefined && verifier.verify(signer.publicKey, message, await signer.sign(message));
    };
    for (const at of [0, 0, 1, 0, 2]) expect(await verified(at)).toBe(true);
    expect(imported).toHaveBeenCalledTimes(3);
    // 1 was the oldest.
    expect([await verified(0), await verified(1)]).toEqual([true, true]);
    expect(imported).toHaveBeenCalledTimes(4);
    const bad = new Uint8Array(33).fill(0xff);
    for (let tries = 0; tries < 2; tries++) expect(await verifier.verify(bad, message, new Uint8Array(64))).toBe(false);
    expect(await verifier.verify(new Uint8Array(1_000), message, new Uint8Array(64))).toBe(false);
  });
});

describe('the device key', () => {
  it('is made once, signs, is found again, and cannot be read out', async () => {
    const { database } = browser.tab();
    const keys = createDeviceKeys(database, crypto.subtle);
    expect(await keys.load()).toEqual({ ok: true, value: null });
    const made = await keys.create();
    const found = await createDeviceKeys(browser.tab().database, crypto.subtle).load();
    if (!made.ok || !found.ok || found.value === null) throw new Error('no key');
    expect(found.value.publicKey).toEqual(made.value.publicKey);
    const message = new Uint8Array([1, 2, 3]);
    const signature = await found.value.sign(message);
    const verifier = createVerifier(crypto.subtle);
    expect(await verifier.verify(made.value.publicKey, message, signature)).toBe(true);
    expect(await verifier.verify(made.value.publicKey, new Uint8Array([1, 2, 4]), signature)).toBe(false);
    expect(await verifier.verify(new Uint8Array(33), message, signature)).toBe(false);
    const row = await database.run('r', (tx) => tx.table<{ pair: CryptoKeyPair }, string>('keys').get('device'));
    if (!row.ok || row.value === undefined) throw new Error('no row');
    await expect(crypto.subtle.exportKey('pkcs8', row.value.pair.privateKey)).rejects.toThrow();
  });
});
