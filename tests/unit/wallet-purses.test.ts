/** Purses between this phone and the server: what a start finds, what is set back, what is told late, what another device holds. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromBase64Url } from '#base/bytes.ts';
import type { FeedVoucher } from '#protocol/http-offline.ts';
import { decodeVoucher } from '#protocol/voucher.ts';
import { fileChange } from '#wallet/feed-offline.ts';
import { learnMe } from '#wallet/me.ts';
import { NO_KEYS } from '#wallet/memory-disk.ts';
import { closePurse, loadPurse } from '#wallet/purse.ts';
import { runJobs } from '#server/core/jobs.ts';
import { signPayment } from '#wallet/sign-voucher.ts';
import { isRefreshDue } from '#wallet/tend-purses.ts';
import { write } from '#wallet/writer.ts';
import type { TestServer } from '../fixtures/http-server.ts';
import { createMemoryPhone, PIN, type MemoryPhone, until } from '../fixtures/memory-ports.ts';
import { LOADED, openPurseWorld, type PurseWorld } from '../fixtures/purse-phone.ts';
import { purseRow, T0 } from '../fixtures/wallet-rows.ts';

const HOUR = 3_600_000;
const byPin = { user: PIN, challenge: null };

let world: PurseWorld;
let server: TestServer;
let phone: MemoryPhone;
let { tab, loaded, code, sheet, rows } = {} as PurseWorld;

beforeEach(async () => {
  world = await openPurseWorld();
  ({ server, phone, tab, loaded, code, sheet, rows } = world);
});
afterEach(() => world.close());

const requests = (path: RegExp) => phone.network.sent.filter((one) => path.test(one.path));

describe('case 18: a phone whose storage was set back', () => {
  /** A purse that has paid once; the disk as it was before that, put back. */
  async function setBack(uploaded: boolean): Promise<string> {
    const core = await tab();
    const id = await loaded(core);
    const before = { ...phone.disk.rows, purses: new Map(phone.disk.rows.purses), vouchers: new Map(phone.disk.rows.vouchers), outbox: new Map(phone.disk.rows.outbox) };
    await signPayment(core, await sheet(core, await code()));
    if (uploaded) {
      const wallet = await phone.start();
      await until(wallet, () => phone.disk.rows.outbox.size === 0);
      phone.kill();
    }
    phone.disk.rows = before;
    return id;
  }

  it('is found at its start when somebody answers: the purse signs no more, and is closed at the server', async () => {
    const id = await setBack(true);
    const wallet = await phone.start();
    await until(wallet, (now) => now.offline?.purses[0]?.state === 'frozen');
    expect(rows().purses).toMatchObject([{ id, head: null, state: { kind: 'frozen' } }]);
    await until(wallet, () => requests(/\/close$/u).length > 0);
    phone.network.up = false;
    const draft = await wallet.prepare(await code());
    expect(draft.ok && (await wallet.pay(draft.value.draftId, PIN))).toMatchObject({ ok: false, error: 'OFFLINE' });
    expect(rows().vouchers).toEqual([]);
  });

  it('may load another purse in its place, at once', async () => {
    const id = await setBack(true);
    const wallet = await phone.start();
    await until(wallet, (now) => now.offline?.purses[0]?.state === 'frozen');
    expect(await wallet.loadPurse({ kind: 'open' }, '100', byPin)).toMatchObject({ ok: true, value: { state: 'active', spendableMinor: 10_000 } });
    const shown = await until(wallet, (now) => now.offline?.purses.length === 2);
    expect(shown.offline?.purses.map((purse) => purse.state)).toEqual(['active', expect.stringMatching(/frozen|closing/)]);
    expect(shown.offline?.purses[1]?.id).toBe(id);
    expect(requests(/\/close$/u).length).toBeGreaterThan(0);
  });

  it('cannot be found while nobody has seen what was signed: the two vouchers prove it later, and no third is signed', async () => {
    await setBack(false);
    const core = await tab();
    const forked = await signPayment(core, await sheet(core, await code()));
    expect(forked).toMatchObject({ ok: true, value: { seq: 1 } });
  });

  it('whose purse row alone was lost goes on from its vouchers', async () => {
    const core = await tab();
    const id = await loaded(core);
    const first = await signPayment(core, await sheet(core, await code()));
    phone.disk.rows.purses.delete(id);
    expect(await learnMe(core)).toMatchObject({ ok: true });
    expect(rows().purses).toMatchObject([{ id, head: { seq: 1, vid: first.ok ? first.value.id : '' }, state: { kind: 'active' } }]);
    expect(await signPayment(core, await sheet(core, await code()))).toMatchObject({ ok: true, value: { seq: 2 } });
    const [one, two] = rows().vouchers.map((row) => decodeVoucher(fromBase64Url(row.bytes ?? '') ?? new Uint8Array()));
    expect(two?.ok && one?.ok && two.value.prev).toEqual(one?.ok && one.value.vid);
  });
});

