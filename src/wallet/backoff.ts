/** Exponential back-off with full jitter: devices that lost the server together must not come back together. */
import { fraction, type Random } from '#base/random.ts';
import { LIMITS } from '#protocol/limits.ts';

export function backoffMs(attempts: number, random: Random): number {
  const ceilingMs = Math.min(LIMITS.retryMaxMs, LIMITS.retryMinMs * 2 ** Math.min(attempts, 20));
  return Math.floor(fraction(random) * ceilingMs);
}
