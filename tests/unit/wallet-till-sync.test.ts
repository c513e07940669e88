/** What a till brings and learns in POST /v1/sync: batches within the server's limits, faults on their own, lists that never get older. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SyncReply } from '#protocol/http-sync.ts';
import { LIMITS } from '#protocol/limits.ts';
import { bringAgain } from '#wallet/bring-again.ts';
import type { Core } from '#wallet/core.ts';
import { deliverItems, itemsOf, syncLists } from '#wallet/deliver-items.ts';
import { withMark } from '#wallet/feed-mark.ts';
import { mergePage, pullFeed } from '#wallet/feed.ts';
import { fileResults } from '#wallet/file-result.ts';
import type { OutboxRow } from '#wallet/records.ts';
import { noteLists } from '#wallet/till-lists.ts';
import type { Wallet } from '#wallet/wallet.ts';
import { write } from '#wallet/writer.ts';
import type { TestServer } from '../fixtures/http-server.ts';
import { type MemoryPhone, until } from '../fixtures/memory-ports.ts';
import { openPurseWorld, type PurseWorld } from '../fixtures/purse-phone.ts';
import { claimRow, feedReply, hex, outboxRow, T0 } from '../fixtures/wallet-rows.ts';

let world: PurseWorld;
let server: TestServer;
let till: Wallet;
let tillPhone: MemoryPhone;
let payer: Core;

beforeEach(async () => {
  world = await openPurseWorld();
  ({ server, till, tillPhone } = world);
  payer = await world.tab();
  await world.loaded(payer, 40_000);
  await until(till, (now) => now.till?.listAge === 'fresh');
});
afterEach(() => world.close());

const item = (seed: number, over: Partial<OutboxRow> = {}): OutboxRow => outboxRow(seed, { kind: 'sync-item', path: '/v1/sync', body: JSON.stringify({ k: 'C', id: hex(seed) }), ...over });
const lists = () => tillPhone.disk.rows.lists;
const outbox = () => [...tillPhone.disk.rows.outbox.values()];
const sent = () => tillPhone.network.bodies('/v1/sync').map((body) => (JSON.parse(body) as { items: unknown[] }).items);

async function takenOffline(amounts: readonly string[]): Promise<void> {
  const codes: string[] = [];
  for (const amount of amounts) codes.push(await world.shown(payer, await world.code(amount)));
  await world.offline();
  for (const code of codes) expect(await till.take(code)).toMatchObject({ ok: true, value: { outcome: 'accepted' } });
}

describe('one request', () => {
  const due = item(1);
  it('holds at most a hundred items, and what fits the server\'s body', () => {
    const many = Array.from({ length: 150 }, (_, index) => item(index + 1));
    expect(itemsOf(due, many, T0)).toHaveLength(LIMITS.syncItems);
    const large = Array.from({ length: 99 }, (_, index) => item(index + 2, { body: JSON.stringify({ k: 'V', o: 'A'.repeat(1_980) }) }));
    const chosen = itemsOf(due, large, T0);
    expect(chosen.length).toBeLessThan(70);
    expect(chosen.reduce((bytes, row) => bytes + row.body.length + 1, 1_024)).toBeLessThanOrEqual(LIMITS.bodyBytes);
  });
  it('leaves out what was set aside, what is no item, and what another call is sending now', () => {
    const others = [item(2, { poison: 'BAD_REQUEST' }), outboxRow(3), item(4, { nextAttemptAtMs: T0 + 2_500 }), item(5, { nextAttemptAtMs: T0 + 2_500, attempts: 1 })];
    expect(itemsOf(due, others, T0).map((row) => row.id)).toEqual([due.id, hex(5)]);
  });
});

describe('a fault of one item', () => {
  it('case 57: is found by halving, set aside and told; everything else is brought', async () => {
    await takenOffline(['5', '6', '7']);
    const bad = [[1, '{"k":5}'], [2, '{'], [0xffff, 'null']] as const;
    for (const [seed, body] of bad) tillPhone.disk.rows.outbox.set(hex(seed), item(seed, { body, createdAtMs: T0, nextAttemptAtMs: 0 }));
    const after = await world.online((now) => now.poisoned === 3 && now.till?.unsynced.count === 0);
    expect(after.paidUnseen.map((sale) => sale.state)).toEqual(['paid', 'paid', 'paid']);
    expect(outbox().map((row) => row.poison)).toEqual(['BAD_REQUEST', 'BAD_REQUEST', 'BAD_REQUEST']);
    expect(await till.signOut()).toEqual({ ok: false, error: 'SIGN_OUT_HELD' });
    expect(await till.exportPending()).toMatchObject({ ok: true, value: { count: 0 } });
  });

  it('a request that is too large is halved until it fits', async () => {
    const core = await world.tillCore();
    const rows = Array.from({ length: 90 }, (_, index) => item(index + 1, { body: JSON.stringify({ k: 'V', o: 'A'.repeat(1_900) }) }));
    for (const row of rows) tillPhone.disk.rows.outbox.set(row.id, row);
    await deliverItems(core, rows);
    expect(sent().map((items) => items.length).filter((count) => count > 0)).toEqual([90, 45, 45]);
    expect(outbox()).toEqual([]);
  });

  it('the session that the server forgot is opened again, and nothing is lost', async () => {
    await takenOffline(['5']);
    void tillPhone.network.fail('POST', '/v1/sync', 'forgotten-session');
    expect((await world.online((now) => now.till?.unsynced.count === 0)).paidUnseen).toMatchObject([{ state: 'paid' }]);
  });

  it.each(['drop-reply', 'error-503', 'captive-portal', 'truncated'] as const)('%s leaves every item where it is, and each is paid once', async (fault) => {
    await takenOffline(['5', '6']);
    const met = tillPhone.network.fail('POST', '/v1/sync', fault);
    void tillPhone.network.fail('GET', '/v1/feed', 'error-503', 1);
    tillPhone.network.up = true;
    await till.wake('button');
    await met;
    const after = await world.online((now) => now.till?.unsynced.count === 0 && now.balance?.amountMinor === 1_100);
    expect(after.paidUnseen).toMatchObject([{ state: 'paid' }, { state: 'paid' }]);
  });
});

describe('the lists', () => {
  it('are asked for again before they are old, and what did not change is not old', async () => {
    const before = lists();
    server.clock.advance(LIMITS.listRefreshMs + 60_000);
    await until(till, () => (lists()?.listSeenMs ?? 0) > (before?.listSeenMs ?? 0) + LIMITS.listRefreshMs);
    expect(lists()?.statusSeq).toBe(before?.statusSeq);
  });

  it('never get older: a list from before a revocation is refused, whoever brings it', async () => {
    const old = lists();
    if (old?.statusList == null) throw new Error('no list');
    // Two histories of one purse: the server revokes it, and signs a new list.
    const links = [await world.code('5'), await world.code('6')];
    const first = await world.shown(payer, links[0] ?? '');
    const purse = world.rows().purses[0];
    if (purse === undefined) throw new Error('no purse');
    world.phone.disk.rows.purses.set(purse.id, { ...purse, head: null });
    world.phone.disk.rows.vouchers.clear();
    const second = await world.shown(payer, links[1] ?? '');
    await till.take(first);
    await till.take(second);
    await until(till, () => (lists()?.statusSeq ?? 0) > old.statusSeq);
    const newest = lists();
    const core = await world.tillCore();
    const reply = (over: Partial<SyncReply>): SyncReply => ({ nowMs: server.clock.nowMs() + 5_000, results: [], feed: feedReply([]), status: null, keySet: null, ...over });
    await noteLists(core, reply({ status: old.statusList }), 0, true);
    expect(lists()).toMatchObject({ statusSeq: newest?.statusSeq, statusList: newest?.statusList, listSeenMs: newest?.listSeenMs });
    await noteLists(core, reply({ status: 'AAAA' }), 0, true);
    expect(lists()).toMatchObject({ statusSeq: newest?.statusSeq, listSeenMs: newest?.listSeenMs });
    // Nor does an answer about an older list of ours make the newer one fresher.
    await noteLists(core, reply({}), old.statusSeq, true);
    expect(lists()?.listSeenMs).toBe(newest?.listSeenMs);
    await noteLists(core, reply({}), newest?.statusSeq ?? 0, true);
    expect(lists()?.listSeenMs).toBe(server.clock.nowMs() + 5_000);
  });

  it('with a key set that is not believed, the sync does not count as one', async () => {
    const before = lists();
    const core = await world.tillCore();
    await noteLists(core, { nowMs: server.clock.nowMs() + 5_000, results: [], feed: feedReply([]), status: null, keySet: 'AAAA' }, before?.statusSeq ?? 0, false);
    expect(lists()?.syncSeenMs).toBe(before?.syncSeenMs);
  });
});

describe('a server that was restored', () => {
  it('case 63: is brought what it may have forgotten, with its charge, and what it has it answers the same', async () => {
    const code = await world.shown(payer, await world.code('5'));
    expect(await till.take(code)).toMatchObject({ ok: true, value: { outcome: 'paid' } });
    await until(till, (now) => now.waiting === 0 && now.balance?.amountMinor === 500);
    const core = await world.tillCore();
    expect(await mergePage(core, feedReply([], { headSeq: 0, balanceMinor: 0 }))).toBe('regressed');
    expect(outbox().map((row) => JSON.parse(row.body) as object)).toMatchObject([{ k: 'V', acceptedAtMs: expect.any(Number), invoice: expect.any(String) }]);
    await deliverItems(core, outbox());
    expect(outbox()).toEqual([]);
    expect([...tillPhone.disk.rows.claims.values()]).toMatchObject([{ state: { kind: 'settled', paidMinor: 500 } }]);
  });

  it('case 63: is brought the newest first, in halves of the outbox, until all that may still be claimed has been brought', async () => {
    const core = await world.tillCore();
    const now = server.clock.nowMs();
    const old = LIMITS.bringAgainMs + 1_000;
    for (let seed = 1; seed <= 600; seed++) {
      const acceptedAtMs = now - 1_000 * seed - (seed > 590 ? old : 0);
      tillPhone.disk.rows.claims.set(hex(seed), claimRow(seed, { acceptedAtMs, state: { kind: 'settled', atMs: 1, paidMinor: 100, refundedMinor: 0 } }));
    }
    await write(core, (tx) => bringAgain(core, tx, 'all'));
    const brought: string[][] = [];
    for (let round = 0; round < 4; round++) {
      const rows = outbox();
      brought.push(rows.map((row) => row.recordId));
      await fileResults(core, rows, rows.map((row) => ({ id: row.recordId, verdict: 'SETTLED', via: 'reserve', atMs: 1, unpaidMinor: 0, dup: true })));
    }
    expect(brought.map((ids) => ids.length)).toEqual([250, 250, 92, 0]);
    expect(brought[0]).toEqual(Array.from({ length: 250 }, (_, index) => hex(index + 1)));
    expect(new Set(brought.flat())).toEqual(new Set(Array.from({ length: 590 }, (_, index) => hex(index + 1))));
  });

  it('what waits is brought again where its row was lost, and nothing else', async () => {
    const core = await world.tillCore();
    const rows = { 1: claimRow(1, { acceptedAtMs: server.clock.nowMs() }), 2: claimRow(2, { acceptedAtMs: server.clock.nowMs(), state: { kind: 'settled', atMs: 1, paidMinor: 100, refundedMinor: 0 } }) };
    for (const row of Object.values(rows)) tillPhone.disk.rows.claims.set(row.id, row);
    await write(core, (tx) => bringAgain(core, tx, 'waiting'));
    expect(outbox().map((row) => row.recordId)).toEqual([hex(1)]);
  });

  it.each(['feed', 'sync'] as const)('case 63: is found out by %s though its feed has grown past our place: another change stands there', async (way) => {
    const code = await world.shown(payer, await world.code('5'));
    await till.take(code);
    await until(till, (now) => now.waiting === 0 && now.balance?.amountMinor === 500);
    const core = await world.tillCore();
    const { history, truth } = tillPhone.disk.rows;
    const last = history.get(truth?.cursor ?? 0);
    if (last === undefined) throw new Error('nothing was read');
    expect(await pullFeed(core)).toBe(true);
    expect(outbox()).toEqual([]);
    // Of two answers of one moment the one that knows less is the older one.
    server.clock.advance(1);
    tillPhone.disk.rows.history.set(last.seq, { ...last, entry: { ...last.entry, atMs: last.entry.atMs - 60_000 } });
    if (way === 'sync') {
      await syncLists(core);
      expect(outbox().map((row) => JSON.parse(row.body) as object)).toMatchObject([{ k: 'V', invoice: expect.any(String) }]);
    }
    expect(await pullFeed(core)).toBe(true);
    expect(tillPhone.disk.rows.history.get(last.seq)).toEqual(last);
    expect(tillPhone.disk.rows.truth?.cursor).toBe(last.seq);
  });

  it('case 63: is asked without the mark where it is of before there was one', async () => {
    await pullFeed(payer);
    const asked: object[] = [];
    const answer = await withMark(payer, payer.memory.truth?.cursor ?? 0, async (mark) => {
      asked.push(mark);
      return 'lastAtMs' in mark ? { kind: 'problem', status: 400, code: 'BAD_REQUEST', detail: {} } : { kind: 'done', value: 'page' };
    });
    expect([answer, asked]).toEqual([{ kind: 'done', value: 'page' }, [{ lastAtMs: expect.any(Number) }, {}]]);
  });

  it('case 63: is brought by the payer too what only the payer still has', async () => {
    await world.shown(payer, await world.code('5'));
    await pullFeed(payer);
    const [row] = [...world.phone.disk.rows.outbox.values()];
    world.phone.disk.rows.outbox.clear();
    expect(await mergePage(payer, feedReply([], { headSeq: 0, balanceMinor: 0 }))).toBe('regressed');
    expect([...world.phone.disk.rows.outbox.values()]).toMatchObject([{ recordId: row?.recordId, body: row?.body }]);
  });
});
