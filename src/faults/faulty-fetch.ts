/**
 * A phone's network with faults in it: stands behind the wallet's HTTP adapter, in the place of fetch, so everything above it is
 * what ships. Off is a dead network: nothing leaves, what is under way breaks, streams end. Of a body it asks one thing: whether a round brings something.
 */
import { type Clock, sleep } from '#base/clock.ts';
import type { Board } from './board.ts';
import type { Once } from './armed.ts';

export type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

/** Requests that move money: what one-shot faults wait for. Asking for news is not worth losing: a purse's refresh, a round that brings nothing. */
const MOVES_MONEY = /^\/v1\/(?:payments|sync|purses(?!\/[^/]+\/refresh))/;
const BRINGS_NOTHING = /"items":\[\]/;

export function faultyFetch(fetch: Fetch, board: Board, clock: Clock): Fetch {
  /** Breaks everything that is under way when the network goes. */
  let cut = new AbortController();
  board.onNews((news) => {
    if (news.kind !== 'armed') return;
    if (news.armed.network === 'off') cut.abort();
    else if (cut.signal.aborted) cut = new AbortController();
  });
  const line = async (path: string, init: RequestInit | undefined, work: () => Promise<Response>): Promise<Response> => {
    const [what, startedMs] = [nameOf(path, init), clock.monotonicMs()];
    const say = (level: 'info' | 'warn', result: string | number): void => {
      const fields = { what, result, tookMs: Math.round(clock.monotonicMs() - startedMs) };
      board.tell({ kind: 'line', line: { atMs: clock.nowMs(), level, event: 'http', fields } });
    };
    try {
      const reply = await work();
      say('info', reply.status);
      return reply;
    } catch (error) {
      say('warn', 'no answer');
      throw error;
    }
  };
  const happens = async (fault: Once, path: string, init: RequestInit | undefined): Promise<boolean> => {
    if (init?.method !== 'POST' || !movesMoney(path, init.body) || !(await board.take(fault))) return false;
    board.tell({ kind: 'fired', fault, what: nameOf(path, init), atMs: clock.nowMs() });
    return true;
  };
  async function send(path: string, init?: RequestInit): Promise<Response> {
    const signals = [cut.signal, ...(init?.signal == null ? [] : [init.signal])];
    const breakable = { ...init, signal: AbortSignal.any(signals) };
    if (await happens('drop-request', path, init)) throw lost();
    const second = (await happens('duplicate', path, init)) ? fetch(path, breakable) : null;
    const reply = await fetch(path, breakable);
    await second?.then((twin) => twin.text());
    if (!(await happens('drop-reply', path, init))) return reply;
    await reply.text();
    throw lost();
  }
  return (path, init) =>
    line(path, init, async () => {
      await board.ready;
      if (board.now().delayMs > 0) await sleep(clock, board.now().delayMs);
      if (board.now().network === 'off') throw lost();
      return send(path, init);
    });
}

function movesMoney(path: string, body: unknown): boolean {
  return MOVES_MONEY.test(path) && !(path === '/v1/sync' && typeof body === 'string' && BRINGS_NOTHING.test(body));
}

/** As browsers put it. */
function lost(): TypeError {
  return new TypeError('Failed to fetch');
}

/** Method and path without the query: an id may be in the path, nothing secret is. */
function nameOf(path: string, init: RequestInit | undefined): string {
  return `${init?.method ?? 'GET'} ${path.replace(/\?.*$/, '')}`;
}
