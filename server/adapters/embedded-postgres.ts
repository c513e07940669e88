/**
 * A real PostgreSQL beside the server, for those who bring none: started in the data folder, adopted when it outlived a
 * killed server, started again when it dies, stopped by its own number. Never on a network port, never without a password.
 *
 *   (none) ─ start ─► starting ─ "ready" in postmaster.pid ─► ready ─ stop() ─► stopped
 *                       ▲                                        │ died
 *                       └────────────────────────────────────────┘
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '#base/log.ts';
import { lockDataFolder } from './data-folder-lock.ts';
import { clusterMajor, createCluster, explain, folderArgument, postgresEnv, readPassword, ROLE } from './postgres-cluster.ts';
import { findPostgres, type PostgresBinaries } from './postgres-binaries.ts';
import { type ProcessOwner, unprivilegedOwner } from './postgres-owner.ts';
import { clearStaleNote, isPostmasterOf, livingPostmaster, type Postmaster } from './postmaster-file.ts';
import { fromFileError, StartupError } from './startup-error.ts';

export type EmbeddedPostgres = { readonly url: string; stop(): Promise<void> };
export type EmbeddedPostgresOptions = { readonly dataDir: string; readonly log: Log; /** Default: one that is free. */ readonly port?: number };

type Place = { readonly clusterDir: string; readonly logFile: string; readonly owner: ProcessOwner | null; readonly binaries: PostgresBinaries; readonly log: Log };

const POLL_MS = 20;
const WATCH_MS = 500;
/** Crash recovery reads the whole write-ahead log; a slow disk may need minutes. */
const START_TIMEOUT_MS = 300_000;
const STOP_TIMEOUT_MS = 60_000;
const LOG_KEPT_BYTES = 5_000_000;
const START_ATTEMPTS = 5;

export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  let unlock: (() => void) | null = null;
  try {
    mkdirSync(dataDir, { recursive: true });
    unlock = await lockDataFolder(join(dataDir, 'server.lock'));
    const { place, password } = await prepare(dataDir, options.log);
    const postmaster = (await adopt(place)) ?? (await startPostmaster(place, options.port ?? null));
    return supervise(place, postmaster, password, unlock);
  } catch (error) {
    unlock?.();
    throw fromFileError(error, dataDir);
  }
}

async function prepare(dataDir: string, log: Log): Promise<{ place: Place; password: string }> {
  const clusterDir = join(dataDir, 'postgres');
  const major = clusterMajor(clusterDir);
  const owner = unprivilegedOwner(clusterDir);
  const binaries = await findPostgres(major, owner);
  const password = readPassword(join(dataDir, 'postgres.password'), major !== null);
  if (major === null) {
    log.info('database.create', { folder: clusterDir, version: binaries.major });
    createCluster(clusterDir, binaries, password, owner);
  }
  return { place: { clusterDir, logFile: join(dataDir, 'postgres.log'), owner, binaries, log }, password };
}

/** A postmaster that outlived its server goes on serving; one that is on its way out is waited for. */
async function adopt(place: Place): Promise<Postmaster | null> {
  const found = livingPostmaster(place.clusterDir);
  if (found === null) return null;
  if (found.status === 'stopping') {
    await gone(found.pid, place, STOP_TIMEOUT_MS);
    return null;
  }
  place.log.info('database.adopt', { pid: found.pid, port: found.port });
  return ready(place, () => isPostmasterOf(found.pid, place.clusterDir), found.pid);
}

async function startPostmaster(place: Place, port: number | null): Promise<Postmaster> {
  for (let attempt = 1; ; attempt++) {
    await leftoversGone(place);
    const started = await tryStart(place, port ?? (await freePort()));
    if ('pid' in started) return started;
    if (attempt === START_ATTEMPTS || started.failure === 'diskFull') throw started;
    place.log.warn('database.start_again', { attempt, reason: started.message });
    await delay(200 * attempt);
  }
}

