/**
 * Where the app runs: installed or in a tab, in which kind of browser, and whether the browser promised to keep its data.
 * Hints only: money never depends on a user agent string.
 */
import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Keeping } from '#wallet/api-payer.ts';

export type InstallModel = {
  readonly standalone: boolean;
  /** iPhone or iPad: storage of a tab is cleared after seven days, and an installed app has storage of its own. */
  readonly ios: boolean;
  /** The page runs inside another app (a chat, say), where cameras, passkeys and storage often do not work. */
  readonly inApp: ReadonlySignal<boolean>;
  /** Where this browser keeps what we store, as far as it says; null until it has. */
  readonly keeping: ReadonlySignal<Keeping | null>;
  /** null: this browser does not say, or not yet. */
  readonly persisted: ReadonlySignal<boolean | null>;
  /** True when the browser can install the app on request. */
  readonly canAsk: ReadonlySignal<boolean>;
  ask(): Promise<void>;
  /** Asks the browser to keep the data. Cheap, and refused silently by some browsers. */
  askToPersist(): Promise<void>;
};

/** Chromium's event, not in the DOM library. */
type InstallPrompt = Event & { prompt(): Promise<unknown> };

const IOS = /iPhone|iPad|iPod/;

/** `askToKeep` asks the browser, which may ask the user. */
export function createInstall(page: Window, found: Promise<Keeping>, askToKeep: () => Promise<Keeping>): InstallModel {
  const { userAgent, maxTouchPoints } = page.navigator;
  const keeping = signal<Keeping | null>(null);
  void found.then((said) => (keeping.value = said));
  const says = typeof page.navigator.storage?.persisted === 'function';
  const prompt = signal<InstallPrompt | null>(null);
  const canAsk = signal(false);
  page.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    prompt.value = event as InstallPrompt;
    canAsk.value = true;
  });
  return {
    standalone: page.matchMedia('(display-mode: standalone)').matches,
    ios: IOS.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1),
    inApp: computed(() => keeping.value === 'in-app'),
    keeping,
    persisted: computed(() => (keeping.value === 'kept' ? true : says && keeping.value !== null ? false : null)),
    canAsk,
    async ask() {
      const waiting = prompt.value;
      prompt.value = null;
      canAsk.value = false;
      await waiting?.prompt();
    },
    async askToPersist() {
      if (keeping.value === 'best-effort') keeping.value = await askToKeep();
    },
  };
}
