/** A payment: the exact bytes that the payer's device stored. 200 for both verdicts; a refusal is an answer. */
import { assert } from '#base/assert.ts';
import { fromBase64Url } from '#base/bytes.ts';
import { err, ok } from '#base/result.ts';
import { PaymentReply, PaymentRequest } from '#protocol/http.ts';
import { codeForPayment } from '#server/core/confirmation-codes.ts';
import { settlePayment } from '#server/core/settlement.ts';
import { route } from './route.ts';

export const paymentRoutes = [
  route({
    method: 'POST',
    path: '/v1/payments',
    operation: 'pay',
    summary: 'Settle one payment, exactly once however often it is sent',
    auth: 'session',
    accountRate: 'payment',
    body: { name: 'PaymentRequest', schema: PaymentRequest },
    reply: { status: 200, description: 'The stored verdict: settled with a receipt, or refused with a code', body: { name: 'PaymentReply', schema: PaymentReply } },
    problems: ['FORBIDDEN'],
    handle: async ({ caller, body }, deps) => {
      const order = fromBase64Url(body.order);
      const invoice = fromBase64Url(body.invoice);
      if (order === null || invoice === null) return err('BAD_REQUEST');
      if (caller.party.kind !== 'shopper') return err('FORBIDDEN');
      const { party, device } = caller;
      const devicePublicKey = fromBase64Url(device.publicKey);
      assert(devicePublicKey !== null, 'a stored device key is base64url');
      const { paymentId, verdict, dup } = await settlePayment(deps, { partyId: party.id, deviceId: device.id, devicePublicKey }, { order, invoice });
      if (paymentId === null) return err('BAD_REQUEST');
      if (verdict.state === 'settled' && !dup) deps.live.wake();
      const confirmationCode = verdict.state === 'settled' ? await codeForPayment(deps, paymentId) : null;
      const json: PaymentReply = { nowMs: deps.clock.nowMs(), paymentId, verdict, dup, confirmationCode };
      return ok({ status: 200, json });
    },
  }),
];
