/** The page's end: a worker that dies ends every waiting call with a word, is started again, and the wallet is open again. */
import { expose } from 'comlink';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { err, ok } from '#base/result.ts';
import { showBadge } from '#browser/badge.ts';
import { connectWallet, restWhilePutAway } from '#browser/connect-wallet.ts';
import type { WorkerApi } from '#browser/worker-connection.ts';
import type { Snapshot, WalletApi } from '#wallet/api.ts';
import { snapshot } from '../fixtures/fake-wallet.ts';

const ENVIRONMENT = { origin: 'http://x', host: 'x', keeping: 'best-effort', hadWallet: false } as const;

/** A worker in this process: a channel whose other end may stop to answer. */
class ChannelWorker extends EventTarget {
  readonly channel = new MessageChannel();
  dead = false;
  listeners: ((snapshot: Snapshot) => void)[] = [];
  opened = 0;
  cancelled = 0;
  /** Nothing that it asked of the network is under way any more. */
  rested: (() => void) | null = null;
  constructor() {
    super();
    const { port1, port2 } = this.channel;
    port1.addEventListener('message', (event) => this.dead || this.dispatchEvent(new MessageEvent('message', { data: event.data })));
    port1.start();
    const api: Partial<WalletApi> & Pick<WorkerApi, 'ping' | 'rest'> = {
      ping: async () => true,
      rest: () => new Promise((resolve) => (this.rested = resolve)),
      open: async () => (this.opened++, ok(snapshot())),
      subscribe: async (listener) => void this.listeners.push(listener),
      charge: () => new Promise(() => undefined),
      cancelCharge: async () => (this.cancelled++, err('SALE_CLOSED')),
      signOut: async (discard) => (discard === true ? ok(undefined) : err('SIGN_OUT_HELD')),
    };
    expose(api, port2);
  }
  postMessage(message: unknown, transfer: Transferable[] = []): void {
    if (!this.dead) this.channel.port1.postMessage(message, transfer);
  }
  terminate(): void {
    this.dead = true;
    this.channel.port1.close();
  }
}

const workers: ChannelWorker[] = [];
const reopened = vi.fn();
const start = () => {
  const worker = new ChannelWorker();
  workers.push(worker);
  return worker as unknown as Worker;
};
const settle = async () => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  vi.useRealTimers();
  reopened.mockClear();
  for (const worker of workers.splice(0)) worker.terminate();
});

describe('the number on the icon', () => {
  it('is what waits to be sent, and goes with it; a browser that refuses is left alone', async () => {
    const shown: string[] = [];
    const badge = { setAppBadge: async (count: number) => void shown.push(`set ${count}`), clearAppBadge: async () => void shown.push('clear') };
    await showBadge(badge, 3);
    await showBadge(badge, 0);
    expect(shown).toEqual(['set 3', 'clear']);
    await showBadge({}, 2);
    await showBadge({ setAppBadge: () => Promise.reject(new DOMException('not installed', 'NotAllowedError')) }, 2);
  });

  it('follows the snapshots of the worker', async () => {
    const shown: number[] = [];
    vi.stubGlobal('navigator', { setAppBadge: async (count: number) => void shown.push(count), clearAppBadge: async () => void shown.push(0) });
    const wallet = connectWallet(start, snapshot({ phase: 'starting', version: 0 }), reopened);
    await wallet.open(ENVIRONMENT);
    const tell = (over: Partial<Snapshot>) => workers[0]?.listeners[0]?.(snapshot(over));
    for (const waiting of [0, 2, 2, 1, 0, 3]) tell({ waiting });
    for (const phase of ['blocked', 'cleared', 'starting'] as const) tell({ phase, waiting: 0 });
    await settle();
    expect(shown, 'a phase that knows nothing of what waits').toEqual([0, 2, 1, 0, 3]);
    for (const phase of ['ready', 'welcome'] as const) tell({ phase, waiting: 0 });
    await settle();
    vi.unstubAllGlobals();
    expect(shown.slice(5)).toEqual([0, 0]);
  });
});

