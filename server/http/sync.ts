/** Sync: what a device brings after it was offline, and what it missed. 200 whatever the verdicts are. */
import * as v from 'valibot';
import { ok } from '#base/result.ts';
import { SyncItem, SyncReply, SyncRequest } from '#protocol/http-sync.ts';
import { LIMITS } from '#protocol/limits.ts';
import { sync, type ReadItem } from '#server/core/sync.ts';
import { route } from './route.ts';
import { passkeyScenes } from './site.ts';

/**
 * Each item is read on its own: one that has no form of ours must not hold up the others. One that a newer app made (a kind or a
 * field that is not known here) is money that this server cannot read yet, and no mistake.
 */
const readItem: ReadItem = (item) => {
  const parsed = v.safeParse(SyncItem, item);
  if (parsed.success) return parsed.output;
  const isNewer = parsed.issues.every((issue) => issue.type === 'variant' || (issue.type === 'strict_object' && issue.expected === 'never'));
  return isNewer ? 'newer' : null;
};

const SyncDescribed = v.strictObject({ ...SyncRequest.entries, items: v.pipe(v.array(SyncItem), v.maxLength(LIMITS.syncItems)) });

export const syncRoutes = [
  route({
    method: 'POST',
    path: '/v1/sync',
    operation: 'sync',
    summary: 'Bring vouchers and notes, each settled exactly once however often it is sent; take what is new',
    auth: 'session',
    accountRate: 'sync',
    body: { name: 'SyncRequest', schema: SyncRequest, described: SyncDescribed },
    reply: { status: 200, description: 'A verdict for each item in order, and the feed after the cursor', body: { name: 'SyncReply', schema: SyncReply } },
    problems: [],
    handle: async ({ caller, body, scene }, deps) => {
      const json = await sync(deps, caller, body, readItem, passkeyScenes(scene));
      if (json.results.some((result) => !result.dup)) deps.live.wake();
      return ok({ status: 200, json });
    },
  }),
];
