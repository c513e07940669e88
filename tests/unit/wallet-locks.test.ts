/** One writer: in turn, released on failure, stolen from a frozen holder; and the same without Web Locks. Node has real Web Locks. */
import { describe, expect, it } from 'vitest';
import { createLock, LOCK_WAIT_MS } from '#browser/locks.ts';
import { stillClock } from '../fixtures/given.ts';

const gate = () => {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
};

const kinds: readonly (readonly [string, LockManager | undefined])[] = [
  ['Web Locks', navigator.locks],
  ['no Web Locks (case 29)', undefined],
];

for (const [name, locks] of kinds) {
  describe(`with ${name}`, () => {
    it('runs in turn, and gives each its own result', async () => {
      const lock = createLock(locks, stillClock(0));
      const order: string[] = [];
      const first = gate();
      const one = lock.run('write', async () => {
        order.push('one in');
        await first.passed;
        order.push('one out');
        return 1;
      });
      const two = lock.run('write', async () => order.push('two'));
      const other = await lock.run('sync', async () => 'another lock is free');
      expect(other).toBe('another lock is free');
      first.open();
      expect(await Promise.all([one, two])).toEqual([1, 3]);
      expect(order).toEqual(['one in', 'one out', 'two']);
    });

    it('lets go after a failure, and tells it', async () => {
      const lock = createLock(locks, stillClock(0));
      await expect(lock.run('write', () => Promise.reject(new Error('planted')))).rejects.toThrow('planted');
      expect(await lock.run('write', async () => 2)).toBe(2);
    });
  });
}

describe('a holder that is frozen', () => {
  it('case 28: is robbed after a while, and its own work still ends with its own result', async () => {
    const clock = stillClock(0);
    const frozen = gate();
    const entered = gate();
    const holder = createLock(navigator.locks, clock).run('write', async () => {
      entered.open();
      await frozen.passed;
      return 'late';
    });
    await entered.passed;
    const taking = createLock(navigator.locks, clock).run('write', async () => 'taken');
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(LOCK_WAIT_MS.write);
    expect(await taking).toBe('taken');
    frozen.open();
    expect(await holder).toBe('late');
  });
});
