/** The fetch adapter: an answer or none. What is not the server's word must not pass for it. */
import { describe, expect, it, vi } from 'vitest';
import { createHttp } from '#browser/fetch-http.ts';
import type { Fetch } from '#browser/fetch-type.ts';
import { LIMITS } from '#protocol/limits.ts';
import { seededRandom, stillClock } from '../fixtures/given.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const sendTo = (fetch: Fetch, clock = stillClock(0)) => createHttp(fetch, clock, seededRandom(1)).send('POST', '/v1/payments', '{"a":1}', 1_000);
const answering = (body: BodyInit | null, init: ResponseInit) => sendTo(async () => new Response(body, init));

describe('a request', () => {
  it('says that it is ours, carries the body as it stands, and follows nobody', async () => {
    const fetch = vi.fn<Fetch>(async () => new Response('{}', { headers: JSON_TYPE }));
    await sendTo(fetch);
    expect(fetch).toHaveBeenCalledWith('/v1/payments', expect.objectContaining({ method: 'POST', body: '{"a":1}', credentials: 'same-origin', redirect: 'error', cache: 'no-store' }));
    expect(fetch.mock.calls[0]?.[1]?.headers).toEqual({ accept: 'application/json', 'chit-request': '1', 'content-type': 'application/json' });
  });
});

describe('an answer', () => {
  it('is JSON of any status', async () => {
    expect(await answering('{"x":1}', { status: 200, headers: JSON_TYPE })).toEqual({ kind: 'answer', status: 200, json: { x: 1 }, retryAfterMs: null });
    expect(await answering('{"x":1}', { status: 400, headers: { 'content-type': 'application/problem+json; charset=utf-8' } })).toMatchObject({ kind: 'answer', status: 400 });
  });

  it('is 204 without a body', async () => {
    expect(await answering(null, { status: 204 })).toEqual({ kind: 'answer', status: 204, json: null, retryAfterMs: null });
  });

  it('is a failing server\'s status, whatever it says, and how long to wait', async () => {
    expect(await answering('<html>', { status: 503, headers: { 'content-type': 'text/html', 'retry-after': '9' } })).toEqual({ kind: 'answer', status: 503, json: null, retryAfterMs: 9_000 });
    expect(await answering('{}', { status: 429, headers: { ...JSON_TYPE, 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' } })).toMatchObject({ retryAfterMs: null });
  });
});

describe('case 59: no answer', () => {
  const garbage: readonly (readonly [string, BodyInit | null, ResponseInit])[] = [
    ['a captive portal\'s page', '<!doctype html>', { status: 200, headers: { 'content-type': 'text/html' } }],
    ['a page that calls itself nothing', '{}', { status: 200, headers: { 'content-type': '' } }],
    ['a proxy\'s refusal', 'no', { status: 403, headers: { 'content-type': 'text/plain' } }],
    ['half a message', '{"x":', { status: 200, headers: JSON_TYPE }],
    ['an empty message', '', { status: 200, headers: JSON_TYPE }],
    ['bytes that are no text', new Uint8Array([0x22, 0xff, 0x22]), { status: 200, headers: JSON_TYPE }],
    ['a novel', `"${'x'.repeat(LIMITS.replyBytes)}"`, { status: 200, headers: JSON_TYPE }],
  ];
  for (const [what, body, init] of garbage) {
    it(`is ${what}`, async () => {
      expect(await answering(body, init)).toEqual({ kind: 'no-answer', why: 'garbage' });
    });
  }

  it('is a network that fails', async () => {
    expect(await sendTo(() => Promise.reject(new TypeError('failed')))).toEqual({ kind: 'no-answer', why: 'network' });
  });

  it('is a server that says nothing in time, also in the middle of its words', async () => {
    const clock = stillClock(0);
    const silent: Fetch = (_, init) => new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
    const waiting = sendTo(silent, clock);
    clock.advance(1_000);
    expect(await waiting).toEqual({ kind: 'no-answer', why: 'timeout' });

    const stalled: Fetch = async (_, init) => {
      const body = new ReadableStream<Uint8Array>({ start: (controller) => init?.signal?.addEventListener('abort', () => controller.error(new Error('aborted'))) });
      setTimeout(() => clock.advance(1_000));
      return new Response(body, { headers: JSON_TYPE });
    };
    expect(await sendTo(stalled, clock)).toEqual({ kind: 'no-answer', why: 'timeout' });
  });
});

describe('the event stream', () => {
  function stream() {
    const clock = stillClock(0);
    const opened: { readonly send: (text: string) => void; readonly end: () => void; readonly signal: AbortSignal }[] = [];
    const waiting: (() => void)[] = [];
    const fetch: Fetch = async (_, init) => {
      let controller: ReadableStreamDefaultController<Uint8Array>;
      const body = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) });
      const signal = init?.signal ?? new AbortController().signal;
      signal.addEventListener('abort', () => controller.error(new Error('aborted')));
      opened.push({ send: (text) => controller.enqueue(new TextEncoder().encode(text)), end: () => controller.close(), signal });
      waiting.shift()?.();
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    };
    const heard: (string | boolean)[] = [];
    let wake = (): void => undefined;
    const note = (what: string | boolean): void => {
      heard.push(what);
      wake();
    };
    const until = async (fits: () => boolean): Promise<void> => {
      while (!fits()) await new Promise<void>((resolve) => (wake = resolve));
    };
    const close = createHttp(fetch, clock, seededRandom(2)).events(() => note('hint'), note);
    return { clock, opened, heard, close, until, nextOpened: () => new Promise<void>((resolve) => waiting.push(resolve)) };
  }

  it('gives hints, also when they come in pieces, and nothing for heartbeats', async () => {
    const { opened, heard, until, close } = stream();
    await until(() => heard.length === 1);
    opened[0]?.send(': still here\n\nretry: 2000\n\nevent: fe');
    opened[0]?.send('ed\ndata: {"headSeq":3}\n');
    opened[0]?.send('\nevent: other\ndata: 1\n\n');
    await until(() => heard.length === 2);
    opened[0]?.send('event: feed\r\ndata: {}\r\n\r\n');
    await until(() => heard.length === 3);
    expect(heard).toEqual([true, 'hint', 'hint']);
    close();
  });

  it('comes back after an end, and after a silence, and not after it was closed', async () => {
    const { clock, opened, heard, until, close, nextOpened } = stream();
    await until(() => heard.length === 1);
    const second = nextOpened();
    opened[0]?.end();
    await until(() => heard.length === 2);
    clock.advance(60_000);
    await second;
    await until(() => heard.length === 3);
    clock.advance(60_000);
    await until(() => heard.length === 4);
    expect(heard).toEqual([true, false, true, false]);
    close();
    clock.advance(600_000);
    expect(opened).toHaveLength(2);
    expect(opened[1]?.signal.aborted).toBe(true);
  });
});
