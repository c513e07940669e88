/** How a party reads its feed. */
import type { FeedReply } from '#protocol/http.ts';
import { LIMITS } from '#protocol/limits.ts';
import { moneyOf, type Caller, type IdentityDeps } from './identity.ts';

/** The page after `cursor`. A cursor that is ahead of the feed is from before a restored backup, and is set back. */
export async function feedPage({ store, clock }: Pick<IdentityDeps, 'store' | 'clock'>, { party }: Pick<Caller, 'party'>, cursor: number): Promise<FeedReply> {
  const merchant = party.kind === 'merchant' ? await store.transaction((tx) => tx.merchantOfParty(party.id)) : null;
  const page = await store.feed(party.id, moneyOf(party, merchant), cursor, LIMITS.feedPage);
  const next = page.changes.at(-1)?.seq ?? Math.min(cursor, page.headSeq);
  return { nowMs: clock.nowMs(), cursor: next, more: next < page.headSeq, ...page };
}
