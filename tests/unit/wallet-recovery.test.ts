/** Starts: a new browser, a cleared one, an old tab, lost replies on the way in; and that no account is taken for another. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toBase64Url } from '#base/bytes.ts';
import { err } from '#base/result.ts';
import { clearMemoryDisk, NO_KEYS } from '#wallet/memory-disk.ts';
import { createMemoryStore } from '#wallet/memory-store.ts';
import type { StoreEvent } from '#wallet/ports.ts';
import type { Wallet } from '#wallet/wallet.ts';
import { createVerifier, generateSigner } from '#server/adapters/issuer-es256.ts';
import { createFakeBrowser } from '../fixtures/indexed-db.ts';
import { openTestServer, type TestServer } from '../fixtures/http-server.ts';
import { hex, outboxRow } from '../fixtures/wallet-rows.ts';
import { brokenKeys, createMemoryPhone, PIN, type MemoryPhone, until } from '../fixtures/memory-ports.ts';

let server: TestServer;
let phone: MemoryPhone;

beforeEach(async () => {
  server = await openTestServer();
  phone = createMemoryPhone(server);
});
afterEach(() => phone.kill());

async function joined(): Promise<Wallet> {
  const wallet = await phone.start();
  expect(await wallet.enrol({ demo: 'demo-shopper' })).toMatchObject({ ok: true });
  return wallet;
}

const paths = () => phone.network.sent.map((one) => one.path);

/** Counts the signatures that are checked. */
function countingVerifier() {
  const verifier = createVerifier();
  const counting = { checks: 0, verify: (...given: Parameters<typeof verifier.verify>) => ((counting.checks += 1), verifier.verify(...given)) };
  return counting;
}

describe('the key set', () => {
  it('is not read by who only looks', async () => {
    const verifier = countingVerifier();
    await until(await phone.start({ verifier }), (now) => now.phase === 'welcome');
    expect(verifier.checks).toBe(0);
  });

  it('that is byte for byte the stored one is not judged at a start, and is when a key is needed', async () => {
    await joined();
    phone.kill();
    const verifier = countingVerifier();
    const wallet = await phone.start({ verifier });
    const config = phone.network.sent.filter((one) => one.path === '/v1/config').length;
    await until(wallet, (now) => now.phase === 'ready' && now.connection === 'online' && now.balance !== null);
    expect(config).toBeGreaterThan(0);
    expect(verifier.checks).toBe(0);
    expect(JSON.parse(await wallet.report())).toMatchObject({ keySetSeq: expect.any(Number) });
    expect(verifier.checks).toBe(1);
  });

  it('in the store that the root did not sign is believed by nobody', async () => {
    await joined();
    phone.kill();
    const { truth } = phone.disk.rows;
    if (truth === undefined) throw new Error('a wallet has its truth');
    phone.network.up = false;
    phone.disk.rows.truth = { ...truth, rootKey: toBase64Url(generateSigner().publicKey) };
    const wallet = await phone.start();
    expect(JSON.parse(await wallet.report())).toMatchObject({ keySetSeq: null });
  });
});

describe('a new browser', () => {
  it('is welcomed, and nothing is made that nobody asked for', async () => {
    const wallet = await phone.start();
    expect(await until(wallet, (now) => now.phase !== 'starting')).toMatchObject({ phase: 'welcome', mode: 'demo', identity: null, balance: null });
    expect([phone.disk.rows.keys, phone.beside.canary]).toEqual([NO_KEYS, false]);
    expect(paths()).toEqual(['/v1/config', '/v1/me']);
  });

  it('is welcomed without a network too', async () => {
    phone.network.up = false;
    expect(await until(await phone.start(), (now) => now.phase !== 'starting')).toMatchObject({ phase: 'welcome', connection: 'offline' });
  });

  it('becomes ready by a code, with the right account, and says whose', async () => {
    const wallet = await joined();
    const ready = await until(wallet, (now) => now.phase === 'ready' && now.balance?.amountMinor === 50_000);
    expect(ready.identity).toMatchObject({ kind: 'shopper', playMoney: true, pinSet: true, ccy: 156 });
    expect(phone.beside.canary).toBe(true);
  });

  it('tells a code that is no good, and stays where it was', async () => {
    const wallet = await phone.start();
    expect(await wallet.enrol({ code: 'ABCD-EFGH-JKMN' })).toMatchObject({ ok: false, error: 'CODE_USED' });
    expect(phone.disk.rows.identity).toBeUndefined();
    expect(await wallet.pay('00'.repeat(16), PIN)).toMatchObject({ ok: false, error: 'NOT_SIGNED_IN' });
  });

  it('has one device, however many ways in are taken at once', async () => {
    const wallet = await phone.start();
    expect(await Promise.all([wallet.enrol({ demo: 'demo-shopper' }), wallet.enrol({ demo: 'new-shopper' })])).toMatchObject([{ ok: true }, { ok: true }]);
    expect(phone.network.bodies('/v1/sessions')).toHaveLength(1);
    expect(await until(wallet, (now) => now.phase === 'ready')).toMatchObject({ identity: { kind: 'shopper' } });
  });

  it('tells that it cannot keep a key', async () => {
    const wallet = await phone.start({ keys: brokenKeys });
    expect(await wallet.enrol({ demo: 'demo-shopper' })).toEqual({ ok: false, error: 'STORAGE_FULL' });
  });
});

