/**
 * Puts the app on a port, with the limits that only the socket knows: slow headers, slow bodies, too many connections. Stops
 * in order: no new requests, streams ended, those under way finished, then the rest cut.
 */
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { LIMITS } from '#protocol/limits.ts';
import { StartupError } from './adapters/startup-error.ts';
import type { Tls } from './config.ts';

/** Sockets at once. Each costs some kilobytes; a market's tills and phones are some hundred. */
const CONNECTIONS = 2_000;
/** A client that is slower than this with its headers, or its whole request, is not a phone in a tunnel. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const CHECK_MS = 1_000;
const KEEP_ALIVE_MS = 10_000;
/** Longer than a stream's heartbeat, so that only dead sockets are cut. */
const IDLE_TIMEOUT_MS = 60_000;
const DRAIN_MS = 8_000;
const SWEEP_MS = 50;

export type ServeOptions = {
  readonly fetch: (request: Request, env: never) => Response | Promise<Response>;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly tls: Tls | null;
  /** For tests of slow clients. */
  readonly headersTimeoutMs?: number;
  /** Ends what would otherwise stay open for ever. */
  readonly beforeStop: () => void;
};

export type Serving = { readonly port: number; stop(): Promise<void> };

export async function serve(options: ServeOptions): Promise<Serving> {
  const server = listenerFor(options);
  server.maxConnections = CONNECTIONS;
  server.setTimeout(IDLE_TIMEOUT_MS);
  await listening(server, options);
  const { port } = server.address() as AddressInfo;
  return { port, stop: () => stop(server, options.beforeStop) };
}

function listenerFor({ fetch, tls, headersTimeoutMs = HEADERS_TIMEOUT_MS }: ServeOptions): Server {
  const limits = {
    maxHeaderSize: LIMITS.headerBytes,
    headersTimeout: headersTimeoutMs,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: CHECK_MS,
  };
  const handler = fetch as (request: Request, env: unknown) => Response | Promise<Response>;
  const made =
    tls === null
      ? createAdaptorServer({ fetch: handler, createServer, serverOptions: limits })
      : createAdaptorServer({ fetch: handler, createServer: createSecureServer, serverOptions: { ...limits, ...tls } });
  // Both factories make an HTTP/1 server; the adapter's type also names HTTP/2.
  return made as Server;
}

function listening(server: Server, { host, port }: ServeOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): StartupError {
  if (error.code === 'EADDRINUSE') return new StartupError('portTaken', `Port ${port} is taken by another program. Stop it, or set PORT to another number.`);
  if (error.code === 'EACCES') return new StartupError('portTaken', `Port ${port} may not be opened by this user. Set PORT to a number above 1023.`);
  return new StartupError('portTaken', `${host}:${port} cannot be opened: ${error.code ?? error.message}.`);
}

async function stop(server: Server, beforeStop: () => void): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  beforeStop();
  // A connection whose last answer has just gone out stays open for the next request, which will not come.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
