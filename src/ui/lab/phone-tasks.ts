/** What the desk asks of a phone beside its screen: faults and storage. Says honestly when nothing could be done. */
import { unreachable } from '#base/assert.ts';
import type { PhoneLab } from '#faults/phone-lab.ts';
import type { StorageCopy } from '#faults/storage-copy.ts';
import type { Done, Task } from './desk-messages.ts';

export async function doTask(lab: PhoneLab, task: Task): Promise<Done> {
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
    case 'rows':
      return { ok: true, value: await lab.rows() };
    default:
      return unreachable(task);
  }
}

/** After these the page holds what is no longer stored. */
export function needsFreshStart(task: Task): boolean {
  return task.do === 'roll-back' || task.do === 'become';
}
