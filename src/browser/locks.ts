/**
 * One writer among all tabs and workers of this origin, by Web Lock. A frozen tab keeps its lock, so after LOCK_WAIT_MS the lock
 * is stolen; the fence in the store turns the frozen one away when it wakes. Where the browser has no Web Locks, work is in turn
 * within this context only, and the fence alone (compared and set inside the transaction) keeps the contexts apart.
 */
import type { Clock } from '#base/clock.ts';
import type { Lock } from '#wallet/ports.ts';

/** A write takes milliseconds; a signature waits for its PIN to be stretched, half a second on a slow phone. A round of sending waits for the server: longer than one request may take. A way in asks four times. */
export const LOCK_WAIT_MS = { write: 3_000, sign: 3_000, sync: 15_000, enter: 45_000 } as const;

export function createLock(locks: LockManager | undefined, clock: Clock): Lock {
  return locks === undefined ? createTurns() : createWebLock(locks, clock);
}

function createWebLock(locks: LockManager, clock: Clock): Lock {
  const nameOf = (name: string) => `chit-${name}`;
  return {
    async run(name, work) {
      const patience = new AbortController();
      const cancel = clock.after(LOCK_WAIT_MS[name], () => patience.abort());
      try {
        return await held(locks, nameOf(name), { signal: patience.signal }, work, cancel);
      } catch (error) {
        if (!(error instanceof LockNotGained)) throw error;
        return await held(locks, nameOf(name), { steal: true }, work, () => undefined);
      } finally {
        cancel();
      }
    },
  };
}

class LockNotGained extends Error {}

/** The work's own outcome, even when the lock was stolen from us meanwhile: then the fence has decided what it could do. */
function held<T>(locks: LockManager, name: string, options: LockOptions, work: () => Promise<T>, gained: () => void): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let started = false;
    locks
      .request(name, options, async () => {
        started = true;
        gained();
        await work().then(resolve, reject);
      })
      .catch((error: unknown) => {
        if (!started) reject(error instanceof DOMException && error.name === 'AbortError' ? new LockNotGained() : error);
      });
  });
}

function createTurns(): Lock {
  const tails = new Map<string, Promise<unknown>>();
  return {
    run(name, work) {
      const turn = (tails.get(name) ?? Promise.resolve()).then(work);
      tails.set(
        name,
        turn.catch(() => undefined),
      );
      return turn;
    },
  };
}
