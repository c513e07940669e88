/** Vouchers at the wrong place or time, twice at once, out of a tab, and brought by the service worker. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '#protocol/limits.ts';
import type { Core } from '#wallet/core.ts';
import { loadPurse } from '#wallet/purse.ts';
import type { Wallet } from '#wallet/wallet.ts';
import type { TestServer } from '../fixtures/http-server.ts';
import { createMemoryPhone, type MemoryPhone, PIN, until } from '../fixtures/memory-ports.ts';
import { openPurseWorld, type PurseWorld } from '../fixtures/purse-phone.ts';

const HOUR_MS = 3_600_000;

let world: PurseWorld;
let server: TestServer;
let till: Wallet;
let tillPhone: MemoryPhone;
let payer: Core;
const others: MemoryPhone[] = [];

beforeEach(async () => {
  world = await openPurseWorld();
  ({ server, till, tillPhone } = world);
  payer = await world.tab();
  await world.loaded(payer);
  await until(till, (now) => now.till?.listAge === 'fresh');
});
afterEach(() => {
  for (const phone of others.splice(0)) phone.kill();
  world.close();
});

async function joined(host: string, demo: 'demo-merchant' | 'demo-merchant-2'): Promise<Wallet> {
  const phone = createMemoryPhone(server, host);
  others.push(phone);
  const wallet = await phone.start();
  expect(await wallet.enrol({ demo })).toMatchObject({ ok: true });
  await until(wallet, (now) => now.till?.listAge === 'fresh');
  return wallet;
}

const claims = () => [...tillPhone.disk.rows.claims.values()];
const refused = (error: string) => ({ ok: false, error }) as const;

describe('case 80: a voucher', () => {
  it('for another shop, or for another till of the same shop, is nobody else\'s, and says so', async () => {
    const code = await world.shown(payer, await world.code());
    expect(await (await joined('noodles.chit.localhost:8080', 'demo-merchant-2')).take(code)).toEqual(refused('E_MERCHANT'));
    expect(await (await joined('till2.chit.localhost:8080', 'demo-merchant')).take(code)).toEqual(refused('E_INVOICE_UNKNOWN'));
    expect(await till.take(code)).toMatchObject({ ok: true, value: { outcome: 'paid' } });
  });

  it.each([[0, 'E_INVOICE_CLOSED'], [1, 'E_PURSE_EXPIRED']] as const)('of a purse that ends now, and one that ended a second ago: +%i s is %s', async (late, error) => {
    const code = await world.shown(payer, await world.code());
    const expMs = world.rows().purses[0]?.expMs ?? 0;
    await world.offline();
    server.clock.advance(expMs + late * 1_000 - server.clock.nowMs());
    await until(till, (now) => now.charge === null);
    // The charge ran out long before: what is asked after the purse's time.
    expect(await till.take(code)).toEqual(refused(error));
  });
});

describe('case 66: the same voucher twice', () => {
  it('in two tabs of one till at once is one claim', async () => {
    const code = await world.shown(payer, await world.code());
    const second = await tillPhone.start();
    await world.offline();
    const answers = await Promise.all([till.take(code), second.take(code)]);
    expect(answers.map((one) => (one.ok ? one.value.outcome : one.error)).toSorted()).toEqual(expect.arrayContaining(['accepted']));
    expect(answers.every((one) => one.ok)).toBe(true);
    expect(claims()).toHaveLength(1);
    expect(tillPhone.disk.rows.outbox.size).toBe(1);
  });

  it('and two vouchers for one charge: the second is refused, whoever shows it first', async () => {
    const link = await world.code();
    const code = await world.shown(payer, link);
    world.phone.disk.rows.vouchers.clear();
    const twin = await world.shown(payer, link);
    await world.offline();
    expect(await till.take(code)).toMatchObject({ ok: true, value: { outcome: 'accepted' } });
    expect(await till.take(twin)).toEqual(refused('E_INVOICE_CLOSED'));
    expect(claims()).toHaveLength(1);
  });
});

describe('a tab', () => {
  async function openTab(merchantId: string): Promise<void> {
    const loaded = await loadPurse(payer, { kind: 'tab', merchantId }, 5_000, { user: PIN, challenge: null });
    expect(loaded).toMatchObject({ ok: true });
  }
  const merchantId = () => tillPhone.disk.rows.identity?.till?.merchantId ?? '';

  it('is taken with lists of any age up to the key set\'s, and risks nothing', async () => {
    await openTab(merchantId());
    await world.offline();
    server.clock.advance(LIMITS.listStaleSeconds * 1_000 + HOUR_MS);
    const phone = await world.phone.start();
    await until(phone, () => world.rows().purses.every((purse) => purse.expMs > server.clock.nowMs() + HOUR_MS));
    world.phone.kill();
    payer = await world.tab();
    const code = await world.shown(payer, await world.code());
    expect(world.rows().vouchers[0]?.purseId).toBe(world.rows().purses.find((purse) => purse.kind === 'tab')?.id);
    expect(await till.take(code)).toMatchObject({ ok: true, value: { outcome: 'accepted' } });
    expect((await until(till, (now) => now.till?.unsynced.count === 1)).till).toMatchObject({ listAge: 'stale', atRisk: { amountMinor: 0 } });
    await world.online((now) => now.paidUnseen[0]?.state === 'paid');
  });

  it('of another shop is refused, and is none of this till\'s', async () => {
    const other = await joined('noodles.chit.localhost:8080', 'demo-merchant-2');
    await openTab(merchantId());
    const code = await world.shown(payer, await world.code());
    expect(await other.take(code)).toEqual(refused('E_TAB_OTHER_MERCHANT'));
  });
});

describe('the service worker', () => {
  it('brings what waits in one round, with the app closed, and says what is left', async () => {
    const codes = [await world.shown(payer, await world.code('5')), await world.shown(payer, await world.code('6'))];
    await world.offline();
    for (const code of codes) expect(await till.take(code)).toMatchObject({ ok: true, value: { outcome: 'accepted' } });
    tillPhone.kill();
    server.clock.advance(60_000);
    expect(await tillPhone.make().syncOnce(tillPhone.environment())).toBe(2);
    tillPhone.network.up = true;
    server.clock.advance(LIMITS.retryMaxMs);
    expect(await tillPhone.make().syncOnce(tillPhone.environment())).toBe(0);
    expect(claims().map((claim) => claim.state.kind)).toEqual(['settled', 'settled']);
    const again = await tillPhone.start();
    expect((await until(again, (now) => now.balance?.amountMinor === 1_100)).paidUnseen).toMatchObject([{ state: 'paid' }, { state: 'paid' }]);
  });
});
