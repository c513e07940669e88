/** Rows that cannot be read, and holes in the history: looked for after the first picture, which leaves out what cannot be read in any case. */
import type { Core } from './core.ts';
import { load, later } from './later.ts';
import type { WalletTx } from './ports.ts';
import type { TruthRecord } from './records.ts';
import { write } from './writer.ts';

const bringAgainPart = later(() => import('./bring-again.ts'));

/**
 * Unreadable rows go out of the way, and what the server can say again is asked for again. True when any have gone: on a full disk, say,
 * trying it at once again would end the same way, and so without end.
 */
export async function mend(core: Core): Promise<boolean> {
  if (core.memory.mending) return false;
  core.memory.mending = true;
  const moved = await mendAlone(core).finally(() => (core.memory.mending = false));
  return moved > 0;
}

async function mendAlone(core: Core): Promise<number> {
  const mended = await write(core, async (tx) => {
    const quarantined = await tx.quarantine();
    const truth = await tx.truth();
    if (truth === undefined) return { truth: null, quarantined };
    const cursor = await joinedUpTo(tx, truth, quarantined);
    const again: TruthRecord = { ...truth, cursor };
    if (cursor !== truth.cursor) await tx.putTruth(again);
    return { truth: again, quarantined };
  });
  if (!mended.ok) return 0;
  const { truth, quarantined } = mended.value;
  if (truth === null) return quarantined;
  if (truth.cursor !== core.memory.truth?.cursor) core.ports.log.warn('history.mended', { cursor: truth.cursor });
  core.memory.truth = truth;
  core.memory.feedDue = true;
  if (quarantined > 0) await bringAgain(core);
  return quarantined;
}

/** The row that could not be read may have been the only one that brings what waits. */
async function bringAgain(core: Core): Promise<void> {
  const part = await load(bringAgainPart);
  if (part !== null) await write(core, (tx) => part.bringAgain(core, tx, 'waiting'));
}

async function joinedUpTo(tx: WalletTx, truth: TruthRecord, quarantined: number): Promise<number> {
  if (quarantined > 0) return 0;
  if ((await tx.history.count()) === truth.cursor) return truth.cursor;
  return Math.min(truth.cursor, (await tx.history.firstMissing()) - 1);
}
