/**
 * The settings of one server, from its environment, checked before anything is opened. Demo is for one machine and play
 * money; production starts only when the operator has brought everything that must not be guessed.
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import type { GuaranteeRule } from '#protocol/purse-caps.ts';
import type { LogLevel } from './adapters/log.ts';
import { StartupError } from './adapters/startup-error.ts';
import type { Site } from './http/site.ts';

export type Tls = { readonly key: string; readonly cert: string };

export type Config = {
  readonly mode: 'demo' | 'production';
  readonly listen: { readonly host: string; readonly port: number };
  readonly tls: Tls | null;
  readonly site: Site;
  readonly dataDir: string;
  readonly keysDir: string;
  readonly secretFile: string;
  /** `memory:` forgets everything; for tests. Null: an embedded PostgreSQL in dataDir. */
  readonly databaseUrl: string | null;
  /** Where the built app lies. */
  readonly distDir: string;
  /** Browsers are told to give up the stored app: public/retired-service-worker.js. */
  readonly retired: boolean;
  /** How many proxies of ours stand in front, each of which adds one address to X-Forwarded-For. */
  readonly proxies: number;
  /** Who bears a claim on a purse that was spent twice, beyond its reserve: protocol.md 5.5. */
  readonly guarantee: GuaranteeRule;
  /** Payments with no network above this, in minor units, need the payer's passkey: protocol.md section 6. Null: none does. */
  readonly stepUpMinor: number | null;
  readonly logLevel: LogLevel;
};

type Env = Readonly<Record<string, string | undefined>>;

export const MEMORY_URL = 'memory:';
const DEFAULT_PORT = '8080';
const GUARANTEES: readonly GuaranteeRule[] = ['none', 'capped', 'full'];
const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

export function readConfig(env: Env, root: string): Config {
  const mode = readMode(env['CHIT_MODE']);
  const dataDir = resolve(env['DATA_DIR'] || '.data');
  const listen = { host: env['HOST'] || '127.0.0.1', port: readCount('PORT', env['PORT'] || DEFAULT_PORT, 65_535) };
  const tls = readTls(env);
  const config: Config = {
    mode,
    listen,
    tls,
    site: mode === 'demo' ? demoSite(env, tls) : productionSite(env),
    dataDir,
    keysDir: resolve(env['CHIT_KEYS_DIR'] || join(dataDir, 'keys')),
    secretFile: resolve(env['CHIT_SECRET_FILE'] || join(dataDir, 'server.secret')),
    databaseUrl: env['DATABASE_URL'] || null,
    distDir: resolve(env['CHIT_DIST'] || join(root, 'dist')),
    retired: readRetired(env['CHIT_SERVICE_WORKER']),
    proxies: readCount('CHIT_PROXIES', env['CHIT_PROXIES'] || '0', 9),
    guarantee: readGuarantee(env['CHIT_GUARANTEE']),
    stepUpMinor: readStepUp(env['CHIT_STEP_UP']),
    logLevel: readLogLevel(env['LOG_LEVEL'], mode),
  };
  if (mode === 'production') refuseUnsafe(config, env);
  return config;
}

function demoSite(env: Env, tls: Tls | null): Site {
  const hostnames = (env['LAN_ADDRESSES'] ?? '').split(',').filter((name) => name !== '');
  return { mode: 'demo', scheme: tls === null ? 'http' : 'https', hostnames };
}

function productionSite(env: Env): Site {
  const origin = URL.parse(env['CHIT_ORIGIN'] ?? '');
  if (origin === null || !/^https?:$/.test(origin.protocol)) throw refused('CHIT_ORIGIN must say where people reach this server, for example https://pay.example.org');
  return { mode: 'production', scheme: origin.protocol === 'https:' ? 'https' : 'http', hostnames: [origin.hostname] };
}

/** What would be a hole in production and is a convenience in a demo. */
function refuseUnsafe(config: Config, env: Env): void {
  const { site, listen, tls, databaseUrl } = config;
  if (databaseUrl === MEMORY_URL) throw refused('DATABASE_URL=memory: forgets every payment when it stops');
  if (site.scheme === 'http' && !site.hostnames.every(isLoopback)) throw refused('CHIT_ORIGIN must be https: sessions and money do not travel in the clear');
  if (tls === null && !isLoopback(listen.host)) throw refused(`HOST ${listen.host} is not loopback: set TLS_CERT and TLS_KEY, or listen on 127.0.0.1 behind a proxy that speaks TLS`);
  if (!env['CHIT_SECRET_FILE']) throw refused('CHIT_SECRET_FILE must name a file of at least 32 random bytes, for example: head -c 32 /dev/urandom > secret && chmod 600 secret');
  if (!env['CHIT_KEYS_DIR']) throw refused("CHIT_KEYS_DIR must name the folder of the issuer's keys; a production server makes none");
}

function isLoopback(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

function readMode(text: string | undefined): Config['mode'] {
  if (text === undefined || text === '' || text === 'demo') return 'demo';
  if (text === 'production') return text;
  throw usage(`CHIT_MODE is demo or production, not "${text}"`);
}

function readRetired(text: string | undefined): boolean {
  if (text && text !== 'on' && text !== 'retired') throw usage(`CHIT_SERVICE_WORKER is on or retired, not "${text}"`);
  return text === 'retired';
}

function readGuarantee(text: string | undefined): GuaranteeRule {
  const rule = GUARANTEES.find((each) => each === (text || 'capped'));
  if (rule === undefined) throw usage(`CHIT_GUARANTEE is ${GUARANTEES.join(', ')}, not "${text}"`);
  return rule;
}

function readStepUp(text: string | undefined): number | null {
  if (!text) return null;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value === 0) throw usage(`CHIT_STEP_UP is an amount in minor units, at least 1, not "${text}"`);
  return value;
}

function readTls(env: Env): Tls | null {
  const { TLS_CERT: cert, TLS_KEY: key } = env;
  if (!cert && !key) return null;
  if (!cert || !key) throw usage('TLS_CERT and TLS_KEY belong together');
  return { cert: readFile('TLS_CERT', cert), key: readFile('TLS_KEY', key) };
}

function readFile(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw usage(`${name} cannot be read: ${path}`);
  }
}

function readCount(name: string, text: string, most: number): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= most)) throw usage(`${name} must be a number from 0 to ${most}, not "${text}"`);
  return value;
}

function readLogLevel(text: string | undefined, mode: Config['mode']): LogLevel {
  if (!text) return mode === 'demo' ? 'warn' : 'info';
  const level = LOG_LEVELS.find((each) => each === text);
  if (level === undefined) throw usage(`LOG_LEVEL is one of ${LOG_LEVELS.join(', ')}`);
  return level;
}

function usage(line: string): StartupError {
  return new StartupError('usage', `${line}.`);
}

function refused(line: string): StartupError {
  return new StartupError('refused', `Production will not start: ${line}.`);
}
