/**
 * HTTP by fetch: an answer or none, never an exception. What is not JSON, is too large, was redirected or comes too late is no
 * answer: a captive portal's page must not pass for the server's word.
 */
import { concat, fromUtf8 } from '#base/bytes.ts';
import type { Clock } from '#base/clock.ts';
import type { Random } from '#base/random.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { Http, HttpMethod, HttpOutcome } from '#wallet/ports.ts';
import { openEventStream } from './event-stream.ts';
import type { Fetch } from './fetch-type.ts';

const JSON_TYPE = /^application\/(?:problem\+)?json\b/i;
const SECOND_MS = 1_000;

export function createHttp(fetch: Fetch, clock: Clock, random: Random): Http {
  return {
    send: (method, path, body, timeoutMs) => send(fetch, clock, { method, path, body, timeoutMs }),
    events: (onHint, onState) => openEventStream({ fetch, clock, random, onHint, onState }),
  };
}

type Sent = { readonly method: HttpMethod; readonly path: string; readonly body: string | null; readonly timeoutMs: number };

async function send(fetch: Fetch, clock: Clock, { method, path, body, timeoutMs }: Sent): Promise<HttpOutcome> {
  const aborter = new AbortController();
  const cancel = clock.after(timeoutMs, () => aborter.abort());
  try {
    const reply = await fetch(path, requestOf(method, body, aborter.signal));
    return await read(reply);
  } catch {
    return { kind: 'no-answer', why: aborter.signal.aborted ? 'timeout' : 'network' };
  } finally {
    cancel();
  }
}

function requestOf(method: HttpMethod, body: string | null, signal: AbortSignal): RequestInit {
  const headers: Record<string, string> = { accept: 'application/json', 'chit-request': '1' };
  if (body !== null) headers['content-type'] = 'application/json';
  return { method, headers, body, signal, credentials: 'same-origin', redirect: 'error', cache: 'no-store' };
}

async function read(reply: Response): Promise<HttpOutcome> {
  const { status } = reply;
  const retryAfterMs = waitOf(reply.headers.get('retry-after'));
  if (status === 204) return { kind: 'answer', status, json: null, retryAfterMs };
  if (!JSON_TYPE.test(reply.headers.get('content-type') ?? '')) return garbage(reply, status, retryAfterMs);
  const text = await readText(reply);
  const json = text === null ? undefined : parse(text);
  return json === undefined ? garbage(reply, status, retryAfterMs) : { kind: 'answer', status, json, retryAfterMs };
}

/** A failing server's own words may be HTML; that it failed, and for how long, is still an answer. */
function garbage(reply: Response, status: number, retryAfterMs: number | null): HttpOutcome {
  void reply.body?.cancel().catch(() => undefined);
  return status >= 500 ? { kind: 'answer', status, json: null, retryAfterMs } : { kind: 'no-answer', why: 'garbage' };
}

async function readText(reply: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  const reader = reply.body?.getReader();
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    total += part.value.length;
    if (total > LIMITS.replyBytes) {
      await reader?.cancel();
      return null;
    }
    chunks.push(part.value);
  }
  return fromUtf8(concat(...chunks));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Seconds only; a date would need a clock that agrees with the server's. */
function waitOf(header: string | null): number | null {
  return header !== null && /^[0-9]{1,5}$/.test(header) ? Number(header) * SECOND_MS : null;
}
