/**
 * A new version of the app: it waits until the user agrees, and never lands while money is in motion.
 *
 *   none ──a worker has installed──► waiting ──the user agrees──► taking over ──it has, or does not come──► reload
 *                                       └──another tab agreed: this page is older than its files──► waiting for a reload
 *
 * A browser lets a version take over while the one before it has nothing to do, and tries that once: a request of this page at
 * the wrong moment wakes the old version and the new one waits for ever, and so it does when a worker is ended whose request the
 * old version is just answering. So the wallet asks for nothing from when the user agrees, and what it had asked is waited for.
 */
import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { attempt } from './attempt.ts';

export type UpdateModel = {
  readonly waiting: ReadonlySignal<boolean>;
  /** The user agreed; the new version is taking over, which waits for what the old one is still doing. */
  readonly taking: ReadonlySignal<boolean>;
  /** Whether this browser has service workers; without them there is nothing to look for in Me. */
  readonly supported: boolean;
  /** Ends this page's wallet, takes the update and reloads. Does nothing while `mayUpdate` says no. */
  accept(): void;
  /** Looks for a new version. */
  check(): Promise<Checked>;
};

/** coming: there is a new version, which may still be on its way. unknown: nobody answered. */
export type Checked = 'newest' | 'coming' | 'unknown';

/**
 * A part of the app that is no longer on the server: this page is older than the newest version and has no stored copy.
 * Reloading mends it; once a minute at most, so that a server without its files does not make a page that reloads for ever.
 */
export function reloadOnLostPart(page: Window, session: Storage | null, mayReload: () => boolean): void {
  page.addEventListener('vite:preloadError', () => {
    const lastMs = Number(session?.getItem(RELOADED_KEY) ?? 0);
    if (session === null || !mayReload() || Date.now() - lastMs < RELOAD_EVERY_MS) return;
    // Where that cannot be written down, once a minute could not be told from for ever.
    attempt(() => {
      session.setItem(RELOADED_KEY, String(Date.now()));
      page.location.reload();
    });
  });
}

const RELOADED_KEY = 'chit.reloaded';
const RELOAD_EVERY_MS = 60_000;

/** What the service worker listens for. */
export const SKIP_WAITING = { type: 'SKIP_WAITING' } as const;

/** After this the page is loaded again, on the version that it has; the new one can be asked for there. */
const TAKE_OVER_MS = 10_000;

/** What an update does to the page. */
export type Leaving = {
  /** Ends what sends requests, for good. Resolves when nothing is in motion. */
  rest(): Promise<void>;
  reload(): void;
};

export function createUpdate(container: ServiceWorkerContainer | undefined, mayUpdate: () => boolean, { rest, reload }: Leaving) {
  const waiting = signal(false);
  const taking = signal(false);
  let registration: ServiceWorkerRegistration | null = null;
  let overtaken = false;
  let controlled = container?.controller != null;

  const look = () => {
    waiting.value = overtaken || (registration?.waiting != null && container?.controller != null);
  };
  container?.addEventListener('controllerchange', () => {
    if (taking.value) return reload();
    overtaken ||= controlled;
    controlled = true;
    look();
  });

  const model: UpdateModel = {
    waiting,
    taking,
    supported: container !== undefined,
    accept() {
      if (!mayUpdate() || taking.value) return;
      if (overtaken) return reload();
      taking.value = true;
      setTimeout(reload, TAKE_OVER_MS);
      void rest().then(() => registration?.waiting?.postMessage(SKIP_WAITING));
    },
    async check() {
      const answered = await registration?.update().then(
        () => true,
        () => false,
      );
      look();
      if (answered !== true) return 'unknown';
      return waiting.value || registration?.installing != null ? 'coming' : 'newest';
    },
  };
  /** Given by the shell once the service worker is registered. */
  function watch(found: ServiceWorkerRegistration): void {
    registration = found;
    look();
    found.addEventListener('updatefound', () => {
      found.installing?.addEventListener('statechange', look);
    });
  }
  return { model, watch };
}
