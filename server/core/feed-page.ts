/** How a party reads its feed. */
import type { FeedReply } from '#protocol/http.ts';
import { LIMITS } from '#protocol/limits.ts';
import { moneyOf, type Caller, type IdentityDeps } from './identity.ts';

/** Up to where a device has read. `lastAtMs`: when the change at the cursor happened, as far as it says. */
export type Place = { readonly cursor: number; readonly lastAtMs?: number | undefined };

/**
 * The page after the cursor. A cursor that is ahead of the feed is from before a restored backup, and is set back. So is one at which
 * another change stands than the device has read: since the backup the feed has grown past it, and what it read before is lost here.
 */
export async function feedPage({ store, clock }: Pick<IdentityDeps, 'store' | 'clock'>, { party }: Pick<Caller, 'party'>, { cursor, lastAtMs }: Place): Promise<FeedReply> {
  const merchant = party.kind === 'merchant' ? await store.transaction((tx) => tx.merchantOfParty(party.id)) : null;
  const compared = cursor > 0 && lastAtMs !== undefined ? 1 : 0;
  const read = await store.feed(party.id, moneyOf(party, merchant), cursor - compared, LIMITS.feedPage + compared);
  const last = read.changes.find(({ seq }) => seq === cursor);
  const nowMs = clock.nowMs();
  if (last !== undefined && last.atMs !== lastAtMs) return { nowMs, cursor: 0, more: true, balanceMinor: read.balanceMinor, headSeq: 0, changes: [] };
  const page = { ...read, changes: read.changes.filter(({ seq }) => seq > cursor) };
  const next = page.changes.at(-1)?.seq ?? Math.min(cursor, page.headSeq);
  return { nowMs, cursor: next, more: next < page.headSeq, ...page };
}
