/**
 * Ctrl-C and SIGTERM, heard from the first moment: PostgreSQL runs detached, so a process that a signal ends by itself would
 * leave the database behind that it has just started.
 */
import { setTimeout as delay } from 'node:timers/promises';

/** Ctrl-C goes to a whole group: what it did to another process may be seen before it comes here. */
const SAME_MOMENT_MS = 50;

export type StopSignals = {
  /** A signal came, or comes in this very moment. */
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
      await delay(SAME_MOMENT_MS);
      return heard;
    },
  };
}
