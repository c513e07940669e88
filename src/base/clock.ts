/** Time is given, never taken: workers do not see the page's emulated clock, and the simulator owns its own. */
export interface Clock {
  /** Milliseconds since 1970 by this device; may jump. For stamps, never for durations. */
  nowMs(): number;
  /** Milliseconds since some start; never goes back. For durations and countdowns. */
  monotonicMs(): number;
  /** Runs `wake` once after `delayMs`; the returned function cancels. */
  after(delayMs: number, wake: () => void): () => void;
}

export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}