async function tryStart(place: Place, port: number): Promise<Postmaster | StartupError> {
  const { clusterDir, logFile, owner, binaries } = place;
  const logStart = keepLogSmall(logFile);
  const output = openSync(logFile, 'a', 0o600);
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', log_timezone: 'UTC', timezone: 'UTC' };
  const args = ['-D', folderArgument(clusterDir, binaries, owner), '-p', String(port), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  // Detached: Ctrl-C in the terminal must reach the server alone, which still has work to finish on this database.
  const child = spawn(binaries.postgres, args, { ...owner, cwd: clusterDir, env: postgresEnv(), detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  let running = true;
  child.once('exit', () => (running = false));
  child.once('error', () => (running = false));
  child.unref();
  place.log.info('database.start', { pid: child.pid ?? 0, port });
  const postmaster = await ready(place, () => running, child.pid ?? 0);
  return postmaster ?? new StartupError(...explain(readFileSync(logFile, 'utf8').slice(logStart)));
}

/** Waits for the line "ready" that PostgreSQL writes into its note; null when the process ends first. */
async function ready(place: Place, runs: () => boolean, pid: number): Promise<Postmaster | null> {
  for (let waitedMs = 0; runs(); waitedMs += POLL_MS) {
    const note = livingPostmaster(place.clusterDir);
    if (note !== null && note.pid === pid && note.status === 'ready') return note;
    if (waitedMs > START_TIMEOUT_MS) throw new StartupError('database', `PostgreSQL is still recovering after ${START_TIMEOUT_MS / 60_000} minutes; see ${place.logFile}.`);
    if (waitedMs > 0 && waitedMs % 5_000 === 0) place.log.info('database.recovering', { waitedMs });
    await delay(POLL_MS);
  }
  return null;
}

async function leftoversGone(place: Place): Promise<void> {
  for (let waitedMs = 0; !clearStaleNote(place.clusterDir); waitedMs += POLL_MS) {
    if (waitedMs > STOP_TIMEOUT_MS) throw new StartupError('database', `Processes of an earlier PostgreSQL still work in ${place.clusterDir}.`);
    await delay(POLL_MS);
  }
}

function supervise(place: Place, first: Postmaster, password: string, unlock: () => void): EmbeddedPostgres {
  let current = first;
  let stopping = false;
  let restart: Promise<void> | null = null;
  const revive = async (): Promise<void> => {
    place.log.error('database.died', { pid: current.pid });
    try {
      current = await startPostmaster(place, first.port);
    } catch (error) {
      place.log.error('database.dead', { reason: (error as Error).message });
    }
  };
  const watch = setInterval(() => {
    if (stopping || restart !== null || isPostmasterOf(current.pid, place.clusterDir)) return;
    restart = revive().finally(() => (restart = null));
  }, WATCH_MS);
  watch.unref();
  return {
    url: `postgres://${ROLE}:${password}@127.0.0.1:${first.port}/postgres`,
    async stop() {
      if (stopping) return;
      stopping = true;
      clearInterval(watch);
      await restart;
      await stopPostmaster(current.pid, place);
      unlock();
    },
  };
}

/** SIGINT is PostgreSQL's fast shutdown: it ends sessions, writes a checkpoint and leaves nothing to recover. */
async function stopPostmaster(pid: number, place: Place): Promise<void> {
  if (!isPostmasterOf(pid, place.clusterDir)) return;
  process.kill(pid, 'SIGINT');
  if (await gone(pid, place, STOP_TIMEOUT_MS)) place.log.info('database.stopped', { pid });
  else place.log.error('database.stop_slow', { pid });
}

async function gone(pid: number, place: Place, limitMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += POLL_MS) {
    if (!isPostmasterOf(pid, place.clusterDir)) return true;
    await delay(POLL_MS);
  }
  return false;
}

/** Keeps one older file; returns where the next lines will begin. */
function keepLogSmall(file: string): number {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size < LOG_KEPT_BYTES) return size;
  rmSync(`${file}.1`, { force: true });
  renameSync(file, `${file}.1`);
  return 0;
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer().once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === 'object' ? found(address.port) : failed(new Error('no port'))));
    });
  });
}
