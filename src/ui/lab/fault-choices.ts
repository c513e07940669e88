/** What a lasting fault may be set to, and what a phone is set to now. */
import type { Armed } from '#faults/armed.ts';

const DAY_MS = 86_400_000;
const DECADE_MS = 3_650 * DAY_MS;

export const DELAYS_MS = [0, 2_000, 5_000, 15_000] as const;
export const CLOCKS = ['right', 'back', 'ahead', 'epoch'] as const;
export type ClockChoice = (typeof CLOCKS)[number];

export function skewOf(clock: ClockChoice, nowMs: number): number {
  return { right: 0, back: -DAY_MS, ahead: DAY_MS, epoch: -nowMs }[clock];
}

export function clockOf({ skewMs }: Pick<Armed, 'skewMs'>): ClockChoice {
  if (skewMs === 0) return 'right';
  if (skewMs > 0) return 'ahead';
  return skewMs < -DECADE_MS ? 'epoch' : 'back';
}
