/** What the server's word changes about a purse, which purse carries a payment, and which way it goes. */
import { describe, expect, it } from 'vitest';
import type { PurseView } from '#protocol/http-offline.ts';
import { purseAfter, spendableMinor } from '#wallet/purse-head.ts';
import { planFor, purseFor } from '#wallet/which-way.ts';
import { hex, purseRow, T0 } from '../fixtures/wallet-rows.ts';

const DEVICE = hex(2);
const NOW = T0 + 1_000;
const TOLD = { deviceId: DEVICE, atMs: NOW, genuine: true };
const head = (seq: number, cumMinor: number) => ({ seq, cumMinor, vid: hex(seq) });

function view(over: Partial<PurseView> = {}): PurseView {
  const { id, kind, merchantId, ccy, certificate, limMinor, capMinor, maxCount, expMs, claimDeadlineMs } = purseRow(1);
  const terms = { id, kind, merchantId, ccy, certificate, limMinor, capMinor, maxCount, expMs, claimDeadlineMs };
  return { ...terms, deviceId: DEVICE, state: 'active', reserveMinor: limMinor, headSeq: 0, headCumMinor: 0, stepUp: null, ...over };
}

describe('the server tells of a purse', () => {
  it('of this device that it does not know: the reply was lost', () => {
    expect(purseAfter(undefined, view(), TOLD)).toEqual(purseRow(1));
  });

  it('of another device: not ours', () => {
    expect(purseAfter(undefined, view({ deviceId: hex(3) }), TOLD)).toBeNull();
  });

  it('that was topped up: the terms are the newer ones, the head stays ours', () => {
    const mine = purseRow(1, { head: head(3, 900) });
    const after = purseAfter(mine, view({ limMinor: 20_000, certificate: 'BB', headSeq: 2, headCumMinor: 500 }), TOLD);
    expect(after).toEqual({ ...mine, limMinor: 20_000, certificate: 'BB' });
  });

  it('as it was before: nothing is taken back', () => {
    const mine = purseRow(1, { limMinor: 20_000, certificate: 'BB', expMs: T0 + 100 * 3_600_000, head: head(1, 100) });
    expect(purseAfter(mine, view(), TOLD)).toEqual(mine);
  });

  it('with a certificate that is not genuine: only what has ended is heard', () => {
    const mine = purseRow(1, { head: head(3, 900) });
    const told = view({ limMinor: 20_000, certificate: 'BB' });
    expect(purseAfter(mine, told, { ...TOLD, genuine: false })).toEqual(mine);
    expect(purseAfter(undefined, told, { ...TOLD, genuine: false })).toBeNull();
    expect(purseAfter(mine, { ...told, state: 'frozen' }, { ...TOLD, genuine: false })).toEqual({ ...mine, state: { kind: 'frozen', atMs: NOW } });
  });

  it('with a head beyond ours: this wallet was set back, and signs nothing', () => {
    const frozen = purseAfter(purseRow(1, { head: head(1, 100) }), view({ headSeq: 2, headCumMinor: 300 }), TOLD);
    expect(frozen).toMatchObject({ state: { kind: 'frozen', atMs: NOW }, head: head(1, 100) });
    expect(purseAfter(undefined, view({ headSeq: 1, headCumMinor: 100 }), TOLD)).toMatchObject({ state: { kind: 'frozen' } });
  });

  it('that ended: it never comes back to life', () => {
    const closing = purseRow(1, { state: { kind: 'closing', atMs: T0 } });
    expect(purseAfter(closing, view(), TOLD)?.state).toEqual({ kind: 'closing', atMs: T0 });
    expect(purseAfter(closing, view({ state: 'released' }), TOLD)?.state).toEqual({ kind: 'released', atMs: NOW });
    expect(purseAfter(purseRow(1, { state: { kind: 'released', atMs: T0 } }), view({ state: 'frozen' }), TOLD)?.state.kind).toBe('released');
  });
});

