/**
 * The server's shell: settings, database, keys, demo accounts, app, port; and the way back down on a signal. Everything with
 * a lifetime is built here. Says one line when it is ready and one line when it cannot start.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Log } from '#base/log.ts';
import { createVerifier } from './adapters/issuer-es256.ts';
import { createIssuer, type FileIssuer } from './adapters/issuer-files.ts';
import { IssuerKeysError } from './adapters/issuer-folder.ts';
import { pinoLog } from './adapters/log.ts';
import { passkeyVerifier } from './adapters/passkey-verifier.ts';
import { argon2PinHasher } from './adapters/pin-hasher.ts';
import { memoryRateLimits } from './adapters/rate-limits.ts';
import { readOrMakeSecretFile, readSecretFile } from './adapters/secret.ts';
import { StartupError } from './adapters/startup-error.ts';
import { systemClock, systemRandom } from './adapters/system.ts';
import { zlibPacking } from './adapters/zlib-packing.ts';
import { readConfig, type Config } from './config.ts';
import { seedDemo, takeForProduction } from './core/demo.ts';
import { runJobs } from './core/jobs.ts';
import type { Issuer, ServerSecret, Store } from './core/ports.ts';
import { thrownFacts } from './core/thrown.ts';
import { openStore, type OpenStore } from './database.ts';
import { countedAs } from './http/address.ts';
import { createApp, type AppOptions } from './http/app.ts';
import { openLiveFeeds } from './http/live.ts';
import { mountPages } from './http/pages.ts';
import { RATES } from './http/rates.ts';
import { serve } from './serve.ts';
import { hearStopSignals, type StopSignals } from './stop-signals.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SWEEP_MS = 10 * 60_000;
/** Nobody waits for a release to the second. */
const JOBS_MS = 60_000;
/** A new key is published two weeks before it signs. */
const KEYS_MS = 60_000;

async function main(): Promise<void> {
  const signals = hearStopSignals();
  const config = readConfig(process.env, ROOT);
  const log = pinoLog(config.logLevel, process.stderr);
  mkdirSync(config.dataDir, { recursive: true });
  endOnBug(log);
  const secret = openSecret(config);
  const issuer = await openIssuer(config);
  const open = await openUnlessStopped(config, log, signals);
  if (open === null) return;
  try {
    await run(config, log, { secret, issuer, store: open.store, signals });
  } finally {
    await open.close();
  }
}

/** Null when a signal came first. Ctrl-C ends initdb too: that its end then looks like a failure of the database is no news. */
async function openUnlessStopped(config: Config, log: Log, signals: StopSignals): Promise<OpenStore | null> {
  try {
    return await openStore(config, log);
  } catch (thrown) {
    if (await signals.came()) return null;
    throw thrown;
  }
}

/** From the open store to the end of the last request. */
async function run(config: Config, log: Log, parts: { secret: ServerSecret; issuer: FileIssuer; store: Store; signals: StopSignals }): Promise<void> {
  const options = assemble(config, log, parts.secret, parts.issuer, parts.store);
  if (await parts.signals.came()) return;
  await takeStore(config, options);
  if (await parts.signals.came()) return;
  const app = createApp(options);
  const { host, port } = config.listen;
  const serving = await serve({ fetch: app.fetch, host, port, tls: config.tls, beforeStop: () => options.live.close() });
  const stopSweeping = nowAndThen(SWEEP_MS, log, 'sweep.failed', () => options.store.sweep(systemClock.nowMs()));
  const stopJobs = nowAndThen(JOBS_MS, log, 'jobs.failed', async () => {
    const { released, letGo } = await runJobs(options, systemClock.nowMs());
    if (released + letGo > 0) options.live.wake();
  });
  const stopRereading = nowAndThen(KEYS_MS, log, 'keys.not_reread', () => parts.issuer.reread());
  process.stdout.write(`ready on ${config.tls === null ? 'http' : 'https'}://localhost:${serving.port}\n`);
  await parts.signals.coming;
  stopSweeping();
  stopJobs();
  stopRereading();
  await serving.stop();
}

