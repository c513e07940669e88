/** A clock for the eye: ages and countdowns redraw when it ticks. Corrected by the server's clock, so that a wrong device clock does not show. */
import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Zone } from '#i18n/formats.ts';

export type NowModel = {
  /** Server-anchored milliseconds since 1970, renewed every second while the page is visible. */
  readonly nowMs: ReadonlySignal<number>;
  /** This device's. */
  readonly timeZone: Zone;
};

const TICK_MS = 1_000;

/** Asked of a date: Intl would tell the zone's name, and takes a slow phone a third of a second to load. */
export const deviceZone: Zone = (atMs) => -new Date(atMs).getTimezoneOffset();

export function createNow(offsetMs: ReadonlySignal<number>, page: Document, deviceNow: () => number = Date.now): NowModel {
  const device = signal(deviceNow());
  const tick = () => {
    if (page.visibilityState === 'visible') device.value = deviceNow();
  };
  setInterval(tick, TICK_MS);
  page.addEventListener('visibilitychange', tick);
  return {
    nowMs: computed(() => device.value + offsetMs.value),
    timeZone: deviceZone,
  };
}
