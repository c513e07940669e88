/**
 * Faults for the wallet's worker and the service worker of one phone: gives the browser's adapters a network, a clock and a log
 * with faults in them. Compiled in by the demo build only; null away from a desk, so that other phones are as in production.
 */
import type { Clock } from '#base/clock.ts';
import type { Log, LogFields } from '#base/log.ts';
import { type Board, browserSurroundings, openBoard } from './board.ts';
import { type Fetch, faultyFetch } from './faulty-fetch.ts';
import { fillDisk } from './full-disk.ts';
import { phoneAt } from './phones.ts';
import { WALLET_DATABASE } from './storage-copy.ts';

export type World = { readonly fetch: Fetch; readonly clock: Clock; readonly log: Log };
export type FaultyWorld = { readonly world: World; /** Before this a clock that is wrong is not wrong yet. */ readonly ready: Promise<void> };

export function faultyWorld(hostname: string, real: World): FaultyWorld | null {
  if (phoneAt(hostname) === null) return null;
  const board = openBoard(browserSurroundings());
  const clock: Clock = { ...real.clock, nowMs: () => real.clock.nowMs() + board.now().skewMs };
  fillDisk(
    IDBObjectStore.prototype,
    WALLET_DATABASE,
    () => board.now().disk === 'full',
    (what) => board.tell({ kind: 'fired', fault: 'disk-full', what, atMs: clock.nowMs() }),
  );
  return { world: { fetch: faultyFetch(real.fetch, board, clock), clock, log: openLog(board, clock, real.log) }, ready: board.ready };
}

/** Every line goes to the desk as well: on a desk the wallet works in the open. */
function openLog(board: Board, clock: Clock, log: Log): Log {
  const line = (level: 'info' | 'warn' | 'error') => (event: string, fields: LogFields = {}) => {
    log[level](event, fields);
    board.tell({ kind: 'line', line: { atMs: clock.nowMs(), level, event, fields } });
  };
  return { info: line('info'), warn: line('warn'), error: line('error') };
}
