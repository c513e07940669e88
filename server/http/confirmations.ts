/** The user confirms one order, by PIN or passkey, before the payment is sent. */
import { ok } from '#base/result.ts';
import { ConfirmationReply, ConfirmationRequest } from '#protocol/http.ts';
import { confirmOrder } from '#server/core/confirmations.ts';
import { route } from './route.ts';

export const confirmationRoutes = [
  route({
    method: 'POST',
    path: '/v1/confirmations',
    operation: 'confirmOrder',
    summary: 'Confirm one order of this device by PIN or passkey',
    auth: 'session',
    accountRate: 'confirmation',
    body: { name: 'ConfirmationRequest', schema: ConfirmationRequest },
    reply: { status: 201, description: 'The order may be paid until then', body: { name: 'ConfirmationReply', schema: ConfirmationReply } },
    problems: ['PIN_WRONG', 'PIN_LOCKED', 'PIN_NOT_SET', 'PASSKEY_REFUSED'],
    handle: async ({ caller, body, scene }, deps) => {
      const confirmed = await confirmOrder(deps, caller, body, scene);
      return confirmed.ok ? ok({ status: 201, json: confirmed.value }) : confirmed;
    },
  }),
];
