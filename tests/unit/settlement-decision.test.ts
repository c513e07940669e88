import { describe, expect, it } from 'vitest';
import type { Merchant, Party } from '#server/core/ports.ts';
import { decide, refusalBeforeLock, type PaymentClaim, type SettlementFacts } from '#server/core/settlement-decision.ts';

const NOW_SECONDS = 1_800_000_000;

const claim: PaymentClaim = {
  paymentId: 'aa'.repeat(16),
  payerPartyId: '11'.repeat(16),
  deviceId: '22'.repeat(16),
  merchantId: '33'.repeat(8),
  terminal: 1,
  saleNonce: '44'.repeat(12),
  invoiceHash: '55'.repeat(16),
  amountMinor: 1_850,
  ccy: 156,
  iatSeconds: NOW_SECONDS - 10,
  ttlSeconds: 180,
  orderMatchesInvoice: true,
  certificateGood: true,
};
const payer: Party = { id: claim.payerPartyId, kind: 'shopper', name: 'Li', ccy: 156, playMoney: true, status: 'active', createdAtMs: 0 };
const merchant: Merchant = { id: claim.merchantId, partyId: '66'.repeat(16), name: 'Noodles', ccy: 156, status: 'active', statusIndex: 0, nextTerminal: 2 };
const good: SettlementFacts = {
  nowMs: NOW_SECONDS * 1_000,
  claim,
  payer,
  merchant,
  confirmed: true,
  salePaidBy: null,
  invoicePaid: false,
  balances: { payerMinor: 1_850, merchantMinor: 0 },
};

const withClaim = (change: Partial<PaymentClaim>): SettlementFacts => ({ ...good, claim: { ...claim, ...change } });
const paidBy = (payerPartyId: string): SettlementFacts => ({ ...good, salePaidBy: { paymentId: 'bb'.repeat(16), payerPartyId } });

/** In the order of the checks: each row is also wrong in everything that the rows below it are wrong in. */
const FAULTS: readonly (readonly [string, (facts: SettlementFacts) => SettlementFacts])[] = [
  ['INVOICE_MISMATCH', (facts) => ({ ...facts, claim: { ...facts.claim, orderMatchesInvoice: false } })],
  ['MERCHANT_UNKNOWN', (facts) => ({ ...facts, claim: { ...facts.claim, certificateGood: false } })],
  ['MERCHANT_SUSPENDED', (facts) => ({ ...facts, merchant: facts.merchant && { ...facts.merchant, status: 'suspended' } })],
  ['CURRENCY', (facts) => ({ ...facts, claim: { ...facts.claim, ccy: 978 } })],
  ['AMOUNT_LIMIT', (facts) => ({ ...facts, claim: { ...facts.claim, amountMinor: 1_000_000_000 } })],
  ['SAME_PARTY', (facts) => ({ ...facts, merchant: facts.merchant && { ...facts.merchant, partyId: payer.id } })],
  ['INVOICE_EXPIRED', (facts) => ({ ...facts, claim: { ...facts.claim, iatSeconds: NOW_SECONDS - 9_999 } })],
  ['NOT_CONFIRMED', (facts) => ({ ...facts, confirmed: false })],
  ['ACCOUNT_FROZEN', (facts) => ({ ...facts, payer: { ...facts.payer, status: 'frozen' } })],
  ['INVOICE_PAID', (facts) => ({ ...facts, invoicePaid: true })],
  ['INVOICE_PAID', (facts) => ({ ...facts, salePaidBy: { paymentId: 'bb'.repeat(16), payerPartyId: 'cc'.repeat(16) } })],
  ['INSUFFICIENT_FUNDS', (facts) => ({ ...facts, balances: { payerMinor: 0, merchantMinor: 0 } })],
];

describe('the decision on one payment', () => {
  it('settles when nothing is wrong', () => {
    expect(decide(good)).toEqual({ state: 'settled' });
  });

  it.each(FAULTS)('refuses with %s alone', (code, spoil) => {
    expect(decide(spoil(good))).toEqual({ state: 'refused', code });
  });

  it('names the first fault of the order, whatever else is wrong', () => {
    for (const [index, [code]] of FAULTS.entries()) {
      const spoiled = FAULTS.slice(index).reduce((facts, [, spoil]) => spoil(facts), good);
      expect(decide(spoiled)).toMatchObject({ code });
    }
  });

  it.each([
    ['an unknown merchant', { ...good, merchant: null }, 'MERCHANT_UNKNOWN'],
    ['a merchant that keeps another currency', { ...good, merchant: { ...merchant, ccy: 978 } }, 'CURRENCY'],
    ['a payer that keeps another currency', { ...good, payer: { ...payer, ccy: 978 } }, 'CURRENCY'],
    ['nothing to pay', withClaim({ amountMinor: 0 }), 'AMOUNT_LIMIT'],
    ['less than nothing', withClaim({ amountMinor: -1 }), 'AMOUNT_LIMIT'],
    ['a fraction', withClaim({ amountMinor: 0.5 }), 'AMOUNT_LIMIT'],
    ['a till that would hold too much', { ...good, balances: { payerMinor: 1_850, merchantMinor: 99_999_999_999 } }, 'AMOUNT_LIMIT'],
  ] satisfies [string, SettlementFacts, string][])('refuses %s', (_, facts, code) => {
    expect(decide(facts)).toEqual({ state: 'refused', code });
  });

  it.each([
    ['one second before the end of the grace', NOW_SECONDS - 209, 'settled'],
    ['the last second of the grace', NOW_SECONDS - 210, 'settled'],
    ['one second after it', NOW_SECONDS - 211, 'INVOICE_EXPIRED'],
    ['a till clock that is one second less ahead than allowed', NOW_SECONDS + 299, 'settled'],
    ['a till clock as far ahead as allowed', NOW_SECONDS + 300, 'settled'],
    ['one second further', NOW_SECONDS + 301, 'INVOICE_FUTURE'],
  ])('case 43: at %s', (_, iatSeconds, expected) => {
    const decision = decide(withClaim({ iatSeconds }));
    expect(decision.state === 'refused' ? decision.code : decision.state).toBe(expected);
  });

  it('takes the last penny and not one more', () => {
    expect(decide({ ...good, balances: { payerMinor: 1_850, merchantMinor: 0 } }).state).toBe('settled');
    expect(decide({ ...good, balances: { payerMinor: 1_849, merchantMinor: 0 } })).toMatchObject({ code: 'INSUFFICIENT_FUNDS' });
  });

  it('tells the payer which of the own payments paid the sale, and nobody else', () => {
    expect(decide(paidBy(payer.id))).toEqual({ state: 'refused', code: 'INVOICE_PAID', paymentId: 'bb'.repeat(16) });
    expect(decide(paidBy('cc'.repeat(16)))).toEqual({ state: 'refused', code: 'INVOICE_PAID' });
  });

  it('asks for the locks exactly when the verdict depends on them', () => {
    expect(refusalBeforeLock({ ...good, balances: null })).toBeNull();
    expect(() => decide({ ...good, balances: null })).toThrow(/locks/);
  });
});
