/** Paying out of a purse: one voucher for each number, whoever races, whenever the app is killed; and what the server takes of it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromBase64Url } from '#base/bytes.ts';
import type { SyncReply } from '#protocol/http-sync.ts';
import type { Es256Signer } from '#protocol/objects.ts';
import { compactCode } from '#protocol/link.ts';
import { decodeVoucher } from '#protocol/voucher.ts';
import type { Core, OpenDraft } from '#wallet/core.ts';
import { prepare } from '#wallet/prepare.ts';
import { presentVoucher } from '#wallet/present-voucher.ts';
import { closePurse, loadPurse, refreshPurse } from '#wallet/purse.ts';
import { askForResult } from '#wallet/session.ts';
import { signPayment } from '#wallet/sign-voucher.ts';
import type { TestServer } from '../fixtures/http-server.ts';
import { PIN, type MemoryPhone, until } from '../fixtures/memory-ports.ts';
import { LOADED, openPurseWorld, type PurseWorld } from '../fixtures/purse-phone.ts';

let world: PurseWorld;
let server: TestServer;
let phone: MemoryPhone;
let { tab, loaded, code, sheet, rows } = {} as PurseWorld;

beforeEach(async () => {
  world = await openPurseWorld();
  ({ server, phone, tab, loaded, code, sheet, rows } = world);
});
afterEach(() => world.close());

async function upload(core: Core): Promise<SyncReply['results']> {
  const items = [...phone.disk.rows.outbox.values()].filter((row) => row.kind === 'sync-item').map((row): unknown => JSON.parse(row.body));
  const body = JSON.stringify({ cursor: 0, statusSeq: 0, keySetSeq: 0, items });
  const reply = await askForResult(core, { method: 'POST', path: '/v1/sync', body, read: (json) => json as SyncReply });
  if (!reply.ok) throw new Error(reply.error);
  return reply.value.results;
}

describe('a purse', () => {
  it('is loaded, topped up, renewed and closed, and the certificate says the same', async () => {
    const core = await tab();
    const id = await loaded(core);
    expect(rows().purses).toMatchObject([{ id, kind: 'open', limMinor: LOADED, head: null, state: { kind: 'active' } }]);
    expect(await loaded(core, 2_000)).toBe(id);
    server.clock.advance(3_600_000);
    const before = rows().purses[0]?.expMs ?? 0;
    expect(await refreshPurse(core, id)).toMatchObject({ ok: true, value: { limMinor: LOADED + 2_000 } });
    expect(rows().purses[0]?.expMs).toBeGreaterThan(before);
    expect(await closePurse(core, id)).toMatchObject({ ok: true, value: { state: { kind: 'closing' } } });
    expect(await signPayment(core, await sheet(core, await code()))).toEqual({ ok: false, error: 'OFFLINE' });
  });

  it('with a wrong PIN is none', async () => {
    const core = await tab();
    const wrong = { user: { kind: 'pin', pin: '000000' } as const, challenge: null };
    expect(await loadPurse(core, { kind: 'open' }, LOADED, wrong)).toMatchObject({ ok: false, error: 'PIN_WRONG' });
    expect(rows().purses).toEqual([]);
  });

  it('that is closed with no network signs no more all the same', async () => {
    const core = await tab();
    const id = await loaded(core);
    phone.network.up = false;
    expect(await closePurse(core, id)).toMatchObject({ ok: false, error: 'OFFLINE' });
    expect(rows().purses).toMatchObject([{ state: { kind: 'closing' } }]);
  });
});

describe('a payment out of the purse', () => {
  it('is one write of voucher, head and outbox row, and the server knows the voucher', async () => {
    const core = await tab();
    const id = await loaded(core);
    const link = await code();
    const commits = phone.disk.commits;
    phone.network.up = false;
    const signed = await signPayment(core, await sheet(core, link));
    expect(signed).toMatchObject({ ok: true, value: { purseId: id, seq: 1, cumMinor: 1_850, amountMinor: 1_850, state: { kind: 'signed' } } });
    expect(phone.disk.commits).toBe(commits + 1);
    const [voucher] = rows().vouchers;
    expect(rows().purses).toMatchObject([{ head: { seq: 1, cumMinor: 1_850, vid: voucher?.id } }]);
    phone.network.up = true;
    expect(await upload(core)).toMatchObject([{ id: voucher?.id, verdict: 'PAYER_REPORTED' }]);
  });

  it('is the same stored bytes for the same charge, however often', async () => {
    const core = await tab();
    await loaded(core);
    const link = await code();
    // Two sheets, both before it was paid.
    const [sheetHere, sheetThere] = [await sheet(core, link), await sheet(core, link)];
    const [first, again] = [await signPayment(core, sheetHere), await signPayment(await tab(), sheetThere)];
    expect(first.ok && again.ok && first.value.bytes === again.value.bytes).toBe(true);
    expect(rows().vouchers).toHaveLength(1);
  });

  it('goes on in one chain, as far as the purse goes', async () => {
    const core = await tab();
    await loaded(core, 4_000);
    for (const link of [await code(), await code()]) expect(await signPayment(core, await sheet(core, link))).toMatchObject({ ok: true });
    const [one, two] = rows().vouchers.map((row) => decodeVoucher(fromBase64Url(row.bytes ?? '') ?? new Uint8Array()));
    expect(two?.ok && one?.ok && two.value.prev).toEqual(one?.ok && one.value.vid);
    expect(await signPayment(core, await sheet(core, await code()))).toEqual({ ok: false, error: 'PURSE_SHORT' });
    expect((await upload(core)).map((result) => result.verdict)).toEqual(['PAYER_REPORTED', 'PAYER_REPORTED']);
  });

  it('case 25: in many tabs at once never makes two vouchers of one number', async () => {
    const tabs = await Promise.all(Array.from({ length: 4 }, tab));
    const [first] = tabs;
    if (first === undefined) throw new Error('no tab');
    await loaded(first);
    const links: string[] = [];
    for (let n = 0; n < 4; n++) links.push(await code('5'));
    const sheets = await Promise.all(tabs.map((core, n) => sheet(core, links[n] ?? '')));
    const signed = await Promise.all(tabs.map((core, n) => signPayment(core, sheets[n] as OpenDraft)));
    const stored = rows().vouchers.toSorted((a, b) => a.seq - b.seq);
    expect(signed.filter((one) => one.ok)).toHaveLength(stored.length);
    expect(stored.map((row) => row.seq)).toEqual(stored.map((_, index) => index + 1));
    expect(stored.map((row) => row.cumMinor)).toEqual(stored.map((_, index) => 500 * (index + 1)));
    expect(stored.length).toBe(4);
    expect(phone.disk.rows.outbox.size).toBe(4);
    expect((await upload(first)).every((result) => result.verdict === 'PAYER_REPORTED')).toBe(true);
  });

  it('of one charge in two tabs at once is one voucher', async () => {
    const [a, b] = [await tab(), await tab()];
    await loaded(a);
    const link = await code();
    const [one, two] = await Promise.all([signPayment(a, await sheet(a, link)), signPayment(b, await sheet(b, link))]);
    expect(one.ok && two.ok && one.value.id === two.value.id).toBe(true);
    expect(rows().vouchers).toHaveLength(1);
  });

  it('case 15: that is killed between signature and write has paid nothing; the number is free', async () => {
    const core = await tab();
    await loaded(core);
    const open = await sheet(core, await code());
    phone.disk.fault = (kind) => (kind === 'write' ? 'STORAGE_BROKEN' : null);
    expect(await signPayment(core, open)).toEqual({ ok: false, error: 'STORAGE_BROKEN' });
    phone.disk.fault = null;
    expect(rows()).toMatchObject({ vouchers: [], purses: [{ head: null }] });
    expect(phone.disk.rows.outbox.size).toBe(0);
    expect(await signPayment(await tab(), open)).toMatchObject({ ok: true, value: { seq: 1 } });
  });

  it('case 15: that is killed after the write is there, and is shown again as it is', async () => {
    const core = await tab();
    await loaded(core);
    const link = await code();
    const signed = await signPayment(core, await sheet(core, link));
    if (!signed.ok) throw new Error(signed.error);
    const restarted = await tab();
    const paymentId = signed.value.id;
    expect(await prepare(restarted, link)).toEqual({ ok: false, error: 'INVOICE_PAID', detail: { paymentId } });
    const shown = compactCode('voucher', fromBase64Url(signed.value.bytes ?? '') ?? new Uint8Array());
    expect(await presentVoucher(restarted, paymentId)).toMatchObject({ ok: true, value: { code: shown } });
  });

  it('keeps nothing when another tab moved the head while it signed', async () => {
    const core = await tab();
    await loaded(core);
    const [mine, others] = [await sheet(core, await code('5')), await sheet(core, await code('6'))];
    const other = await tab();
    const { signer } = core.memory;
    if (signer === null) throw new Error('no key');
    let raced = false;
    const slow: Es256Signer = {
      publicKey: signer.publicKey,
      async sign(message) {
        if (!raced) {
          raced = true;
          expect(await signPayment(other, others)).toMatchObject({ ok: true, value: { seq: 1 } });
        }
        return signer.sign(message);
      },
    };
    core.memory.signer = slow;
    expect(await signPayment(core, mine)).toMatchObject({ ok: true, value: { seq: 2, cumMinor: 1_100 } });
    expect(rows().vouchers).toHaveLength(2);
  });
});

describe('what was signed with no network', () => {
  /** Two vouchers in the store, the app closed. */
  async function signedTwo(): Promise<void> {
    const core = await tab();
    await loaded(core);
    const links = [await code(), await code()];
    phone.network.up = false;
    for (const link of links) expect(await signPayment(core, await sheet(core, link))).toMatchObject({ ok: true });
    phone.network.up = true;
  }
  const states = () => rows().vouchers.map((row) => row.state.kind);
  const synced = () => phone.network.bodies('/v1/sync').map((body): unknown[] => JSON.parse(body).items);

  it('is brought in one request when the app is open again, once', async () => {
    await signedTwo();
    const wallet = await phone.start();
    await until(wallet, (now) => now.phase === 'ready' && now.waiting === 0 && phone.disk.rows.outbox.size === 0);
    expect(synced().map((items) => items.length)).toEqual([2]);
    expect(states()).toEqual(['signed', 'signed']);
  });

  it.each(['drop-request', 'drop-reply', 'error-503', 'captive-portal', 'truncated', 'forgotten-session'] as const)('survives %s, and is brought again', async (fault) => {
    await signedTwo();
    const met = phone.network.fail('POST', '/v1/sync', fault);
    const wallet = await phone.start();
    await met;
    const last = until(wallet, () => phone.disk.rows.outbox.size === 0);
    await wallet.wake('button');
    server.clock.advance(600_000);
    await last;
    expect(synced().every((items) => items.length === 2)).toBe(true);
    expect(states()).toEqual(['signed', 'signed']);
  });

  it('is brought by one round with no page open, as the service worker has it; what is left is counted', async () => {
    await signedTwo();
    phone.network.up = false;
    const blind = phone.make();
    expect(await blind.syncOnce(phone.environment())).toBe(2);
    blind.close();
    phone.network.up = true;
    const round = phone.make();
    expect(await round.syncOnce(phone.environment())).toBe(0);
    expect(phone.disk.rows.outbox.size).toBe(0);
    expect(synced().map((items) => items.length)).toEqual([2, 2]);
  });

  it('is settled by the shop, and the feed says so', async () => {
    await signedTwo();
    const shop = await server.joined('demo-merchant', 'till.chit.localhost:8080');
    const items = rows().vouchers.map((row) => ({ k: 'V', o: row.bytes }));
    expect((await shop.ask('POST', '/v1/sync', { json: { cursor: 0, statusSeq: 0, keySetSeq: 0, items } })).json).toMatchObject({ results: [{ verdict: 'SETTLED' }, { verdict: 'SETTLED' }] });
    const wallet = await phone.start();
    await until(wallet, () => states().every((state) => state === 'settled') && phone.disk.rows.outbox.size === 0);
    expect(rows().purses).toMatchObject([{ head: { seq: 2, cumMinor: 3_700 }, state: { kind: 'active' } }]);
  });

  it('comes with a purse whose reply was lost: the feed brings it', async () => {
    const core = await tab();
    void phone.network.fail('POST', '/v1/purses', 'drop-reply');
    expect(await loadPurse(core, { kind: 'open' }, LOADED, { user: PIN, challenge: null })).toMatchObject({ ok: false, error: 'OFFLINE' });
    expect(rows().purses).toEqual([]);
    await until(await phone.start(), () => rows().purses.length === 1);
    expect(rows().purses).toMatchObject([{ limMinor: LOADED, head: null, state: { kind: 'active' } }]);
  });

  it('stops where the purse was set back: it signs nothing more', async () => {
    await signedTwo();
    const stored = rows().purses[0];
    if (stored === undefined) throw new Error('no purse');
    const wallet = await phone.start();
    await until(wallet, () => phone.disk.rows.outbox.size === 0);
    phone.kill();
    phone.disk.rows.purses.set(stored.id, { ...stored, head: null });
    phone.disk.rows.vouchers.clear();
    const core = await tab();
    await refreshPurse(core, stored.id);
    expect(rows().purses).toMatchObject([{ state: { kind: 'frozen' } }]);
    expect(await signPayment(core, await sheet(core, await code()))).toEqual({ ok: false, error: 'OFFLINE' });
  });

  it('has its purse refreshed in its last day, without being asked', async () => {
    const core = await tab();
    await loaded(core);
    const before = rows().purses[0]?.expMs ?? 0;
    server.clock.advance(48 * 3_600_000 + 1_000);
    await until(await phone.start(), () => (rows().purses[0]?.expMs ?? 0) > before);
  });
});