describe('what a purse can carry', () => {
  const wanted = { amountMinor: 500, ccy: 156, merchantId: hex(7, 16) };
  const ofOne = (over: Parameters<typeof purseRow>[1], want = wanted, nowMs = NOW, capMinor = 20_000) => purseFor([purseRow(1, over)], want, { nowMs, capMinor })?.id ?? null;

  it('is what is left under its limit', () => {
    expect(spendableMinor(purseRow(1, { head: head(2, 9_600) }))).toBe(400);
    expect(spendableMinor(purseRow(1, { state: { kind: 'frozen', atMs: T0 } }))).toBe(0);
    expect(ofOne({ head: head(2, 9_500) })).toBe(hex(1, 16));
    expect(ofOne({ head: head(2, 9_501) })).toBeNull();
  });

  it.each([
    ['above one payment', { capMinor: 499 }],
    ['another currency', { ccy: 840 }],
    ['closing', { state: { kind: 'closing', atMs: T0 } }],
    ['out of numbers', { maxCount: 3, head: head(3, 30) }],
    ["another shop's tab", { kind: 'tab', merchantId: hex(8, 16) }],
  ] as const)('%s: not', (_, over) => {
    expect(ofOne({})).toBe(hex(1, 16));
    expect(ofOne(over)).toBeNull();
  });

  it('is at most what one payment may be in this browser', () => {
    expect(ofOne({}, wanted, NOW, 500)).toBe(hex(1, 16));
    expect(ofOne({}, wanted, NOW, 499)).toBeNull();
  });

  it('ends with its certificate', () => {
    const { expMs } = purseRow(1);
    expect(ofOne({}, wanted, expMs)).toBe(hex(1, 16));
    expect(ofOne({}, wanted, expMs + 1)).toBeNull();
  });

  it("is the shop's own tab before the open purse", () => {
    const tab = purseRow(2, { kind: 'tab', merchantId: hex(7, 16) });
    expect(purseFor([purseRow(1), tab], wanted, { nowMs: NOW, capMinor: 20_000 })).toBe(tab);
  });
});

describe('what the confirm sheet says of the way', () => {
  const wanted = { amountMinor: 500, ccy: 156, merchantId: hex(7, 16) };
  const now = { nowMs: NOW, capMinor: 20_000 };
  const ended = { nowMs: purseRow(1).expMs + 1, capMinor: 20_000 };

  it.each([
    ['online', [purseRow(1)], 'online', now, { source: 'balance' }],
    ['not known yet', [purseRow(1)], 'unknown', now, { source: 'balance' }],
    ['nobody answers', [purseRow(1)], 'offline', now, { source: 'purse', purseId: hex(1, 16), spendableMinor: 10_000, stepUp: false }],
    ['nobody answers, no purse', [], 'offline', now, { source: 'none', why: 'OFFLINE' }],
    ["nobody answers, another shop's tab", [purseRow(1, { kind: 'tab', merchantId: hex(8, 16) })], 'offline', now, { source: 'none', why: 'OFFLINE' }],
    ['nobody answers, a purse that has ended', [purseRow(1, { state: { kind: 'closing', atMs: T0 } })], 'offline', now, { source: 'none', why: 'OFFLINE' }],
    ['nobody answers, too little left', [purseRow(1, { head: head(2, 9_501) })], 'offline', now, { source: 'none', why: 'PURSE_SHORT' }],
    ['nobody answers, an old certificate', [purseRow(1)], 'offline', ended, { source: 'none', why: 'PURSE_RENEW' }],
  ] as const)('%s', (_, purses, connection, at, plan) => {
    expect(planFor(purses, wanted, at, connection, () => 'either')).toEqual(plan);
  });

  it.each([
    ['pin', { source: 'purse', stepUp: false }],
    ['passkey', { source: 'purse', stepUp: true }],
    ['nobody', { source: 'none', why: 'E_UV_REQUIRED' }],
  ] as const)('nobody answers, to be confirmed by %s', (by, plan) => {
    expect(planFor([purseRow(1)], wanted, now, 'offline', () => by)).toMatchObject(plan);
  });
});
