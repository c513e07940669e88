/** What a till shows of a claim that the server cannot decide yet: accepted it stays, and by when it is decided is told, until it is. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PurseRow } from '#server/core/ports-offline.ts';
import type { SaleView } from '#wallet/api-till.ts';
import type { Core } from '#wallet/core.ts';
import type { Wallet } from '#wallet/wallet.ts';
import { until } from '../fixtures/memory-ports.ts';
import { openPurseWorld, type PurseWorld } from '../fixtures/purse-phone.ts';

let world: PurseWorld;
let till: Wallet;
let payer: Core;
let purseId: string;

beforeEach(async () => {
  world = await openPurseWorld();
  ({ till } = world);
  payer = await world.tab();
  purseId = await world.loaded(payer);
  await until(till, (now) => now.till?.listAge === 'fresh');
});
afterEach(() => world.close());

/** As after a backup that has not the purse's renewal: it was released before its certificate ended. */
const setPurse = (over: Partial<PurseRow>) =>
  world.server.store.transaction(async (tx) => {
    const row = await tx.purse(purseId);
    if (row !== null) await tx.putPurse({ ...row, ...over });
  });
const claimOf = (sale: unknown) => (sale as SaleView).claim;

it('a sale', async () => {
  const code = await world.shown(payer, await world.code());
  const untilMs = world.rows().purses[0]?.claimDeadlineMs;
  await world.offline();
  expect(await till.take(code)).toMatchObject({ ok: true, value: { outcome: 'accepted' } });
  await setPurse({ state: 'released' });
  const shown = await world.online((now) => now.recent.some((one) => one.type === 'sale' && one.claim?.state === 'late'));
  expect(claimOf(shown.recent[0])).toMatchObject({ state: 'late', untilMs, code: null, paidMinor: 0 });
  expect(shown).toMatchObject({ waiting: 1, till: { unsynced: { count: 1 } } });
  await setPurse({ state: 'active' });
  world.server.clock.advance(2 * 3_600_000);
  await till.wake('button');
  const after = await until(till, (now) => now.recent.some((one) => one.type === 'sale' && one.claim?.state === 'settled'));
  expect(claimOf(after.recent[0])).toMatchObject({ state: 'settled', untilMs: null });
});

it('a payment that its customer reported, and that was claimed with a tap', async () => {
  await world.shown(payer, await world.code());
  const phone = await world.phone.start();
  await until(phone, (now) => now.waiting === 0);
  const listed = await until(till, (now) => now.till?.unclaimed.length === 1);
  expect(listed.till?.unclaimed).toMatchObject([{ claiming: false, untilMs: null }]);
  const untilMs = world.rows().purses[0]?.claimDeadlineMs;
  await setPurse({ state: 'released' });
  expect(await till.claim(listed.till?.unclaimed[0]?.vid ?? '')).toMatchObject({ ok: true });
  const waits = await until(till, (now) => now.till?.unclaimed[0]?.untilMs != null);
  expect(waits.till?.unclaimed).toMatchObject([{ claiming: true, untilMs, refused: null }]);
});