describe('a voucher that this device does not remember', () => {
  const told = (vid: string, voucherSeq: number): FeedVoucher => ({
    kind: 'voucher', seq: 99, vid, purseId: rows().purses[0]?.id ?? '', voucherSeq, cumMinor: 500, direction: 'out', counterparty: '街角面馆', merchantId: '0011223344556677',
    invoiceHash: 'cd'.repeat(16), amountMinor: 500, ccy: 156, outcome: { verdict: 'PAYER_REPORTED', atMs: 5 }, conflicted: false, atMs: 5, balanceMinor: 1,
  });
  async function tell(change: FeedVoucher): Promise<string | undefined> {
    const core = await tab();
    const written = await write(core, (tx) => fileChange(core, tx, change));
    expect(written).toMatchObject({ ok: true });
    return rows().purses[0]?.state.kind;
  }

  it('further than its head: it was set back, and signs no more', async () => {
    await loaded(await tab());
    expect(await tell(told('ab'.repeat(16), 1))).toBe('frozen');
    expect(rows().vouchers).toMatchObject([{ id: 'ab'.repeat(16), bytes: null, terminal: null, state: { kind: 'presented' } }]);
    const core = await tab();
    expect(await signPayment(core, await sheet(core, await code()))).toMatchObject({ ok: false });
  });

  it('of a number that it has signed otherwise: it was copied, and keeps its own', async () => {
    const core = await tab();
    await loaded(core);
    const own = await signPayment(core, await sheet(core, await code()));
    expect(await tell(told('ab'.repeat(16), 1))).toBe('frozen');
    expect(rows().vouchers.map((row) => row.id)).toEqual([own.ok ? own.value.id : '']);
  });

  it('whose row alone was lost: it goes on', async () => {
    const core = await tab();
    await loaded(core);
    const own = await signPayment(core, await sheet(core, await code()));
    phone.disk.rows.vouchers.clear();
    expect(await tell(told(own.ok ? own.value.id : '', 1))).toBe('active');
    expect(await signPayment(core, await sheet(core, await code()))).toMatchObject({ ok: true, value: { seq: 2 } });
  });
});

describe('a purse that has ended', () => {
  it('with nobody to tell is told later, by itself', async () => {
    const core = await tab();
    const id = await loaded(core);
    phone.network.up = false;
    expect(await closePurse(core, id)).toMatchObject({ ok: false, error: 'OFFLINE' });
    phone.network.up = true;
    const wallet = await phone.start();
    await until(wallet, (now) => now.recent.length > 0 && requests(/\/close$/u).length > 1);
    await until(wallet, (now) => now.offline?.purses[0]?.state === 'closing');
    const { purses } = JSON.parse(JSON.stringify((await server.joined('demo-shopper', 'other.chit.localhost:8080')).me)) as { purses: { state: string }[] };
    expect(purses).toMatchObject([{ state: 'closing' }]);
  });

  it('while the phone was away is over here too', async () => {
    const core = await tab();
    const id = await loaded(core);
    const row = rows().purses[0];
    if (row === undefined) throw new Error('no purse');
    phone.disk.rows.purses.set('00'.repeat(8), { ...row, id: '00'.repeat(8) });
    expect(await learnMe(core)).toMatchObject({ ok: true });
    expect(rows().purses).toMatchObject([{ id, state: { kind: 'active' } }, { id: '00'.repeat(8), state: { kind: 'released' } }]);
  });

  it('is not the one that another tab opened while the server was asked', async () => {
    const [a, b] = [await tab(), await tab()];
    const gate = phone.network.hold('GET', '/v1/me');
    const learnt = learnMe(a);
    await gate.reached;
    const row = { ...purseRow(9), id: 'ab'.repeat(8) };
    phone.disk.rows.purses.set(row.id, row);
    gate.release();
    expect(await learnt).toMatchObject({ ok: true });
    expect(rows().purses).toMatchObject([{ state: { kind: 'active' } }]);
    expect(b.memory.phase).toBe('ready');
  });
});

it('a purse that has ended says what comes home: all that nobody holds a voucher for, what came back included', async () => {
  const core = await tab();
  const id = await loaded(core);
  for (const amount of ['5', '7']) await signPayment(core, await sheet(core, await code(amount)));
  const [first] = rows().vouchers;
  if (first === undefined) throw new Error('no voucher');
  phone.disk.rows.vouchers.set(first.id, { ...first, state: { kind: 'returned', atMs: 1, code: 'INVOICE_PAID' } });
  const wallet = await phone.start();
  const before = await until(wallet, (now) => now.offline !== null);
  expect(before.offline?.purses).toMatchObject([{ spendableMinor: LOADED - 1_200, leftMinor: LOADED - 1_200 }]);
  await wallet.closePurse(id);
  const after = await until(wallet, (now) => now.offline?.purses[0]?.state === 'closing');
  expect(after.offline?.purses).toMatchObject([{ spendableMinor: 0, leftMinor: LOADED - 700, paymentsLeft: 0 }]);
});

