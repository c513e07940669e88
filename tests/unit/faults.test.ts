/** The tester's faults: each happens when it is armed, to what it says, once if once; and a phone without any is as it ships. */
import 'fake-indexeddb/auto';
import { IDBFactory as FakeFactory } from 'fake-indexeddb';
import { describe, expect, test } from 'vitest';
import { systemClock } from '#browser/system.ts';
import { HEALTHY, readArmed } from '#faults/armed.ts';
import { type Board, openBoard } from '#faults/board.ts';
import { faultyFetch } from '#faults/faulty-fetch.ts';
import type { News } from '#faults/news.ts';
import { phoneAt } from '#faults/phones.ts';

/** Boards of one phone: one database, and a channel that reaches all others. */
function phoneOf(): () => Board {
  const factory = new FakeFactory() as IDBFactory;
  const listeners = new Map<number, (event: MessageEvent) => void>();
  return () => {
    const me = listeners.size;
    const channel = {
      postMessage: (data: News) => listeners.forEach((listener, other) => other !== me && listener({ data } as MessageEvent)),
      addEventListener: (_: string, listener: unknown) => void listeners.set(me, listener as (event: MessageEvent) => void),
    };
    return openBoard({ indexedDB: factory, channel: channel as unknown as BroadcastChannel });
  };
}

/** A server that counts what reaches it. */
function networkOf(board: Board) {
  const arrived: string[] = [];
  const fired: News[] = [];
  board.onNews((news) => news.kind === 'fired' && fired.push(news));
  const server = async (path: string, init?: RequestInit): Promise<Response> => {
    arrived.push(`${init?.method ?? 'GET'} ${path}`);
    return new Response('{"done":true}');
  };
  return { fetch: faultyFetch(server, board, systemClock), arrived, fired };
}

const POST = { method: 'POST', body: '{}' };

describe('the board', () => {
  test('is one for all parts of a phone, and outlives them', async () => {
    const part = phoneOf();
    const [page, worker] = [part(), part()];
    await page.arm({ network: 'off', once: ['duplicate'] });
    expect(worker.now()).toMatchObject({ network: 'off', once: ['duplicate'] });
    const later = part();
    await later.ready;
    expect(later.now()).toEqual({ ...HEALTHY, network: 'off', once: ['duplicate'] });
  });

  test('gives a one-shot to one taker only', async () => {
    const part = phoneOf();
    const boards = [part(), part(), part()];
    await boards[0]?.arm({ once: ['drop-reply'] });
    const taken = await Promise.all(boards.map((board) => board.take('drop-reply')));
    expect(taken.filter(Boolean)).toHaveLength(1);
    for (const board of boards) expect(board.now().once).toEqual([]);
  });

  test('reads a stranger’s row as a healthy phone, with bounds', () => {
    for (const row of [undefined, null, 7, [], { network: 'maybe', delayMs: 'x', once: 'all' }]) expect(readArmed(row)).toEqual(HEALTHY);
    expect(readArmed({ delayMs: 1e9, skewMs: -1e15, once: ['duplicate', 'duplicate', 'x'] })).toMatchObject({ delayMs: 60_000, skewMs: -100 * 365 * 86_400_000, once: ['duplicate'] });
  });
});

describe('the network', () => {
  test('of a healthy phone lets everything through', async () => {
    const { fetch, arrived, fired } = networkOf(phoneOf()());
    expect(await (await fetch('/v1/payments', POST)).json()).toEqual({ done: true });
    expect([arrived, fired]).toEqual([['POST /v1/payments'], []]);
  });

  test('off: nothing leaves, and what is under way breaks', async () => {
    const board = phoneOf()();
    const waits = faultyFetch((_, init) => new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(new TypeError('cut')))), board, systemClock);
    const stream = waits('/v1/events');
    await board.ready;
    await new Promise((resolve) => setTimeout(resolve));
    await board.arm({ network: 'off' });
    await expect(stream).rejects.toThrow('cut');
    const { fetch, arrived } = networkOf(board);
    await expect(fetch('/v1/me')).rejects.toThrow(TypeError);
    expect(arrived).toEqual([]);
    await board.arm({ network: 'on' });
    await fetch('/v1/me');
    expect(arrived).toEqual(['GET /v1/me']);
  });

  test.each([
    ['drop-request', [], 'lost'],
    ['drop-reply', ['POST /v1/payments'], 'lost'],
    ['duplicate', ['POST /v1/payments', 'POST /v1/payments'], 'heard'],
  ] as const)('%s happens once, to what moves money, and says so', async (once, reaches, phone) => {
    const board = phoneOf()();
    await board.arm({ once: [once] });
    const { fetch, arrived, fired } = networkOf(board);
    await fetch('/v1/feed?cursor=1');
    await fetch('/v1/confirmations', POST);
    await fetch('/v1/sync', { method: 'POST', body: JSON.stringify({ cursor: 1, items: [] }) });
    await fetch('/v1/purses/0102030405060708/refresh', POST);
    expect(fired).toEqual([]);
    arrived.length = 0;
    const reply = await fetch('/v1/payments?secret=1', POST).catch(() => null);
    expect(reply === null ? 'lost' : 'heard').toBe(phone);
    expect(arrived.map((line) => line.replace(/\?.*/, ''))).toEqual(reaches);
    expect(fired).toMatchObject([{ fault: once, what: 'POST /v1/payments' }]);
    await fetch('/v1/payments', POST);
    expect(arrived).toHaveLength(reaches.length + 1);
    expect(fired).toHaveLength(1);
  });
});

test.each([['/v1/sync', JSON.stringify({ cursor: 1, items: [{ kind: 'voucher' }] })], ['/v1/purses', '{}'], ['/v1/purses/0102030405060708/close', '{}']])('a one-shot happens to %s that moves money', async (path, body) => {
  const board = phoneOf()();
  await board.arm({ once: ['drop-request'] });
  const { fetch, fired } = networkOf(board);
  await expect(fetch(path, { method: 'POST', body })).rejects.toThrow('Failed to fetch');
  expect(fired).toMatchObject([{ what: `POST ${path}` }]);
});

test('only the phones of a desk have faults', () => {
  expect(['till.chit.localhost', 'till2.chit.localhost', 'payer.chit.localhost', 'localhost', 'till.evil.example', 'tillxchit.localhost'].map(phoneAt)).toEqual(['till', 'till2', null, null, null, null]);
});
