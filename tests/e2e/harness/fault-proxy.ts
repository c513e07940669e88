/**
 * Stands between browsers and the server, on the port that browsers know. It counts what passes and breaks what it is told to
 * break: the one way to lose a reply after the server has committed, with nothing patched in the app.
 */
import { Agent, createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * drop-request: the server never sees it. drop-reply: the server answers, the browser never hears. captive-portal: 200 with
 * somebody's HTML. error: 502 with HTML. duplicate: the server gets it twice at once, the browser hears one answer. stall: no answer at all.
 */
export type FaultKind = 'drop-request' | 'drop-reply' | 'captive-portal' | 'error' | 'duplicate' | 'stall';
export type Passed = { readonly method: string; readonly path: string; readonly body: string; readonly fault: FaultKind | null };

type Loss = { readonly paths: RegExp; left: number };
type Amendment = { readonly paths: RegExp; readonly change: (text: string) => string };
type Fault = { readonly method: string; readonly path: string; readonly kind: FaultKind; readonly fired: () => void };
const HTML = '<!doctype html><title>Free Wi-Fi</title><form action="/login"><button>Accept</button></form>';

export type FaultProxy = {
  readonly port: number;
  readonly passed: readonly Passed[];
  /** The next request of this kind meets the fault. Resolves when it has. */
  failNext(method: string, path: string, kind: FaultKind): Promise<void>;
  /** Bodies of these paths are given through `change`, for another version of the app. The returned function ends it. */
  amend(paths: RegExp, change: (text: string) => string): () => void;
  /** Files of these paths are not there (404), as many times as said. The returned function ends it. */
  lose(paths: RegExp, times?: number): () => void;
  /** Requests of this method and path that came in. */
  count(method: string, path: string): number;
  /** Nobody answers on the port any more. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
};

export async function startFaultProxy(upstreamPort: () => number): Promise<FaultProxy> {
  const passed: Passed[] = [];
  const faults: Fault[] = [];
  const amendments: Amendment[] = [];
  const losses: Loss[] = [];
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    outgoing.on('error', () => {});
    // A browser sends a request again by itself when a kept-alive connection breaks; then a dropped reply would not be lost.
    outgoing.shouldKeepAlive = false;
    void readAll(incoming).then((body) => {
      const method = incoming.method ?? 'GET';
      const path = (incoming.url ?? '/').split('?')[0] ?? '/';
      const fault = faults.find((candidate) => candidate.method === method && candidate.path === path);
      if (fault !== undefined) faults.splice(faults.indexOf(fault), 1);
      passed.push({ method, path, body: body.toString(), fault: fault?.kind ?? null });
      const loss = losses.find((one) => one.left > 0 && one.paths.test(path));
      if (loss !== undefined) {
        loss.left -= 1;
        return void outgoing.writeHead(404, { 'content-type': 'text/plain', 'cache-control': 'no-store' }).end();
      }
      answer({ incoming, outgoing, body, agent, port: upstreamPort(), change: amendments.find(({ paths }) => paths.test(path))?.change ?? null }, fault ?? null);
    }, () => outgoing.destroy());
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  const cut = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    passed,
    failNext: (method, path, kind) => new Promise((fired) => faults.push({ method, path, kind, fired })),
    amend(paths, change) {
      const amendment = { paths, change };
      amendments.push(amendment);
      return () => void amendments.splice(amendments.indexOf(amendment), 1);
    },
    lose(paths, times = Infinity) {
      const loss = { paths, left: times };
      losses.push(loss);
      return () => void losses.splice(losses.indexOf(loss), 1);
    },
    count: (method, path) => passed.filter((one) => one.method === method && one.path === path).length,
    cut,
    mend: () => listen(port),
    async close() {
      if (server.listening) await cut();
      agent.destroy();
    },
  };
}

type Exchange = { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse; readonly body: Buffer; readonly agent: Agent; readonly port: number; readonly change: ((text: string) => string) | null };

function answer(exchange: Exchange, fault: Fault | null): void {
  const { outgoing } = exchange;
  switch (fault?.kind) {
    case undefined:
      forward(exchange, 'pass', () => {});
      return;
    case 'drop-request':
      outgoing.destroy();
      fault.fired();
      return;
    case 'drop-reply':
      forward(exchange, 'swallow', fault.fired);
      return;
    case 'duplicate':
      forward(exchange, 'ignore', () => {});
      forward(exchange, 'pass', fault.fired);
      return;
    case 'captive-portal':
      outgoing.writeHead(200, { 'content-type': 'text/html' }).end(HTML);
      fault.fired();
      return;
    case 'error':
      outgoing.writeHead(502, { 'content-type': 'text/html' }).end(HTML);
      fault.fired();
      return;
    case 'stall':
      fault.fired();
      return;
  }
}

/** pass: to the browser. swallow: read to its end, then the line is cut. ignore: read, and the browser's line is left alone. */
function forward({ incoming, outgoing, body, agent, port, change }: Exchange, reply: 'pass' | 'swallow' | 'ignore', done: () => void): void {
  const headers = change === null ? incoming.headers : plainRequest(incoming.headers);
  const upstream = request({ host: '127.0.0.1', port, method: incoming.method, path: incoming.url, headers, agent });
  upstream.on('response', (answered) => {
    if (change !== null) return void sendChanged(answered, outgoing, change);
    if (reply === 'pass') {
      outgoing.writeHead(answered.statusCode ?? 502, { ...answered.headers, connection: 'close' });
      outgoing.flushHeaders();
      answered.pipe(outgoing);
      answered.on('end', done);
      outgoing.on('close', () => answered.destroy());
      return;
    }
    answered.resume();
    answered.on('end', () => {
      if (reply === 'swallow') outgoing.destroy();
      done();
    });
  });
  upstream.on('error', () => {
    if (reply !== 'ignore') outgoing.destroy();
  });
  upstream.end(body);
}

/** Whole and uncompressed, so that there is a text to change. */
function plainRequest(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  const plain = { ...headers };
  for (const name of ['accept-encoding', 'if-none-match', 'if-modified-since', 'range']) delete plain[name];
  return plain;
}

async function sendChanged(answered: IncomingMessage, outgoing: ServerResponse, change: (text: string) => string): Promise<void> {
  const text = change((await readAll(answered)).toString());
  const { 'content-length': _length, etag: _etag, ...headers } = answered.headers;
  // Another version under the same name: a browser must not keep it for the year that the name promises.
  outgoing.writeHead(answered.statusCode ?? 502, { ...headers, 'cache-control': 'no-store', connection: 'close' }).end(text);
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