describe('a load', () => {
  it('whose answer was lost is one load, however often it is asked', async () => {
    const core = await tab();
    void phone.network.fail('POST', '/v1/purses', 'drop-reply', 2);
    for (let n = 0; n < 2; n++) expect(await loadPurse(core, { kind: 'open' }, LOADED, byPin)).toMatchObject({ ok: false, error: 'OFFLINE' });
    const done = await loadPurse(core, { kind: 'open' }, LOADED, byPin);
    expect(done).toMatchObject({ ok: true, value: { limMinor: LOADED } });
    const id = done.ok ? done.value.id : '';
    void phone.network.fail('POST', `/v1/purses/${id}/top-ups`, 'drop-reply');
    expect(await loadPurse(core, { kind: 'open' }, 2_000, byPin)).toMatchObject({ ok: false, error: 'OFFLINE' });
    expect(await loadPurse(core, { kind: 'open' }, 2_000, byPin)).toMatchObject({ ok: true, value: { limMinor: LOADED + 2_000 } });
    expect(await loadPurse(core, { kind: 'open' }, 2_000, byPin)).toMatchObject({ ok: true, value: { limMinor: LOADED + 4_000 } });
  });

  it('that the feed brought meanwhile is done', async () => {
    const core = await tab();
    void phone.network.fail('POST', '/v1/purses', 'drop-reply');
    await loadPurse(core, { kind: 'open' }, LOADED, byPin);
    await learnMe(core);
    expect(rows().purses).toMatchObject([{ limMinor: LOADED }]);
    expect(await loadPurse(core, { kind: 'open' }, LOADED, byPin)).toMatchObject({ ok: true, value: { limMinor: LOADED } });
    expect(requests(/top-ups/u)).toEqual([]);
  });

  it('of the same amount a while later is another load', async () => {
    const core = await tab();
    void phone.network.fail('POST', '/v1/purses', 'drop-reply');
    await loadPurse(core, { kind: 'open' }, 2_000, byPin);
    await learnMe(core);
    server.clock.advance(HOUR);
    expect(await loadPurse(core, { kind: 'open' }, 2_000, byPin)).toMatchObject({ ok: true, value: { limMinor: 4_000 } });
  });

  it('case 4: is at most half where the browser promises nothing', async () => {
    phone.beside.keeping = 'best-effort';
    const core = await tab();
    expect(await loadPurse(core, { kind: 'open' }, 25_001, byPin)).toEqual({ ok: false, error: 'PURSE_LIMIT' });
    expect(await loadPurse(core, { kind: 'open' }, 25_000, byPin)).toMatchObject({ ok: true });
    expect(await loadPurse(core, { kind: 'open' }, 1, byPin)).toEqual({ ok: false, error: 'PURSE_LIMIT' });
    expect(requests(/\/v1\/purses/u)).toHaveLength(1);
  });
});

describe('a refresh without the user', () => {
  const purse = (left: number, expMs = T0 + 48 * HOUR) => purseRow(1, { expMs, claimDeadlineMs: expMs + 96 * HOUR, maxCount: 40, head: { seq: 40 - left, cumMinor: 1, vid: 'ab'.repeat(16) } });
  it.each([
    ['long to go', purse(40), T0, false],
    ['a day and a moment to go', purse(40), T0 + 24 * HOUR, false],
    ['its last day', purse(40), T0 + 24 * HOUR + 1, true],
    ['its certificate is over', purse(40), T0 + 49 * HOUR, true],
    ['its claim deadline is over', purse(40), T0 + 144 * HOUR + 1, false],
    ['half of its payments left', purse(20), T0, false],
    ['fewer than half left', purse(19), T0, true],
  ] as const)('%s', (_, row, nowMs, due) => {
    expect(isRefreshDue(row, nowMs)).toBe(due);
  });
});

