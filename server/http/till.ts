/** What only a till asks for: a fresh certificate to show with its charges. */
import { assert } from '#base/assert.ts';
import * as v from 'valibot';
import { err, ok } from '#base/result.ts';
import { TillInfo } from '#protocol/http.ts';
import { tillInfo } from '#server/core/identity.ts';
import { route } from './route.ts';

export const tillRoutes = [
  route({
    method: 'POST',
    path: '/v1/till/certificate',
    operation: 'renewTillCertificate',
    summary: "A fresh certificate of the till's merchant",
    auth: 'till',
    accountRate: 'read',
    body: { name: 'NoRequest', schema: v.strictObject({}) },
    reply: { status: 200, description: 'The till with its new certificate', body: { name: 'TillInfo', schema: TillInfo } },
    problems: [],
    handle: async ({ caller }, deps) => {
      const merchant = await deps.store.transaction((tx) => tx.merchantOfParty(caller.party.id));
      const { terminal } = caller.device;
      assert(merchant !== null && terminal !== null, "a merchant's device has a merchant and a number");
      if (merchant.status !== 'active') return err('FORBIDDEN');
      return ok({ status: 200, json: await tillInfo(deps, merchant, { ...caller.device, terminal }) });
    },
  }),
];
