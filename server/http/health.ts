/** For whoever runs the server: is the process up, and can it do its work. */
import * as v from 'valibot';
import { err, ok } from '#base/result.ts';
import { KEY_USES } from '#protocol/objects.ts';
import type { Issuer, IssuerUse } from '#server/core/ports.ts';
import { route } from './route.ts';

const HealthReply = v.object({ ok: v.literal(true) });

export const healthRoutes = [
  route({
    method: 'GET',
    path: '/healthz',
    operation: 'getHealth',
    summary: 'The process answers',
    auth: 'none',
    reply: { status: 200, description: 'It is up', body: { name: 'HealthReply', schema: HealthReply } },
    problems: [],
    handle: async () => ok({ status: 200, json: { ok: true } }),
  }),
  route({
    method: 'GET',
    path: '/readyz',
    operation: 'getReadiness',
    summary: 'The database answers and there is a key to sign with for every use',
    auth: 'none',
    reply: { status: 200, description: 'It can settle payments', body: { name: 'HealthReply', schema: HealthReply } },
    problems: [],
    handle: async (_call, { store, issuer }) => {
      await store.ping();
      return KEY_USES.every((use) => canSign(issuer, use)) ? ok({ status: 200, json: { ok: true } }) : err('UNAVAILABLE');
    },
  }),
];

/** Asked of the issuer itself: a key stops signing well before its own end, so its dates do not tell. */
function canSign(issuer: Issuer, use: IssuerUse): boolean {
  try {
    issuer.signer(use);
    return true;
  } catch {
    return false;
  }
}
