/** Who I am here: account, device, and the till's certificate. */
import { ok } from '#base/result.ts';
import { MeReply } from '#protocol/http.ts';
import { describeMe } from '#server/core/identity.ts';
import { route } from './route.ts';

export const meRoutes = [
  route({
    method: 'GET',
    path: '/v1/me',
    operation: 'getMe',
    summary: 'The account, this device, and the till when the account is a shop',
    auth: 'session',
    accountRate: 'read',
    reply: { status: 200, description: 'The caller', body: { name: 'MeReply', schema: MeReply } },
    problems: [],
    handle: async ({ caller, scene }, deps) => ok({ status: 200, json: await describeMe(deps, caller, scene.rpId) }),
  }),
];
