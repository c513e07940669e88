/** What only a socket shows: slow clients, huge bodies, a drain, a taken port, TLS. */
import { connect, type Socket } from 'node:net';
import { request as secureRequest } from 'node:https';
import { afterEach, describe, expect, it } from 'vitest';
import { generate } from 'selfsigned';
import { LIMITS } from '#protocol/limits.ts';
import { createApp } from '#server/http/app.ts';
import { serve, type Serving } from '#server/serve.ts';
import { openTestServer, type TestServer } from '../fixtures/http-server.ts';
import { openOfflineShop } from '../fixtures/offline-shop.ts';
import { syncNow, voucherItem } from '../fixtures/purses.ts';

const running: Serving[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((serving) => serving.stop()));
});

async function start(server: TestServer, change: Partial<Parameters<typeof serve>[0]> = {}): Promise<Serving> {
  const { fetch } = createApp(server.options);
  const serving = await serve({ fetch, host: '127.0.0.1', port: 0, tls: null, beforeStop: () => server.options.live.close(), ...change });
  running.push(serving);
  return serving;
}

/** Everything that the server says until it closes the connection. */
function said(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (bytes) => (text += bytes.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
}

function post(port: number, headers: string): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.write(`POST /v1/challenges HTTP/1.1\r\nHost: localhost:${port}\r\nChit-Request: 1\r\nContent-Type: application/json\r\n${headers}\r\n\r\n`);
  return socket;
}

describe('a real server', () => {
  it('answers', async () => {
    const { port } = await start(await openTestServer());
    const reply = await fetch(`http://localhost:${port}/v1/config`);
    expect(await reply.json()).toMatchObject({ mode: 'demo', deskOrigin: `http://desk.chit.localhost:${port}` });
  });

  it('refuses a 10 MB body without reading it', async () => {
    const { port } = await start(await openTestServer());
    const socket = post(port, 'Content-Length: 10485760\r\nConnection: close');
    expect(await said(socket)).toMatch(/^HTTP\/1.1 413[\s\S]*BODY_TOO_LARGE/);
    expect(socket.bytesWritten).toBeLessThan(1_000);
  });

  it('stops reading a body of unknown length at the limit', async () => {
    const { port } = await start(await openTestServer());
    const socket = post(port, 'Transfer-Encoding: chunked');
    const text = said(socket);
    const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`;
    let sent = 0;
    const more = (): void => {
      while (!socket.destroyed && sent < 200_000_000 && socket.write(chunk)) sent += 0x4000;
    };
    socket.on('drain', more);
    more();
    expect(await text).toMatch(/^HTTP\/1.1 413/);
    expect(sent).toBeLessThan(100_000_000);
  });

  it('case 62: half a sync request, and a client that is gone before the answer: nothing by halves, and the same again is settled', async () => {
    const shop = await openOfflineShop(20_000);
    const { port } = await start(shop.server);
    const items = [voucherItem(await shop.sign(100)), voucherItem(await shop.sign(200))];
    const body = JSON.stringify({ cursor: 0, statusSeq: 0, keySetSeq: 0, items });
    const head = `POST /v1/sync HTTP/1.1\r\nHost: till.chit.localhost:${port}\r\nCookie: __Host-chit=${shop.till.cookie}\r\nChit-Request: 1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    const half = connect(port, '127.0.0.1');
    const halfGone = said(half);
    half.write(head + body.slice(0, body.length / 2), () => half.destroy());
    await halfGone;
    expect(await shop.money()).toMatchObject({ shop: 0, reserve: 20_000 });
    const whole = connect(port, '127.0.0.1');
    const wholeGone = said(whole);
    whole.write(head + body, () => whole.destroy());
    await wholeGone;
    const { results } = await syncNow(shop.till, items);
    expect(results.map((result) => result.verdict)).toEqual(['SETTLED', 'SETTLED']);
    expect(await shop.money()).toMatchObject({ shop: 300, reserve: 19_700 });
  });

  it('refuses headers above the limit', async () => {
    const { port } = await start(await openTestServer());
    expect(await said(post(port, `X-Long: ${'x'.repeat(LIMITS.headerBytes)}\r\nConnection: close`))).toMatch(/^HTTP\/1.1 431/);
  });

  it('hangs up on a client that dribbles its headers', { timeout: 20_000 }, async () => {
    const server = await openTestServer();
    const { port } = await start(server, { headersTimeoutMs: 300 });
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /healthz HTTP/1.1\r\n');
    const dribble = setInterval(() => socket.write('X: y\r\n'), 100);
    expect(await said(socket)).toMatch(/^HTTP\/1.1 408/);
    clearInterval(dribble);
    expect((await fetch(`http://localhost:${port}/healthz`)).status).toBe(200);
  });

  it('survives requests that are no HTTP, and strange targets', async () => {
    const { port } = await start(await openTestServer());
    for (const line of ['\u0016\u0003\u0001', 'GET', 'GET http://[::1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 'GET //evil.example/%00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', `GET /%ff%fe HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`, 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n']) {
      const socket = connect(port, '127.0.0.1');
      socket.end(line);
      expect(await said(socket)).not.toMatch(/HTTP\/1.1 (2|5)/);
    }
    expect((await fetch(`http://localhost:${port}/healthz`)).status).toBe(200);
  });

  it('ends streams and finishes what is under way when it stops', async () => {
    const server = await openTestServer();
    const shopper = await server.joined('demo-shopper', 'localhost:1');
    const { ping } = server.store;
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const reached = new Promise<void>((resolve) => {
      server.store.ping = async () => {
        resolve();
        await held;
        await ping();
      };
    });
    const serving = await start(server);
    const url = `http://localhost:${serving.port}`;
    const stream = await fetch(`${url}/v1/events`, { headers: { cookie: `__Host-chit=${shopper.cookie}` } });
    const slow = fetch(`${url}/readyz`);
    await reached;
    const stopped = serving.stop();
    expect(await stream.text()).toContain('retry');
    release();
    expect((await slow).status).toBe(200);
    await stopped;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  it('says in one line that its port is taken', async () => {
    const server = await openTestServer();
    const { port } = await start(server);
    await expect(start(server, { port })).rejects.toMatchObject({ failure: 'portTaken', message: expect.stringContaining(`Port ${port} is taken`) });
  });

  it('speaks TLS with the key it is given', async () => {
    const site = { mode: 'demo', scheme: 'https', hostnames: ['192.0.2.7'] } as const;
    const made = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec', curve: 'P-256' });
    const { port } = await start(await openTestServer({ site }), { tls: { key: made.private, cert: made.cert } });
    const status = await new Promise((resolve, reject) => {
      secureRequest({ host: '127.0.0.1', port, path: '/v1/config', rejectUnauthorized: false, headers: { host: `192.0.2.7:${port}` } }, (reply) => {
        reply.resume();
        resolve(reply.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });
});
