/**
 * The data folder of the embedded PostgreSQL: made once, whole or not at all (initdb works in a folder beside it, which is
 * renamed when it is complete), entered with a password that only this user can read.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, closeSync, existsSync, fsyncSync, mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { canEnter, type ProcessOwner } from './postgres-owner.ts';
import { StartupError } from './startup-error.ts';

export const ROLE = 'chit';

/** Null for a folder that is still to be made. */
export function clusterMajor(clusterDir: string): number | null {
  const file = join(clusterDir, 'PG_VERSION');
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : null;
}

export function readPassword(file: string, clusterExists: boolean): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  if (clusterExists) throw new StartupError('database', `The database's password file ${file} is gone. Put it back from your backup.`);
  const password = randomBytes(24).toString('hex');
  const handle = openSync(file, 'wx', 0o600);
  writeSync(handle, password);
  fsyncSync(handle);
  closeSync(handle);
  return password;
}

/**
 * How PostgreSQL is told where its folder is. Where its user may not walk the path (a checkout under root's home), it is
 * started inside the folder and told to stay: the kernel follows this link without asking for the folders above. Before
 * version 16 PostgreSQL walked the whole path itself.
 */
export function folderArgument(clusterDir: string, binaries: PostgresBinaries, owner: ProcessOwner | null): string {
  if (owner === null || canEnter(clusterDir, owner)) return clusterDir;
  if (binaries.major >= 16) return '/proc/self/cwd';
  throw new StartupError('dataDir', `PostgreSQL ${binaries.major} does not run as root, and no other user can enter ${clusterDir}. Choose a DATA_DIR that others can enter, such as /var/lib/chit.`);
}

export function createCluster(clusterDir: string, binaries: PostgresBinaries, password: string, owner: ProcessOwner | null): void {
  const fresh = `${clusterDir}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  if (owner !== null) chownSync(fresh, owner.uid, owner.gid);
  runInitdb(fresh, binaries, password, owner);
  renameSync(fresh, clusterDir);
  syncFolder(join(clusterDir, '..'));
}

function runInitdb(fresh: string, binaries: PostgresBinaries, password: string, owner: ProcessOwner | null): void {
  const secretDir = mkdtempSync(join(tmpdir(), 'chit-initdb-'));
  try {
    const secret = join(secretDir, 'password');
    writeFileSync(secret, password, { mode: 0o600 });
    if (owner !== null) for (const path of [secretDir, secret]) chownSync(path, owner.uid, owner.gid);
    const args = ['-D', folderArgument(fresh, binaries, owner), '-U', ROLE, `--pwfile=${secret}`, '-A', 'scram-sha-256', '-E', 'UTF8', '--no-locale', '--no-instructions'];
    const done = spawnSync(binaries.initdb, args, { ...owner, cwd: fresh, env: postgresEnv(), encoding: 'utf8' });
    if (done.status !== 0) throw new StartupError(...explain(done.stderr || String(done.error ?? done.signal)));
  } finally {
    rmSync(secretDir, { recursive: true, force: true });
  }
}

/** The first line that says why, out of what PostgreSQL wrote. */
export function explain(output: string): ['diskFull' | 'database', string] {
  const lines = output.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const why = lines.find((line) => /error:|FATAL:|PANIC:|could not/.test(line)) ?? lines.at(-1) ?? 'it said nothing';
  if (/No space left|Disk quota/.test(output)) return ['diskFull', `The disk is full: PostgreSQL could not write its data folder (${why}).`];
  return ['database', `PostgreSQL does not start: ${why.replace(/^.*?(FATAL|PANIC|error): */, '')}`];
}

/** Nothing of the caller's environment reaches PostgreSQL: PGDATA, PGPORT and locale variables would change what it does. */
export function postgresEnv(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot } = process.env;
  return { PATH, SystemRoot, LC_ALL: 'C', TZ: 'UTC' };
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
