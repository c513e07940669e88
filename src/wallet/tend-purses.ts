/**
 * What purses need while there is a network, without the user: a certificate that is genuine, and good when it is needed (protocol.md
 * 5.1), and the word to the server that one has ended here. Moves no money: a top-up is the user's.
 */
import { pursePolicy } from '#protocol/purse-caps.ts';
import type { Core } from './core.ts';
import { closePurse, refreshPurse } from './purse.ts';
import type { PurseRecord } from './records.ts';

const REFRESH_BEFORE_MS = 24 * 3_600_000;

export async function tendPurses(core: Core): Promise<void> {
  for (const id of core.memory.untold.splice(0)) await closePurse(core, id);
  for (const id of core.memory.unproved.splice(0)) await refreshPurse(core, id);
  await refreshPurses(core, (purse) => isRefreshDue(purse, core.time.nowMs()));
}

export async function refreshPurses(core: Core, isDue: (purse: PurseRecord) => boolean): Promise<void> {
  const purses = await core.ports.store.read((tx) => tx.purses.all());
  const due = purses.ok ? purses.value.filter((purse) => purse.state.kind === 'active' && isDue(purse)) : [];
  for (const { id } of due) await refreshPurse(core, id);
}

/** Its last day has begun, or half of its payments are used up. Past its claim deadline it only waits to be released. */
export function isRefreshDue({ ccy, expMs, claimDeadlineMs, maxCount, head }: PurseRecord, nowMs: number): boolean {
  if (nowMs > claimDeadlineMs) return false;
  const left = maxCount - (head?.seq ?? 0);
  return expMs - nowMs < REFRESH_BEFORE_MS || left < (pursePolicy(ccy)?.payments ?? 0) / 2;
}
