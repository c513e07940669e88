/** The feed: everything that happened to an account, in order and without gaps. */
import * as v from 'valibot';
import { ok } from '#base/result.ts';
import { FeedReply } from '#protocol/http.ts';
import { LIMITS } from '#protocol/limits.ts';
import { moneyOf } from '#server/core/identity.ts';
import { route } from './route.ts';

const CURSOR = /^(?:0|[1-9][0-9]{0,14})$/;
/** Digits only, at most 15 of them: always a safe integer. */
export const FeedQuery = v.strictObject({ cursor: v.optional(v.pipe(v.string(), v.regex(CURSOR)), '0') });

export const feedRoutes = [
  route({
    method: 'GET',
    path: '/v1/feed',
    operation: 'getFeed',
    summary: "The account's changes after a cursor, oldest first",
    auth: 'session',
    accountRate: 'read',
    query: { name: 'FeedQuery', schema: FeedQuery },
    reply: { status: 200, description: 'One page; `more` says whether there is another', body: { name: 'FeedReply', schema: FeedReply } },
    problems: [],
    handle: async ({ caller, query }, { store, clock }) => {
      const after = Number(query.cursor);
      const { party } = caller;
      const merchant = party.kind === 'merchant' ? await store.transaction((tx) => tx.merchantOfParty(party.id)) : null;
      const page = await store.feed(party.id, moneyOf(party, merchant), after, LIMITS.feedPage);
      const cursor = page.changes.at(-1)?.seq ?? Math.min(after, page.headSeq);
      const json: FeedReply = { nowMs: clock.nowMs(), cursor, more: cursor < page.headSeq, ...page };
      return ok({ status: 200, json });
    },
  }),
];
