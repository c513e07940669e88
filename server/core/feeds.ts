/** What one transaction tells several parties. Feeds are locked as they grow, so always in the order of party ids, and last of all. */
import type { FeedChange } from '#protocol/http.ts';
import type { Tx } from './ports.ts';

export type News = { readonly partyId: string; readonly make: (seq: number) => FeedChange };

/** In the order given for one party. */
export async function tellAll(tx: Tx, news: readonly News[]): Promise<void> {
  const inOrder = news.toSorted((a, b) => (a.partyId === b.partyId ? 0 : a.partyId < b.partyId ? -1 : 1));
  for (const { partyId, make } of inOrder) await tx.appendFeed(partyId, make);
}
