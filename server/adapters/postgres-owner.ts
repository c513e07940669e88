/**
 * PostgreSQL refuses to run as root. A server that was started as root runs it as an unprivileged user of the system, and
 * always as the one who owns the data folder already.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StartupError } from './startup-error.ts';

export type ProcessOwner = { readonly uid: number; readonly gid: number };

const PREFERRED = ['postgres', 'nobody'];

/** Null when this process is not root: then PostgreSQL runs as the same user. */
export function unprivilegedOwner(clusterDir: string): ProcessOwner | null {
  if (process.getuid?.() !== 0) return null;
  return ownerOfFolder(clusterDir) ?? systemUser();
}

/** May this user enter every folder on the way? Access lists are not read: a wrong "no" costs nothing. */
export function canEnter(folder: string, owner: ProcessOwner): boolean {
  for (let at = folder; ; at = dirname(at)) {
    const { mode, uid, gid } = statSync(at);
    const bit = uid === owner.uid ? 0o100 : gid === owner.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

function ownerOfFolder(folder: string): ProcessOwner | null {
  const stats = statSync(folder, { throwIfNoEntry: false });
  return stats === undefined || stats.uid === 0 ? null : { uid: stats.uid, gid: stats.gid };
}

/** initdb looks its user up by number, so it must be one that the system knows. */
function systemUser(): ProcessOwner {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'));
  for (const name of PREFERRED) {
    const [, , uid, gid] = lines.find((fields) => fields[0] === name) ?? [];
    if (Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new StartupError('database', 'PostgreSQL refuses to run as root, and this system has neither a user postgres nor nobody. Start as another user, or set DATABASE_URL.');
}
