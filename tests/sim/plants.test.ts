/** Every planted bug is found within few seeds, by a law that it breaks. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { PLANTS } from './plants.ts';
import { playSeed } from './play.ts';
import type { Plant } from './stage.ts';
import { loadAllParts } from './warm-up.ts';

const WITHIN_SEEDS = 40;

/** Laws that seeds break, up to the first that is one of the plant's own: most bugs break others on their way. */
async function found(plant: Plant): Promise<readonly string[]> {
  const laws: string[] = [];
  for (let seed = 1; seed <= WITHIN_SEEDS; seed++) {
    const { violations } = await playSeed(seed, { plant });
    laws.push(...violations.map(({ law }) => law));
    if (violations.some(({ law }) => plant.laws.includes(law))) break;
  }
  return laws;
}

describe('a planted bug', () => {
  before(loadAllParts);

  for (const [name, plant] of Object.entries<Plant>(PLANTS)) {
    it(`is found: ${name}: ${plant.what}`, async () => {
      const laws = [...new Set(await found(plant))];
      assert.ok(laws.some((law) => plant.laws.includes(law)), `in ${WITHIN_SEEDS} seeds it broke ${laws.length === 0 ? 'nothing' : laws.join(', ')}`);
    });
  }
});
