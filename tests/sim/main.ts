/**
 * `npm run sim`: plays seeds and says what they met. Ends with 1 when a law was broken, and says how to see it again.
 * Speeds are by the processor time of this process, on one core: another program on the machine does not change them much.
 */
import { parseArgs } from 'node:util';
import { CELLS, FAULTS } from './cells.ts';
import { marketDay } from './market.ts';
import { PLANTS, type PlantName } from './plants.ts';
import { playSeed, STEPS, Sum, type Played } from './play.ts';
import { loadAllParts } from './warm-up.ts';

const DAY_MS = 86_400_000;
const SHOWN = 20;
const WARM_UP_DAYS = 10;
const MARKET_DAYS = 10;
/** A long run says how far it is. */
const PROGRESS_SEEDS = 1_000;
const USAGE = 'Usage: npm run sim -- [--seeds N] [--from S] [--seed S] [--steps N] [--trace] [--plant NAME]';

type Wanted = { readonly from: number; readonly seeds: number; readonly steps: number; readonly trace: boolean; readonly plant: PlantName | null };

function wantedOf(argv: string[]): Wanted | null {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args: argv, options: { seeds: text, from: text, seed: text, steps: text, plant: text, trace: { type: 'boolean' } } });
  const plant = values.plant ?? null;
  const [from, seeds, steps] = [values.seed ?? values.from ?? '1', values.seed === undefined ? (values.seeds ?? '300') : '1', values.steps ?? String(STEPS)].map(Number);
  if (from === undefined || seeds === undefined || steps === undefined || ![from, seeds, steps].every((count) => Number.isSafeInteger(count) && count >= 1)) return null;
  if (plant !== null && !(plant in PLANTS)) return null;
  return { from, seeds, steps, trace: values.trace === true, plant: plant as PlantName | null };
}

function readWanted(): Wanted | null {
  try {
    return wantedOf(process.argv.slice(2));
  } catch {
    return null;
  }
}

async function main({ from, seeds, steps, trace, plant }: Wanted): Promise<number> {
  await loadAllParts();
  const sum = new Sum();
  const startedAt = process.cpuUsage();
  for (let seed = from; seed < from + seeds; seed++) {
    const played = await playSeed(seed, { steps, plant: plant === null ? null : PLANTS[plant], out: trace ? (line) => process.stdout.write(`${line}\n`) : null });
    sum.add(played);
    if (played.violations.length > 0) sayBroken(played, steps, plant);
    if (seeds === 1) say(`trace ${played.hash}`);
    if (sum.bad.length === SHOWN) break;
    const done = seed - from + 1;
    if (done % PROGRESS_SEEDS === 0 && done < seeds) say(`… ${done} of ${seeds} seeds, ${sum.bad.length} broken`);
  }
  const { user, system } = process.cpuUsage(startedAt);
  sayAll(sum, (user + system) / 1e6);
  const broken = seeds === 1 || plant !== null ? [] : await sayMarket();
  return sum.bad.length + broken.length === 0 ? 0 : 1;
}

/** The same parts without faults, after the engine has warmed up. */
async function sayMarket(): Promise<readonly string[]> {
  const broken: string[] = [];
  let [payments, seconds] = [0, 0];
  for (let day = 1; day <= WARM_UP_DAYS + MARKET_DAYS; day++) {
    const market = await marketDay(day);
    broken.push(...market.broken);
    if (day > WARM_UP_DAYS) [payments, seconds] = [payments + market.payments, seconds + market.cpuSeconds];
  }
  for (const what of broken) say(`a market day breaks ${what}`);
  say(`market days: ${payments} payments offline and settled, payments_per_second=${Math.round(payments / seconds)}`);
  return broken;
}

function sayBroken({ seed, violations }: Played, steps: number, plant: PlantName | null): void {
  for (const { law, what } of violations.slice(0, 3)) say(`seed ${seed} breaks ${law}: ${what}`);
  say(`  see it again: npm run sim -- --seed ${seed}${steps === STEPS ? '' : ` --steps ${steps}`}${plant === null ? '' : ` --plant '${plant}'`} --trace`);
}

function sayAll(sum: Sum, seconds: number): void {
  const faults = sum.cells.byFault();
  const missing = sum.cells.missing();
  say(`seeds ${sum.seeds} (${sum.real} with real P-256 signatures), steps ${sum.steps}, payments ${sum.payments}, simulated days ${Math.round(sum.simulatedMs / DAY_MS)}`);
  say(`faults ${FAULTS.map((fault) => `${fault} ${faults[fault]}`).join(', ')}`);
  say(`cells ${sum.cells.reached} of ${CELLS}, the rarest ${sum.cells.fewest()} times${missing.length > 0 && missing.length <= SHOWN ? `; not reached: ${missing.join(', ')}` : ''}`);
  say(`replayed in another order ${sum.replayed}`);
  say(`violations ${sum.violations}`);
  say(`steps_per_second=${Math.round(sum.steps / seconds)} payments_per_second=${Math.round(sum.payments / seconds)}, faults, laws and healing included`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const wanted = readWanted();
if (wanted === null) {
  process.stderr.write(`${USAGE}\nPlants: ${Object.keys(PLANTS).join(', ')}\n`);
  process.exit(2);
}
process.exitCode = await main(wanted);
