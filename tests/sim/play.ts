/** Plays seeds and adds up what they met: for the command, and for the tests. */
import { Cells } from './cells.ts';
import type { Violation } from './book.ts';
import { Run } from './run.ts';
import type { Plant } from './stage.ts';
import { Trace } from './trace.ts';
import { hasRealSignatures } from './world.ts';

export const STEPS = 40;

export type Played = {
  readonly seed: number;
  readonly hash: string;
  readonly steps: number;
  /** Settled at the server, online and by voucher. */
  readonly payments: number;
  readonly simulatedMs: number;
  readonly replayed: boolean;
  readonly cells: Cells;
  readonly violations: readonly Violation[];
};

export type PlayOptions = { readonly steps?: number; readonly plant?: Plant | null; readonly out?: ((line: string) => void) | null };

export async function playSeed(seed: number, { steps = STEPS, plant = null, out = null }: PlayOptions = {}): Promise<Played> {
  const trace = new Trace(out);
  const run = await Run.open({ seed, trace, plant });
  const startMs = run.world.timeline.nowMs;
  await run.play(steps);
  const { payments, vouchers } = await run.world.server.store.audit();
  const settled = payments.filter(({ verdict }) => verdict.state === 'settled').length + vouchers.filter(({ state }) => state !== 'unpaid').length;
  const { cells, violations, world } = run;
  return { seed, hash: trace.hash, steps: run.steps, payments: settled, simulatedMs: world.timeline.nowMs - startMs, replayed: run.book.replayed, cells, violations };
}

export class Sum {
  readonly cells = new Cells();
  seeds = 0;
  real = 0;
  steps = 0;
  payments = 0;
  simulatedMs = 0;
  replayed = 0;
  readonly bad: Played[] = [];

  add(played: Played): void {
    this.seeds += 1;
    this.real += Number(hasRealSignatures(played.seed));
    this.steps += played.steps;
    this.payments += played.payments;
    this.simulatedMs += played.simulatedMs;
    this.replayed += Number(played.replayed);
    this.cells.add(played.cells);
    if (played.violations.length > 0) this.bad.push(played);
  }

  get violations(): number {
    return this.bad.reduce((sum, { violations }) => sum + violations.length, 0);
  }
}
