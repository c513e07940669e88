/** Where browsers report that a page broke its content security policy. Only which rule, and what kind of thing broke it, is logged: the rest of a report is a stranger's text. */
import * as v from 'valibot';
import { ok } from '#base/result.ts';
import { route } from './route.ts';

const word = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/));
const CspReport = v.object({ 'csp-report': v.object({ 'effective-directive': v.optional(word) }) });

export const cspReportRoutes = [
  route({
    method: 'POST',
    path: '/v1/csp-reports',
    operation: 'reportViolation',
    summary: 'Content security policy reports',
    auth: 'none',
    foreign: 'application/csp-report',
    addressRate: 'report',
    body: { name: 'CspReport', schema: CspReport },
    reply: { status: 204, description: 'Noted', body: null },
    problems: [],
    handle: async ({ body }, { log }) => {
      log.warn('csp.violation', { directive: body['csp-report']['effective-directive'] ?? 'unknown' });
      return ok({ status: 204 });
    },
  }),
];
