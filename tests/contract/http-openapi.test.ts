/** The document and the server are one: what is mounted is described, what is described is mounted, and its schemas resolve. */
import { describe, expect, it } from 'vitest';
import { createApp } from '#server/http/app.ts';
import { templateOf } from '#server/http/openapi-document.ts';
import { isServed, problemsOf } from '#server/http/route.ts';
import { PROBLEM_SHOWN } from '#server/http/problems.ts';
import { ROUTES } from '#server/http/routes.ts';
import { openTestServer } from '../fixtures/http-server.ts';

type Operation = {
  operationId: string;
  security: unknown[];
  parameters?: unknown[];
  requestBody?: { required: boolean; content: Record<string, { schema: { $ref: string } }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: { $ref?: string } }> }>;
};
type Document = { openapi: string; paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, object> } };

async function document(mode: 'demo' | 'production' = 'demo'): Promise<Document> {
  const site = mode === 'demo' ? undefined : ({ mode, scheme: 'https', hostnames: ['pay.example'] } as const);
  const server = await openTestServer(site === undefined ? {} : { site });
  const browser = server.browser(site === undefined ? undefined : 'pay.example');
  return (await browser.ask('GET', '/v1/openapi.json')).json as Document;
}

/** What Hono really has, middleware and catch-alls aside. */
async function mounted(): Promise<string[]> {
  const { options } = await openTestServer();
  const routes = createApp(options).routes.filter((each) => each.method !== 'ALL');
  return [...new Set(routes.map((each) => `${each.method} ${templateOf(each.path)}`))].toSorted();
}

const described = ({ paths }: Document): string[] =>
  Object.entries(paths)
    .flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`))
    .toSorted();

describe('the OpenAPI document', () => {
  it('describes exactly what is mounted', async () => {
    expect(described(await document())).toEqual(await mounted());
  });

  it('leaves out in production what production does not have, and the route is gone', async () => {
    const demoOnly = ROUTES.filter((route) => route.demoOnly === true).map((route) => `${route.method} ${route.path}`);
    expect(demoOnly).toEqual(['POST /v1/demo/enrolments', 'GET /v1/demo/ledger']);
    const there = described(await document('production'));
    for (const route of demoOnly) expect(there).not.toContain(route);
    const server = await openTestServer({ site: { mode: 'production', scheme: 'https', hostnames: ['pay.example'] } });
    const gone = await server.browser('pay.example').ask('POST', '/v1/demo/enrolments', { json: { as: 'demo-shopper' } });
    expect(gone.problem?.code).toBe('NOT_FOUND');
  });

  it('names each operation once and resolves every reference', async () => {
    const whole = await document();
    expect(whole.openapi).toBe('3.1.0');
    const ids = Object.values(whole.paths).flatMap((operations) => Object.values(operations).map((each) => each.operationId));
    expect(new Set(ids).size).toBe(ids.length);
    const names = [...JSON.stringify(whole).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) expect(whole.components.schemas).toHaveProperty([String(name)]);
  });

  it('gives one name to one schema', () => {
    const named = ROUTES.flatMap((route) => [route.body, route.query, route.params, route.reply.body]).filter((each) => each !== null);
    const byName = Map.groupBy(named, (each) => each.name);
    const differing = [...byName].filter(([, same]) => new Set(same.map((each) => JSON.stringify(each.schema))).size > 1);
    expect(differing.map(([name]) => name)).toEqual([]);
  });

  it('says which routes need a session, and every refusal that a route may answer', async () => {
    const { paths } = await document();
    for (const route of ROUTES.filter((each) => isServed(each, 'demo'))) {
      const operation = paths[templateOf(route.path)]?.[route.method.toLowerCase()];
      expect(operation?.security).toEqual(route.auth === 'none' ? [] : [{ session: [] }]);
      for (const code of problemsOf(route)) expect(operation?.responses[PROBLEM_SHOWN[code].status]?.description).toContain(code);
    }
  });

  it('describes what must be sent: the items of a sync, our header, the type and need of a body', async () => {
    const { paths, components } = await document();
    for (const k of ['V', 'E', 'F', 'A', 'C']) expect(JSON.stringify(components.schemas['SyncRequest'])).toContain(`"const":"${k}"`);
    const header = { name: 'Chit-Request', in: 'header', required: true, schema: { type: 'string', const: '1' } };
    expect(paths['/v1/sync']?.['post']?.parameters).toEqual([header]);
    expect(paths['/v1/purses/{id}/close']?.['post']?.parameters?.at(-1)).toEqual(header);
    expect(paths['/v1/feed']?.['get']?.parameters).not.toContainEqual(header);
    const report = paths['/v1/csp-reports']?.['post'];
    expect([report?.parameters, Object.keys(report?.requestBody?.content ?? {})]).toEqual([undefined, ['application/csp-report']]);
    expect([paths['/v1/sync']?.['post']?.requestBody?.required, paths['/v1/passkeys/options']?.['post']?.requestBody?.required]).toEqual([true, false]);
  });

  it('carries the limits of the schemas', async () => {
    const { schemas } = (await document()).components;
    expect(schemas['PinRequest']).toMatchObject({ type: 'object', required: ['pin'], additionalProperties: false, properties: { pin: { pattern: '^[0-9]{6}$' } } });
    expect(JSON.stringify(schemas['FeedReply'])).toContain('"maximum":999999999');
  });
});
