/** The demo's accounts: who is there, and what becomes of a store that an older demo made. */
import { beforeEach, expect, it } from 'vitest';
import { checkInvariants } from '#protocol/ledger-invariants.ts';
import { LIMITS } from '#protocol/limits.ts';
import { openMemoryStore } from '#server/adapters/store-memory.ts';
import { DEMO_SETTING, seedDemo, takeForProduction } from '#server/core/demo.ts';
import { chargeOf, confirm, openTestServer, orderOf, pay, type TestServer } from '../fixtures/http-server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await openTestServer();
});

const stored = (): Promise<string | null> => server.store.transaction((tx) => tx.setting(DEMO_SETTING));

it('has two shops', async () => {
  const [one, two] = [await server.joined('demo-merchant'), await server.joined('demo-merchant-2')];
  expect([one.me.account.name, two.me.account.name]).toEqual(['街角面馆', '巷口水果店']);
  expect([one.me.till?.terminal, two.me.till?.terminal]).toEqual([1, 1]);
});

it('is seeded once, however often it starts', async () => {
  const before = await stored();
  expect(await seedDemo(server.options)).toBe(true);
  expect(await stored()).toBe(before);
});

it('never shares a store with production, whichever of them came first', async () => {
  expect(await takeForProduction(server.store)).toBe(false);
  expect(await seedDemo(server.options)).toBe(true);
  const real = { ...server.options, store: openMemoryStore() };
  expect([await takeForProduction(real.store), await takeForProduction(real.store)]).toEqual([true, true]);
  expect(await seedDemo(real)).toBe(false);
  expect(await real.store.transaction((tx) => tx.setting(DEMO_SETTING))).toBeNull();
  expect((await real.store.audit()).balances.size).toBe(0);
});

it('fills the shopper’s account up when it is nearly empty, and only then', async () => {
  const shopper = await server.joined('demo-shopper');
  expect((await server.joined('demo-shopper')).me.account.balanceMinor).toBe(LIMITS.demoShopperMinor);
  const spent = LIMITS.demoShopperMinor - LIMITS.demoFillUpMinor + 1;
  const till = await server.joined('demo-merchant');
  const invoice = chargeOf(server, till, spent);
  const order = await orderOf(server, shopper, invoice);
  await confirm(shopper, order);
  await pay(shopper, order, invoice);
  expect((await server.joined('demo-shopper')).me.account).toMatchObject({ id: shopper.me.account.id, balanceMinor: LIMITS.demoFillUpMinor - 1 + LIMITS.demoShopperMinor });
  expect(checkInvariants(await server.store.audit())).toEqual([]);
});

it('gives an older demo the shop that it lacks, and leaves the others alone', async () => {
  const { secondMerchant, ...older } = JSON.parse((await stored()) ?? '{}') as Record<string, string>;
  await server.store.transaction((tx) => tx.putSetting(DEMO_SETTING, JSON.stringify(older)));
  const joined = await server.joined('demo-merchant-2');
  expect(joined.me.account).toMatchObject({ name: '巷口水果店', pinSet: true });
  expect(joined.me.account.id).not.toBe(secondMerchant);
  expect(JSON.parse((await stored()) ?? '{}')).toEqual({ ...older, secondMerchant: joined.me.account.id });
});
