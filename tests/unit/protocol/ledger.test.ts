import { describe, expect, it } from 'vitest';
import { checkInvariants, type AuditedPayment, type LedgerAudit } from '#protocol/ledger-invariants.ts';
import { creditPostings, foldJournal, paymentPostings, shopperAccount, type JournalRow } from '#protocol/ledger.ts';

const credit = creditPostings({ entryId: 'e1', account: shopperAccount('anna'), amountMinor: 50_000, ccy: 156, atMs: 1 });
const move = { paymentId: 'p1', payerPartyId: 'anna', merchantId: 'shop', amountMinor: 1_850, ccy: 156 };
const posted = paymentPostings({ ...move, atMs: 2 });
const payment: AuditedPayment = { ...move, id: 'p1', terminal: 1, saleNonce: 'n1', invoiceHash: 'h1', verdict: { state: 'settled' } };
const refusedPayment: AuditedPayment = { ...payment, id: 'p2', verdict: { state: 'refused' } };

function ledger(changes: Partial<LedgerAudit> = {}): LedgerAudit {
  const postings = changes.postings ?? [...credit, ...posted];
  return { postings, payments: [payment, refusedPayment], balances: foldJournal(postings), ...changes };
}

function broken(audit: LedgerAudit): readonly string[] {
  return [...new Set(checkInvariants(audit).map((violation) => violation.invariant))].toSorted();
}

const [creditRow, paymentRow] = [...credit, ...posted] as [JournalRow, JournalRow];

describe('postings', () => {
  it('move the amount from payer to merchant, and keep the sum', () => {
    expect(foldJournal([...credit, ...posted])).toEqual(new Map([['ext:float', -50_000], ['user:anna', 48_150], ['mer:shop', 1_850]]));
  });
  it.each([0, -1, 1.5, 2 ** 53])('never move %d', (amountMinor) => {
    expect(() => paymentPostings({ ...move, amountMinor, atMs: 2 })).toThrow();
    expect(() => creditPostings({ entryId: 'e', account: 'user:a', amountMinor, ccy: 156, atMs: 1 })).toThrow();
  });
});

describe('invariants', () => {
  it('hold for an honest ledger, and an empty one', () => {
    expect(checkInvariants(ledger())).toEqual([]);
    expect(checkInvariants({ balances: new Map(), postings: [], payments: [] })).toEqual([]);
    expect(checkInvariants(ledger({ balances: new Map([...foldJournal([...credit, ...posted]), ['user:new', 0]]) }))).toEqual([]);
  });
  it.each<[string, LedgerAudit, readonly string[]]>([
    ['money from nowhere', ledger({ balances: new Map([['ext:float', -50_000], ['user:anna', 48_151], ['mer:shop', 1_850]]) }), ['I1', 'I8']],
    ['a balance that moved without a row', ledger({ balances: new Map([['ext:float', -50_000], ['user:anna', 48_149], ['mer:shop', 1_851]]) }), ['I8']],
    ['an account that lost its balance', ledger({ balances: new Map([['ext:float', -50_000], ['user:anna', 48_150]]) }), ['I1', 'I8']],
    ['a payer below zero', ledger({ postings: posted }), ['I2']],
    ['an account in two currencies', ledger({ postings: [...credit, ...posted, { ...creditRow, ref: 'credit:e2', ccy: 978 }] }), ['I1']],
    ['two accounts in two currencies', ledger({ postings: [...credit, { ...creditRow, ref: 'credit:e2', ccy: 978 }], payments: [] }), ['I1']],
    ['a purse that does not exist', ledger({ postings: [...credit, ...posted, { ...creditRow, ref: 'x', credit: 'rsv:a' }] }), ['I3']],
    ['a guarantee without a proof', ledger({ postings: [...credit, ...posted, { ...creditRow, ref: 'x', debit: 'guarantee' }] }), ['I6']],
    ['a settled payment without a posting', ledger({ postings: credit }), ['I5']],
    ['a settled payment posted in two legs', ledger({ postings: [...credit, ...posted, { ...paymentRow, leg: 1 }] }), ['I5']],
    ['a settled payment of another amount', ledger({ postings: [...credit, { ...paymentRow, amountMinor: 1_851 }] }), ['I5']],
    ['a settled payment to another shop', ledger({ postings: [...credit, { ...paymentRow, credit: 'mer:other' }] }), ['I5']],
    ['a refused payment that was posted', ledger({ postings: [...credit, ...posted, { ...paymentRow, ref: 'payment:p2' }] }), ['I5']],
    ['a posting of no payment', ledger({ postings: [...credit, ...posted, { ...paymentRow, ref: 'payment:p9' }] }), ['I5']],
    ['two verdicts of one payment', ledger({ payments: [payment, { ...payment, verdict: { state: 'refused' } }] }), ['I5']],
    ['a sale paid twice', ledger({ payments: [payment, { ...payment, id: 'p3', invoiceHash: 'h3' }], postings: [...credit, ...posted, { ...paymentRow, ref: 'payment:p3' }] }), ['I5']],
    ['an invoice paid twice', ledger({ payments: [payment, { ...payment, id: 'p3', saleNonce: 'n3' }], postings: [...credit, ...posted, { ...paymentRow, ref: 'payment:p3' }] }), ['I5']],
    ['a row twice', ledger({ postings: [...credit, ...credit, ...posted] }), ['I8']],
    ['a row that moves nothing', ledger({ postings: [...credit, ...posted, { ...creditRow, ref: 'x', amountMinor: 0 }] }), ['I8']],
    ['a row from an account to itself', ledger({ postings: [...credit, ...posted, { ...creditRow, ref: 'x', debit: 'user:anna' }] }), ['I8']],
  ])('tell of %s', (_what, audit, invariants) => {
    expect(broken(audit)).toEqual(invariants);
  });
});
