/** Appeals against a verdict or a freeze. */
import { ok } from '#base/result.ts';
import { AppealReply, AppealRequest } from '#protocol/http-purses.ts';
import { appeal } from '#server/core/appeals.ts';
import { route } from './route.ts';

export const appealRoutes = [
  route({
    method: 'POST',
    path: '/v1/appeals',
    operation: 'appeal',
    summary: "Say that a purse's freeze, or the verdict on a voucher or payment of this account, is wrong",
    auth: 'session',
    accountRate: 'appeal',
    body: { name: 'AppealRequest', schema: AppealRequest },
    reply: { status: 200, description: 'Received, once an id; people read it', body: { name: 'AppealReply', schema: AppealReply } },
    problems: ['NOT_FOUND', 'ID_REUSED'],
    handle: async ({ caller, body }, deps) => {
      const done = await appeal(deps, caller, body);
      if (!done.ok) return done;
      deps.live.wake();
      const { id: appealId, answer } = done.value;
      const state = answer === null ? { state: 'received' as const } : { state: 'answered' as const, answer };
      const json: AppealReply = { nowMs: deps.clock.nowMs(), appealId, ...state };
      return ok({ status: 200, json });
    },
  }),
];
