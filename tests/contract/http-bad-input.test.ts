/** Bad input at every door: the right problem, and nothing posted. */
import { parse } from 'valibot';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toBase64Url, type Bytes } from '#base/bytes.ts';
import { encodeCbor, type CborValue } from '#protocol/cbor.ts';
import { PaymentReply } from '#protocol/http.ts';
import { checkInvariants } from '#protocol/ledger-invariants.ts';
import { LIMITS } from '#protocol/limits.ts';
import { ROUTES } from '#server/http/routes.ts';
import { chargeOf, confirm, HOST, ledgerOf, openTestServer, orderOf, pay, type Ask, type JoinedDevice, type Reply, type TestServer } from '../fixtures/http-server.ts';

const POSTS = ROUTES.filter((route) => route.method === 'POST' && route.foreign === undefined);
const pathOf = ({ path }: { readonly path: string }): string => path.replace(':id', 'a'.repeat(16));
let server: TestServer;
let shopper: JoinedDevice;
let till: JoinedDevice;
let before: unknown;

/** One server for all: what none of these requests may do is change it. */
beforeAll(async () => {
  server = await openTestServer({ rates: { passkey: { points: 1_000, seconds: 60 }, purse: { points: 1_000, seconds: 60 }, appeal: { points: 1_000, seconds: 60 } } });
  shopper = await server.joined('demo-shopper');
  till = await server.joined('demo-merchant');
});
beforeEach(async () => {
  before = await ledgerOf(server);
});

async function nothingPosted(): Promise<void> {
  expect(await ledgerOf(server)).toEqual(before);
  expect(checkInvariants(await server.store.audit())).toEqual([]);
}

describe.each(POSTS)('$method $path', (route) => {
  const send = (ask: Ask): Promise<Reply> => (route.auth === 'till' ? till : shopper).ask(route.method, pathOf(route), ask);
  const type = { 'content-type': 'application/json' };

  it.each<[string, Ask, string]>([
    ['malformed JSON', { raw: '{"a":', headers: type }, 'BAD_REQUEST'],
    ['an array', { json: [] }, 'BAD_REQUEST'],
    ['null', { json: null }, 'BAD_REQUEST'],
    ['a number', { raw: '1e3', headers: type }, 'BAD_REQUEST'],
    ['a duplicate key', { raw: '{"pin":"802539","pin":"491736"}', headers: type }, 'BAD_REQUEST'],
    ['__proto__', { raw: '{"__proto__":{"as":"demo-shopper"}}', headers: type }, 'BAD_REQUEST'],
    ['an unknown field', { json: { admin: true } }, 'BAD_REQUEST'],
    ['another content type', { raw: '{}', headers: { 'content-type': 'text/plain' } }, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a form', { raw: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 'UNSUPPORTED_MEDIA_TYPE'],
    ['JSON in another charset', { raw: '{}', headers: { 'content-type': 'application/json; charset=gbk' } }, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a body above the limit', { raw: `"${'x'.repeat(LIMITS.bodyBytes)}"`, headers: type }, 'BODY_TOO_LARGE'],
    ['a tower of brackets', { raw: '['.repeat(60_000), headers: type }, 'BAD_REQUEST'],
  ])('refuses %s', async (_, ask, code) => {
    expect((await send(ask)).problem?.code).toBe(code);
    await nothingPosted();
  });
});

describe('a body without end', () => {
  it('is not read beyond the limit, whatever length it says', async () => {
    let given = 0;
    const raw = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        given += 16_384;
        controller.enqueue(new Uint8Array(16_384).fill(0x20));
        if (given > 10_000_000) controller.close();
      },
    });
    const refused = await shopper.ask('POST', '/v1/payments', { raw, headers: { 'content-type': 'application/json' } });
    expect(refused.problem).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
    expect(given).toBeLessThan(2 * LIMITS.bodyBytes);
  });

  it('is refused unread when it says how long it is', async () => {
    const raw = new ReadableStream({ pull: () => expect.unreachable('somebody read it') }, { highWaterMark: 0 });
    const headers = { 'content-type': 'application/json', 'content-length': '10485760' };
    expect((await shopper.ask('POST', '/v1/payments', { raw, headers })).problem?.code).toBe('BODY_TOO_LARGE');
  });
});

