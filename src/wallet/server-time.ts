/**
 * Time as the server has it. The device's clock may be wrong or be moved; the server's answers anchor it. Between answers time
 * runs by the device, and never back.
 */
import type { Clock } from '#base/clock.ts';
import { LIMITS } from '#protocol/limits.ts';

export type ServerTime = {
  nowMs(): number;
  nowSeconds(): number;
  /** Server clock minus device clock at the newest answer. */
  offsetMs(): number;
  /** An answer to a question asked at `askedMonotonicMs` said that it is `serverMs`. */
  learn(serverMs: number, askedMonotonicMs: number): void;
  /** What was known when the app was last open. */
  recall(offsetMs: number, notBeforeMs: number): void;
};

export function createServerTime(clock: Clock): ServerTime {
  let offset = 0;
  let anchor = { serverMs: 0, monotonicMs: 0 };
  /** The device clock catches up after sleep, in which the monotonic one may stand; the monotonic one wins when the other is put back. */
  const nowMs = () => Math.floor(Math.max(clock.nowMs() + offset, anchor.serverMs + clock.monotonicMs() - anchor.monotonicMs));
  return {
    nowMs,
    nowSeconds: () => Math.floor(nowMs() / 1000),
    offsetMs: () => offset,
    learn(serverMs, askedMonotonicMs) {
      const monotonicMs = clock.monotonicMs();
      // An answer that was long on its way tells the time too badly.
      if (monotonicMs - askedMonotonicMs > LIMITS.requestTimeoutMs) return;
      const arrivedMs = Math.round(serverMs + (monotonicMs - askedMonotonicMs) / 2);
      offset = arrivedMs - clock.nowMs();
      anchor = { serverMs: arrivedMs, monotonicMs };
    },
    recall(offsetMs, notBeforeMs) {
      offset = offsetMs;
      anchor = { serverMs: notBeforeMs, monotonicMs: clock.monotonicMs() };
    },
  };
}
