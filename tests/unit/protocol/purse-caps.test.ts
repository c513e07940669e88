import { describe, expect, it } from 'vitest';
import { currencyByNumeric } from '#protocol/currency.ts';
import { capsFor, checkSpend, claimDeadlineSeconds, floorsFor, guaranteeFor, listAgeOf, pursePolicy, type Claim, type ClaimPayment, type PursePolicy, type Spend } from '#protocol/purse-caps.ts';
import { firstHead } from '#protocol/purse-rules.ts';
import * as made from '../../fixtures/protocol-objects.ts';
import * as purse from '../../fixtures/purse-objects.ts';

const policy = pursePolicy(156) as PursePolicy;
const HOUR = 3_600;

describe('the policy', () => {
  it('of CNY is what the protocol ships', () => {
    expect(policy).toEqual({
      ccy: 156, limMinor: 50_000, capMinor: 20_000, payments: 40, lifeSeconds: 72 * HOUR,
      perPurseMinor: 20_000, totalMinor: 200_000, pending: 200, guarantee30DaysMinor: 200_000,
    });
  });
  it('is there for every currency that we handle, and for no other', () => {
    for (const ccy of [156, 978, 840, 344, 392]) {
      expect(currencyByNumeric(ccy)).not.toBe(null);
      const each = pursePolicy(ccy) as PursePolicy;
      expect(each.limMinor).toBe(2.5 * each.capMinor);
      expect(each.totalMinor).toBe(10 * each.perPurseMinor);
    }
    expect(pursePolicy(826)).toBe(null);
  });
  it('halves what a browser may throw away', () => {
    expect(capsFor(policy, true)).toEqual({ limMinor: 50_000, capMinor: 20_000 });
    expect(capsFor(policy, false)).toEqual({ limMinor: 25_000, capMinor: 10_000 });
  });
  it('lets a purse be claimed for its grace', () => {
    expect(claimDeadlineSeconds({ expSeconds: 1_000 }, 96 * HOUR)).toBe(346_600);
  });
});

describe('the wallet', () => {
  const spend: Spend = { cert: { ...purse.purseFields, bytes: purse.purseCert }, head: firstHead(purse.purseId), amountMinor: 1_850, capMinor: 20_000, nowSeconds: made.NOW, canStepUp: false };
  const ok = (stepUp = false) => ({ ok: true, value: { stepUp } });
  const error = (code: string) => ({ ok: false, error: code });
  const threshold = { ...spend.cert, uvtMinor: 1_849, uvKey: purse.passkey.publicKey };
  it.each<[string, Partial<Spend>, object]>([
    ['an ordinary payment', {}, ok()],
    ['in the last second', { nowSeconds: purse.purseFields.expSeconds }, ok()],
    ['after it', { nowSeconds: purse.purseFields.expSeconds + 1 }, error('E_PURSE_EXPIRED')],
    ['at the certificate\'s cap', { amountMinor: 20_000 }, ok()],
    ['above it', { amountMinor: 20_001, capMinor: 99_999 }, error('E_LIMIT')],
    ['above the wallet\'s own', { amountMinor: 10_001, capMinor: 10_000 }, error('E_LIMIT')],
    ['of nothing', { amountMinor: 0 }, error('E_LIMIT')],
    ['of the rest', { head: { seq: 3, cumMinor: 48_150, vid: 'x' } }, ok()],
    ['of more than the rest', { head: { seq: 3, cumMinor: 48_151, vid: 'x' } }, error('E_LIMIT')],
    ['the fortieth', { head: { seq: 39, cumMinor: 0, vid: 'x' } }, ok()],
    ['the forty-first', { head: { seq: 40, cumMinor: 0, vid: 'x' } }, error('E_LIMIT')],
    ['at the threshold', { cert: threshold, amountMinor: 1_849 }, ok()],
    ['above the threshold, with passkey', { cert: threshold, canStepUp: true }, ok(true)],
    ['above the threshold, without', { cert: threshold }, error('E_UV_REQUIRED')],
    ['above a threshold that no passkey can meet', { cert: { ...threshold, uvKey: null }, canStepUp: true }, error('E_UV_REQUIRED')],
  ])('%s', (_what, changes, expected) => {
    expect(checkSpend({ ...spend, ...changes })).toEqual(expected);
  });
});

