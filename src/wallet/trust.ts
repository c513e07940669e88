/**
 * Which keys this wallet believes. The root key is baked in or pinned at first sight and never replaced by the network; a key
 * set counts only when that root signed it and it is not older than the one we hold.
 */
import { fromBase64Url, toBase64Url } from '#base/bytes.ts';
import { err, ok, type Result } from '#base/result.ts';
import { ConfigReply } from '#protocol/http.ts';
import { verifyKeySet } from '#protocol/keyset.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { KeySet } from '#protocol/objects.ts';
import { readMessage } from '#protocol/read-message.ts';
import { ask } from './ask.ts';
import type { Core } from './core.ts';
import type { TruthRecord } from './records.ts';
import { write } from './writer.ts';

export type Trust = { readonly rootKey: string; readonly keySet: KeySet };

/** Judges a key set that the network offered. */
export async function judgeKeySet(core: Core, offeredRoot: string, offeredSet: string): Promise<Result<Trust, 'E_KEYSET'>> {
  const { rootKey: pinned, keySet: held } = core.memory;
  if (pinned !== null && pinned !== offeredRoot) return err('E_KEYSET');
  const root = fromBase64Url(offeredRoot);
  const bytes = fromBase64Url(offeredSet);
  if (root === null || bytes === null) return err('E_KEYSET');
  const verified = await verifyKeySet(bytes, root, held?.seq ?? 0, core.ports.verifier);
  return verified.ok ? ok({ rootKey: offeredRoot, keySet: verified.value }) : err('E_KEYSET');
}

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
  core.memory.mode = answer.value.mode;
  core.memory.deskOrigin = answer.value.deskOrigin;
  const trust = await judgeKeySet(core, answer.value.rootKey, answer.value.keySet);
  if (trust.ok) await adopt(core, trust.value);
  else core.ports.log.error('keyset.refused');
  core.changed();
  return true;
}

async function adopt(core: Core, trust: Trust): Promise<void> {
  const known = core.memory.keySet?.seq === trust.keySet.seq && core.memory.truth?.rootKey === trust.rootKey;
  core.memory.rootKey = trust.rootKey;
  core.memory.keySet = trust.keySet;
  if (known || core.memory.truth === null) return;
  await write(core, async (tx) => {
    const truth = await tx.truth();
    if (truth === undefined) return;
    const renewed: TruthRecord = { ...truth, rootKey: trust.rootKey, keySet: toBase64Url(trust.keySet.bytes) };
    await tx.putTruth(renewed);
    core.memory.truth = renewed;
  });
}

/** The pinned root and key set that the store holds. */
export async function recallTrust(core: Core, truth: TruthRecord): Promise<void> {
  core.memory.rootKey = core.ports.rootKey ?? truth.rootKey;
  const root = fromBase64Url(core.memory.rootKey);
  const bytes = fromBase64Url(truth.keySet);
  if (root === null || bytes === null) return;
  const verified = await verifyKeySet(bytes, root, 0, core.ports.verifier);
  if (verified.ok) core.memory.keySet = verified.value;
  else core.ports.log.error('keyset.stored-refused');
}
