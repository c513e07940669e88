/**
 * The wallet for the page: one api that outlives its worker. Starts the worker, opens the wallet in it, and when the worker dies
 * starts another and subscribes again. What was stored is there again, what was only remembered is not (`onReopened`), and the call
 * that was under way says WORKER_LOST. Must never import the database: the page does not carry it.
 */
import { err } from '#base/result.ts';
import type { Environment, Snapshot, WalletApi } from '#wallet/api.ts';
import { askForSync } from './background-sync.ts';
import { showBadge } from './badge.ts';
import { forward } from './forward.ts';
import { hadWallet, markWallet } from './wallet-mark.ts';
import { connectWorker } from './worker-connection.ts';

/** A worker that dies more often than this within CALM_MS is not started again: something is broken that starting does not mend. */
const RESTARTS = 5;
const CALM_MS = 300_000;

export type WalletConnection = WalletApi & {
  /** Ends the worker, for the page is about to be loaded again: what is on its way to the network arrives first. Every call says WORKER_LOST from the first moment. */
  rest(): Promise<void>;
  /** The same at once, for a page that is put away. */
  close(): void;
  /** Starts another worker after `close` and opens the wallet in it. */
  reopen(): Promise<void>;
};

/**
 * `nothingYet`: what is told of a wallet whose worker never said a word. `onReopened`: another worker has opened the wallet, and knows nothing
 * of what the one before only remembered, a confirm sheet above all.
 */
export function connectWallet(start: () => Worker, nothingYet: Snapshot, onReopened: () => void): WalletConnection {
  const listeners = new Set<(snapshot: Snapshot) => void>();
  let environment: Environment | null = null;
  let restarts = 0;
  let last: Snapshot | null = null;
  const heard = (snapshot: Snapshot): void => {
    noteForLater(last, snapshot);
    last = snapshot;
    for (const listener of listeners) listener(snapshot);
  };
  const connect = () => connectWorker(start(), () => void restart());
  let connected = connect();
  async function restart(): Promise<void> {
    restarts += 1;
    setTimeout(() => (restarts -= 1), CALM_MS);
    if (restarts > RESTARTS) return heard({ ...(last ?? nothingYet), phase: 'blocked', blocked: 'WORKER_LOST' });
    await reopen();
  }
  async function reopen(): Promise<void> {
    connected = connect();
    if (environment !== null && (await openIn(environment)).ok) onReopened();
  }
  async function openIn(given: Environment): ReturnType<WalletApi['open']> {
    const { wallet } = connected;
    const opened = await wallet.open({ ...given, hadWallet: given.hadWallet || hadWallet(storageOrNull()) });
    if (opened.ok) await wallet.subscribe(heard);
    return opened;
  }
  const own = {
    open: async (given: Environment) => {
      if (environment !== null) return err('WORKER_LOST');
      environment = given;
      return openIn(given);
    },
    subscribe: async (listener: (snapshot: Snapshot) => void) => {
      listeners.add(listener);
      if (last !== null) listener(last);
    },
    noteKeeping: async (keeping: Environment['keeping']) => {
      if (environment === null || environment.keeping === keeping) return;
      environment = { ...environment, keeping };
      await connected.wallet.noteKeeping(keeping);
    },
    rest: () => connected.rest(),
    close: () => connected.close(),
    reopen,
  } satisfies Partial<WalletConnection>;
  return forward<WalletConnection, typeof own>(own, (name, given) => Reflect.apply(connected.wallet[name as keyof WalletApi], null, given));
}

/**
 * A page that the browser keeps for the way back is frozen with its worker, which would go on holding its locks and its open
 * transaction: no other page of this origin could then read the store. So a page that is put away has no worker.
 */
export function restWhilePutAway(wallet: WalletConnection, page: EventTarget): void {
  const whenKept = (type: 'pagehide' | 'pageshow', act: () => void): void =>
    page.addEventListener(type, (event) => {
      if ((event as PageTransitionEvent).persisted) act();
    });
  whenKept('pagehide', () => wallet.close());
  whenKept('pageshow', () => void wallet.reopen());
}

/** What the page keeps for the worker's sake: the mark that there is a wallet, and the wish to be woken when something waits. */
function noteForLater(before: Snapshot | null, now: Snapshot): void {
  if (now.phase === 'ready' && before?.phase !== 'ready') markWallet(storageOrNull(), true);
  if (now.phase === 'welcome' && before?.phase === 'ready') markWallet(storageOrNull(), false);
  const moved = now.phase !== before?.phase || now.waiting !== before.waiting;
  // The other phases know nothing of what waits, and say 0.
  if (moved && (now.phase === 'ready' || now.phase === 'welcome')) void showBadge(navigator, now.waiting);
  if (now.waiting > (before?.waiting ?? 0)) void askForSync(navigator.serviceWorker as ServiceWorkerContainer | undefined);
}

/** A browser may forbid storage altogether; reading the property throws then. */
function storageOrNull(): Storage | null {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}
