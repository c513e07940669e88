/** What a till takes with no network: its floors to the cent, the age of its lists, its clock, and a full book. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '#protocol/limits.ts';
import { pursePolicy } from '#protocol/purse-caps.ts';
import type { Keeping } from '#wallet/api-payer.ts';
import type { Core } from '#wallet/core.ts';
import type { ClaimRecord } from '#wallet/records.ts';
import type { Wallet } from '#wallet/wallet.ts';
import type { TestServer } from '../fixtures/http-server.ts';
import { type MemoryPhone, until } from '../fixtures/memory-ports.ts';
import { openPurseWorld, type PurseWorld } from '../fixtures/purse-phone.ts';
import { claimRow, hex } from '../fixtures/wallet-rows.ts';

const PRICE = 1_850;
const HOUR_MS = 3_600_000;
const policy = pursePolicy(156);
if (policy === null) throw new Error('no policy');

let world: PurseWorld;
let server: TestServer;
let till: Wallet;
let tillPhone: MemoryPhone;
let payer: Core;
let purseId: string;

beforeEach(async () => {
  world = await openPurseWorld();
  ({ server, till, tillPhone } = world);
  payer = await world.tab();
  purseId = await world.loaded(payer);
  await until(till, (now) => now.till?.listAge === 'fresh');
});
afterEach(() => world.close());

const waiting = { kind: 'queued' } as const;

/** Books that are as full as the test wants; far from the voucher's place in its purse. */
function seed(...rows: readonly Partial<ClaimRecord>[]): void {
  for (const [index, row] of rows.entries()) {
    const claim = claimRow(1_000 + index, { purseId: hex(0xabc + index, 16), state: waiting, ...row });
    tillPhone.disk.rows.claims.set(claim.id, claim);
  }
}

async function offered(): Promise<string> {
  const code = await world.shown(payer, await world.code());
  await world.offline();
  return code;
}

const accepted = { ok: true, value: { outcome: 'accepted' } } as const;
const refused = (error: string) => ({ ok: false, error }) as const;

describe('case 67: the floors', () => {
  const perPurse = policy.perPurseMinor - PRICE;
  const inAll = policy.totalMinor - PRICE;
  it.each([
    [perPurse - 1, 'kept', accepted],
    [perPurse, 'kept', accepted],
    [perPurse + 1, 'kept', refused('E_FLOOR_PURSE')],
    [policy.perPurseMinor / 2 - PRICE, 'best-effort', accepted],
    [policy.perPurseMinor / 2 - PRICE + 1, 'best-effort', refused('E_FLOOR_PURSE')],
  ] as const)('of one purse: %i before, storage %s', async (before, keeping, answer) => {
    await till.noteKeeping(keeping);
    const code = await offered();
    seed({ purseId, amountMinor: before, cumMinor: 5_000_000, seq: 30 });
    expect(await till.take(code)).toMatchObject(answer);
  });

  it.each([
    [inAll - 1, 'kept', accepted],
    [inAll, 'kept', accepted],
    [inAll + 1, 'kept', refused('E_FLOOR_TOTAL')],
    [policy.totalMinor / 2 - PRICE, 'best-effort', accepted],
    [policy.totalMinor / 2 - PRICE + 1, 'best-effort', refused('E_FLOOR_TOTAL')],
  ] as const)('of all open purses: %i before, storage %s', async (before, keeping, answer) => {
    await till.noteKeeping(keeping);
    const code = await offered();
    seed({ amountMinor: before });
    expect(await till.take(code)).toMatchObject(answer);
  });

  it.each([[policy.pending - 1, accepted], [policy.pending, refused('E_FLOOR_TOTAL')]] as const)('%i claims of tabs before, which risk nothing', async (count, answer) => {
    const code = await offered();
    seed(...Array.from({ length: count }, () => ({ kind: 'tab', amountMinor: 1_000_000 }) as const));
    expect(await till.take(code)).toMatchObject(answer);
  });

  it('are shared by two tabs: of two vouchers at once that fit alone, one is taken', async () => {
    seed({ purseId, amountMinor: policy.perPurseMinor - 2 * PRICE + 1, cumMinor: 5_000_000, seq: 30 });
    const codes = [await world.shown(payer, await world.code()), await world.shown(payer, await world.code())];
    await world.offline();
    const second = await tillPhone.start();
    await until(second, (now) => now.connection === 'offline');
    const answers = await Promise.all([till.take(codes[0] ?? ''), second.take(codes[1] ?? '')]);
    expect(answers.map((one) => (one.ok ? one.value.outcome : one.error)).toSorted()).toEqual(['E_FLOOR_PURSE', 'accepted']);
  });

  it('what has a verdict, was only asked for, or was given back does not count', async () => {
    const code = await offered();
    const done: readonly ClaimRecord['state'][] = [{ kind: 'asking' }, { kind: 'settled', atMs: 1, paidMinor: 1, refundedMinor: 0 }, { kind: 'rejected', atMs: 1, code: 'LIMITS' }, { kind: 'voided', atMs: 1 }];
    seed(...done.map((state) => ({ amountMinor: policy.totalMinor, state })));
    expect(await till.take(code)).toMatchObject(accepted);
  });

  it.each(['private', 'in-app'] as const satisfies readonly Keeping[])('are zero where the browser forgets (%s); with a network it is asked for and paid', async (keeping) => {
    await till.noteKeeping(keeping);
    expect((await until(till, (now) => now.till?.atRisk.ofMinor === 0)).till?.halved).toBe(false);
    const code = await offered();
    expect(await till.take(code)).toEqual(refused('TILL_NOT_HERE'));
    tillPhone.network.up = true;
    expect(await till.take(code)).toMatchObject({ ok: true, value: { outcome: 'paid' } });
  });
});

