/** Whom this till believes, and by which clock: what verifyAtTill needs before the transaction. */
import { fromHex } from '#base/bytes.ts';
import { assert } from '#base/assert.ts';
import type { TillTrust } from '#protocol/till-check.ts';
import type { Core } from './core.ts';
import { sceneHere } from './passkey-word.ts';
import type { ListsRecord } from './records.ts';
import type { Till } from './till.ts';
import { trustedKeySet } from './trust.ts';

/** Null: there is no key set that its root signed. */
export async function tillTrust(core: Core, till: Till, lists: ListsRecord): Promise<TillTrust | null> {
  const keySet = await trustedKeySet(core);
  const merchantId = fromHex(till.till.merchantId);
  if (keySet === null) return null;
  assert(merchantId !== null, 'a merchant id is hexadecimal');
  return { ...tillClock(core, lists), keySet, verifier: core.ports.verifier, merchantId, terminalIds: [], scene: sceneHere(core) };
}

/**
 * The device's clock, set right by what is known of it, and the newest time that the server ever told: where the first is far
 * behind the second, somebody put the clock back, and nothing is taken by it.
 */
function tillClock(core: Core, lists: ListsRecord): Pick<TillTrust, 'deviceSeconds' | 'serverSeconds'> {
  const deviceMs = core.ports.clock.nowMs() + core.time.offsetMs();
  const serverMs = Math.max(core.memory.truth?.asOfMs ?? 0, lists.syncSeenMs ?? 0, lists.listSeenMs ?? 0);
  return { deviceSeconds: Math.floor(deviceMs / 1_000), serverSeconds: Math.floor(serverMs / 1_000) };
}