describe('a reply that was lost on the way in', () => {
  it('is made good at the next try, with the same key', async () => {
    const wallet = await phone.start();
    const lost = phone.network.fail('POST', '/v1/sessions', 'drop-reply');
    expect(await wallet.enrol({ demo: 'demo-shopper' })).toMatchObject({ ok: false, error: 'OFFLINE' });
    await lost;
    const { signer } = phone.disk.rows.keys;
    expect(await wallet.enrol({ demo: 'demo-shopper' })).toMatchObject({ ok: true });
    expect(phone.disk.rows.keys.signer).toBe(signer);
  });

  it('is made good at the next start, without anybody asking', async () => {
    const wallet = await phone.start();
    const lost = phone.network.fail('POST', '/v1/sessions', 'drop-reply');
    await wallet.enrol({ demo: 'demo-shopper' });
    await lost;
    phone.kill();
    expect(await until(await phone.start(), (now) => now.phase !== 'starting')).toMatchObject({ phase: 'ready', identity: { kind: 'shopper' } });
  });
});

describe('a browser that threw the rows away', () => {
  it('case 2: is never a new wallet: by the mark, offline', async () => {
    await joined();
    phone.kill();
    clearMemoryDisk(phone.disk);
    phone.network.up = false;
    expect(await until(await phone.start(), (now) => now.phase !== 'starting')).toMatchObject({ phase: 'cleared', balance: null, recent: [] });
  });

  it('case 2: is never a new wallet: by the page\'s mark', async () => {
    phone.network.up = false;
    const wallet = phone.make();
    expect(await wallet.open(phone.environment(true))).toMatchObject({ ok: true, value: { phase: 'cleared' } });
  });

  it('case 2: is never a new wallet: by the cookie alone', async () => {
    await joined();
    phone.kill();
    clearMemoryDisk(phone.disk);
    phone.beside.canary = false;
    expect(await until(await phone.start(), (now) => now.phase !== 'starting')).toMatchObject({ phase: 'cleared' });
  });

  it('case 1: is noticed while the app is open, before an empty list is shown', async () => {
    const wallet = await joined();
    await until(wallet, (now) => now.recent.length === 1);
    clearMemoryDisk(phone.disk);
    expect(await until(wallet, (now) => now.phase !== 'ready')).toMatchObject({ phase: 'cleared', balance: null, identity: null });
    expect(await wallet.prepare('x')).toMatchObject({ ok: false, error: 'STORAGE_CLEARED' });
  });

  it('case 1: is noticed by the write itself when the browser says nothing', async () => {
    const wallet = await joined();
    await until(wallet, (now) => now.recent.length === 1);
    const till = createMemoryPhone(server, 'till.chit.localhost:8080');
    const counter = await till.start();
    await counter.enrol({ demo: 'demo-merchant' });
    const charge = await counter.charge('1');
    const draft = charge.ok ? await wallet.prepare(charge.value.link) : null;
    phone.disk.listeners.clear();
    // Gone at the very last moment: after everything was read, before the write.
    phone.disk.fault = (kind) => {
      if (kind === 'write' && phone.disk.rows.identity !== undefined) clearMemoryDisk(phone.disk);
      return null;
    };
    expect(draft?.ok && (await wallet.pay(draft.value.draftId, PIN))).toMatchObject({ ok: false, error: 'STORAGE_CLEARED' });
    expect(phone.disk.rows.payments.size + phone.disk.rows.outbox.size).toBe(0);
    await until(wallet, (now) => now.phase === 'cleared');
    till.kill();
  });

  it('comes back by the PIN, with a new key and all records', async () => {
    await joined();
    phone.kill();
    const oldKey = phone.disk.rows.keys.signer?.publicKey;
    clearMemoryDisk(phone.disk);
    const wallet = await phone.start();
    expect(await wallet.restoreChallenge()).toMatchObject({ ok: true, value: { pinSet: true, passkeyIds: [] } });
    expect(await wallet.restore({ kind: 'pin', pin: '000000' })).toMatchObject({ ok: false, error: 'PIN_WRONG' });
    expect(await wallet.restore(PIN)).toMatchObject({ ok: true });
    expect(await until(wallet, (now) => now.recent.length === 1)).toMatchObject({ phase: 'ready', balance: { amountMinor: 50_000 } });
    const newKey = phone.disk.rows.keys.signer;
    expect(newKey).toEqual(expect.objectContaining({ publicKey: expect.any(Uint8Array) }));
    expect(newKey).not.toEqual(expect.objectContaining({ publicKey: oldKey }));
  });

  it('comes back though the reply to the restore was lost', async () => {
    await joined();
    phone.kill();
    clearMemoryDisk(phone.disk);
    const wallet = await phone.start();
    const lost = phone.network.fail('POST', '/v1/sessions', 'drop-reply');
    expect(await wallet.restore(PIN)).toMatchObject({ ok: false, error: 'OFFLINE' });
    await lost;
    phone.kill();
    expect(await until(await phone.start(), (now) => now.phase !== 'starting')).toMatchObject({ phase: 'ready' });
  });

  for (const again of ['restore', 'restoreChallenge'] as const) {
    it(`comes back at the next tap though the reply to the restore was lost: ${again}`, async () => {
      await joined();
      phone.kill();
      clearMemoryDisk(phone.disk);
      const wallet = await phone.start();
      const lost = phone.network.fail('POST', '/v1/sessions', 'drop-reply');
      expect(await wallet.restore(PIN)).toMatchObject({ ok: false, error: 'OFFLINE' });
      await lost;
      const answer = again === 'restore' ? await wallet.restore(PIN) : await wallet.restoreChallenge();
      expect(answer.ok).toBe(again === 'restore');
      await until(wallet, (now) => now.phase === 'ready' && now.balance?.amountMinor === 50_000);
    });
  }

  it('with neither session nor key is not let in, and no key is tried that nobody knows', async () => {
    const wallet = await phone.start();
    phone.beside.canary = true;
    expect(await wallet.restore(PIN)).toMatchObject({ ok: false, error: 'UNAUTHENTICATED' });
    expect(phone.network.bodies('/v1/sessions').map((body) => JSON.parse(body).kind)).toEqual(['restore']);
  });

  it('is let in by its own key once somebody answers, though it started in the dark', async () => {
    await joined();
    phone.kill();
    const { keys } = phone.disk.rows;
    clearMemoryDisk(phone.disk);
    phone.disk.rows = { ...phone.disk.rows, keys };
    phone.network.up = false;
    const wallet = await phone.start();
    await until(wallet, (now) => now.phase === 'cleared');
    phone.network.up = true;
    await wallet.wake('button');
    await until(wallet, (now) => now.phase === 'ready' && now.balance?.amountMinor === 50_000);
  });

  it('asks for a restore when only the key is gone', async () => {
    await joined();
    phone.kill();
    phone.disk.rows = { ...phone.disk.rows, keys: NO_KEYS };
    expect(await until(await phone.start(), (now) => now.phase !== 'starting')).toMatchObject({ phase: 'cleared' });
  });
});

