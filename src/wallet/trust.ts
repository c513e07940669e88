/**
 * Which keys this wallet believes. The root key is baked in or pinned at first sight and never replaced by the network; a key
 * set counts only when that root signed it and it is not older than the one we hold. It is read and judged when a key is first
 * needed, and at once when the server has another one than the store.
 */
import { toBase64Url } from '#base/bytes.ts';
import { ConfigReply } from '#protocol/http.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { KeySet } from '#protocol/objects.ts';
import { readMessage } from '#protocol/read-message.ts';
import { ask } from './ask.ts';
import type { Core, OfferedTrust } from './core.ts';
import { load, later } from './later.ts';
import type { TruthRecord } from './records.ts';
import { write } from './writer.ts';

const keySetPart = later(() => import('./key-set.ts'));

/** Asks GET /v1/config: is anybody there, what mode is it, which keys. True when the server answered. */
export async function learnConfig(core: Core): Promise<boolean> {
  const answer = await ask(core, {
    method: 'GET',
    path: '/v1/config',
    body: null,
    read: (json) => readMessage(ConfigReply, json),
    timeoutMs: LIMITS.probeTimeoutMs,
  });
  if (answer.kind !== 'done') return false;
  const { mode, deskOrigin, rootKey, keySet } = answer.value;
  Object.assign(core.memory, { mode, deskOrigin });
  await weigh(core, { rootKey, keySet });
  core.changed();
  return true;
}

/** True when there is a key set to judge, or a judged one. */
export function hasTrust(core: Core): boolean {
  return core.memory.keySet !== null || core.memory.unread !== null;
}

/** The key set that this wallet believes; null when there is none, or none that its root signed. */
export async function trustedKeySet(core: Core): Promise<KeySet | null> {
  const { keySet, unread } = core.memory;
  if (keySet !== null || unread === null) return keySet;
  const judged = await judge(core, unread, 0);
  if (judged === 'not-loaded') return null;
  core.memory.unread = null;
  if (judged !== null) believe(core, unread, judged);
  return judged;
}

/** The pinned root and the key set that the store holds: verified before it was stored, and again when it is used. */
export function recallTrust(core: Core, truth: TruthRecord): void {
  const rootKey = core.ports.rootKey ?? truth.rootKey;
  Object.assign(core.memory, { rootKey, keySet: null, unread: { rootKey, keySet: truth.keySet } });
}

/** What a sync brought. True when this wallet's key set is the server's newest. */
export async function weighKeySet(core: Core, keySet: string): Promise<boolean> {
  const { rootKey } = core.memory;
  if (rootKey === null) return false;
  await weigh(core, { rootKey, keySet });
  return core.memory.truth?.keySet === keySet;
}

async function weigh(core: Core, offered: OfferedTrust): Promise<void> {
  const { truth, keySet, unread, rootKey } = core.memory;
  // Nothing was believed yet, and nothing is until somebody comes in: who only looks at the first screen loads no codec.
  if (truth === null && keySet === null) {
    core.memory.unread = offered;
    return;
  }
  // Byte for byte what is believed here and what the store holds: that may be another tab's doing.
  const believed = keySet === null ? unread?.keySet : toBase64Url(keySet.bytes);
  if (truth !== null && [believed, truth.keySet].every((known) => known === offered.keySet) && offered.rootKey === rootKey) return;
  const held = await trustedKeySet(core);
  const judged = await judge(core, offered, held?.seq ?? 0);
  if (judged === null || judged === 'not-loaded') return;
  believe(core, offered, judged);
  await keep(core, offered, judged);
}

async function judge(core: Core, offered: OfferedTrust, minSeq: number): Promise<KeySet | 'not-loaded' | null> {
  const part = await load(keySetPart);
  if (part === null) return 'not-loaded';
  const judged = await part.judgeKeySet(offered, { pinned: core.memory.rootKey, minSeq }, core.ports.verifier);
  if (judged.ok) return judged.value;
  core.ports.log.error('keyset.refused');
  return null;
}

function believe(core: Core, { rootKey }: OfferedTrust, keySet: KeySet): void {
  Object.assign(core.memory, { rootKey, keySet, unread: null });
}

async function keep(core: Core, { rootKey }: OfferedTrust, keySet: KeySet): Promise<void> {
  if (core.memory.truth === null) return;
  await write(core, async (tx) => {
    const truth = await tx.truth();
    if (truth === undefined) return;
    const renewed: TruthRecord = { ...truth, rootKey, keySet: toBase64Url(keySet.bytes) };
    await tx.putTruth(renewed);
    core.memory.truth = renewed;
  });
}
