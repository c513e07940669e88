/** Who may have which purse, as data. */
import { describe, expect, it } from 'vitest';
import { LIMITS } from '#protocol/limits.ts';
import { pursePolicy } from '#protocol/purse-caps.ts';
import type { PurseRow } from '#server/core/ports-offline.ts';
import type { Merchant, Party } from '#server/core/ports.ts';
import { isFresh, openingProblem, renewalProblem, renewedTerms, termsAt, topUpProblem, type Issuing, type OpeningFacts, type TopUpFacts } from '#server/core/purses-decision.ts';
import type { StepUpTerms } from '#server/core/purses-step-up.ts';

const NOW = 1_793_491_200_000;
const DAY_MS = 86_400_000;
const party: Party = { id: '1'.repeat(32), kind: 'shopper', name: 'Li', ccy: 156, playMoney: false, status: 'active', createdAtMs: NOW - 7 * DAY_MS };
const merchant: Merchant = { id: 'e'.repeat(16), partyId: '2'.repeat(32), name: 'Noodles', ccy: 156, status: 'active', statusIndex: 0, nextTerminal: 1 };
const policy = pursePolicy(156);
if (policy === null) throw new Error('no policy');
const none = { uvtMinor: null, uvKey: null };
const issuing: Issuing = { nowMs: NOW, policy, graceSeconds: 345_600, stepUp: none, limMinor: 20_000, headSeq: 0 };
const purse: PurseRow = {
  id: 'b'.repeat(16),
  partyId: party.id,
  deviceId: 'd'.repeat(32),
  kind: 'open',
  merchantId: null,
  ccy: 156,
  ...termsAt(issuing),
  statusIndex: 0,
  certificate: 'AAAA',
  fingerprint: '',
  state: 'active',
  openedAtMs: NOW,
  revokedAtMs: null,
  declaredHead: null,
};
const opening: OpeningFacts = { nowMs: NOW, party, deviceId: 'd'.repeat(32), kind: 'open', limMinor: 20_000, merchant: undefined, purses: [], balanceMinor: 20_000, reservedMinor: 0 };
const tab = (facts: OpeningFacts, change: Partial<Merchant> | null = {}): OpeningFacts => ({ ...facts, kind: 'tab', merchant: change === null ? null : { ...merchant, ...change } });

/** Closed, and waiting for their claim deadline. */
const many = (count: number): PurseRow[] => Array.from({ length: count }, () => ({ ...purse, state: 'closing' }));

const FAULTS: readonly (readonly [string | null, (facts: OpeningFacts) => OpeningFacts])[] = [
  [null, (facts) => facts],
  [null, (facts) => tab(facts)],
  ['ACCOUNT_FROZEN', (facts) => ({ ...facts, party: { ...facts.party, status: 'frozen' } })],
  ['CURRENCY', (facts) => ({ ...facts, party: { ...facts.party, ccy: 999 } })],
  ['MERCHANT_UNKNOWN', (facts) => tab(facts, null)],
  ['MERCHANT_SUSPENDED', (facts) => tab(facts, { status: 'suspended' })],
  ['CURRENCY', (facts) => tab(facts, { ccy: 978 })],
  ['PURSE_TOO_NEW', (facts) => ({ ...facts, party: { ...facts.party, createdAtMs: NOW - 7 * DAY_MS + 1 } })],
  [null, (facts) => tab({ ...facts, party: { ...facts.party, createdAtMs: NOW } })],
  [null, (facts) => ({ ...facts, party: { ...facts.party, createdAtMs: NOW, playMoney: true } })],
  ['PURSE_OPEN', (facts) => ({ ...facts, purses: [purse] })],
  [null, (facts) => ({ ...facts, purses: [{ ...purse, state: 'closing' }] })],
  [null, (facts) => ({ ...facts, purses: [{ ...purse, deviceId: 'f'.repeat(32) }] })],
  [null, (facts) => ({ ...facts, purses: [{ ...purse, kind: 'tab', merchantId: merchant.id }] })],
  ['PURSE_OPEN', (facts) => tab({ ...facts, purses: [{ ...purse, kind: 'tab', merchantId: merchant.id }] })],
  ['PURSE_LIMIT', (facts) => ({ ...facts, limMinor: policy.limMinor + 1, balanceMinor: 99_999_999 })],
  [null, (facts) => ({ ...facts, limMinor: policy.limMinor, balanceMinor: 99_999_999, reservedMinor: 2 * policy.limMinor })],
  ['PURSE_LIMIT', (facts) => ({ ...facts, limMinor: policy.limMinor, balanceMinor: 99_999_999, reservedMinor: 2 * policy.limMinor + 1 })],
  [null, (facts) => ({ ...facts, purses: many(LIMITS.pursesPerAccount - 1) })],
  ['PURSE_LIMIT', (facts) => ({ ...facts, purses: many(LIMITS.pursesPerAccount) })],
  ['PURSE_LIMIT', (facts) => tab({ ...facts, purses: many(LIMITS.pursesPerAccount) })],
  ['INSUFFICIENT_FUNDS', (facts) => ({ ...facts, balanceMinor: 19_999 })],
];

