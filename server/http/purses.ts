/** Purses: money set aside for paying with no network. */
import { err, ok, type Result } from '#base/result.ts';
import type { Problem } from '#protocol/errors.ts';
import type { PurseView } from '#protocol/http-offline.ts';
import { CloseRequest, PurseParams, PurseReply, PurseRequest, RefreshRequest, TopUpRequest } from '#protocol/http-purses.ts';
import { openPurse } from '#server/core/purses.ts';
import { closePurse, refreshPurse, topUpPurse } from '#server/core/purses-renewal.ts';
import { route, type Answer, type AppDeps } from './route.ts';

const PROOF = ['CHALLENGE', 'PIN_WRONG', 'PIN_LOCKED', 'PIN_NOT_SET', 'PASSKEY_REFUSED'] as const;
const FUNDING = ['ACCOUNT_FROZEN', 'CURRENCY', 'PURSE_LIMIT', 'INSUFFICIENT_FUNDS'] as const;
const OPENING = ['MERCHANT_UNKNOWN', 'MERCHANT_SUSPENDED', 'PURSE_OPEN', 'PURSE_TOO_NEW'] as const;
const params = { name: 'PurseParams', schema: PurseParams };
const body = { name: 'PurseReply', schema: PurseReply };

function answerWith({ clock, live }: AppDeps, status: number, done: Result<PurseView, Problem>): Result<Answer, Problem> {
  if (!done.ok) return done;
  live.wake();
  const json: PurseReply = { nowMs: clock.nowMs(), purse: done.value, certificate: done.value.certificate };
  return ok({ status, json });
}

export const purseRoutes = [
  route({
    method: 'POST',
    path: '/v1/purses',
    operation: 'openPurse',
    summary: 'Set money aside for this device, to spend with no network',
    auth: 'session',
    accountRate: 'purse',
    body: { name: 'PurseRequest', schema: PurseRequest },
    reply: { status: 200, description: 'The purse of this id, the same however often it is asked for', body },
    problems: ['FORBIDDEN', 'ID_REUSED', ...PROOF, ...FUNDING, ...OPENING],
    handle: async ({ caller, body: request, scene }, deps) =>
      caller.party.kind === 'shopper' ? answerWith(deps, 200, await openPurse(deps, caller, request, scene)) : err('FORBIDDEN'),
  }),
  route({
    method: 'POST',
    path: '/v1/purses/:id/top-ups',
    operation: 'topUpPurse',
    summary: 'Raise the limit of a purse of this device',
    auth: 'session',
    accountRate: 'purse',
    params,
    body: { name: 'TopUpRequest', schema: TopUpRequest },
    reply: { status: 200, description: 'The purse with its new certificate', body },
    problems: ['ID_REUSED', 'PURSE_CLOSED', ...PROOF, ...FUNDING],
    handle: async ({ caller, body: request, params: { id }, scene }, deps) => answerWith(deps, 200, await topUpPurse(deps, caller, id, request, scene)),
  }),
  route({
    method: 'POST',
    path: '/v1/purses/:id/refresh',
    operation: 'refreshPurse',
    summary: 'A later expiry for a purse of this device',
    auth: 'session',
    accountRate: 'purse',
    params,
    body: { name: 'RefreshRequest', schema: RefreshRequest },
    reply: { status: 200, description: 'The purse with its new certificate', body },
    problems: ['ACCOUNT_FROZEN', 'PURSE_CLOSED'],
    handle: async ({ caller, params: { id }, scene }, deps) => answerWith(deps, 200, await refreshPurse(deps, caller, id, scene)),
  }),
  route({
    method: 'POST',
    path: '/v1/purses/:id/close',
    operation: 'closePurse',
    summary: 'End a purse of this device; what is left comes back at its claim deadline',
    auth: 'session',
    accountRate: 'purse',
    params,
    body: { name: 'CloseRequest', schema: CloseRequest },
    reply: { status: 200, description: 'The purse, closing', body },
    problems: [],
    handle: async ({ caller, body: head, params: { id } }, deps) => answerWith(deps, 200, await closePurse(deps, caller, id, head)),
  }),
];
