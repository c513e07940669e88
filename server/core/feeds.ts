/** Feeds: what one transaction tells several parties, and how a party reads it. Feeds are locked as they grow, so always in the order of party ids, and last of all. */
import type { FeedChange, FeedReply } from '#protocol/http.ts';
import { LIMITS } from '#protocol/limits.ts';
import { moneyOf, type Caller, type IdentityDeps } from './identity.ts';
import type { Tx } from './ports.ts';

export type News = { readonly partyId: string; readonly make: (seq: number) => FeedChange };

/** In the order given for one party. */
export async function tellAll(tx: Tx, news: readonly News[]): Promise<void> {
  const inOrder = news.toSorted((a, b) => (a.partyId === b.partyId ? 0 : a.partyId < b.partyId ? -1 : 1));
  for (const { partyId, make } of inOrder) await tx.appendFeed(partyId, make);
}

/** The page after `cursor`. A cursor that is ahead of the feed is from before a restored backup, and is set back. */
export async function feedPage({ store, clock }: Pick<IdentityDeps, 'store' | 'clock'>, { party }: Pick<Caller, 'party'>, cursor: number): Promise<FeedReply> {
  const merchant = party.kind === 'merchant' ? await store.transaction((tx) => tx.merchantOfParty(party.id)) : null;
  const page = await store.feed(party.id, moneyOf(party, merchant), cursor, LIMITS.feedPage);
  const next = page.changes.at(-1)?.seq ?? Math.min(cursor, page.headSeq);
  return { nowMs: clock.nowMs(), cursor: next, more: next < page.headSeq, ...page };
}
