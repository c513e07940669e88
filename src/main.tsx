/**
 * The page's shell: builds what has a lifetime (workers, service worker, wallet connection, models), gives it to the app, and
 * does nothing else. The demo's desk and its bridge are compiled in only by the demo build.
 */
import { computed, effect, signal } from '@preact/signals';
import { render } from 'preact';
import decoderWorkerUrl from '#workers/decoder.worker.ts?worker&url';
import walletWorkerUrl from '#workers/wallet.worker.ts?worker&url';
import { connectWallet, restWhilePutAway } from '#browser/connect-wallet.ts';
import { askToKeep, findKeeping } from '#browser/keeping.ts';
import { hadWallet } from '#browser/wallet-mark.ts';
import { afterFrame, workAfterFrames } from '#ui/after-frame.ts';
import { App, NoWallet } from '#ui/App.tsx';
import type { Showing } from '#ui/app-context.ts';
import { createInstall } from '#ui/models/install.ts';
import { createLanguage } from '#ui/models/language.ts';
import { createNotes } from '#ui/models/notes.ts';
import { createNow } from '#ui/models/now.ts';
import { createPay } from '#ui/models/pay.ts';
import { createPicture } from '#ui/models/picture.ts';
import { mayUpdateAt } from '#ui/models/route.ts';
import { createSettings, showSettings } from '#ui/models/settings.ts';
import type { SettingsModel } from '#ui/models/settings.ts';
import { createUpdate, reloadOnLostPart } from '#ui/models/update.ts';
import { STARTING, createWallet, wakeOnEvents } from '#ui/models/wallet.ts';
import type { WalletModel } from '#ui/models/wallet.ts';
import type { Environment, WalletApi } from '#wallet/api.ts';
import { scriptAddresses } from './trusted-types.ts';
import '#ui/styles/tokens.css';
import '#ui/styles/base.css';

const SERVICE_WORKER_URL = '/service-worker.js';
/** After this the app is drawn without its figures. */
const SPLASH_MS = 1_000;
const DEMO = import.meta.env.MODE === 'demo';
/** The desk's phones live on hosts of their own; see ui/lab/README.md. */
const DESK_PHONES = '.chit.localhost';
const local = storageOf('localStorage');
/** The tester's build has the same service worker at more than one address, to update from one to the other. */
const VERSIONS = DEMO ? [SERVICE_WORKER_URL, `${SERVICE_WORKER_URL}?version=a`, `${SERVICE_WORKER_URL}?version=b`] : [SERVICE_WORKER_URL];
const address = scriptAddresses(window, [decoderWorkerUrl, walletWorkerUrl, ...VERSIONS]);

