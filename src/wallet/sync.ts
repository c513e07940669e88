/**
 * The sync loop: asks sync-plan what is next and carries it out, in bursts, one context at a time ('sync' lock). Between bursts
 * it sleeps until the plan's time or until somebody rings. The same burst runs once in the service worker.
 */
import { unreachable } from '#base/assert.ts';
import { LIMITS } from '#protocol/limits.ts';
import { backoffMs } from './backoff.ts';
import type { Core } from './core.ts';
import { deliver, postpone } from './delivery.ts';
import { load, later } from './later.ts';
import { isReserved } from './outbox.ts';
import { type ListsRecord, NO_LISTS, type OutboxRow, type SaleRecord } from './records.ts';
import { recover } from './recovery.ts';
import { renewSession } from './session.ts';
import { type Asked, nextTask, type SyncTask, type SyncView } from './sync-plan.ts';
import { expireSale, RENEW_BEFORE_MS } from './till.ts';
import { learnConfig } from './trust.ts';

const chargePart = later(() => import('./charge.ts'));
const deliverItemsPart = later(() => import('./deliver-items.ts'));
const feedPart = later(() => import('./feed.ts'));
const mePart = later(() => import('./me.ts'));
const tendPursesPart = later(() => import('./tend-purses.ts'));

/** More tasks than this in one burst means that the plan does not get shorter: a bug, not work. */
const TASKS_PER_BURST = 2_000;

/** News and sessions are asked for more often than a payment is sent again: a till must not learn minutes late that it was paid. */
const ASK_AGAIN_MAX_MS = 3 * LIMITS.pollMs;

export type Sync = {
  /** There may be something to do. */
  ring(): void;
  /** Runs until nothing is due, then resolves with the time until the next task. Never rejects. */
  burst(): Promise<number | null>;
  stop(): void;
};

type Rows = { readonly deviceId: string | undefined; readonly outbox: readonly OutboxRow[]; readonly openSales: readonly SaleRecord[]; readonly lists: ListsRecord | null };
type Burst = {
  /**
   * Rows that this burst has sent, with their attempts then. A hurry does not send them twice; and one that is unchanged could not be
   * written (a full disk): sending it again at once would end the same way, and so without end.
   */
  readonly sent: Map<string, number>;
  /** Sales that this burst has renewed or ended, or tried to. */
  readonly tended: Set<string>;
  readonly hurried: boolean;
  /** It has opened a session. */
  renewed: boolean;
};
/** How often what is no outbox row was asked in vain. */
type Patience = { failures: number; askAgainAtMs: number; inVain: Asked | null };

export function createSync(core: Core): Sync {
  const patience: Patience = { failures: 0, askAgainAtMs: 0, inVain: null };
  let running = false;
  let rung = false;
  let stopped = false;
  let cancelAlarm: (() => void) | null = null;
  const burst = () => core.ports.lock.run('sync', () => runBurst(core, patience));
  const ring = (): void => {
    rung = true;
    if (!running && !stopped) void keepRunning();
  };
  const keepRunning = async (): Promise<void> => {
    running = true;
    cancelAlarm?.();
    let delayMs: number | null = null;
    while (rung && !stopped) {
      rung = false;
      delayMs = await burst().catch((cause: unknown) => lost(core, cause));
    }
    running = false;
    if (delayMs !== null && !stopped) cancelAlarm = core.ports.clock.after(delayMs, ring);
  };
  return {
    ring,
    burst,
    stop() {
      stopped = true;
      cancelAlarm?.();
    },
  };
}

/** A bug in one task must not end the loop for good, nor spin it. */
function lost(core: Core, cause: unknown): number {
  core.ports.log.error('sync.crashed', { cause: String(cause) });
  return LIMITS.retryMinMs;
}

async function runBurst(core: Core, patience: Patience): Promise<number | null> {
  const burst: Burst = { sent: new Map(), tended: new Set(), hurried: core.memory.hurried, renewed: false };
  if (burst.hurried) patience.askAgainAtMs = 0;
  core.memory.hurried = false;
  for (let tasks = 0; tasks < TASKS_PER_BURST; tasks++) {
    if (core.memory.phase !== 'ready') return null;
    const rows = await readRows(core);
    if (rows === null) return LIMITS.retryMinMs;
    // Another tab has set up another device, and this one slept through it.
    if (rows.deviceId !== undefined && rows.deviceId !== core.memory.identity?.deviceId) {
      await recover(core);
      continue;
    }
    const view = viewOf(core, rows, patience, burst);
    const task = nextTask(view);
    if (task.kind === 'wait') return isWhole(view, rows) ? task.delayMs : Math.min(task.delayMs ?? Infinity, ASK_AGAIN_MAX_MS);
    await carryOut(core, task, patience, burst);
  }
  core.ports.log.error('sync.endless');
  return LIMITS.retryMaxMs;
}

async function readRows(core: Core): Promise<Rows | null> {
  const till = core.memory.identity?.till ?? null;
  const rows = await core.ports.store.read(async (tx) => ({
    deviceId: (await tx.identity())?.deviceId,
    outbox: await tx.outbox.all(),
    openSales: till === null ? [] : await tx.sales.open(),
    lists: till === null ? null : ((await tx.lists()) ?? NO_LISTS),
  }));
  return rows.ok ? rows.value : null;
}

/** Nothing was left out of what the disk holds. */
function isWhole(view: SyncView, rows: Rows): boolean {
  return view.outbox.length === rows.outbox.length && view.openSales.length === rows.openSales.length;
}

