/**
 * The server's event stream, read by fetch: EventSource would hide the status, and keeps hammering a server that says 401. It
 * carries hints only. A stream that says nothing, not even a heartbeat, is dead: it is closed and opened again, with back-off.
 */
import type { Clock } from '#base/clock.ts';
import { fraction, type Random } from '#base/random.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { Fetch } from './fetch-type.ts';

/** The server's heartbeat comes every 15 s. */
const SILENCE_MS = 40_000;
const RECONNECT_MAX_MS = 30_000;
const EVENT_TYPE = 'text/event-stream';
const FEED_EVENT = /^event: ?feed\s*$/m;

export type StreamOptions = {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly onHint: () => void;
  readonly onState: (connected: boolean) => void;
};

/** Returns what ends it. */
export function openEventStream(options: StreamOptions): () => void {
  const { clock, random, onState } = options;
  let ended = false;
  let aborter = new AbortController();
  let cancelWait = (): void => undefined;
  const live = async (): Promise<void> => {
    let failures = 0;
    while (!ended) {
      aborter = new AbortController();
      const heard = await listenOnce(options, aborter).catch(() => false);
      if (ended) return;
      if (heard) failures = 0;
      onState(false);
      failures += 1;
      const ceilingMs = Math.min(RECONNECT_MAX_MS, LIMITS.retryMinMs * 2 ** Math.min(failures, 10));
      await new Promise<void>((resolve) => {
        cancelWait = clock.after(500 + fraction(random) * ceilingMs, resolve);
      });
    }
  };
  void live();
  return () => {
    ended = true;
    cancelWait();
    aborter.abort();
  };
}

/** True when the stream had opened. Returns when it ends. */
async function listenOnce({ fetch, clock, onHint, onState }: StreamOptions, aborter: AbortController): Promise<boolean> {
  let cancelSilence = clock.after(LIMITS.requestTimeoutMs, () => aborter.abort());
  const heard = (): void => {
    cancelSilence();
    cancelSilence = clock.after(SILENCE_MS, () => aborter.abort());
  };
  let opened = false;
  try {
    const headers = { accept: EVENT_TYPE, 'chit-request': '1' };
    const reply = await fetch('/v1/events', { headers, signal: aborter.signal, credentials: 'same-origin', redirect: 'error', cache: 'no-store' });
    if (reply.status !== 200 || !reply.headers.get('content-type')?.startsWith(EVENT_TYPE) || reply.body === null) return false;
    opened = true;
    heard();
    onState(true);
    await readEvents(reply.body, heard, onHint);
  } catch {
    // An ended stream and a broken one are the same: open it again.
  } finally {
    cancelSilence();
    aborter.abort();
  }
  return opened;
}

async function readEvents(body: ReadableStream<Uint8Array>, heard: () => void, onHint: () => void): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let held = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    heard();
    const events = (held + decoder.decode(part.value, { stream: true })).split(/\r?\n\r?\n/);
    held = (events.pop() ?? '').slice(-LIMITS.bodyBytes);
    if (events.some((event) => FEED_EVENT.test(event))) onHint();
  }
}
