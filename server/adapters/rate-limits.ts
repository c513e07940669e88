/**
 * Request limits by rate-limiter-flexible, counted in this process's memory. They only slow down; what must be exact (PIN
 * tries, single-use codes and challenges) is counted in the store. Never decides what a caller may do.
 */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimits, RateRule } from '#server/core/ports.ts';

export function memoryRateLimits<Name extends string>(rules: Readonly<Record<Name, RateRule>>): RateLimits<Name> {
  const limiters = new Map<Name, RateLimiterMemory>();
  for (const name of Object.keys(rules) as Name[]) {
    const { points, seconds } = rules[name];
    limiters.set(name, new RateLimiterMemory({ keyPrefix: name, points, duration: seconds }));
  }
  return {
    async take(name, key) {
      try {
        await limiters.get(name)?.consume(key);
        return null;
      } catch (refused) {
        if (refused instanceof RateLimiterRes) return { retryAfterMs: Math.max(1, refused.msBeforeNext) };
        throw refused;
      }
    },
  };
}
