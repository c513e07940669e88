/** Reliability cases of paying out of a purse: killed at every point, clocks that are wrong or jump, an amount that somebody changes. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '#base/clock.ts';
import { fromBase64Url } from '#base/bytes.ts';
import { compactCode } from '#protocol/link.ts';
import { LIMITS } from '#protocol/limits.ts';
import { readScannedText } from '#protocol/scan-text.ts';
import { decodeVoucher } from '#protocol/voucher.ts';
import type { Draft } from '#wallet/api.ts';
import type { Http } from '#wallet/ports.ts';
import { takeNote } from '#wallet/take-note.ts';
import type { Wallet } from '#wallet/wallet.ts';
import { PIN, type MemoryPhone, until } from '../fixtures/memory-ports.ts';
import { LOADED, openPurseWorld, type PurseWorld } from '../fixtures/purse-phone.ts';
import { noteOf } from '../fixtures/purses.ts';

const DAY = 86_400_000;
const AMOUNT = 1_850;

let world: PurseWorld;
let phone: MemoryPhone;
let { code, rows } = {} as PurseWorld;

beforeEach(async () => {
  world = await openPurseWorld();
  ({ phone, code, rows } = world);
  await world.loaded(await world.tab());
});
afterEach(() => world.close());

async function drafted(wallet: Wallet, link: string): Promise<Draft> {
  const draft = await wallet.prepare(link);
  if (!draft.ok) throw new Error(draft.error);
  return draft.value;
}

/** Scanned once more: the code that there is, or one now. */
async function paidOrShown(wallet: Wallet, link: string) {
  const draft = await wallet.prepare(link);
  if (draft.ok) return wallet.pay(draft.value.draftId, PIN);
  return wallet.presentVoucher(draft.detail?.paymentId ?? '');
}

/** The disk takes no more from the n-th transaction on: what an app does after it was killed there. */
function killAt(nth: number): { readonly met: () => boolean } {
  let seen = 0;
  phone.disk.fault = () => (++seen > nth ? 'STORAGE_BROKEN' : null);
  return { met: () => seen > nth };
}

function revive(): void {
  phone.kill();
  phone.disk.fault = null;
}

/** Either nothing is paid and all of it can be spent, or one voucher is there, its money is gone from the purse, and it waits to be sent. */
function expectWhole(): 'nothing' | 'paid' {
  const { vouchers, purses } = rows();
  const waiting = [...phone.disk.rows.outbox.values()].filter((row) => row.kind === 'sync-item');
  if (vouchers.length === 0) {
    expect(purses).toMatchObject([{ head: null }]);
    expect(waiting).toEqual([]);
    return 'nothing';
  }
  expect(vouchers).toHaveLength(1);
  expect(purses).toMatchObject([{ head: { seq: 1, cumMinor: AMOUNT, vid: vouchers[0]?.id } }]);
  expect(waiting.map((row) => row.recordId)).toEqual([vouchers[0]?.id]);
  return 'paid';
}

describe('case 15: an app that is killed at any point of a payment with no network', () => {
  it('has paid once or not at all, and the same charge goes on from there', async () => {
    const found = new Set<string>();
    for (let nth = 0, met = true; met; nth++) {
      const before = { ...phone.disk.rows, purses: new Map(phone.disk.rows.purses), vouchers: new Map(), outbox: new Map() };
      const link = await code();
      const wallet = await phone.start();
      await until(wallet, (now) => now.offline !== null);
      const { draftId } = await drafted(wallet, link);
      phone.network.up = false;
      const death = killAt(nth);
      await wallet.pay(draftId, PIN);
      met = death.met();
      revive();
      found.add(expectWhole());
      // The app again, still with no network: one payment in the end, and one code.
      const again = await phone.start();
      await until(again, (now) => now.offline !== null);
      const second = await paidOrShown(again, link);
      expect(second).toMatchObject({ ok: true, value: { code: compactCode('voucher', fromBase64Url(rows().vouchers[0]?.bytes ?? '') ?? new Uint8Array()) } });
      expect(expectWhole()).toBe('paid');
      expect(nth).toBeLessThan(40);
      revive();
      phone.network.up = true;
      phone.disk.rows = before;
    }
    expect([...found].sort()).toEqual(['nothing', 'paid']);
  });

  it('or while it takes a note of the shop: kept with what it changes, or not at all', async () => {
    const till = await world.server.joined('demo-merchant', 'till2.chit.localhost:8080');
    const core = await world.tab();
    const wallet = await phone.start();
    const link = await code();
    phone.network.up = false;
    await wallet.pay((await drafted(wallet, link)).draftId, PIN);
    const voucher = decodeVoucher(fromBase64Url(rows().vouchers[0]?.bytes ?? '') ?? new Uint8Array());
    if (!voucher.ok) throw new Error(voucher.error);
    const text = compactCode('note', (await noteOf(world.server, till, voucher.value, { kind: 'void' })).bytes);
    phone.kill();
    for (let nth = 0, met = true; met; nth++) {
      const before = phone.disk.rows;
      const death = killAt(nth);
      const taken = await takeNote(core, text);
      met = death.met();
      phone.disk.fault = null;
      const kept = phone.disk.rows.outbox.size === 2;
      expect(rows().vouchers[0]?.state.kind).toBe(kept ? 'voided' : 'signed');
      expect(taken.ok).toBe(kept);
      phone.disk.rows = before;
    }
  });
});

