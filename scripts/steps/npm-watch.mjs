/** npm starts a shell, which starts us: when either is gone, nobody can stop us any more. Also true of a kill -9, which tells nobody. */
import { readFileSync } from 'node:fs';

/** Remembers who is above us now; the returned function says whether one of them has gone. Without npm nobody is missed. */
export function watchNpm(env) {
  if (env.npm_lifecycle_event === undefined) return () => false;
  const before = ancestors();
  return () => ancestors() !== before;
}

/** Our parent and its parent, where the system tells. */
function ancestors() {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'latin1');
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]}`;
  } catch {
    return String(process.ppid);
  }
}