describe('another device of the account', () => {
  it('has its purse shown beside, and cannot be spent from here', async () => {
    const other = createMemoryPhone(server, 'second.chit.localhost:8080');
    const theirs = await other.start();
    await theirs.enrol({ demo: 'demo-shopper' });
    await theirs.loadPurse({ kind: 'open' }, '30', byPin);
    const wallet = await phone.start();
    const shown = await until(wallet, (now) => (now.offline?.elsewhere.length ?? 0) > 0);
    expect(shown.offline).toMatchObject({ purses: [], elsewhere: [{ kind: 'open', reserveMinor: 3_000, state: 'active' }] });
    phone.network.up = false;
    const draft = await wallet.prepare(await code());
    expect(draft.ok && (await wallet.pay(draft.value.draftId, PIN))).toMatchObject({ ok: false, error: 'OFFLINE' });
    other.kill();
  });

  it('that is gone leaves its payments in the records, without their codes', async () => {
    const core = await tab();
    await loaded(core);
    await signPayment(core, await sheet(core, await code()));
    const before = await phone.start();
    await until(before, () => phone.disk.rows.outbox.size === 0);
    phone.kill();
    phone.disk.rows = { ...phone.disk.rows, identity: undefined, truth: undefined, purses: new Map(), vouchers: new Map(), history: new Map(), keys: NO_KEYS };
    const wallet = await phone.start();
    await until(wallet, (now) => now.phase === 'cleared');
    expect(await wallet.restore(PIN)).toMatchObject({ ok: true });
    const shown = await until(wallet, (now) => now.recent.some((one) => one.type === 'voucher'));
    expect(shown.recent.find((one) => one.type === 'voucher')).toMatchObject({ amountMinor: 1_850, merchantName: '街角面馆', state: 'presented', code: null, terminal: null });
    expect(shown.recent.map((one) => one.type)).toContain('purse');
  });

  it('that is gone leaves a purse that says when it comes home', async () => {
    const core = await tab();
    await loaded(core);
    phone.disk.rows = { ...phone.disk.rows, identity: undefined, truth: undefined, purses: new Map(), vouchers: new Map(), history: new Map(), keys: NO_KEYS };
    const wallet = await phone.start();
    await until(wallet, (now) => now.phase === 'cleared');
    expect(await wallet.restore(PIN)).toMatchObject({ ok: true });
    await wallet.wake('button');
    const shown = await until(wallet, (now) => (now.offline?.elsewhere.length ?? 0) > 0);
    expect(shown.offline).toMatchObject({ purses: [], elsewhere: [{ state: 'closing', reserveMinor: LOADED }] });
    expect(shown.offline?.elsewhere[0]?.claimDeadlineMs).toBeGreaterThan(server.clock.nowMs());
  });
});

describe('what happened to purses, among the records', () => {
  it('says why the balance changed: loaded, topped up, ended, come home', async () => {
    server.clock.advance(10);
    const wallet = await phone.start();
    expect(await wallet.loadPurse({ kind: 'open' }, '100', byPin)).toMatchObject({ ok: true });
    await until(wallet, (now) => now.recent.some((one) => one.type === 'purse'));
    server.clock.advance(10);
    expect(await wallet.loadPurse({ kind: 'open' }, '20', byPin)).toMatchObject({ ok: true });
    await until(wallet, (now) => now.recent.filter((one) => one.type === 'purse').length === 2);
    server.clock.advance(10);
    const id = rows().purses[0]?.id ?? '';
    expect(await wallet.closePurse(id)).toMatchObject({ ok: true });
    await until(wallet, (now) => now.recent.filter((one) => one.type === 'purse').length === 3);
    server.clock.advance(8 * 24 * HOUR);
    expect(await runJobs(server.options, server.clock.nowMs())).toMatchObject({ released: 1 });
    await wallet.wake('button');
    const shown = await until(wallet, (now) => now.recent.filter((one) => one.type === 'purse').length === 4);
    const events = shown.recent.filter((one) => one.type === 'purse');
    expect(events).toMatchObject([
      { event: 'released', amountMinor: 12_000, reserveMinor: 0, balanceAfterMinor: 50_000, ofThisDevice: true },
      { event: 'closing', amountMinor: 0, reserveMinor: 12_000, balanceAfterMinor: 38_000 },
      { event: 'topped-up', amountMinor: 2_000, reserveMinor: 12_000, balanceAfterMinor: 38_000 },
      { event: 'opened', amountMinor: 10_000, reserveMinor: 10_000, balanceAfterMinor: 40_000 },
    ]);
    for (const one of events) expect(await wallet.record('purse', one.id)).toEqual({ ok: true, value: one });
    const page = await wallet.records({ atMs: events[1]?.atMs ?? 0, id: events[1]?.id ?? '' });
    expect(page.ok && page.value.map((one) => one.type)).toEqual(['purse', 'purse', 'credit']);
    expect(shown.offline?.purses).toEqual([]);
  });

  it('an appeal that was received is shown with what it is about', async () => {
    const wallet = await phone.start();
    const loadedNow = await wallet.loadPurse({ kind: 'open' }, '100', byPin);
    if (!loadedNow.ok) throw new Error(loadedNow.error);
    expect(loadedNow.value.appealed).toBe(false);
    expect(await wallet.appeal(loadedNow.value.id, '为什么')).toMatchObject({ ok: true });
    await until(wallet, (now) => now.offline?.purses[0]?.appealed === true);
  });
});
