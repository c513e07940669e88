/**
 * How news arrives: hints from the server's event stream, and behind them a till's own asking, because a hint may be lost.
 * Open only while there is a wallet. A stream that breaks is the first sign of a lost network: it makes us look.
 */
import { LIMITS } from '#protocol/limits.ts';
import type { Core } from './core.ts';

export type Listening = {
  /** From now on `follow` has effect. */
  start(): void;
  /** Opens or closes the stream as the wallet's phase demands. */
  follow(): void;
  stop(): void;
};

export function createListening(core: Core): Listening {
  let started = false;
  let close: (() => void) | null = null;
  const follow = (): void => {
    const wanted = started && core.memory.phase === 'ready';
    if (wanted && close === null) close = listen(core);
    if (!wanted && close !== null) {
      close();
      close = null;
    }
  };
  return {
    start() {
      started = true;
      follow();
    },
    follow,
    stop() {
      started = false;
      follow();
    },
  };
}

function listen(core: Core): () => void {
  const stopStream = core.ports.http.events(
    () => pull(core),
    (connected) => {
      if (!connected) core.memory.factsDue = true;
      pull(core);
    },
  );
  const stopPolling = poll(core);
  return () => {
    stopStream();
    stopPolling();
  };
}

function pull(core: Core): void {
  core.memory.feedDue = true;
  core.ring();
}

function poll(core: Core): () => void {
  let cancel = (): void => undefined;
  const next = (): void => {
    cancel = core.ports.clock.after(LIMITS.pollMs, () => {
      if (core.memory.identity?.till != null) pull(core);
      next();
    });
  };
  next();
  return () => cancel();
}
