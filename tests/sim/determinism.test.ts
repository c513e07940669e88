/** A seed is the whole run: played again it is the same to the last request, and another seed is another run. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { playSeed } from './play.ts';
import { loadAllParts } from './warm-up.ts';

/** 10 and 20 sign for real. */
const SEEDS = [1, 2, 3, 7, 10, 20];

describe('a seed', () => {
  before(loadAllParts);

  for (const seed of SEEDS) {
    it(`${seed} gives the same run again`, async () => {
      const [first, again] = [await playSeed(seed), await playSeed(seed)];
      assert.equal(again.hash, first.hash);
      assert.deepEqual([again.payments, again.steps, again.simulatedMs], [first.payments, first.steps, first.simulatedMs]);
    });
  }

  it('gives a run of its own', async () => {
    const hashes = await Promise.all(SEEDS.map(async (seed) => (await playSeed(seed, { steps: 5 })).hash));
    assert.equal(new Set(hashes).size, SEEDS.length);
  });

  it('gives the same run beside another one', async () => {
    const [one, other] = await Promise.all([playSeed(4, { steps: 5 }), playSeed(5, { steps: 5 })]);
    assert.deepEqual([one.hash, other.hash], [(await playSeed(4, { steps: 5 })).hash, (await playSeed(5, { steps: 5 })).hash]);
  });
});
