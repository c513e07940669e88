/** Too many requests: who is counted, what is answered, and whom it does not touch. */
import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from '#server/core/ports.ts';
import { chargeOf, confirm, openTestServer, orderOf } from '../fixtures/http-server.ts';

describe('limits', () => {
  it('count an account over its devices, and leave others alone', async () => {
    const server = await openTestServer({ rates: { confirmation: { points: 3, seconds: 60 } } });
    const [one, two, stranger] = [await server.joined('demo-shopper'), await server.joined('demo-shopper'), await server.joined('new-shopper')];
    const invoice = chargeOf(server, await server.joined('demo-merchant'), 500);
    const order = await orderOf(server, one, invoice);
    for (let n = 0; n < 3; n++) expect((await confirm(one, order)).status).toBe(201);
    const refused = await confirm(two, order);
    expect(refused.problem).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(refused.problem?.retryAfterMs).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await confirm(stranger, order)).problem?.code).not.toBe('RATE_LIMITED');
  });

  it('count an address before anybody is looked for', async () => {
    const server = await openTestServer({ rates: { session: { points: 2, seconds: 60 } } });
    const browser = server.browser();
    const codes = [];
    for (let n = 0; n < 3; n++) codes.push((await browser.ask('POST', '/v1/challenges', { json: {} })).problem?.code);
    expect(codes).toEqual([undefined, undefined, 'RATE_LIMITED']);
    expect((await browser.ask('GET', '/v1/config')).status).toBe(200);
  });

  it('cover everything from one address in the end', async () => {
    const server = await openTestServer({ rates: { address: { points: 5, seconds: 60 } } });
    const browser = server.browser();
    for (let n = 0; n < 5; n++) await browser.ask('GET', '/v1/config');
    expect((await browser.ask('GET', '/v1/config')).problem?.code).toBe('RATE_LIMITED');
  });
});

describe('a database that does not answer', () => {
  it('case 61: is 503 with a time to come back, never a verdict; health stays up, readiness goes', async () => {
    const server = await openTestServer();
    const shopper = await server.joined('demo-shopper');
    server.store.transaction = () => Promise.reject(new StoreUnavailable('down'));
    server.store.ping = () => Promise.reject(new StoreUnavailable('down'));
    const reply = await shopper.ask('POST', '/v1/payments', { json: { order: 'AAAA', invoice: 'AAAA' } });
    expect(reply.problem).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
    expect(reply.headers.get('retry-after')).toBe('2');
    expect((await shopper.ask('GET', '/healthz')).status).toBe(200);
    expect((await shopper.ask('GET', '/readyz')).problem?.code).toBe('UNAVAILABLE');
  });

  it.each(['merchant', 'purse', 'receipt', 'status'])('and a %s key that can sign no more makes it not ready', async (lapsed) => {
    const server = await openTestServer();
    const probe = server.browser('10.0.0.9');
    expect((await probe.ask('GET', '/readyz')).status).toBe(200);
    const { issuer } = server.options;
    const signer = issuer.signer.bind(issuer);
    issuer.signer = (use) => {
      if (use === lapsed) throw new Error('no key can sign now');
      return signer(use);
    };
    expect((await probe.ask('GET', '/readyz')).problem).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
    expect((await probe.ask('GET', '/healthz')).status).toBe(200);
  });
});