describe('case 40: a device whose clock is wrong', () => {
  const skewed = (byMs: number): Clock => ({ ...world.server.clock, nowMs: () => world.server.clock.nowMs() + byMs });

  it.each([
    ['a day ahead', DAY],
    ['a day behind', -DAY],
    ['in 1970', -1_793_000_000_000],
    ['in 2040', 14 * 365 * DAY],
  ] as const)('%s pays online, and signs vouchers in the server’s time', async (_, byMs) => {
    const [first, second] = [await code(), await code()];
    const wallet = await phone.start({ clock: skewed(byMs) });
    await until(wallet, (now) => now.connection === 'online');
    expect(await wallet.pay((await drafted(wallet, first)).draftId, PIN)).toMatchObject({ ok: true });
    await until(wallet, (now) => now.recent.some((one) => one.type === 'payment' && one.state === 'settled'));
    phone.network.up = false;
    expect(await wallet.pay((await drafted(wallet, second)).draftId, PIN)).toMatchObject({ ok: true });
    // And after a restart with nobody to ask.
    phone.kill();
    const restarted = await phone.start({ clock: skewed(byMs) });
    const shown = await until(restarted, (now) => now.recent.some((one) => one.type === 'voucher'));
    expect(Math.abs(shown.clockOffsetMs + byMs)).toBeLessThan(60_000);
    const voucher = decodeVoucher(fromBase64Url(rows().vouchers[0]?.bytes ?? '') ?? new Uint8Array());
    const serverSeconds = Math.floor(world.server.clock.nowMs() / 1_000);
    expect(voucher.ok && Math.abs(voucher.value.iatSeconds - serverSeconds)).toBeLessThanOrEqual(60);
  });
});

describe('a clock that is moved while nobody answers', () => {
  it.each([['back', -DAY], ['ahead', DAY]] as const)('case 41: %s: the tries of the PIN do not come back', async (_, byMs) => {
    let moved = 0;
    const clock: Clock = { ...world.server.clock, nowMs: () => world.server.clock.nowMs() + moved };
    const link = await code();
    const wallet = await phone.start({ clock });
    await until(wallet, (now) => now.connection === 'online');
    const { draftId } = await drafted(wallet, link);
    phone.network.up = false;
    for (const triesLeft of [4, 3, 2, 1, 0]) expect(await wallet.pay(draftId, { kind: 'pin', pin: '000000' })).toMatchObject({ error: 'PIN_WRONG', detail: { triesLeft } });
    moved = Math.min(byMs, 0);
    expect(await wallet.pay(draftId, PIN)).toEqual({ ok: false, error: 'PIN_NOT_HERE' });
    moved = byMs;
    phone.kill();
    const restarted = await phone.start({ clock });
    await until(restarted, (now) => now.offline !== null);
    expect(phone.disk.rows.pinCheck?.triesLeft).toBe(0);
    expect(rows().vouchers).toEqual([]);
  });

  it('case 42: back: a charge runs out when its time has passed, not when the clock says so', async () => {
    let moved = 0;
    const clock: Clock = { ...world.server.clock, nowMs: () => world.server.clock.nowMs() + moved };
    const [one, two] = [await code(), await code()];
    const wallet = await phone.start({ clock });
    await until(wallet, (now) => now.connection === 'online');
    const [early, late] = [await drafted(wallet, one), await drafted(wallet, two)];
    phone.network.up = false;
    moved = -3_600_000;
    expect(await wallet.pay(early.draftId, PIN)).toMatchObject({ ok: true });
    world.server.clock.advance((LIMITS.invoiceTtlSeconds + LIMITS.invoiceGraceSeconds + 1) * 1_000);
    expect(await wallet.pay(late.draftId, PIN)).toMatchObject({ ok: false, error: 'E_INVOICE_EXPIRED' });
    expect(rows().vouchers).toHaveLength(1);
    // Its own payer hears that it is paid, never that it ran out: he would pay again.
    expect(await wallet.prepare(one)).toEqual({ ok: false, error: 'INVOICE_PAID', detail: { paymentId: rows().vouchers[0]?.id } });
    expect(await wallet.prepare(two)).toMatchObject({ ok: false, error: 'E_INVOICE_EXPIRED' });
  });
});

