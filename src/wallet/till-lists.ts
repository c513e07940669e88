/**
 * The lists by which a till judges purses with no network: the status list here, the key set in trust.ts. A list counts only when
 * our status key signed it and it is not older than the one held; how old it is counts from when the server last called it its
 * newest, because a list that did not change is not old. It is verified before it is stored, and again when it is used.
 */
import { fromBase64Url } from '#base/bytes.ts';
import type { Result } from '#base/result.ts';
import type { SyncReply } from '#protocol/http-sync.ts';
import type { StatusList } from '#protocol/objects.ts';
import { verifyStatusList } from '#protocol/status-list.ts';
import type { Core } from './core.ts';
import type { StorageError } from './ports.ts';
import { type ListsRecord, NO_LISTS } from './records.ts';
import { trustedKeySet } from './trust.ts';
import { write } from './writer.ts';

/** The stored list, judged; null when there is none that verifies. */
export async function heldStatusList(core: Core, lists: ListsRecord): Promise<StatusList | null> {
  if (core.memory.statusList?.seq === lists.statusSeq) return core.memory.statusList;
  const judged = lists.statusList === null ? null : await judge(core, lists.statusList, lists.statusSeq);
  core.memory.statusList = judged;
  return judged;
}

export async function storedLists(core: Core): Promise<Result<ListsRecord, StorageError>> {
  return core.ports.store.read(async (tx) => (await tx.lists()) ?? NO_LISTS);
}

/** What a sync brought. `sentSeq`: the list that the request said this device has; `current`: the reply's key set, if any, is believed. */
export async function noteLists(core: Core, reply: SyncReply, sentSeq: number, current: boolean): Promise<void> {
  const judged = reply.status === null ? null : await judge(core, reply.status, sentSeq + 1);
  if (reply.status !== null && judged === null) core.ports.log.error('status-list.refused');
  await write(core, async (tx) => {
    const held = (await tx.lists()) ?? NO_LISTS;
    const seenMs = Math.max(held.listSeenMs ?? 0, reply.nowMs);
    const syncSeenMs = current ? Math.max(held.syncSeenMs ?? 0, reply.nowMs) : held.syncSeenMs;
    if (judged !== null && reply.status !== null && judged.seq > held.statusSeq) {
      return tx.putLists({ ...held, statusList: reply.status, statusSeq: judged.seq, listSeenMs: seenMs, syncSeenMs });
    }
    const isNewest = held.statusSeq > 0 && held.statusSeq === (judged?.seq ?? (reply.status === null ? sentSeq : 0));
    return tx.putLists({ ...held, listSeenMs: isNewest ? seenMs : held.listSeenMs, syncSeenMs });
  });
}

async function judge(core: Core, text: string, minSeq: number): Promise<StatusList | null> {
  const bytes = fromBase64Url(text);
  const keySet = await trustedKeySet(core);
  if (bytes === null || keySet === null) return null;
  const verified = await verifyStatusList(bytes, keySet, minSeq, core.ports.verifier, core.ports.unpacking);
  return verified.ok ? verified.value : null;
}