describe('the till', () => {
  it('trusts a list of a day, half of it for three, and then not', () => {
    expect([0, 24 * HOUR, 24 * HOUR + 1, 72 * HOUR, 72 * HOUR + 1, null].map(listAgeOf)).toEqual(['fresh', 'fresh', 'amber', 'amber', 'stale', 'stale']);
  });
  it('halves for each doubt', () => {
    expect(floorsFor(policy, 'fresh', true)).toEqual({ perPurseMinor: 20_000, totalMinor: 200_000, pending: 200 });
    expect(floorsFor(policy, 'amber', true)).toEqual({ perPurseMinor: 10_000, totalMinor: 100_000, pending: 200 });
    expect(floorsFor(policy, 'fresh', false)).toEqual({ perPurseMinor: 10_000, totalMinor: 100_000, pending: 100 });
    expect(floorsFor(policy, 'amber', false)).toEqual({ perPurseMinor: 5_000, totalMinor: 50_000, pending: 100 });
  });
});

describe('a claim', () => {
  const claim: Claim = {
    rule: 'capped', policy, amountMinor: 3_000, reserveMinor: 1_000, proved: true, inPolicy: true,
    guaranteedForPurseMinor: 0, guaranteed30DaysMinor: 0, merchantHistoryDays: 30, conflictedClaims: 3,
  };
  const shares = (reserveMinor: number, guaranteeMinor: number, unpaidMinor: number, outcome: ClaimPayment['outcome']) => ({ reserveMinor, guaranteeMinor, unpaidMinor, outcome });
  it.each<[string, Partial<Claim>, ClaimPayment]>([
    ['that the reserve covers', { reserveMinor: 3_000 }, shares(3_000, 0, 0, 'settled')],
    ['that the reserve covers, of a new merchant', { reserveMinor: 9_000, merchantHistoryDays: 0 }, shares(3_000, 0, 0, 'settled')],
    ['that falls short', {}, shares(1_000, 2_000, 0, 'guaranteed')],
    ['with nothing left', { reserveMinor: 0 }, shares(0, 3_000, 0, 'guaranteed')],
    ['without a proof', { proved: false }, shares(1_000, 0, 2_000, 'settled')],
    ['out of policy', { inPolicy: false }, shares(1_000, 0, 2_000, 'settled')],
    ['out of policy, with nothing left', { inPolicy: false, reserveMinor: 0 }, shares(0, 0, 3_000, 'unpaid')],
    ['with no guarantee', { rule: 'none' }, shares(1_000, 0, 2_000, 'settled')],
    ['with no guarantee and nothing left', { rule: 'none', reserveMinor: 0 }, shares(0, 0, 3_000, 'unpaid')],
    ['up to m for this purse', { guaranteedForPurseMinor: 18_500 }, shares(1_000, 1_500, 500, 'guaranteed')],
    ['above m for this purse', { guaranteedForPurseMinor: 20_000 }, shares(1_000, 0, 2_000, 'settled')],
    ['far above m', { guaranteedForPurseMinor: 99_000 }, shares(1_000, 0, 2_000, 'settled')],
    ['up to G in 30 days', { guaranteed30DaysMinor: 199_999 }, shares(1_000, 1, 1_999, 'guaranteed')],
    ['above both', { guaranteedForPurseMinor: 20_000, guaranteed30DaysMinor: 200_000, reserveMinor: 0 }, shares(0, 0, 3_000, 'unpaid')],
    ['with a full guarantee', { rule: 'full', guaranteedForPurseMinor: 99_999, guaranteed30DaysMinor: 999_999 }, shares(1_000, 2_000, 0, 'guaranteed')],
    ['with a full guarantee, without a proof', { rule: 'full', proved: false }, shares(1_000, 0, 2_000, 'settled')],
    ['of a merchant of 29 days', { merchantHistoryDays: 29 }, shares(1_000, 2_000, 0, 'held')],
    ['of a merchant with four such', { conflictedClaims: 4 }, shares(1_000, 2_000, 0, 'held')],
    ['of a new merchant, with a full guarantee', { rule: 'full', merchantHistoryDays: 0 }, shares(1_000, 2_000, 0, 'held')],
  ])('%s', (_what, changes, expected) => {
    expect(guaranteeFor({ ...claim, ...changes })).toEqual(expected);
  });
  it('a thousand times, of one forked purse by a merchant in league, drains no more than its caps', () => {
    let guaranteed = 0;
    for (let i = 0; i < 1_000; i++) {
      const paid = guaranteeFor({ ...claim, reserveMinor: 0, guaranteedForPurseMinor: guaranteed, guaranteed30DaysMinor: guaranteed, merchantHistoryDays: 0, conflictedClaims: i });
      expect(paid.guaranteeMinor === 0 ? 'unpaid' : 'held').toBe(paid.outcome);
      guaranteed += paid.guaranteeMinor;
    }
    expect(guaranteed).toBe(policy.perPurseMinor);
  });
  it('is never paid more than it is, nor less than nothing', () => {
    expect(() => guaranteeFor({ ...claim, amountMinor: 0 })).toThrow('assertion failed');
    expect(() => guaranteeFor({ ...claim, reserveMinor: -1 })).toThrow('assertion failed');
  });
});
