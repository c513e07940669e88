/**
 * Ctrl-C and SIGTERM, heard from the first moment: PostgreSQL runs detached, so a process that a signal ends by itself would
 * leave the database behind that it has just started.
 */
import { setImmediate as turn } from 'node:timers/promises';

export type StopSignals = {
  /** A signal came; what was read from other processes a moment ago may be older than it, hence the turn of the loop. */
  came(): Promise<boolean>;
  /** Resolves when a signal comes. */
  readonly coming: Promise<void>;
};

export function hearStopSignals(): StopSignals {
  let heard = false;
  const coming = new Promise<void>((resolve) => {
    const hear = (): void => {
      heard = true;
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, hear);
  });
  return {
    coming,
    async came() {
      await turn();
      return heard;
    },
  };
}
