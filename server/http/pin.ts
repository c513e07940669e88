/** Setting and changing the payment PIN. */
import { ok } from '#base/result.ts';
import { PinRequest } from '#protocol/http.ts';
import { setPin } from '#server/core/pin.ts';
import { route } from './route.ts';

export const pinRoutes = [
  route({
    method: 'POST',
    path: '/v1/pin',
    operation: 'setPin',
    summary: 'Set the first PIN, or change it with the one before',
    auth: 'session',
    accountRate: 'pin',
    body: { name: 'PinRequest', schema: PinRequest },
    reply: { status: 204, description: 'The new PIN is in force', body: null },
    problems: ['PIN_WEAK', 'PIN_WRONG', 'PIN_LOCKED', 'PIN_NOT_SET'],
    handle: async ({ caller, body }, deps) => {
      const set = await setPin(deps, caller.party.id, body);
      return set.ok ? ok({ status: 204 }) : set;
    },
  }),
];
