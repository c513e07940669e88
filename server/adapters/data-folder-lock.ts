/**
 * One server a data folder. The lock names its holder by number and start stamp, so a lock that outlived its holder (kill -9,
 * power cut, a number used again) is taken over, and a living holder is never pushed aside.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { processIdentity } from './processes.ts';
import { StartupError } from './startup-error.ts';

/** A server that was told to end a moment ago is waited for this long. */
const WAIT_MS = 3_000;
const POLL_MS = 50;

/** Resolves with the function that gives the folder up. */
export async function lockDataFolder(file: string): Promise<() => void> {
  const me = `${process.pid} ${processIdentity(process.pid)?.started ?? ''}`;
  for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += POLL_MS) {
    if (create(file, me)) return () => rmSync(file, { force: true });
    const holder = readHolder(file);
    if (holder === me) break;
    if (holder !== null && !lives(holder)) setAside(file, holder);
    else await delay(POLL_MS);
  }
  const holder = readHolder(file) ?? 'unknown';
  throw new StartupError('dataDir', `Process ${holder.split(' ')[0]} already serves this data folder (${file}). Stop it, or choose another DATA_DIR.`);
}

/** A link appears with its content whole, so nobody ever reads a lock without a name in it. */
function create(file: string, text: string): boolean {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, text, { mode: 0o600 });
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

function readHolder(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function lives(holder: string): boolean {
  const [pid = '', ...started] = holder.split(' ');
  return processIdentity(Number(pid))?.started === started.join(' ');
}

/** Two may find the same dead lock: who took away a living one by mistake puts it back. */
function setAside(file: string, dead: string): void {
  const aside = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, aside);
    if (readHolder(aside) !== dead) linkSync(aside, file);
    rmSync(aside, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
