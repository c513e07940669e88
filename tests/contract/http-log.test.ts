/** Drives every door with marked secrets, then reads the whole log: none of the marks may be in it. */
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { toBase64Url } from '#base/bytes.ts';
import { generateSigner } from '#server/adapters/issuer-es256.ts';
import { pinoLog } from '#server/adapters/log.ts';
import { StoreUnavailable } from '#server/core/ports.ts';
import { chargeOf, confirm, DEMO_PIN, openSession, openTestServer, orderOf, pay } from '../fixtures/http-server.ts';

function capture(): { readonly stream: Writable; text(): string } {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return { stream, text: () => lines.join('') };
}

describe('the log', () => {
  it('has a line for each request, with pattern, status and time, and no secret', async () => {
    const log = capture();
    const server = await openTestServer({ log: pinoLog('debug', log.stream) });
    const shopper = await server.joined('demo-shopper');
    const till = await server.joined('demo-merchant');
    const invoice = chargeOf(server, till, 500);
    const order = await orderOf(server, shopper, invoice);
    await confirm(shopper, order, { kind: 'pin', pin: '864203' });
    await confirm(shopper, order);
    await pay(shopper, order, invoice);
    const sessions = [shopper.cookie, till.cookie];
    await shopper.ask('GET', '/v1/feed?cursor=CANARY-QUERY');
    await shopper.ask('GET', '/v1/CANARY-PATH?x=CANARY-QUERY');
    await shopper.ask('POST', '/v1/pin', { json: { pin: '491736', current: DEMO_PIN } });
    await shopper.ask('POST', '/v1/pin', { raw: '{"pin":"CANARY-BODY"', headers: { 'content-type': 'application/json' } });
    await shopper.ask('POST', '/v1/csp-reports', { json: { 'csp-report': { 'effective-directive': 'script-src', 'blocked-uri': 'https://CANARY-URI/', 'violated-directive': 'CANARY-TEXT' } } });
    await shopper.ask('GET', '/v1/me', { headers: { cookie: '__Host-chit=CANARY-COOKIE', 'user-agent': 'CANARY-AGENT', referer: 'http://CANARY-REFERER' } });
    await openSession(server.browser(), generateSigner(), { kind: 'enrol', code: 'CANARY-CODE-1' });
    server.store.balance = () => Promise.reject(new Error('CANARY-MESSAGE of a broken query'));
    const broken = await shopper.ask('GET', '/v1/me');
    expect(broken.problem).toMatchObject({ status: 500, code: 'INTERNAL' });
    expect(JSON.stringify(broken.json)).not.toMatch(/CANARY|stack|at /);

    server.store.balance = () => Promise.reject(new StoreUnavailable('the database does not answer: statement timeout'));
    expect((await shopper.ask('GET', '/v1/me')).problem?.code).toBe('UNAVAILABLE');

    const text = log.text();
    const marks = ['CANARY', '864203', '491736', DEMO_PIN, toBase64Url(order), toBase64Url(invoice), till.me.till?.certificate, ...sessions, shopper.key.publicKey.join()];
    for (const mark of marks) expect(text).not.toContain(mark);
    const lines = text.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    const paid = lines.filter((line) => line['route'] === '/v1/payments');
    expect(paid).toEqual([{ level: 'info', at: expect.any(String), event: 'request', requestId: expect.stringMatching(/^[0-9a-f]{16}$/), method: 'POST', route: '/v1/payments', status: 200, ms: expect.any(Number) }]);
    expect(lines.find((line) => line['event'] === 'request.broke')).toMatchObject({ level: 'error', requestId: broken.problem?.requestId, error: 'Error', at: expect.stringMatching(/^at .*http-log\.test\.ts/) });
    expect(lines.find((line) => line['event'] === 'store.unavailable')).toMatchObject({ error: 'Error', why: 'the database does not answer: statement timeout' });
    expect(lines.find((line) => line['event'] === 'csp.violation')).toMatchObject({ directive: 'script-src' });
    expect(lines.filter((line) => line['route'] === 'unknown')).toHaveLength(1);
  });
});
