/** The decision on one voucher as data: the order of its checks, and the edges of deadline and policy. */
import { describe, expect, it } from 'vitest';
import { pursePolicy } from '#protocol/purse-caps.ts';
import type { PurseRow } from '#server/core/ports-offline.ts';
import type { Party } from '#server/core/ports.ts';
import { decideVoucher, inPolicy, type VoucherFacts } from '#server/core/vouchers-decision.ts';
import type { VoucherClaim } from '#server/core/vouchers-read.ts';

const NOW = 1_793_491_200_000;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const claim: VoucherClaim = {
  link: { vid: 'a'.repeat(32), seq: 1, cumMinor: 500, amountMinor: 500, prev: '0'.repeat(32) },
  purseId: 'b'.repeat(16),
  deviceKey: 'C'.repeat(44),
  merchantId: 'e'.repeat(16),
  invoiceHash: 'f'.repeat(32),
  ccy: 156,
  audience: null,
  expMs: NOW + HOUR_MS,
  maxCount: 40,
  withinLimits: true,
  bytes: 'AAAA',
};
const purse: PurseRow = {
  id: claim.purseId,
  partyId: '1'.repeat(32),
  deviceId: 'd'.repeat(32),
  kind: 'open',
  merchantId: null,
  ccy: 156,
  limMinor: 1_000,
  capMinor: 1_000,
  maxCount: 40,
  statusIndex: 0,
  expMs: claim.expMs,
  claimDeadlineMs: NOW + 4 * DAY_MS,
  certificate: 'AAAA',
  fingerprint: '',
  state: 'active',
  openedAtMs: 0,
  revokedAtMs: null,
  declaredHead: null,
};
const merchantParty: Party = { id: '2'.repeat(32), kind: 'merchant', name: 'Noodles', ccy: 156, playMoney: false, status: 'active', createdAtMs: NOW - 30 * DAY_MS };
const policy = pursePolicy(156);
if (policy === null) throw new Error('no policy');
const good: VoucherFacts = {
  nowMs: NOW,
  claim,
  certifiedUntilMs: purse.claimDeadlineMs,
  purse,
  merchantParty,
  claimed: true,
  acceptance: null,
  voided: false,
  alreadyPaid: false,
  reserveMinor: 1_000,
  merchantMinor: 0,
  proved: false,
  policy,
  rule: 'capped',
  use: { forPurseMinor: 0, sinceMinor: 0, fellShort: 0 },
};
const outcome = (facts: VoucherFacts): string => {
  const decision = decideVoucher(facts);
  return decision.kind === 'rejected' ? decision.reason : decision.kind === 'paid' ? decision.payment.outcome : decision.kind;
};

/** In the order of the checks: each row is also wrong in everything that the rows below it are wrong in. */
const FAULTS: readonly (readonly [string, (facts: VoucherFacts) => VoucherFacts])[] = [
  ['NOT_YOUR_MERCHANT', (facts) => ({ ...facts, claim: { ...facts.claim, audience: ['9'.repeat(16)] } })],
  ['LIMITS', (facts) => ({ ...facts, claim: { ...facts.claim, withinLimits: false } })],
  ['voided', (facts) => ({ ...facts, voided: true })],
  ['CLAIM_DEADLINE', (facts) => ({ ...facts, certifiedUntilMs: NOW - 1, purse: { ...facts.purse, state: 'released', claimDeadlineMs: NOW - 1 } })],
  ['CLAIM_DEADLINE', (facts) => ({ ...facts, certifiedUntilMs: NOW - 1, purse: { ...facts.purse, claimDeadlineMs: NOW - 1 } })],
  ['INVOICE_PAID', (facts) => ({ ...facts, alreadyPaid: true })],
  ['reported', (facts) => ({ ...facts, claimed: false })],
  ['retry', (facts) => ({ ...facts, merchantMinor: 99_999_999_999 })],
  ['UNFUNDED', (facts) => ({ ...facts, proved: true, reserveMinor: 0 })],
];

