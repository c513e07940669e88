/** The quick lanes, two at a time: one row of tools that read the code, one that runs it. */
import { EXIT } from './exit-codes.mjs';
import { lint, runLane, tidy, types, unit, walls } from './lanes.mjs';
import { duration, say } from './run.mjs';

export async function check() {
  const results = await quickLanes();
  return closing(results);
}

export async function quickLanes() {
  say('Checking types, lint and walls beside the unit tests …');
  const rows = await Promise.all([inOrder([types, lint, walls, tidy]), inOrder([unit])]);
  return rows.flat();
}

async function inOrder(lanes) {
  const results = [];
  for (const lane of lanes) results.push(await runLane(lane, false));
  return results;
}

/** Names what failed, says the sum as the last line, and returns the exit code. */
export function closing(results) {
  const sum = (field) => results.reduce((total, result) => total + result[field], 0);
  const bad = results.filter(({ failed }) => failed > 0).map(({ name }) => name);
  say(`\n${bad.length === 0 ? 'All lanes are green' : `Failed: ${bad.join('; ')}`} (${duration(sum('tookMs'))} of work).`);
  say(`${sum('passed')} passed, ${sum('failed')} failed`);
  return bad.length === 0 ? EXIT.ok : EXIT.failed;
}
