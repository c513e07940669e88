/** Every planted bug is found within few seeds, by a law that it breaks. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { PLANTS } from './plants.ts';
import { playSeed } from './play.ts';
import type { Plant } from './stage.ts';
import { loadAllParts } from './warm-up.ts';

const WITHIN_SEEDS = 40;

/** The laws that the first seed breaks in which anything is broken. */
async function found(plant: Plant): Promise<readonly string[]> {
  for (let seed = 1; seed <= WITHIN_SEEDS; seed++) {
    const { violations } = await playSeed(seed, { plant });
    if (violations.length > 0) return violations.map(({ law }) => law);
  }
  return [];
}

describe('a planted bug', () => {
  before(loadAllParts);

  for (const [name, plant] of Object.entries<Plant>(PLANTS)) {
    it(`is found: ${name}: ${plant.what}`, async () => {
      const laws = await found(plant);
      assert.ok(laws.some((law) => plant.laws.includes(law)), `in ${WITHIN_SEEDS} seeds it broke ${laws.length === 0 ? 'nothing' : laws.join(', ')}`);
    });
  }
});
