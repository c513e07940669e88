/** For whoever runs the server: is the process up, and can it do its work. */
import * as v from 'valibot';
import { err, ok } from '#base/result.ts';
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
    summary: 'The database answers and the keys are in date',
    auth: 'none',
    reply: { status: 200, description: 'It can settle payments', body: { name: 'HealthReply', schema: HealthReply } },
    problems: [],
    handle: async (_call, { store, issuer, clock }) => {
      await store.ping();
      const nowSeconds = clock.nowMs() / 1_000;
      const inDate = (['merchant', 'receipt'] as const).every((use) =>
        issuer.keys.keys.some((key) => key.uses.includes(use) && key.notBeforeSeconds <= nowSeconds && nowSeconds <= key.notAfterSeconds),
      );
      return inDate ? ok({ status: 200, json: { ok: true } }) : err('UNAVAILABLE');
    },
  }),
];
