/** What the desk asks of a phone: faults, storage, and what a hand does on its screen. Says honestly when nothing could be done. */
import { unreachable } from '#base/assert.ts';
import type { PhoneLab } from '#faults/phone-lab.ts';
import type { StorageCopy } from '#faults/storage-copy.ts';
import type { Done, Task } from './desk-messages.ts';
import { play } from './plays/hands.ts';

export async function doTask(lab: PhoneLab, screen: Document, task: Task): Promise<Done> {
  switch (task.do) {
    case 'arm':
      await lab.arm(task.change);
      return { ok: true };
    case 'kill-worker':
      lab.killWorker();
      return { ok: true };
    case 'evict':
      await lab.evict();
      return { ok: true };
    case 'keep':
      return { ok: (await lab.keep()) !== null };
    case 'roll-back':
      return { ok: await lab.rollBack() };
    case 'copy': {
      const copy = await lab.copy();
      return { ok: copy !== null, value: copy };
    }
    case 'become':
      return { ok: await lab.become(task.copy as StorageCopy) };
    case 'new-version':
      await lab.newVersion();
      return { ok: true };
    case 'reopen':
      return { ok: true };
    case 'play':
      return { ok: await play(screen, task.played) };
    case 'rows':
      return { ok: true, value: await lab.rows() };
    default:
      return unreachable(task);
  }
}