describe('case 78: an amount that changes between what is shown and what is signed', () => {
  it('is not there to be changed: each sheet signs what it showed', async () => {
    const [cheap, dear] = [await code('5'), await code('60')];
    const wallet = await phone.start();
    const [five, sixty] = [await drafted(wallet, cheap), await drafted(wallet, dear)];
    expect(() => Object.assign(five, { amountMinor: sixty.amountMinor })).toThrow(TypeError);
    phone.network.up = false;
    const [first, second] = await Promise.all([wallet.pay(five.draftId, PIN), wallet.pay(sixty.draftId, PIN)]);
    for (const [paid, draft] of [[first, five], [second, sixty]] as const) {
      const read = readScannedText(paid.ok ? (paid.value.code ?? '') : '');
      const voucher = read.ok && read.value.kind === 'voucher' ? read.value.voucher : null;
      expect(voucher?.amountMinor).toBe(draft.amountMinor);
      const invoice = readScannedText(draft === five ? cheap : dear);
      expect(invoice.ok && invoice.value.kind === 'invoice' && invoice.value.invoice.hash).toEqual(voucher?.invoiceHash);
    }
    expect(await wallet.record('voucher', first.ok ? first.value.paymentId : '')).toMatchObject({ ok: true, value: { amountMinor: 500 } });
  });
});

describe('how long a person waits', () => {
  it('is the probe at first, and hardly anything once nobody is known to answer; without a purse it is the whole request', async () => {
    const [one, two] = [await code(), await code()];
    const real = phone.ports().http;
    const waits: number[] = [];
    const send: Http['send'] = (method, path, body, timeoutMs) => {
      if (path === '/v1/confirmations') waits.push(timeoutMs);
      return real.send(method, path, body, timeoutMs);
    };
    const wallet = await phone.start({ http: { ...real, send } });
    await until(wallet, (now) => now.connection === 'online');
    const [first, second] = [await drafted(wallet, one), await drafted(wallet, two)];
    expect(first.plan).toEqual({ source: 'balance' });
    phone.network.up = false;
    expect(await wallet.pay(first.draftId, PIN)).toMatchObject({ ok: true });
    expect(await wallet.pay(second.draftId, PIN)).toMatchObject({ ok: true });
    expect((await drafted(wallet, await code())).plan).toMatchObject({ source: 'purse', spendableMinor: LOADED - 2 * AMOUNT });
    expect(waits).toEqual([LIMITS.probeTimeoutMs, LIMITS.offlineProbeMs]);
    phone.disk.rows.purses.clear();
    const third = await drafted(wallet, await code());
    expect(third.plan).toEqual({ source: 'none', why: 'OFFLINE' });
    expect(await wallet.pay(third.draftId, PIN)).toMatchObject({ ok: false, error: 'OFFLINE' });
    expect(waits.at(-1)).toBe(LIMITS.requestTimeoutMs);
  });
});

it('a disk that cannot be read is not asked without end', async () => {
  const wallet = await phone.start();
  await until(wallet, (now) => now.offline !== null);
  let asked = 0;
  phone.disk.fault = () => (++asked > 0 ? 'STORAGE_BROKEN' : null);
  await wallet.noteKeeping('best-effort');
  for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThan(20);
});
