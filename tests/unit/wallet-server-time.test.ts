/** Time as the server has it, on devices whose clocks are wrong, jump, or sleep. */
import { describe, expect, it } from 'vitest';
import type { Clock } from '#base/clock.ts';
import { createServerTime } from '#wallet/server-time.ts';

const SERVER_MS = 1_800_000_000_000;
const DAY_MS = 86_400_000;

function clockAt(nowMs: number): Clock & { now: number; mono: number } {
  const clock = { now: nowMs, mono: 0.25, nowMs: () => clock.now, monotonicMs: () => clock.mono, after: () => () => undefined };
  return clock;
}

describe('server-anchored time', () => {
  for (const wrongBy of [0, DAY_MS, -DAY_MS, -SERVER_MS + 5]) {
    it(`is right on a device that is wrong by ${wrongBy} ms`, () => {
      const clock = clockAt(SERVER_MS + wrongBy);
      const time = createServerTime(clock);
      time.learn(SERVER_MS, clock.mono);
      expect(time.nowMs()).toBe(SERVER_MS);
      expect(time.offsetMs() + wrongBy).toBe(0);
      clock.now += 1_000;
      clock.mono += 1_000;
      expect(time.nowMs()).toBe(SERVER_MS + 1_000);
    });
  }

  it('is whole milliseconds whatever the device clock gives', () => {
    const clock = clockAt(SERVER_MS);
    const time = createServerTime(clock);
    time.learn(SERVER_MS, clock.mono);
    clock.mono += 1_000.7;
    expect(Number.isSafeInteger(time.nowMs())).toBe(true);
  });

  it('takes half the way for the answer', () => {
    const clock = clockAt(SERVER_MS);
    const time = createServerTime(clock);
    const asked = clock.mono;
    clock.now += 600;
    clock.mono += 600;
    time.learn(SERVER_MS, asked);
    expect(time.nowMs()).toBe(SERVER_MS + 300);
  });

  it('does not go back when the device clock is put back', () => {
    const clock = clockAt(SERVER_MS);
    const time = createServerTime(clock);
    time.learn(SERVER_MS, clock.mono);
    clock.now -= DAY_MS;
    clock.mono += 2_000;
    expect(time.nowMs()).toBe(SERVER_MS + 2_000);
  });

  it('catches up after a sleep in which the monotonic clock stood', () => {
    const clock = clockAt(SERVER_MS);
    const time = createServerTime(clock);
    time.learn(SERVER_MS, clock.mono);
    clock.now += 3_600_000;
    expect(time.nowMs()).toBe(SERVER_MS + 3_600_000);
  });

  it('after a start is not before the newest answer that was stored', () => {
    const clock = clockAt(0);
    const time = createServerTime(clock);
    time.recall(0, SERVER_MS);
    expect(time.nowMs()).toBe(SERVER_MS);
  });
});
