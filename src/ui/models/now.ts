/** A clock for the eye: ages and countdowns redraw when it ticks. Corrected by the server's clock, so that a wrong device clock does not show. */
import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

export type NowModel = {
  /** Server-anchored milliseconds since 1970, renewed every second while the page is visible. */
  readonly nowMs: ReadonlySignal<number>;
  readonly timeZone: string;
};

const TICK_MS = 1_000;

export function createNow(offsetMs: ReadonlySignal<number>, page: Document, deviceNow: () => number = Date.now): NowModel {
  const device = signal(deviceNow());
  const tick = () => {
    if (page.visibilityState === 'visible') device.value = deviceNow();
  };
  setInterval(tick, TICK_MS);
  page.addEventListener('visibilitychange', tick);
  return {
    nowMs: computed(() => device.value + offsetMs.value),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}