describe('the decision on one voucher', () => {
  it('settles from the reserve when nothing is wrong', () => {
    expect(decideVoucher(good)).toEqual({ kind: 'paid', payment: { reserveMinor: 500, guaranteeMinor: 0, unpaidMinor: 0, outcome: 'settled' } });
    expect(outcome({ ...good, claim: { ...claim, audience: ['9'.repeat(16), claim.merchantId] } })).toBe('settled');
  });

  it('case 63: lasts as long as its own certificate where the purse’s renewal was lost with a backup, and waits where it was released before that', () => {
    const stale = { ...good, purse: { ...purse, claimDeadlineMs: NOW - 1 } };
    expect(outcome({ ...stale, certifiedUntilMs: NOW })).toBe('settled');
    expect(outcome({ ...stale, certifiedUntilMs: NOW, purse: { ...stale.purse, state: 'released' } })).toBe('retry');
    expect(outcome({ ...stale, certifiedUntilMs: NOW - 1 })).toBe('CLAIM_DEADLINE');
    expect(outcome({ ...good, certifiedUntilMs: NOW - 1 })).toBe('settled');
  });

  it('case 63: without a proof, waits for what the reserve does not hold: a top-up was lost with a backup', () => {
    expect(decideVoucher({ ...good, reserveMinor: 499 })).toMatchObject({ kind: 'retry', why: 'reserve-short' });
    expect(decideVoucher({ ...good, reserveMinor: 500 })).toMatchObject({ kind: 'paid' });
  });

  it.each(FAULTS)('says %s for that alone', (code, spoil) => {
    expect(outcome(spoil(good))).toBe(code);
  });

  it.each(FAULTS.map(([code], index) => [code, index] as const))('says %s before what comes later (%i)', (code, index) => {
    expect(outcome(FAULTS.slice(index).reduceRight((facts, [, spoil]) => spoil(facts), good))).toBe(code);
  });

  it.each(['active', 'closing', 'frozen'] as const)('pays out of a purse that is %s, to the last millisecond', (state) => {
    expect(outcome({ ...good, purse: { ...purse, state, claimDeadlineMs: NOW } })).toBe('settled');
  });
});

describe('claims that the reserve does not cover', () => {
  const short: VoucherFacts = { ...good, proved: true, reserveMinor: 100, acceptance: { atMs: NOW, listAtMs: NOW - DAY_MS } };

  it('are paid by the guarantee where the till kept to the rules', () => {
    expect(decideVoucher(short)).toEqual({ kind: 'paid', payment: { reserveMinor: 100, guaranteeMinor: 400, unpaidMinor: 0, outcome: 'guaranteed' } });
    expect(outcome({ ...short, rule: 'none' })).toBe('settled');
    expect(decideVoucher({ ...short, rule: 'none' })).toMatchObject({ payment: { unpaidMinor: 400 } });
  });

  it.each<[string, Partial<Party>, number, string]>([
    ['30 days old', {}, 0, 'guaranteed'],
    ['a day younger', { createdAtMs: NOW - 30 * DAY_MS + 1 }, 0, 'held'],
    ['new, of play money', { createdAtMs: NOW, playMoney: true }, 0, 'guaranteed'],
    ['with three of them', {}, 3, 'guaranteed'],
    ['with four', {}, 4, 'held'],
  ])('of a shop that is %s', (_, party, fellShort, expected) => {
    expect(outcome({ ...short, merchantParty: { ...merchantParty, ...party }, use: { ...short.use, fellShort } })).toBe(expected);
  });

  it.each<[string, VoucherFacts['acceptance'], number | null, boolean]>([
    ['now, with a list', { atMs: NOW, listAtMs: 0 }, null, true],
    ['with no word of it', null, null, false],
    ['with no list', { atMs: NOW, listAtMs: null }, null, false],
    ['as far ahead as a clock may be', { atMs: NOW + 300_000, listAtMs: 0 }, null, true],
    ['further ahead', { atMs: NOW + 300_001, listAtMs: 0 }, null, false],
    ['with a list from before the revocation', { atMs: NOW, listAtMs: NOW - 2 }, NOW - 1, true],
    ['with the list of the revocation', { atMs: NOW, listAtMs: NOW - 1 }, NOW - 1, false],
    ['72 hours after the revocation', { atMs: NOW, listAtMs: 0 }, NOW - 72 * HOUR_MS, true],
    ['later', { atMs: NOW, listAtMs: 0 }, NOW - 72 * HOUR_MS - 1, false],
  ])('accepted %s', (_, acceptance, revokedAtMs, expected) => {
    expect(inPolicy({ ...good, acceptance, purse: { ...purse, revokedAtMs } })).toBe(expected);
  });

  it('accepted after the certificate had ended, by more than a clock may be wrong', () => {
    const ended = { ...claim, expMs: NOW - 300_000 };
    expect(inPolicy({ ...good, claim: ended, acceptance: { atMs: NOW, listAtMs: 0 } })).toBe(true);
    expect(inPolicy({ ...good, claim: { ...ended, expMs: NOW - 300_001 }, acceptance: { atMs: NOW, listAtMs: 0 } })).toBe(false);
  });
});