describe('the wallet for the page', () => {
  it('passes calls on, and takes a plain listener', async () => {
    const wallet = connectWallet(start, snapshot({ phase: 'starting', version: 0 }), reopened);
    const seen: Snapshot[] = [];
    await wallet.subscribe((now) => void seen.push(now));
    expect(await wallet.open(ENVIRONMENT)).toMatchObject({ ok: true });
    expect(await wallet.cancelCharge('1')).toEqual({ ok: false, error: 'SALE_CLOSED' });
    workers[0]?.listeners[0]?.(snapshot({ waiting: 0, version: 3 }));
    await settle();
    expect(seen.at(-1)).toMatchObject({ version: 3 });
  });

  it('passes on what need not be said', async () => {
    const wallet = connectWallet(start, snapshot({ phase: 'starting', version: 0 }), reopened);
    await wallet.open(ENVIRONMENT);
    expect(await wallet.signOut()).toMatchObject({ ok: false });
    expect(await wallet.signOut(true)).toMatchObject({ ok: true });
  });

  it('case 37: ends a waiting call when the worker dies, starts another, opens and subscribes again', async () => {
    const wallet = connectWallet(start, snapshot({ phase: 'starting', version: 0 }), reopened);
    const seen: Snapshot[] = [];
    await wallet.open(ENVIRONMENT);
    await wallet.subscribe((now) => void seen.push(now));
    const waiting = wallet.charge('1');
    await settle();
    if (workers[0] !== undefined) workers[0].dead = true;
    for (let passed = 0; passed < 60_000 && workers.length < 2; passed += 1_000) {
      await vi.advanceTimersByTimeAsync(1_000);
      await settle();
    }
    expect(await waiting).toEqual({ ok: false, error: 'WORKER_LOST' });
    await settle();
    expect(workers).toHaveLength(2);
    expect(workers[1]).toMatchObject({ opened: 1, listeners: { length: 1 } });
    workers[1]?.listeners[0]?.(snapshot({ version: 9 }));
    await settle();
    expect(seen.at(-1)).toMatchObject({ version: 9 });
    expect(await wallet.cancelCharge('1')).toEqual({ ok: false, error: 'SALE_CLOSED' });
  });

  it('closed, it ends the worker, starts no other, and every call says so', async () => {
    const wallet = connectWallet(start, snapshot({ phase: 'starting', version: 0 }), reopened);
    await wallet.open(ENVIRONMENT);
    wallet.close();
    expect(await wallet.cancelCharge('1')).toEqual({ ok: false, error: 'WORKER_LOST' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(workers.map(({ dead }) => dead)).toEqual([true]);
  });

  it.each([
    ['once what it asked of the network has its answer', (worker: ChannelWorker) => worker.rested?.()],
    ['after two seconds, whatever is under way', () => vi.advanceTimersByTimeAsync(2_000)],
  ])('at rest, it ends the worker %s, and starts no other', async (_, comes) => {
    const wallet = connectWallet(start, snapshot({ phase: 'starting', version: 0 }), reopened);
    await wallet.open(ENVIRONMENT);
    let atRest = false;
    void wallet.rest().then(() => (atRest = true));
    expect(await wallet.cancelCharge('1')).toEqual({ ok: false, error: 'WORKER_LOST' });
    await settle();
    await vi.advanceTimersByTimeAsync(1_900);
    const [worker] = workers;
    expect([atRest, worker?.dead, worker?.cancelled]).toEqual([false, false, 0]);
    if (worker !== undefined) await comes(worker);
    await settle();
    expect([atRest, worker?.dead]).toEqual([true, true]);
    expect(await wallet.cancelCharge('1')).toEqual({ ok: false, error: 'WORKER_LOST' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(workers).toHaveLength(1);
  });

  it('has no worker while its page is put away, and another one when the page is back', async () => {
    const wallet = connectWallet(start, snapshot({ phase: 'starting', version: 0 }), reopened);
    const page = new EventTarget();
    restWhilePutAway(wallet, page);
    const passes = (type: string, persisted: boolean) => page.dispatchEvent(Object.assign(new Event(type), { persisted }));
    const seen: Snapshot[] = [];
    passes('pageshow', false);
    await wallet.open(ENVIRONMENT);
    await wallet.subscribe((now) => void seen.push(now));
    passes('pagehide', true);
    expect(workers.map(({ dead }) => dead)).toEqual([true]);
    expect(await wallet.cancelCharge('1')).toEqual({ ok: false, error: 'WORKER_LOST' });
    passes('pageshow', true);
    await settle();
    expect(workers.map(({ dead, opened }) => ({ dead, opened }))).toEqual([{ dead: true, opened: 1 }, { dead: false, opened: 1 }]);
    expect(reopened, 'told once, of the second').toHaveBeenCalledOnce();
    workers[1]?.listeners[0]?.(snapshot({ version: 9 }));
    await settle();
    expect(seen.at(-1)).toMatchObject({ version: 9 });
    expect(await wallet.cancelCharge('1')).toEqual({ ok: false, error: 'SALE_CLOSED' });
  });

  it('leaves a worker alone that answers', async () => {
    const wallet = connectWallet(start, snapshot({ phase: 'starting', version: 0 }), reopened);
    await wallet.open(ENVIRONMENT);
    for (let passed = 0; passed < 60_000; passed += 1_000) {
      await vi.advanceTimersByTimeAsync(1_000);
      await settle();
    }
    expect(workers).toHaveLength(1);
  });

  it('case 37: gives up on a worker that cannot be started, with a word', async () => {
    const wallet = connectWallet(start, snapshot({ phase: 'starting', version: 0 }), reopened);
    const seen: Snapshot[] = [];
    await wallet.open(ENVIRONMENT);
    await wallet.subscribe((now) => void seen.push(now));
    workers[0]?.listeners[0]?.(snapshot({ version: 1 }));
    await settle();
    for (let i = 0; i < 8; i++) {
      const worker = workers.at(-1);
      if (worker !== undefined) worker.dead = true;
      for (let passed = 0; passed < 20_000; passed += 1_000) {
        await vi.advanceTimersByTimeAsync(1_000);
        await settle();
      }
    }
    expect(seen.at(-1)).toMatchObject({ phase: 'blocked', blocked: 'WORKER_LOST' });
    expect(workers.length).toBeLessThanOrEqual(7);
  });

  it('gives up on a worker that never starts at all, with a word, also to who asks later', async () => {
    const wallet = connectWallet(() => {
      const worker = start();
      queueMicrotask(() => worker.dispatchEvent(new Event('error')));
      return worker;
    }, snapshot({ phase: 'starting', version: 0 }), reopened);
    const seen: Snapshot[] = [];
    await wallet.subscribe((now) => void seen.push(now));
    expect(await wallet.open(ENVIRONMENT)).toEqual({ ok: false, error: 'WORKER_LOST' });
    await settle();
    expect(seen).toMatchObject([{ phase: 'blocked', blocked: 'WORKER_LOST', recent: [] }]);
    await wallet.subscribe((now) => void seen.push(now));
    expect(seen).toHaveLength(2);
    expect(workers).toHaveLength(6);
  });
});
