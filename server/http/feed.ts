/** The feed: everything that happened to an account, in order and without gaps. */
import * as v from 'valibot';
import { ok } from '#base/result.ts';
import { FeedReply } from '#protocol/http.ts';
import { feedPage } from '#server/core/feed-page.ts';
import { route } from './route.ts';

const CURSOR = /^(?:0|[1-9][0-9]{0,14})$/;
/** Digits only, at most 15 of them: always a safe integer. */
const FeedQuery = v.strictObject({ cursor: v.optional(v.pipe(v.string(), v.regex(CURSOR)), '0'), lastAtMs: v.optional(v.pipe(v.string(), v.regex(CURSOR))) });

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
    handle: async ({ caller, query: { cursor, lastAtMs } }, deps) => {
      const place = { cursor: Number(cursor), lastAtMs: lastAtMs === undefined ? undefined : Number(lastAtMs) };
      return ok({ status: 200, json: await feedPage(deps, caller, place) });
    },
  }),
];
