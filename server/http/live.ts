/**
 * Live streams. A hub per process: after a payment it looks at once, and every second it asks the store, in one question,
 * for the heads of all connected accounts, because other processes post too. It sends hints only ("your feed is at 7"), so a
 * lost or doubled one does no harm. A stream ends with its session, when its reader is gone, and when the server stops.
 */
import { utf8 } from '#base/bytes.ts';
import type { Clock } from '#base/clock.ts';
import type { Log } from '#base/log.ts';
import { LIMITS } from '#protocol/limits.ts';
import { callerByTokenHash, type Caller } from '#server/core/identity.ts';
import type { Store } from '#server/core/ports.ts';
import { thrownFacts } from '#server/core/thrown.ts';

type Deps = { readonly store: Store; readonly clock: Clock; readonly log: Log };

type Stream = {
  readonly caller: Caller;
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  /** The newest head that this reader was told. */
  headSeq: number;
};

export type LiveFeeds = {
  /** Null when the account has as many streams as it may have. */
  open(caller: Caller): ReadableStream<Uint8Array> | null;
  /** Something was posted: look now. */
  wake(): void;
  /** Ends the streams of one device. */
  end(deviceId: string): void;
  /** Ends all; for a server that stops. */
  close(): void;
};

/** Written first: how soon a browser comes back by itself. */
const PREAMBLE = utf8('retry: 2000\n\n');
const HEARTBEAT = utf8(': still here\n\n');
/** Unread messages after which a reader counts as gone. */
const BACKLOG = 64;

export function openLiveFeeds(deps: Deps): LiveFeeds {
  const streams = new Set<Stream>();
  let looking = false;
  let again = false;
  let stopTimers: (() => void) | null = null;

  const drop = (stream: Stream): void => {
    if (!streams.delete(stream)) return;
    if (streams.size === 0) {
      stopTimers?.();
      stopTimers = null;
    }
  };
  const end = (stream: Stream): void => {
    drop(stream);
    closeQuietly(stream);
  };

  const look = async (): Promise<void> => {
    again = looking;
    if (looking || streams.size === 0) return;
    looking = true;
    try {
      await tellHeads(deps, streams, end);
    } catch (thrown) {
      deps.log.warn('live.poll', thrownFacts(thrown));
    } finally {
      looking = false;
    }
    if (again) await look();
  };

  const beat = async (): Promise<void> => {
    for (const stream of [...streams]) {
      if (await isSignedIn(deps, stream)) send(stream, HEARTBEAT, end);
      else end(stream);
    }
  };

  const open = (caller: Caller): ReadableStream<Uint8Array> | null => {
    const own = [...streams].filter((stream) => stream.caller.party.id === caller.party.id);
    if (own.length >= LIMITS.streamsPerAccount) return null;
    let opened: Stream | null = null;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        opened = { caller, controller, headSeq: -1 };
        streams.add(opened);
        stopTimers ??= startTimers(deps.clock, look, beat);
        controller.enqueue(PREAMBLE);
        void look();
      },
      cancel: () => {
        if (opened !== null) drop(opened);
      },
    });
  };

  return {
    open,
    wake: () => void look(),
    end: (deviceId) => {
      for (const stream of [...streams]) if (stream.caller.device.id === deviceId) end(stream);
    },
    close: () => {
      for (const stream of [...streams]) end(stream);
    },
  };
}

/** One question for everybody; each reader hears only of a head that it has not been told. */
async function tellHeads(deps: Deps, streams: ReadonlySet<Stream>, end: (stream: Stream) => void): Promise<void> {
  const heads = await deps.store.feedHeads([...new Set([...streams].map((stream) => stream.caller.party.id))]);
  for (const stream of [...streams]) {
    const headSeq = heads.get(stream.caller.party.id) ?? 0;
    if (headSeq <= stream.headSeq) continue;
    stream.headSeq = headSeq;
    send(stream, utf8(`event: feed\ndata: ${JSON.stringify({ headSeq })}\n\n`), end);
  }
}

function send(stream: Stream, bytes: Uint8Array, end: (stream: Stream) => void): void {
  if ((stream.controller.desiredSize ?? 0) < -BACKLOG) {
    end(stream);
    return;
  }
  try {
    stream.controller.enqueue(bytes);
  } catch {
    end(stream);
  }
}

function closeQuietly(stream: Stream): void {
  try {
    stream.controller.close();
  } catch {
    // The reader was quicker.
  }
}

/** A store that does not answer ends no stream: the next heartbeat asks again. */
async function isSignedIn(deps: Deps, stream: Stream): Promise<boolean> {
  try {
    return (await callerByTokenHash(deps, stream.caller.tokenHash)) !== null;
  } catch (thrown) {
    deps.log.warn('live.heartbeat', thrownFacts(thrown));
    return true;
  }
}

function startTimers(clock: Clock, look: () => Promise<void>, beat: () => Promise<void>): () => void {
  const stops = [every(clock, LIMITS.streamPollMs, look), every(clock, LIMITS.streamHeartbeatMs, beat)];
  return () => {
    for (const stop of stops) stop();
  };
}

/** The next round starts a pause after the last one ended, so a slow store is not asked faster. */
function every(clock: Clock, pauseMs: number, work: () => Promise<void>): () => void {
  let stopped = false;
  let cancel = (): void => undefined;
  const arm = (): void => {
    if (stopped) return;
    cancel = clock.after(pauseMs, () => void work().finally(arm));
  };
  arm();
  return () => {
    stopped = true;
    cancel();
  };
}
