/** The fixed seeds: no law is broken, and every cell of operation x fault is really reached. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { CELLS } from './cells.ts';
import { playSeed, Sum } from './play.ts';
import { loadAllParts } from './warm-up.ts';

const SEEDS = 300;

describe(`${SEEDS} seeds`, () => {
  const sum = new Sum();

  before(async () => {
    await loadAllParts();
    for (let seed = 1; seed <= SEEDS; seed++) sum.add(await playSeed(seed));
  });

  it('break no law', () => {
    const found = sum.bad.flatMap(({ seed, violations }) => violations.map(({ law, what }) => `seed ${seed}: ${law}: ${what}`));
    assert.deepEqual(found, []);
  });

  it('reach every cell', () => {
    assert.deepEqual(sum.cells.missing(), []);
    assert.equal(sum.cells.reached, CELLS);
  });

  it('make payments, some of them with real signatures', () => {
    assert.ok(sum.payments > SEEDS, `only ${sum.payments} payments`);
    assert.equal(sum.real, SEEDS / 10);
  });

  it('are brought to another server in another order, where order does not decide', () => {
    assert.ok(sum.replayed > 0, 'I9 was never asked');
  });
});