describe('an old tab after an upgrade', () => {
  it('shows that it must be loaded again, and refuses to act', async () => {
    let tell = (_event: StoreEvent): void => undefined;
    const store = createMemoryStore(phone.disk);
    const wallet = await phone.start({ store: { ...store, onEvent: (listener) => ((tell = listener), store.onEvent(listener)) } });
    await wallet.enrol({ demo: 'demo-merchant' });
    tell('outdated');
    expect(await until(wallet, (now) => now.phase === 'blocked')).toMatchObject({ blocked: 'STORAGE_OUTDATED' });
    expect(await wallet.charge('1')).toEqual({ ok: false, error: 'STORAGE_OUTDATED' });
  });
});

describe('a storage that does not work', () => {
  for (const error of ['STORAGE_UNSUPPORTED', 'STORAGE_SLOW', 'STORAGE_BROKEN', 'STORAGE_OUTDATED'] as const) {
    it(`is a blocked screen with its reason: ${error}`, async () => {
      phone.disk.fault = () => error;
      expect(await until(await phone.start(), (now) => now.phase !== 'starting')).toMatchObject({ phase: 'blocked', blocked: error });
    });
  }
});

describe('trust', () => {
  it('pins the first root key, and takes no key set of another', async () => {
    const wallet = await joined();
    await until(wallet, (now) => now.recent.length === 1);
    const pinned = phone.disk.rows.truth?.rootKey;
    const other = await openTestServer();
    Object.assign(server.options, { issuer: { ...other.options.issuer, rootKey: generateSigner().publicKey } });
    await wallet.wake('button');
    await until(wallet, (now) => now.connection === 'online');
    expect(phone.disk.rows.truth?.rootKey).toBe(pinned);
    expect(pinned).toHaveLength(44);
  });

  it('takes no key set at all when the build names another root', async () => {
    const wallet = await phone.start({ rootKey: toBase64Url(generateSigner().publicKey) });
    expect(await wallet.enrol({ demo: 'demo-shopper' })).toEqual({ ok: false, error: 'E_KEYSET' });
  });
});

