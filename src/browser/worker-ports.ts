/** All ports of a real browser, for the wallet's worker and for the service worker. */
import type { Clock } from '#base/clock.ts';
import type { Log, LogFields } from '#base/log.ts';
import { goOut } from '#base/way-out.ts';
import type { WalletPorts } from '#wallet/ports.ts';
import { createCanary } from './canary.ts';
import { createCodeKeys } from './code-keys.ts';
import { openDatabase } from './database.ts';
import { type Announcer, createDexieStore } from './dexie-store.ts';
import { createDeviceKeys, createVerifier } from './es256.ts';
import { createHttp } from './fetch-http.ts';
import type { Fetch } from './fetch-type.ts';
import { browserUnpacking } from './inflate.ts';
import { createLock } from './locks.ts';
import { createStretchPin } from './stretch-pin.ts';
import { systemClock, systemRandom } from './system.ts';

/** A cold IndexedDB may hang for seconds; after this the user is told, and may try again. */
const OPEN_TIMEOUT_MS = 8_000;
const CHANNEL = 'chit-store';

export type Build = { readonly rootKey: string | null; readonly version: string };

/** What surrounds a wallet: a tester's build may put faults into it. */
export type World = { readonly fetch: Fetch; readonly clock: Clock; readonly log: Log };

export function browserPorts(build: Build, { fetch, clock, log }: World = realWorld()): WalletPorts {
  const database = openDatabase({ indexedDB: indexedDbOrNull(), IDBKeyRange: globalThis.IDBKeyRange ?? null, openTimeoutMs: OPEN_TIMEOUT_MS, onUpgradeFailed: (cause) => log.error('upgrade.failed', { cause: String(cause) }) });
  return {
    store: createDexieStore(database, createAnnouncer(), clock),
    keys: createDeviceKeys(database, crypto.subtle),
    codeKeys: createCodeKeys(database, crypto.subtle),
    http: createHttp(fetch, clock, systemRandom),
    lock: createLock(navigator.locks as LockManager | undefined, clock),
    canary: createCanary(globalThis.caches as CacheStorage | undefined),
    verifier: createVerifier(crypto.subtle),
    unpacking: browserUnpacking,
    stretchPin: createStretchPin(crypto.subtle),
    clock,
    random: systemRandom,
    log,
    ...build,
  };
}

export function realWorld(): World {
  return { fetch: (path, init) => goOut(() => fetch(path, init)), clock: systemClock, log: consoleLog };
}

/** Some browsers throw where others have nothing. */
function indexedDbOrNull(): IDBFactory | null {
  try {
    return globalThis.indexedDB ?? null;
  } catch {
    return null;
  }
}

function createAnnouncer(): Announcer {
  if (typeof BroadcastChannel === 'undefined') return { post: () => undefined, onPost: () => undefined, close: () => undefined };
  const channel = new BroadcastChannel(CHANNEL);
  return {
    post: () => channel.postMessage('changed'),
    onPost: (listener) => channel.addEventListener('message', listener),
    close: () => channel.close(),
  };
}

function line(level: 'info' | 'warn' | 'error') {
  return (event: string, fields: LogFields = {}): void => console[level](`[wallet] ${event}`, fields);
}

/** Faults only: a phone's console is for faults. */
const consoleLog: Log = { info: () => undefined, warn: line('warn'), error: line('error') };
