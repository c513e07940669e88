/** Demo mode only: codes for play-money accounts. In production this route does not exist. */
import { err, ok } from '#base/result.ts';
import { DemoEnrolmentRequest, EnrolmentReply } from '#protocol/http.ts';
import { enrolInDemo } from '#server/core/demo.ts';
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
];
