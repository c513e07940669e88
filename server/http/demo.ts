/** Demo mode only: codes for play-money accounts, and the journal for the desk. In production these routes do not exist. */
import { err, ok } from '#base/result.ts';
import { CNY } from '#protocol/currency.ts';
import { DemoEnrolmentRequest, DemoLedgerReply, EnrolmentReply } from '#protocol/http.ts';
import { enrolInDemo, readDemoLedger } from '#server/core/demo.ts';
import { route } from './route.ts';

export const demoRoutes = [
  route({
    method: 'POST',
    path: '/v1/demo/enrolments',
    operation: 'enrolInDemo',
    summary: 'A single-use code for a play-money account',
    auth: 'none',
    demoOnly: true,
    addressRate: 'demo',
    body: { name: 'DemoEnrolmentRequest', schema: DemoEnrolmentRequest },
    reply: { status: 201, description: 'The code', body: { name: 'EnrolmentReply', schema: EnrolmentReply } },
    problems: [],
    handle: async ({ body }, deps) => {
      const code = await enrolInDemo(deps, body.as);
      return code === null ? err('UNAVAILABLE') : ok({ status: 201, json: { code } });
    },
  }),
  route({
    method: 'GET',
    path: '/v1/demo/ledger',
    operation: 'getDemoLedger',
    summary: 'The newest rows of the journal, and what all accounts add up to',
    auth: 'none',
    demoOnly: true,
    addressRate: 'ledger',
    reply: { status: 200, description: 'The journal of play money', body: { name: 'DemoLedgerReply', schema: DemoLedgerReply } },
    problems: [],
    handle: async (_call, { store, clock }) => {
      const json: DemoLedgerReply = { nowMs: clock.nowMs(), ccy: CNY, ...(await readDemoLedger(store)) };
      return ok({ status: 200, json });
    },
  }),
];