describe('cross-site requests', () => {
  it.each<[string, Ask['headers']]>([
    ['no header of ours', { 'chit-request': null }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another host of the same site', { 'sec-fetch-site': 'same-site', origin: 'http://till.chit.localhost:8080' }],
    ['the address bar', { 'sec-fetch-site': 'none' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['another scheme', { origin: `https://${HOST}` }],
    ['an opaque origin', { origin: 'null' }],
    ['a foreign host name', { host: 'evil.example:8080' }],
    ['a host with a name before it', { host: `user@${HOST}` }],
  ])('are refused: %s', async (_, headers) => {
    for (const route of ROUTES.filter((each) => each.method !== 'GET' && each.foreign === undefined)) {
      const refused = await shopper.ask(route.method, pathOf(route), { json: {}, headers: headers ?? {} });
      expect(refused.problem).toMatchObject({ status: 403, code: 'CROSS_SITE' });
    }
    await nothingPosted();
    expect((await shopper.ask('GET', '/v1/me')).status).toBe(200);
  });

  it('reading through a foreign host name (DNS rebinding) is refused too', async () => {
    expect((await shopper.ask('GET', '/v1/me', { headers: { host: 'evil.example' } })).problem?.code).toBe('CROSS_SITE');
  });

  it('an old browser that says nothing of origins is judged by the header alone', async () => {
    const silent = { 'sec-fetch-site': null, origin: null };
    expect((await shopper.ask('POST', '/v1/challenges', { json: {}, headers: silent })).status).toBe(200);
  });

  it('no answer ever allows another origin', async () => {
    const reply = await shopper.ask('GET', '/v1/config', { headers: { origin: 'https://evil.example' } });
    expect([...reply.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    const preflight = await shopper.ask('OPTIONS', '/v1/payments', { headers: { 'access-control-request-method': 'POST' } });
    expect(preflight.problem?.code).toBe('METHOD_NOT_ALLOWED');
  });
});

describe('amounts', () => {
  /** An invoice with anything where the amount belongs; the rest is right. */
  function invoiceWith(amount: CborValue): Bytes {
    const info = till.me.till;
    if (info === null) throw new Error('not a till');
    const iat = Math.floor(server.clock.nowMs() / 1_000);
    return encodeCbor([1, info.terminal, server.options.random.bytes(12), amount, 156, iat, 180, Uint8Array.from(Buffer.from(info.merchantId, 'hex'))]);
  }

  it.each<[string, CborValue]>([
    ['a text', '1000'],
    ['full-width digits', '１２'],
    ['an exponent', '1e3'],
    ['a list', [1_000]],
  ])('refuses %s for an amount', async (_, amount) => {
    const order = await orderOf(server, shopper, chargeOf(server, till, 1_000));
    await confirm(shopper, order);
    const reply = await pay(shopper, order, invoiceWith(amount));
    expect(parse(PaymentReply, reply.json).verdict).toMatchObject({ state: 'refused', code: 'FORMAT' });
    await nothingPosted();
  });

  /** Raw CBOR after the array head, so that what no encoder writes is sent too. */
  it.each<[string, string]>([
    ['a negative number', '20'],
    ['a half', 'f93800'],
    ['a float that is whole', 'fb408f400000000000'],
    ['minus zero', 'f98000'],
    ['2^53 + 1', '1b0020000000000001'],
    ['2^64 - 1', '1bffffffffffffffff'],
    ['a bignum', 'c249010000000000000000'],
    ['not the shortest form', '1a000003e8'],
    ['undefined', 'f7'],
  ])('refuses %s for an amount', async (_, hex) => {
    const plain = Buffer.from(invoiceWith(1_000)).toString('hex');
    const spoilt = plain.replace('1903e8', hex);
    expect(spoilt).not.toBe(plain);
    const order = await orderOf(server, shopper, chargeOf(server, till, 1_000));
    await confirm(shopper, order);
    const reply = await pay(shopper, order, Uint8Array.from(Buffer.from(spoilt, 'hex')));
    expect(parse(PaymentReply, reply.json).verdict).toMatchObject({ state: 'refused', code: 'FORMAT' });
    await nothingPosted();
  });

  /** Sent as raw JSON: JavaScript writes none of these. */
  it.each(['0', '-1', '-0', '1.5', '1e400', '9007199254740993', '1000000000', '"1000"', '"１２"', 'null', 'true', '[1000]', '{"a":1}'])('[86] refuses %s for what goes into a purse', async (amount) => {
    const shared = '"user":{"kind":"pin","pin":"135790"},"challenge":"AAAA"';
    const raws = [
      ['/v1/purses', `{"purseId":"${'b'.repeat(16)}","kind":"open","limMinor":${amount},${shared}}`],
      [`/v1/purses/${'b'.repeat(16)}/top-ups`, `{"topUpId":"${'b'.repeat(32)}","addMinor":${amount},${shared}}`],
    ] as const;
    for (const [path, raw] of raws) {
      const reply = await shopper.ask('POST', path, { raw, headers: { 'content-type': 'application/json' } });
      expect(reply.problem?.code).toBe('BAD_REQUEST');
    }
    await nothingPosted();
  });

  it('settles one more than there is, zero, and more than the limit: never', async () => {
    for (const amountMinor of [LIMITS.demoShopperMinor + 1, LIMITS.amountMinor]) {
      const invoice = chargeOf(server, till, amountMinor);
      const order = await orderOf(server, shopper, invoice);
      await confirm(shopper, order);
      expect((await pay(shopper, order, invoice)).json).toMatchObject({ verdict: { code: 'INSUFFICIENT_FUNDS' } });
    }
    const invoice = chargeOf(server, till, 1_000);
    const order = await orderOf(server, shopper, invoice, { amountMinor: 1 });
    await confirm(shopper, order);
    expect((await pay(shopper, order, invoice)).json).toMatchObject({ verdict: { code: 'INVOICE_MISMATCH' } });
    const { postings } = await server.store.audit();
    expect(postings).toEqual((before as { postings: unknown }).postings);
  });
});

describe('what no database holds', () => {
  it.each([1_000, 2 ** 31, 2 ** 40 - 1])('a signed order in currency %i is refused for its form, and leaves no row', async (ccy) => {
    const invoice = chargeOf(server, till, 1_000, { ccy });
    const order = await orderOf(server, shopper, invoice);
    await confirm(shopper, order);
    expect(parse(PaymentReply, (await pay(shopper, order, invoice)).json).verdict).toMatchObject({ state: 'refused', code: 'FORMAT' });
    await nothingPosted();
  });

  it.each(['a \0 b', 'half a \uD83D'])('an appeal of %j is refused', async (text) => {
    const appeal = { appealId: 'c'.repeat(32), subject: 'd'.repeat(32), text };
    expect((await shopper.ask('POST', '/v1/appeals', { json: appeal })).problem?.code).toBe('BAD_REQUEST');
  });

  it('a passkey’s id that is no base64url is refused', async () => {
    const user = { kind: 'passkey', assertion: { id: 'a\0', type: 'public-key' } };
    const order = toBase64Url(await orderOf(server, shopper, chargeOf(server, till, 1_000)));
    expect((await shopper.ask('POST', '/v1/confirmations', { json: { order, user } })).problem?.code).toBe('BAD_REQUEST');
  });
});

describe('the cursor of the feed', () => {
  it.each(['-1', '1e3', '1.5', '０', '١', '0x10', '+5', ' 1', '9007199254740993', '01', 'NaN', ''])('refuses %j', async (cursor) => {
    expect((await shopper.ask('GET', `/v1/feed?cursor=${encodeURIComponent(cursor)}`)).problem?.code).toBe('BAD_REQUEST');
  });

  it('refuses other names', async () => {
    expect((await shopper.ask('GET', '/v1/feed?account=someone')).problem?.code).toBe('BAD_REQUEST');
  });
});

describe('a bit flipped anywhere in an order or an invoice', () => {
  it('is refused, and nothing is posted', async () => {
    const invoice = chargeOf(server, till, 1_000);
    const order = await orderOf(server, shopper, invoice);
    await confirm(shopper, order);
    for (let at = 0; at < order.length; at++) {
      const flipped = order.map((byte, index) => (index === at ? byte ^ 1 : byte));
      const reply = await pay(shopper, flipped, invoice);
      expect(reply.problem?.code ?? parse(PaymentReply, reply.json).verdict).toSatisfy(
        (said: unknown) => said === 'BAD_REQUEST' || (said as { state?: string }).state === 'refused',
      );
    }
    await nothingPosted();
  });
});
