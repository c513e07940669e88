/** Who is in a run: how many shops, tills and payers, and how bad their luck is. Drawn from the seed. */
import { Phone } from './phone.ts';
import { type Given, PIN, World } from './world.ts';

export type Plan = {
  readonly phones: readonly Phone[];
  readonly faultRate: number;
  readonly overlapRate: number;
  readonly nightRate: number;
  readonly pin: typeof PIN;
};

const SHOPS = ['街角面馆', 'Corner Noodles'];
const PAYERS = ['小林', '李雷', '韩梅梅'];

export async function populate(given: Given): Promise<{ readonly world: World; readonly plan: Plan }> {
  const world = await World.open(given);
  const chance = world.chance.fork('people');
  const phones: Phone[] = [];
  for (const [index, name] of SHOPS.slice(0, chance.between(1, 2)).entries()) {
    const partyId = await world.account('till', name);
    for (let till = 0; till < chance.between(1, 2); till++) phones.push(new Phone(world.stage, world.chance, { name: `till-${index + 1}${till + 1}`, role: 'till', partyId }));
  }
  for (const [index, name] of PAYERS.slice(0, chance.between(2, 3)).entries()) {
    phones.push(new Phone(world.stage, world.chance, { name: `payer-${index + 1}`, role: 'payer', partyId: await world.account('payer', name) }));
  }
  world.phones.push(...phones);
  const last = phones.at(-1);
  if (last !== undefined) last.cheats = chance.happens(0.3);
  const plan: Plan = {
    phones,
    faultRate: chance.pick([0.3, 0.6, 0.9]),
    overlapRate: chance.pick([0, 0.2, 0.5]),
    nightRate: chance.pick([0, 0.02, 0.06]),
    pin: PIN,
  };
  return { world, plan };
}