describe('case 68: the age of the lists', () => {
  const offeredAfter = async (hours: number): Promise<string> => {
    await world.offline();
    server.clock.advance(hours * HOUR_MS);
    // Renewed at the payer's, who has a network: the purse outlives the till's lists.
    await world.phone.start().then((phone) => until(phone, (now) => now.phase === 'ready' && (world.rows().purses[0]?.expMs ?? 0) > server.clock.nowMs() + HOUR_MS));
    world.phone.kill();
    payer = await world.tab();
    return world.shown(payer, await world.code());
  };

  it('up to a day is fresh, then everything is halved, after three days nothing is taken, and what waits stays listed', async () => {
    seed({ amountMinor: policy.totalMinor / 2 - PRICE + 1 });
    const dayOld = await offeredAfter(LIMITS.listAmberSeconds / 3_600 - 1);
    expect(await till.take(dayOld)).toMatchObject(accepted);
    const amber = await offeredAfter(2);
    expect((await until(till, (now) => now.till?.listAge === 'amber')).till?.atRisk.ofMinor).toBe(policy.totalMinor / 2);
    expect(await till.take(amber)).toEqual(refused('E_FLOOR_TOTAL'));
    const stale = await offeredAfter(LIMITS.listStaleSeconds / 3_600);
    tillPhone.disk.rows.claims.delete(claimRow(1_000).id);
    expect(await till.take(stale)).toEqual(refused('E_SYNC_FIRST'));
    expect((await until(till, (now) => now.till?.listAge === 'stale')).till).toMatchObject({ unsynced: { count: 1 }, atRisk: { ofMinor: 0 } });
  });
});

describe('the clock', () => {
  it('that was put back behind what the server has said takes nothing, until somebody answers', async () => {
    const code = await world.shown(payer, await world.code());
    await world.offline();
    till.close();
    const behind = { ...server.clock, nowMs: () => server.clock.nowMs() - (LIMITS.clockBehindSeconds + 5) * 1_000 };
    const late = await tillPhone.start({ clock: behind });
    await until(late, (now) => now.connection === 'offline');
    expect(await late.take(code)).toEqual(refused('E_CLOCK_BEHIND'));
    tillPhone.network.up = true;
    await late.wake('button');
    await until(late, (now) => now.connection === 'online' && Math.abs(now.clockOffsetMs) > LIMITS.clockBehindSeconds * 1_000);
    expect(await late.take(code)).toMatchObject({ ok: true, value: { outcome: 'paid' } });
  });

  it('that was always wrong is known to be, and takes like every other', async () => {
    till.close();
    const wrong = { ...server.clock, nowMs: () => server.clock.nowMs() - 400 * 24 * HOUR_MS };
    const late = await tillPhone.start({ clock: wrong });
    await until(late, (now) => now.connection === 'online' && now.clockOffsetMs > HOUR_MS);
    const charge = await late.charge('18.50');
    const code = await world.shown(payer, charge.ok ? charge.value.link : '');
    tillPhone.network.up = false;
    expect(await late.take(code)).toMatchObject(accepted);
  });
});
