/** The live stream: hints in time, only one's own, and an end when the session ends. */
import { beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '#protocol/limits.ts';
import { chargeOf, confirm, openTestServer, orderOf, pay, type JoinedDevice, type TestBrowser, type TestServer } from '../fixtures/http-server.ts';

let server: TestServer;
let shopper: JoinedDevice;
let till: JoinedDevice;

beforeEach(async () => {
  server = await openTestServer();
  shopper = await server.joined('demo-shopper');
  till = await server.joined('demo-merchant');
});

type Listener = { readonly reader: ReadableStreamDefaultReader<Uint8Array>; readonly response: Response };

async function listen(browser: TestBrowser): Promise<Listener> {
  const response = await browser.open('/v1/events');
  if (response.body === null || response.status !== 200) throw new Error(`no stream: ${response.status}`);
  return { response, reader: response.body.getReader() };
}

/** Reads until the text holds `wanted`, or the stream ends. */
async function readUntil({ reader }: Listener, wanted: string): Promise<string> {
  let text = '';
  while (!text.includes(wanted)) {
    const { done, value } = await reader.read();
    if (done) return `${text}<end>`;
    text += new TextDecoder().decode(value);
  }
  return text;
}

async function settle(): Promise<void> {
  const invoice = chargeOf(server, till, 500);
  const order = await orderOf(server, shopper, invoice);
  await confirm(shopper, order);
  await pay(shopper, order, invoice);
}

describe('the live stream', () => {
  it('says where the feed stands, then that it grew, to both parties, with no clock tick', async () => {
    const [payer, payee] = [await listen(shopper), await listen(till)];
    expect(payee.response.headers.get('content-type')).toBe('text/event-stream');
    expect(payee.response.headers.get('cache-control')).toBe('no-store');
    expect(await readUntil(payer, '\n\nevent')).toContain('retry: 2000');
    await readUntil(payee, 'data: {"headSeq":0}\n\n');
    await settle();
    expect(await readUntil(payee, 'headSeq":1')).toBe('event: feed\ndata: {"headSeq":1}\n\n');
    await readUntil(payer, 'headSeq":2');
  });

  it('notices within a second what another server process posted', async () => {
    const payee = await listen(till);
    await readUntil(payee, 'headSeq":0');
    const credit = { kind: 'credit', entryId: 'a'.repeat(32), reason: 'play-money', amountMinor: 1, ccy: 156, atMs: 1, balanceMinor: 1 } as const;
    await server.store.transaction((tx) => tx.appendFeed(till.me.account.id, (seq) => ({ ...credit, seq })));
    server.clock.advance(LIMITS.streamPollMs);
    await readUntil(payee, 'headSeq":1');
  });

  it('asks the store once a second for everybody, and not at all when nobody listens', async () => {
    let asked: number[] = [];
    const { feedHeads } = server.store;
    server.store.feedHeads = (ids) => {
      asked.push(ids.length);
      return feedHeads(ids);
    };
    const listeners = [await listen(shopper), await listen(till), await listen(till)];
    for (const listener of listeners) await readUntil(listener, 'headSeq');
    asked = [];
    server.clock.advance(LIMITS.streamPollMs);
    expect(asked).toEqual([2]);
    for (const { reader } of listeners) await reader.cancel();
    asked = [];
    server.clock.advance(10 * LIMITS.streamPollMs);
    expect(asked).toEqual([]);
  });

  it('beats every 15 seconds while the session lives, and ends when it does not', async () => {
    const listener = await listen(shopper);
    await readUntil(listener, 'headSeq');
    server.clock.advance(LIMITS.streamHeartbeatMs);
    await readUntil(listener, ': still here\n\n');
    await server.store.transaction((tx) => tx.deleteSessionsOfDevice(shopper.me.device.id));
    await new Promise((resolve) => setImmediate(resolve));
    server.clock.advance(LIMITS.streamHeartbeatMs);
    expect(await readUntil(listener, 'never')).toContain('<end>');
  });

  it('ends at once with sign-out, on that device only', async () => {
    const other = await server.joined('demo-shopper');
    const [mine, others] = [await listen(shopper), await listen(other)];
    await readUntil(others, 'headSeq');
    await shopper.ask('DELETE', '/v1/sessions/current');
    expect(await readUntil(mine, 'never')).toContain('<end>');
    server.clock.advance(LIMITS.streamHeartbeatMs);
    await readUntil(others, ': still here');
  });

  it('has a limit for each account, and a closed stream makes room', async () => {
    const listeners = await Promise.all(Array.from({ length: LIMITS.streamsPerAccount }, () => listen(shopper)));
    expect((await shopper.open('/v1/events')).status).toBe(429);
    expect((await till.open('/v1/events')).status).toBe(200);
    await listeners[0]?.reader.cancel();
    expect((await shopper.open('/v1/events')).status).toBe(200);
  });

  it('is not opened by a HEAD, which nobody reads: as many as one likes take no place', async () => {
    for (let n = 0; n < LIMITS.streamsPerAccount; n++) {
      const { status, headers } = await shopper.ask('HEAD', '/v1/events');
      expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    }
    await readUntil(await listen(shopper), 'headSeq');
  });

  it('cuts a reader that does not read', async () => {
    const listener = await listen(shopper);
    for (let beat = 0; beat < 80; beat++) {
      server.clock.advance(LIMITS.streamHeartbeatMs);
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    }
    expect(await readUntil(listener, 'never')).toContain('<end>');
  });

  it('looks again when something is posted while it looks', async () => {
    const listener = await listen(till);
    await readUntil(listener, 'headSeq":0');
    const { feedHeads } = server.store;
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    server.store.feedHeads = async (ids) => {
      const heads = await feedHeads(ids);
      await held;
      return heads;
    };
    server.clock.advance(LIMITS.streamPollMs);
    await settle();
    release();
    await readUntil(listener, 'headSeq":1');
  });

  it('survives a store that does not answer for a while', async () => {
    const listener = await listen(till);
    await readUntil(listener, 'headSeq":0');
    const { feedHeads } = server.store;
    server.store.feedHeads = () => Promise.reject(new Error('down'));
    server.clock.advance(LIMITS.streamPollMs);
    await new Promise((resolve) => setImmediate(resolve));
    server.store.feedHeads = feedHeads;
    await settle();
    await readUntil(listener, 'headSeq":1');
  });

  it('ends all when the server stops', async () => {
    const listener = await listen(till);
    server.options.live.close();
    expect(await readUntil(listener, 'never')).toContain('<end>');
  });
});
