/**
 * The real server of a run: core, HTTP app and memory store, on the run's time, chance and keys. What it says on its log about
 * requests that broke is kept: a 500 is a bug of the server, whatever the phones make of it.
 */
import { hash } from 'node:crypto';
import { utf8, type Bytes } from '#base/bytes.ts';
import type { Log } from '#base/log.ts';
import { signKeySet, verifyKeySet } from '#protocol/keyset.ts';
import { kidOf } from '#protocol/kid.ts';
import { LIMITS } from '#protocol/limits.ts';
import { KEY_USES, type Es256Signer } from '#protocol/objects.ts';
import { passkeyVerifier } from '#server/adapters/passkey-verifier.ts';
import { secretOf } from '#server/adapters/secret.ts';
import { zlibPacking } from '#server/adapters/zlib-packing.ts';
import { runJobs, type JobsDone } from '#server/core/jobs.ts';
import { StoreUnavailable, type Issuer, type IssuerUse, type PinHasher, type RateLimits, type Store } from '#server/core/ports.ts';
import { createApp, type AppOptions } from '#server/http/app.ts';
import { RATES, type RateName } from '#server/http/rates.ts';
import type { Chance } from './chance.ts';
import type { Keyring } from './keys.ts';
import { openNews, type News } from './news.ts';
import type { Timeline } from './timeline.ts';

const DAY_SECONDS = 86_400;
/** A key set holds four generations of four keys. */
const ROTATIONS = 3;

export type SimServer = {
  readonly options: AppOptions;
  readonly store: Store;
  readonly news: News;
  /** What broke inside, in words. */
  readonly broken: string[];
  serve(request: Request): Promise<Response>;
  /** New keys for everything that the operator signs. False when there were enough of them. */
  rotateKeys(): Promise<boolean>;
  jobs(): Promise<JobsDone>;
  /** Its process ends after so many more transactions, and is back after `downMs`; null: it does not. */
  crashAfter(transactions: number | null, downMs: number, crashed: () => void): void;
  readonly down: boolean;
};

export type ServerGiven = { readonly timeline: Timeline; readonly chance: Chance; readonly keys: Keyring; readonly store: Store };

export async function openServer({ timeline, chance, keys, store }: ServerGiven): Promise<SimServer> {
  const clock = { nowMs: () => timeline.nowMs, monotonicMs: () => timeline.nowMs, after: (delayMs: number, wake: () => void) => timeline.after(delayMs, wake) };
  const broken: string[] = [];
  const process = mortal(store, timeline);
  const issuer = await openIssuer(keys, timeline);
  const news = openNews(store);
  const options: AppOptions = {
    store: process.store,
    clock,
    log: logInto(broken),
    random: chance,
    secret: secretOf(utf8('the secret of a simulated server')),
    issuer,
    verifier: keys.verifier,
    guarantee: 'capped',
    stepUpMinor: null,
    packing: zlibPacking,
    pins: quickPins,
    passkeys: passkeyVerifier('Chit'),
    site: { mode: 'demo', scheme: 'http', hostnames: [] },
    rates: ratesOn(timeline),
    live: news.feeds,
    addressOf: () => '192.0.2.1',
  };
  const app = createApp(options);
  return {
    options,
    store,
    news,
    broken,
    serve: async (request) => app.fetch(request),
    crashAfter: process.crashAfter,
    get down() {
      return process.down();
    },
    rotateKeys: () => issuer.rotate(),
    jobs: () => runJobs({ store, log: options.log }, timeline.nowMs),
  };
}

/** A process that can end between any two transactions: those that are committed stay, and nobody hears of them. */
function mortal(store: Store, timeline: Timeline) {
  let left: number | null = null;
  let death = { downMs: 0, crashed: (): void => undefined };
  let down = false;
  const die = (): void => {
    left = null;
    down = true;
    death.crashed();
    timeline.after(death.downMs, () => {
      down = false;
    });
  };
  return {
    down: () => down,
    crashAfter(transactions: number | null, downMs: number, crashed: () => void): void {
      left = transactions;
      death = { downMs, crashed };
    },
    store: {
      ...store,
      transaction: <T>(work: Parameters<typeof store.transaction<T>>[0]): Promise<T> => {
        if (left !== null && left-- === 0) die();
        return down ? Promise.reject(new StoreUnavailable('the process has ended')) : store.transaction(work);
      },
    },
  };
}

function logInto(broken: string[]): Log {
  const tell = (event: string, fields: object = {}): void => {
    // The crash of its own process, as the app sees it.
    if (event === 'store.unavailable' || JSON.stringify(fields).includes('"status":503')) return;
    broken.push(`${event} ${JSON.stringify(fields)}`);
  };
  return { info: () => undefined, warn: () => undefined, error: tell };
}

type SimIssuer = Issuer & { rotate(): Promise<boolean> };

async function openIssuer(keys: Keyring, timeline: Timeline): Promise<SimIssuer> {
  const root = keys.signer('root');
  const listed: { readonly publicKey: Bytes; readonly uses: readonly IssuerUse[]; readonly notBeforeSeconds: number; readonly notAfterSeconds: number }[] = [];
  let generation = 0;
  let signers: Readonly<Record<IssuerUse, Es256Signer>>;
  let held: { readonly keySet: Bytes; readonly keys: Issuer['keys'] };
  const next = async (): Promise<void> => {
    generation += 1;
    const nowSeconds = Math.floor(timeline.nowMs / 1_000);
    const made = KEY_USES.map((use) => [use, keys.signer(`issuer ${use} ${generation}`)] as const);
    for (const [use, { publicKey }] of made) listed.push({ publicKey, uses: [use], notBeforeSeconds: nowSeconds - DAY_SECONDS, notAfterSeconds: nowSeconds + 400 * DAY_SECONDS });
    const keySet = await signKeySet({ seq: generation, iatSeconds: nowSeconds, keys: listed, graceSeconds: LIMITS.claimGraceSeconds }, root);
    const verified = await verifyKeySet(keySet, root.publicKey, generation, keys.verifier);
    if (!verified.ok) throw new Error(verified.error);
    signers = Object.fromEntries(made) as Record<IssuerUse, Es256Signer>;
    held = { keySet, keys: verified.value };
  };
  await next();
  return {
    rootKey: root.publicKey,
    get keySet() {
      return held.keySet;
    },
    get keys() {
      return held.keys;
    },
    signer: (use) => ({ kid: kidOf(signers[use].publicKey), sign: (message) => signers[use].sign(message) }),
    async rotate() {
      if (generation > ROTATIONS) return false;
      await next();
      return true;
    },
  };
}

/** That a PIN's hash is slow is another test's matter. */
const quickPins: PinHasher = {
  hash: async (pin) => hash('sha256', `pin ${pin}`),
  verify: async (stored, pin) => stored === hash('sha256', `pin ${pin}`),
};

/** The shipped rules, counted by the run's clock. */
function ratesOn(timeline: Timeline): RateLimits<RateName> {
  const windows = new Map<string, { startMs: number; taken: number }>();
  return {
    async take(name, key) {
      const { points, seconds } = RATES[name];
      const place = `${name} ${key}`;
      let window = windows.get(place);
      if (window === undefined || timeline.nowMs - window.startMs >= seconds * 1_000) windows.set(place, (window = { startMs: timeline.nowMs, taken: 0 }));
      window.taken += 1;
      return window.taken <= points ? null : { retryAfterMs: window.startMs + seconds * 1_000 - timeline.nowMs };
    },
  };
}