function assemble(config: Config, log: Log, secret: ServerSecret, issuer: Issuer, store: Store): AppOptions {
  const { mode, keysDir, site, distDir: folder, retired, proxies, guarantee, stepUpMinor } = config;
  const clock = systemClock;
  if (!existsSync(join(folder, 'index.html'))) log.warn('pages.missing', { folder });
  if (mode === 'production' && existsSync(join(keysDir, 'root.pem'))) log.warn('keys.root_at_hand', { folder: keysDir });
  return {
    store,
    clock,
    random: systemRandom,
    secret,
    issuer,
    verifier: createVerifier(),
    guarantee,
    stepUpMinor,
    packing: zlibPacking,
    pins: argon2PinHasher,
    passkeys: passkeyVerifier('Chit'),
    site,
    log,
    rates: memoryRateLimits(RATES),
    live: openLiveFeeds({ store, clock, log }),
    addressOf: (context) => countedAs(addressOf(context, proxies)),
    pages: (app) => mountPages(app, { site, folder, retired }),
  };
}

/** With proxies of ours in front, the address that the outermost of them saw; never one that the caller made up. */
function addressOf(context: Parameters<AppOptions['addressOf']>[0], proxies: number): string {
  const direct = getConnInfo(context).remote.address ?? 'unknown';
  if (proxies === 0) return direct;
  const seen = (context.req.header('x-forwarded-for') ?? '').split(',').map((address) => address.trim());
  return seen.at(-proxies) || direct;
}

function openSecret({ mode, secretFile }: Config): ServerSecret {
  const secret = mode === 'demo' ? readOrMakeSecretFile(secretFile) : readSecretFile(secretFile);
  if (secret.ok) return secret.value;
  const why = {
    MISSING: 'cannot be read',
    SHORT: 'is shorter than 32 bytes',
    DEFAULT: 'does not look random',
    READABLE_BY_OTHERS: 'may be read by others: chmod 600 it',
  }[secret.error];
  throw new StartupError('refused', `The server's secret ${secretFile} ${why}.`);
}

async function openIssuer({ mode, keysDir }: Config): Promise<FileIssuer> {
  try {
    return await createIssuer({ folder: keysDir, clock: systemClock, allowCreate: mode === 'demo' });
  } catch (thrown) {
    if (thrown instanceof IssuerKeysError) throw new StartupError('refused', `The issuer's keys cannot be used: ${thrown.message}.`);
    throw thrown;
  }
}

/** Play money and real money never share a database. */
async function takeStore({ mode }: Config, options: AppOptions): Promise<void> {
  if (mode === 'demo') {
    if (!(await seedDemo(options))) throw new StartupError('refused', 'The demo will not start: this database serves production. Start with --production, or give the demo a database of its own.');
  } else if (!(await takeForProduction(options.store))) {
    throw new StartupError('refused', 'Production will not start: this database holds demo accounts with play money. Give it an empty database.');
  }
}

/** One round at a time; one that fails is told, and the next one tries again. */
function nowAndThen(everyMs: number, log: Log, failed: string, work: () => Promise<void>): () => void {
  let working = false;
  const timer = setInterval(() => {
    if (working) return;
    working = true;
    work()
      .catch((thrown: unknown) => log.warn(failed, thrownFacts(thrown)))
      .finally(() => (working = false));
  }, everyMs);
  return () => clearInterval(timer);
}

/** The last resort: a bug that nobody caught is named and ends the process; whoever started it starts it again on sound rows. */
function endOnBug(log: Log): void {
  process.on('uncaughtException', (thrown) => {
    log.error('process.broke', thrownFacts(thrown));
    process.exit(1);
  });
}

try {
  await main();
} catch (thrown) {
  if (!(thrown instanceof StartupError)) {
    console.error(thrown);
    process.exit(1);
  }
  process.stderr.write(`${thrown.message}\n`);
  process.exitCode = thrown.exitCode;
}