async function start(root: HTMLElement): Promise<void> {
  // A sheet went with the reload: its step would be a back that does nothing. See close-on-back.ts.
  if (history.state?.sheet) history.back();
  const settings = createSettings(local);
  showSettings(settings, document.documentElement);
  workAfterFrames();
  if (DEMO && location.pathname === '/desk') return showDesk(root);
  if (DEMO && location.pathname === '/lab') return showLab(root);
  if (typeof Worker !== 'function' || crypto.subtle === undefined) return showNoWallet(root, settings);

  let walletWorker: Worker | null = null;
  const desk = DEMO && location.hostname.endsWith(DESK_PHONES) ? await import('./demo-shell.ts') : null;
  const register = (url: string) => navigator.serviceWorker.register(address(url));
  const lab = desk?.phoneLabAt(window, {
    killWorker: () => walletWorker?.terminate(),
    registerNewVersion: async () => void (await register(desk.nextVersion(VERSIONS, local))),
  });
  // All at once: the words, which everything waits for, and the worker, which reads the wallet's rows.
  const speaking = createLanguage(settings, navigator.languages, document.documentElement);
  const api = connectWallet(() => (walletWorker = startWorker(walletWorkerUrl, 'wallet')), STARTING, () => void pay.readAgain());
  const environment = findKeeping(navigator).then((keeping) => ({ origin: location.origin, host: location.host, keeping, hadWallet: false }));
  const wallet = startWallet(api, environment);
  wakeOnEvents(api, window);
  restWhilePutAway(api, window);
  const session = storageOf('sessionStorage');
  const mayUpdate = () => mayUpdateAt(location.pathname, wallet.snapshot.peek());
  const { model: update, watch } = createUpdate(navigator.serviceWorker, mayUpdate, { rest: () => api.rest(), reload: () => location.reload() });
  reloadOnLostPart(window, session, mayUpdate);
  const pay = createPay(api, session);
  const notes = createNotes(session);
  const now = createNow(computed(() => wallet.shown.value.clockOffsetMs), document, lab ? () => Date.now() + lab.board.now().skewMs : Date.now);
  const install = createInstall(window, environment.then(({ keeping }) => keeping), () => askToKeep(navigator));
  // The wallet's caps follow what the browser promises; it is asked when the first money comes here. Opening was first in line for the environment.
  effect(() => {
    const keeping = install.keeping.value;
    if (keeping !== null) void api.noteKeeping(keeping);
  });
  // Drawing twice is what a slow phone waits for: the splash stays until there is something to say, or until it would be noticed.
  await Promise.race([known(wallet), new Promise((resolve) => setTimeout(resolve, SPLASH_MS))]);
  const models = { settings, language: await speaking, now, wallet, pay, notes, update, install, createDecoder: () => startWorker(decoderWorkerUrl, 'decoder') };
  root.replaceChildren();
  render(<App models={models} />, root);

  if (lab) (await import('#ui/lab/phone-bridge.ts')).startPhoneBridge(window, lab, wallet, settings);
  if (import.meta.env.PROD && navigator.serviceWorker !== undefined) {
    await register(desk?.versionNow(VERSIONS, local) ?? SERVICE_WORKER_URL).then(watch, () => undefined);
  }
}

/** Opens the wallet, and shows what was seen here last until it has. Each build remembers for itself; after a sign-out the mark is gone, and nothing is shown. */
function startWallet(api: WalletApi, environment: Promise<Environment>): WalletModel {
  const picture = createPicture(import.meta.env.PROD ? local : null, import.meta.url, afterFrame);
  const wallet = createWallet(api, environment, location.pathname === '/' && hadWallet(local) ? picture.recall() : null);
  effect(() => picture.follow(wallet.snapshot.value));
  return wallet;
}

/** Resolves when there is something to show: what the wallet says it is, or what was seen here last. */
function known(wallet: WalletModel): Promise<void> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (wallet.shown.value.phase === 'starting') return;
      resolve();
      queueMicrotask(() => stop());
    });
  });
}

function startWorker(url: string, name: string): Worker {
  return new Worker(address(url), { type: 'module', name });
}

async function showNoWallet(root: HTMLElement, settings: SettingsModel): Promise<void> {
  const language = await createLanguage(settings, navigator.languages, document.documentElement);
  const showing: Showing = { settings, language, now: createNow(signal(0), document) };
  root.replaceChildren();
  render(<NoWallet showing={showing} code="BROWSER_UNSUPPORTED" />, root);
}

async function showDesk(root: HTMLElement): Promise<void> {
  const { Desk } = await import('#ui/lab/desk/Desk.tsx');
  root.replaceChildren();
  render(<Desk />, root);
}

async function showLab(root: HTMLElement): Promise<void> {
  const { Lab } = await import('#ui/lab/Lab.tsx');
  root.replaceChildren();
  render(<Lab />, root);
}

/** A browser may forbid storage altogether; reading the property throws then. */
function storageOf(name: 'localStorage' | 'sessionStorage'): Storage | null {
  try {
    return window[name];
  } catch {
    return null;
  }
}

void start(document.getElementById('app') ?? document.body);
