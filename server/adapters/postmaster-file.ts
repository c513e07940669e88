/**
 * Reads postmaster.pid, PostgreSQL's own note of who serves a data folder, and tells whether that process still lives. It
 * removes the note only when the number belongs to somebody else and nobody works in the folder: the note also guards
 * against a second server beside the orphaned backends of a first.
 */
import { readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { processesIn, processIdentity, workingFolder } from './processes.ts';

export type Postmaster = { readonly pid: number; readonly port: number; readonly status: string };

/** Lines 1, 4 and 8; null when there is no note or it is not yet whole. */
function readPostmasterFile(clusterDir: string): Postmaster | null {
  let lines: string[];
  try {
    lines = readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return null;
  }
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  return pid > 0 && port > 0 ? { pid, port, status: (lines[7] ?? '').trim() } : null;
}

export function isPostmasterOf(pid: number, clusterDir: string): boolean {
  const identity = processIdentity(pid);
  if (identity === null || !identity.name.startsWith('postgres')) return false;
  const folder = workingFolder(pid);
  return folder === null || folder === realpathSync(clusterDir);
}

/** The living postmaster of this folder, if any. */
export function livingPostmaster(clusterDir: string): Postmaster | null {
  const note = readPostmasterFile(clusterDir);
  return note !== null && isPostmasterOf(note.pid, clusterDir) ? note : null;
}

/** True when nothing is in the way of a new postmaster; false while backends of a dead one are still leaving. */
export function clearStaleNote(clusterDir: string): boolean {
  if (processesIn(realpathSync(clusterDir)).some((pid) => processIdentity(pid)?.name.startsWith('postgres'))) return false;
  const note = readPostmasterFile(clusterDir);
  // A number that nobody has is PostgreSQL's to judge; one that a stranger or a zombie has would make it refuse for ever.
  if (note !== null && process.platform === 'linux' && numberIsTaken(note.pid)) rmSync(join(clusterDir, 'postmaster.pid'), { force: true });
  return true;
}

function numberIsTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