function viewOf(core: Core, rows: Rows, patience: Patience, burst: Burst): SyncView {
  const { sessionNeeded, feedDue, factsDue } = core.memory;
  const nowMs = core.ports.clock.nowMs();
  const hurry = (row: OutboxRow) => (burst.hurried && !burst.sent.has(row.id) && !isReserved(row, nowMs) ? { ...row, nextAttemptAtMs: nowMs } : row);
  return {
    outbox: rows.outbox.filter((row) => burst.sent.get(row.id) !== row.attempts).map(hurry),
    openSales: rows.openSales.filter((sale) => !burst.tended.has(sale.id)),
    sessionNeeded,
    feedDue,
    factsDue,
    listsDueAtMs: rows.lists === null ? null : (rows.lists.syncSeenMs ?? 0) + LIMITS.listRefreshMs,
    // Longer than we ever wait: the device's clock was put back.
    askAgainAtMs: patience.askAgainAtMs - nowMs > ASK_AGAIN_MAX_MS ? nowMs : patience.askAgainAtMs,
    inVain: patience.inVain,
    nowMs,
    serverNowMs: core.time.nowMs(),
    renewBeforeMs: RENEW_BEFORE_MS,
  };
}

async function carryOut(core: Core, task: Exclude<SyncTask, { kind: 'wait' }>, patience: Patience, burst: Burst): Promise<void> {
  switch (task.kind) {
    case 'deliver':
      burst.sent.set(task.row.id, task.row.attempts);
      return task.row.kind === 'sync-item' ? deliverAll(core, task.row, burst) : deliver(core, task.row, burst.renewed);
    case 'renew-code':
      burst.tended.add(task.sale.id);
      return renewOrExpire(core, task.sale);
    case 'expire-sale':
      burst.tended.add(task.sale.id);
      await expireSale(core, task.sale.id);
      return;
    case 'open-session':
      // Without one nothing was read of what was sent. What a fresh one does not help is not sent without end.
      if (!burst.renewed) burst.sent.clear();
      burst.renewed = true;
      return asked(core, patience, task.kind, await renewSession(core));
    case 'pull-feed':
      // Taken back before asking: a hint that comes meanwhile must ask again, without waiting.
      core.memory.feedDue = false;
      return asked(core, patience, task.kind, await pullNews(core));
    case 'sync-lists':
      return asked(core, patience, task.kind, await syncLists(core));
    case 'learn-facts':
      core.memory.factsDue = false;
      return asked(core, patience, task.kind, await learnFacts(core));
    default:
      return unreachable(task);
  }
}

/** One request for all that waits: what was signed offline is many, and the network may be short. */
async function deliverAll(core: Core, first: OutboxRow, burst: Burst): Promise<void> {
  const part = await load(deliverItemsPart);
  const rows = await core.ports.store.read((tx) => tx.outbox.all());
  if (part === null || !rows.ok) return postpone(core, first, null);
  const items = part.itemsOf(first, rows.value, core.ports.clock.nowMs());
  for (const row of items) burst.sent.set(row.id, row.attempts);
  await part.deliverItems(core, items);
}

/** A sale under a certificate that is no longer good is paid by no code. Whatever else hinders a new one, the last one stays good for its time. */
async function renewOrExpire(core: Core, sale: SaleRecord): Promise<void> {
  const part = await load(chargePart);
  const renewed = await part?.renewCode(core, sale);
  if (renewed?.ok === false && (renewed.error === 'E_CERT_EXPIRED' || renewed.error === 'MERCHANT_SUSPENDED')) await expireSale(core, sale.id);
}

/** What the feed tells is filed by a part of its own: the first screen is drawn from the rows, without it. */
async function pullNews(core: Core): Promise<boolean> {
  const part = await load(feedPart);
  return part !== null && part.pullFeed(core);
}

async function learnFacts(core: Core): Promise<boolean> {
  const config = await learnConfig(core);
  const me = config ? await load(mePart) : null;
  const learnt = await me?.learnMe(core);
  const answered = learnt?.ok === true;
  if (answered) await lookAfterPurses(core);
  // Another context has set this device up anew, and this one slept through it: its rows and its key are read again.
  else if (learnt?.error === 'NOT_SIGNED_IN' && core.memory.identity !== null) await recover(core);
  return answered;
}

/** Most starts have no purse, and load nothing for it. */
async function lookAfterPurses(core: Core): Promise<void> {
  const purses = await core.ports.store.read((tx) => tx.purses.all());
  if (!purses.ok || purses.value.length + core.memory.unproved.length === 0) return;
  const part = await load(tendPursesPart);
  await part?.tendPurses(core);
}

async function syncLists(core: Core): Promise<boolean> {
  const part = await load(deliverItemsPart);
  return part !== null && (await part.syncLists(core));
}

/** What was asked in vain stays due, and waits its time. */
function asked({ memory, ports }: Core, patience: Patience, kind: Asked, answered: boolean): void {
  const { failures, inVain } = patience;
  if (answered) return void Object.assign(patience, { failures: 0, askAgainAtMs: 0, inVain: inVain === kind ? null : inVain });
  if (kind === 'open-session') memory.sessionNeeded = true;
  if (kind === 'pull-feed') memory.feedDue = true;
  if (kind === 'learn-facts') memory.factsDue = true;
  const waitMs = Math.min(backoffMs(failures + 1, ports.random), ASK_AGAIN_MAX_MS);
  Object.assign(patience, { failures: failures + 1, askAgainAtMs: ports.clock.nowMs() + waitMs, inVain: kind });
}
