/** The wallet as the page sees it: the newest snapshot and the calls. State comes by subscription; the page never guesses. */
import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { ErrorCode } from '#protocol/errors.ts';
import type { Environment, Snapshot, WalletApi } from '#wallet/api.ts';

export type WalletModel = {
  readonly api: WalletApi;
  /** What the wallet says. Everything that decides reads this. */
  readonly snapshot: ReadonlySignal<Snapshot>;
  /** The same for the eye: until the wallet has said something, what was seen here last. Its phase is `starting` when there is nothing to show. */
  readonly shown: ReadonlySignal<Snapshot>;
};

/** A wallet that takes longer is no longer waited for behind an old picture: its store may be gone or hang. */
const PICTURE_MS = 3_000;

export const STARTING: Snapshot = {
  phase: 'starting',
  blocked: null,
  mode: null,
  deskOrigin: null,
  connection: 'unknown',
  identity: null,
  balance: null,
  waiting: 0,
  poisoned: 0,
  busy: false,
  clockOffsetMs: 0,
  recent: [],
  charge: null,
  till: null,
  paidUnseen: [],
  offline: null,
  version: 0,
};

/** Starts the wallet. A wallet that does not open is a blocked screen with its reason, never a blank page. */
export function createWallet(api: WalletApi, environment: Promise<Environment>, remembered: Snapshot | null = null): WalletModel {
  const snapshot = signal(STARTING);
  const picture = signal(remembered ?? STARTING);
  if (remembered !== null) setTimeout(() => (picture.value = STARTING), PICTURE_MS);
  const block = (code: ErrorCode) => {
    snapshot.value = { ...snapshot.value, phase: 'blocked', blocked: code };
  };
  void environment.then((given) => api.open(given)).then((opened) => {
    if (opened.ok) snapshot.value = opened.value;
    // A worker that died while opening is started again, and then tells its own news.
    else if (opened.error !== 'WORKER_LOST') return block(opened.error);
    return api.subscribe((next) => {
      snapshot.value = next;
    });
  });
  return { api, snapshot, shown: computed(() => (snapshot.value.phase === 'starting' ? picture.value : snapshot.value)) };
}

/** The events after which the world may have changed: the wallet then asks the server at once. */
export function wakeOnEvents(api: WalletApi, page: Window): void {
  page.addEventListener('online', () => void api.wake('online'));
  page.document.addEventListener('visibilitychange', () => {
    if (page.document.visibilityState === 'visible') void api.wake('visible');
  });
}
