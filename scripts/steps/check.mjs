/** The quick lanes. */
import { EXIT } from './exit-codes.mjs';
import { lint, runLane, tidy, types, unit, walls } from './lanes.mjs';
import { duration, say } from './run.mjs';

export async function check() {
  say('Checking types, lint and walls beside the unit tests …');
  return closing(await side([types, lint, walls, tidy], [unit]));
}

/** Rows of lanes side by side, each in its order: one core is not enough for them, and none needs two all the time. */
export async function side(...rows) {
  const results = await Promise.all(rows.map(inOrder));
  return results.flat();
}

async function inOrder(lanes) {
  const results = [];
  for (const lane of lanes) results.push(await runLane(lane));
  return results;
}

/** Names what failed, also test by test, says the sum as the last line, and returns the exit code. */
export function closing(results) {
  const sum = (field) => results.reduce((total, result) => total + result[field], 0);
  const bad = results.filter(({ failed }) => failed > 0).map(({ name }) => name);
  for (const failure of results.flatMap(({ failures = [] }) => failures)) say(`\n${failure}`);
  say(`\n${bad.length === 0 ? 'All lanes are green' : `Failed: ${bad.join('; ')}`} (${duration(sum('tookMs'))} of work).`);
  say(`${sum('passed')} passed, ${sum('failed')} failed`);
  return bad.length === 0 ? EXIT.ok : EXIT.failed;
}
