/**
 * Who may call what, as data. A route that is not in this table fails the test, so nobody adds one without deciding; and
 * the table is checked against a server, not against the route's own words.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '#server/http/routes.ts';
import { openTestServer, type TestBrowser, type TestServer } from '../fixtures/http-server.ts';

type Role = 'nobody' | 'expired' | 'revoked' | 'shopper' | 'till';
const ROLES: readonly Role[] = ['nobody', 'expired', 'revoked', 'shopper', 'till'];
const EVERYBODY = ROLES;
const SIGNED_IN: readonly Role[] = ['shopper', 'till'];

const MAY: Readonly<Record<string, readonly Role[]>> = {
  'GET /v1/config': EVERYBODY,
  'GET /v1/openapi.json': EVERYBODY,
  'GET /healthz': EVERYBODY,
  'GET /readyz': EVERYBODY,
  'POST /v1/challenges': EVERYBODY,
  'POST /v1/sessions': EVERYBODY,
  'POST /v1/demo/enrolments': EVERYBODY,
  'GET /v1/demo/ledger': EVERYBODY,
  'POST /v1/csp-reports': EVERYBODY,
  'DELETE /v1/sessions/current': SIGNED_IN,
  'GET /v1/me': SIGNED_IN,
  'GET /v1/feed': SIGNED_IN,
  'GET /v1/events': SIGNED_IN,
  'POST /v1/pin': SIGNED_IN,
  'POST /v1/passkeys': SIGNED_IN,
  'POST /v1/passkeys/options': SIGNED_IN,
  'POST /v1/confirmations': SIGNED_IN,
  'POST /v1/payments': ['shopper'],
  'POST /v1/till/certificate': ['till'],
  'POST /v1/purses': ['shopper'],
  'POST /v1/purses/:id/top-ups': SIGNED_IN,
  'POST /v1/purses/:id/refresh': SIGNED_IN,
  'POST /v1/purses/:id/close': SIGNED_IN,
  'POST /v1/sync': SIGNED_IN,
  'GET /v1/proofs/:id': SIGNED_IN,
  'POST /v1/appeals': SIGNED_IN,
};

let server: TestServer;
let as: Record<Role, TestBrowser>;

beforeAll(async () => {
  server = await openTestServer();
  const [shopper, till, revoked, gone] = await Promise.all([
    server.joined('demo-shopper'),
    server.joined('demo-merchant'),
    server.joined('new-shopper'),
    server.joined('new-shopper'),
  ]);
  await server.store.transaction((tx) => tx.revokeDevice(revoked.me.device.id, server.clock.nowMs()));
  await server.store.transaction((tx) => tx.deleteSessionsOfDevice(gone.me.device.id));
  as = { nobody: server.browser(), expired: gone, revoked, shopper, till };
});

/** A body that passes the schema, so that what answers is the route and not the parser. */
function bodyFor(path: string): unknown {
  const bytes = 'AAAA';
  const bodies: Record<string, unknown> = {
    '/v1/confirmations': { order: bytes, user: { kind: 'pin', pin: '135790' } },
    '/v1/payments': { order: bytes, invoice: bytes },
    '/v1/pin': { pin: '111111' },
    '/v1/purses': { purseId: 'a'.repeat(16), kind: 'open', limMinor: 1, user: { kind: 'pin', pin: '135790' }, challenge: 'AAAA' },
    '/v1/purses/:id/top-ups': { topUpId: 'a'.repeat(32), addMinor: 1, user: { kind: 'pin', pin: '135790' }, challenge: 'AAAA' },
    '/v1/sync': { cursor: 0, statusSeq: 0, keySetSeq: 0, items: [] },
    '/v1/appeals': { appealId: 'a'.repeat(32), subject: 'a'.repeat(16), text: 'no' },
    '/v1/purses/:id/close': { headSeq: 0, headCum: 0, headVid: null },
    '/v1/passkeys': { id: 'AAAA', type: 'public-key' },
    '/v1/demo/enrolments': { as: 'demo-shopper' },
    '/v1/csp-reports': { 'csp-report': { 'effective-directive': 'img-src' } },
  };
  return bodies[path] ?? {};
}

describe('role and route', () => {
  it('lists every route, and nothing else', () => {
    expect(Object.keys(MAY).toSorted()).toEqual(ROUTES.map((route) => `${route.method} ${route.path}`).toSorted());
  });

  const cells = ROUTES.filter((route) => route.path !== '/v1/sessions/current').flatMap((route) => ROLES.map((role) => ({ role, route, name: `${route.method} ${route.path}` })));
  it.each(cells)('$role: $name', async ({ role, route, name }) => {
    const allowed = (MAY[name] ?? []).includes(role);
    const { method } = route;
    const path = route.path.replace(':id', 'a'.repeat(16));
    const json = method === 'GET' ? undefined : bodyFor(route.path);
    const stream = path === '/v1/events' && allowed ? await as[role].open(path) : null;
    await stream?.body?.cancel();
    const reply = stream === null ? await as[role].ask(method, path, json === undefined ? {} : { json }) : null;
    const code = reply?.problem?.code;
    if (allowed) expect(['UNAUTHENTICATED', 'FORBIDDEN']).not.toContain(code);
    else expect(code).toBe(SIGNED_IN.includes(role) ? 'FORBIDDEN' : 'UNAUTHENTICATED');
  });

  it('sign-out is for who is signed in', async () => {
    for (const role of ['nobody', 'expired', 'revoked'] as const) expect((await as[role].ask('DELETE', '/v1/sessions/current')).problem?.code).toBe('UNAUTHENTICATED');
  });

  it('unknown paths and methods do not exist', async () => {
    expect((await as.shopper.ask('GET', '/v1/admin')).problem).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    const wrong = await as.shopper.ask('PUT', '/v1/me');
    expect(wrong.problem).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect(wrong.headers.get('allow')).toBe('GET');
    expect((await as.shopper.ask('GET', '/v1/payments')).problem?.code).toBe('METHOD_NOT_ALLOWED');
  });

  it('an account sees only its own feed', async () => {
    const seen = await as.till.ask('GET', '/v1/feed');
    expect(seen.json).toMatchObject({ changes: [], balanceMinor: 0 });
  });
});