describe('a hole in the history', () => {
  it('case 13: is found at the start and filled from the server', async () => {
    const wallet = await joined();
    await until(wallet, (now) => now.recent.length === 1);
    phone.kill();
    phone.disk.rows.history.clear();
    await until(await phone.start(), (now) => now.phase === 'ready' && now.recent.length === 1);
    expect(phone.disk.rows.truth?.cursor).toBe(1);
  });
});

describe('a damaged row', () => {
  it('case 12: is put aside, and the server tells it again', async () => {
    const browser = createFakeBrowser();
    const { store, database } = browser.tab();
    const wallet = await phone.start({ store });
    await wallet.enrol({ demo: 'demo-shopper' });
    const [credit] = (await until(wallet, (now) => now.recent.length === 1)).recent;
    await database.run('rw', async (tx) => {
      await tx.table('history').update(1, { 'entry.amountMinor': -1 });
    });
    // A read of the damaged row starts the mending; the list is short in between, never wrong.
    expect(await wallet.records(null)).toEqual({ ok: true, value: [] });
    expect((await until(wallet, (now) => now.recent.length === 1)).recent).toEqual([credit]);
    const aside = await database.run('r', (tx) => tx.table('quarantine').count());
    expect(aside).toEqual({ ok: true, value: 1 });
    phone.kill();
    browser.close();
  });
});

describe('damage that cannot be put aside', () => {
  it('is not tried again and again: the next look at it tries once', async () => {
    const browser = createFakeBrowser();
    const { store, database } = browser.tab();
    let tries = 0;
    let full = false;
    const wallet = await phone.start({ store: { ...store, write: async (fence, work) => (full ? ((tries += 1), err('STORAGE_FULL')) : store.write(fence, work)) } });
    await wallet.enrol({ demo: 'demo-shopper' });
    await until(wallet, (now) => now.recent.length === 1);
    await database.run('rw', async (tx) => {
      await tx.table('outbox').put({ id: 'broken' });
    });
    full = true;
    await wallet.wake('button');
    await vi.waitFor(() => expect(tries).toBeGreaterThan(0));
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setTimeout(resolve));
    expect(tries).toBeLessThan(20);
    phone.kill();
    browser.close();
  });
});

describe('a device that the server revoked', () => {
  it('says so and stops', async () => {
    const wallet = await joined();
    await until(wallet, (now) => now.recent.length === 1);
    const deviceId = phone.disk.rows.identity?.deviceId ?? '';
    await server.store.transaction(async (tx) => {
      await tx.revokeDevice(deviceId, server.clock.nowMs());
      await tx.deleteSessionsOfDevice(deviceId);
    });
    await wallet.wake('button');
    expect(await until(wallet, (now) => now.phase === 'blocked')).toMatchObject({ blocked: 'DEVICE_REVOKED' });
    // What waits is dropped on its user's word only; then it may be set up anew, with another key.
    phone.disk.rows.outbox.set(hex(1), outboxRow(1));
    expect(await wallet.signOut()).toEqual({ ok: false, error: 'SIGN_OUT_HELD' });
    expect(await wallet.signOut(true)).toMatchObject({ ok: true });
    expect(await until(wallet, (now) => now.phase === 'welcome')).toMatchObject({ blocked: null });
    expect(await wallet.enrol({ demo: 'demo-shopper' })).toMatchObject({ ok: true });
    await until(wallet, (now) => now.phase === 'ready');
    expect(phone.disk.rows.identity?.deviceId).not.toBe(deviceId);
    phone.disk.rows.outbox.set(hex(1), outboxRow(1, { nextAttemptAtMs: server.clock.nowMs() + 1_000 }));
    expect(await wallet.signOut(true)).toEqual({ ok: false, error: 'SIGN_OUT_HELD' });
  });
});

describe('the report', () => {
  it('names what support needs and nothing secret', async () => {
    const wallet = await joined();
    await until(wallet, (now) => now.recent.length === 1);
    const text = await wallet.report();
    expect(JSON.parse(text)).toMatchObject({ phase: 'ready', mode: 'demo', kind: 'shopper', rows: { payments: 0 } });
    for (const secret of [phone.network.cookie, phone.disk.rows.identity?.name, phone.disk.rows.identity?.accountId, '50000']) expect(text).not.toContain(secret);
  });
});
