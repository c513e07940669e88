/**
 * Where the app runs: installed or in a tab, in which kind of browser, and whether the browser promised to keep its data.
 * Hints only: money never depends on a user agent string.
 */
import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

export type InstallModel = {
  readonly standalone: boolean;
  /** iPhone or iPad: storage of a tab is cleared after seven days, and an installed app has storage of its own. */
  readonly ios: boolean;
  /** The page runs inside another app (a chat, say), where cameras, passkeys and storage often do not work. */
  readonly inApp: boolean;
  /** null: this browser does not say. */
  readonly persisted: ReadonlySignal<boolean | null>;
  /** True when the browser can install the app on request. */
  readonly canAsk: ReadonlySignal<boolean>;
  ask(): Promise<void>;
  /** Asks the browser to keep the data. Cheap, and refused silently by some browsers. */
  askToPersist(): Promise<void>;
};

/** Chromium's event, not in the DOM library. */
type InstallPrompt = Event & { prompt(): Promise<unknown> };

const IN_APP = /MicroMessenger|QQ\/|Weibo|AlipayClient|DingTalk|Lark|FBAN|FBAV|Instagram|Line\//i;
const IOS = /iPhone|iPad|iPod/;

export function createInstall(page: Window, persistedAtStart: boolean | null): InstallModel {
  const { userAgent, maxTouchPoints } = page.navigator;
  const persisted = signal(persistedAtStart);
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
    inApp: IN_APP.test(userAgent),
    persisted,
    canAsk,
    async ask() {
      const waiting = prompt.value;
      prompt.value = null;
      canAsk.value = false;
      await waiting?.prompt();
    },
    async askToPersist() {
      if (persisted.value !== true) persisted.value = await persistStorage(page.navigator);
    },
  };
}

export async function storagePersisted(navigator: Navigator): Promise<boolean | null> {
  try {
    return (await navigator.storage?.persisted?.()) ?? null;
  } catch {
    return null;
  }
}

async function persistStorage(navigator: Navigator): Promise<boolean | null> {
  try {
    return (await navigator.storage?.persist?.()) ?? null;
  } catch {
    return null;
  }
}