describe('opening a purse', () => {
  it.each(FAULTS.map(([problem, change], index) => [problem, index, change] as const))('%s (%i)', (problem, _, change) => {
    expect(openingProblem(change(opening))).toBe(problem);
  });
});

describe('renewing a purse', () => {
  const facts: TopUpFacts = { nowMs: NOW, party, purse, reserveMinor: 20_000, reservedMinor: 20_000, balanceMinor: 50_000, addMinor: 30_000 };

  it.each<[string | null, Partial<TopUpFacts>]>([
    [null, {}],
    ['PURSE_LIMIT', { addMinor: 30_001 }],
    [null, { addMinor: 30_001, reserveMinor: 19_999 }],
    ['PURSE_LIMIT', { purse: { ...purse, limMinor: 999_990_000 } }],
    ['INSUFFICIENT_FUNDS', { balanceMinor: 29_999 }],
    ['ACCOUNT_FROZEN', { party: { ...party, status: 'frozen' } }],
    ['PURSE_CLOSED', { purse: { ...purse, state: 'closing' } }],
    ['PURSE_CLOSED', { purse: { ...purse, state: 'frozen' } }],
    [null, { nowMs: purse.claimDeadlineMs }],
    ['PURSE_CLOSED', { nowMs: purse.claimDeadlineMs + 1 }],
  ])('a top-up: %s for %j', (problem, change) => {
    expect(topUpProblem({ ...facts, ...change })).toBe(problem);
  });

  it('asks for no money', () => {
    expect(renewalProblem({ nowMs: NOW, party, purse })).toBeNull();
  });

  it('takes nothing back, and counts on from the furthest voucher', () => {
    const later = termsAt({ ...issuing, nowMs: NOW + DAY_MS, headSeq: 7 });
    expect(later).toEqual({ limMinor: 20_000, capMinor: 20_000, maxCount: 47, expMs: NOW + 4 * DAY_MS, claimDeadlineMs: NOW + 8 * DAY_MS });
    expect(renewedTerms(purse, later)).toEqual(later);
    const generous = { ...purse, maxCount: 90, expMs: NOW + 9 * DAY_MS, claimDeadlineMs: NOW + 13 * DAY_MS };
    expect(renewedTerms(generous, later)).toEqual({ ...later, maxCount: 90, expMs: generous.expMs, claimDeadlineMs: generous.claimDeadlineMs });
  });

  it.each([
    ['no threshold', none, 20_000],
    ['a threshold and a passkey', { uvtMinor: 3_000, uvKey: 'AA' }, 20_000],
    ['a threshold and no passkey', { uvtMinor: 3_000, uvKey: null }, 3_000],
  ])('allows one payment: %s', (_, stepUp, capMinor) => {
    expect(termsAt({ ...issuing, stepUp }).capMinor).toBe(capMinor);
  });

  it('is the same certificate again within a minute, unless something else changed', () => {
    const terms = termsAt(issuing);
    const same = { uvtMinor: 5_000, uvKey: 'AA' };
    const again = (change: Partial<typeof terms>, stepUp: StepUpTerms = same) => isFresh(purse, { ...terms, ...change }, same, stepUp);
    expect(again({ expMs: terms.expMs + 59_000 })).toBe(true);
    expect(again({ expMs: terms.expMs + 60_000 })).toBe(false);
    expect(again({ maxCount: 41 })).toBe(false);
    expect(again({ limMinor: 20_001 })).toBe(false);
    expect(again({ capMinor: 5_000 })).toBe(false);
    expect(again({}, { ...same, uvtMinor: 5_001 })).toBe(false);
    expect(again({}, { ...same, uvKey: 'AB' })).toBe(false);
  });
});
