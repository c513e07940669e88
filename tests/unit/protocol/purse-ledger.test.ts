/** Postings of purses and vouchers, and the invariants that watch them: each planted fault is told by its own. */
import { describe, expect, it } from 'vitest';
import { checkInvariants, type LedgerAudit } from '#protocol/ledger-invariants.ts';
import { creditPostings, foldJournal, mayBeNegative, type JournalRow } from '#protocol/ledger.ts';
import { differingAccounts, type AuditedPurse, type AuditedVoucher } from '#protocol/purse-invariants.ts';
import { heldReleasePostings, heldReturnPostings, purseLoadPostings, purseReleasePostings, refundPostings, voidPostings, voucherPostings } from '#protocol/purse-ledger.ts';

const at = { ccy: 156, atMs: 1 };
const shares = { vid: 'v1', payerPartyId: 'anna', merchantId: 'm1', reserveMinor: 300, guaranteeMinor: 0 };
const short = { ...shares, vid: 'v2', reserveMinor: 200, guaranteeMinor: 100 };
const credit = creditPostings({ entryId: 'e1', account: 'user:anna', amountMinor: 1_000, ...at });
const load = purseLoadPostings({ loadId: 'p1', purseId: 'p1', ownerPartyId: 'anna', amountMinor: 500, ...at });
const paid = voucherPostings({ ...shares, purseId: 'p1', held: false, ...at });
const paidShort = voucherPostings({ ...short, purseId: 'p1', held: false, ...at });
const heldShort = voucherPostings({ ...short, purseId: 'p1', held: true, ...at });
const release = purseReleasePostings({ purseId: 'p1', ownerPartyId: 'anna', restMinor: 200, ...at });
const brief = (rows: readonly JournalRow[]): string[] => rows.map((row) => `${row.ref}.${row.leg} ${row.debit} > ${row.credit} ${row.amountMinor}`);

describe('postings', () => {
  it('of a load, a voucher and a release', () => {
    expect(brief([...load, ...paid, ...release])).toEqual([
      'purse-load:p1.0 user:anna > rsv:p1 500',
      'voucher:v1.0 rsv:p1 > mer:m1 300',
      'purse-release:p1.0 rsv:p1 > user:anna 200',
    ]);
    expect(purseReleasePostings({ purseId: 'p1', ownerPartyId: 'anna', restMinor: 0, ...at })).toEqual([]);
  });
  it('of a voucher that the guarantee paid in part: the payer owes it', () => {
    expect(brief(paidShort)).toEqual(['voucher:v2.0 rsv:p1 > mer:m1 200', 'voucher:v2.1 guarantee > mer:m1 100', 'voucher:v2.2 debt:anna > guarantee:receivable 100']);
    expect(brief(voucherPostings({ ...short, reserveMinor: 0, purseId: 'p1', held: false, ...at }))).toEqual(['voucher:v2.0 guarantee > mer:m1 100', 'voucher:v2.1 debt:anna > guarantee:receivable 100']);
  });
  it('of a held claim: let go, or given back to everybody', () => {
    expect(brief(heldShort).slice(0, 2)).toEqual(['voucher:v2.0 rsv:p1 > mer:m1:held 200', 'voucher:v2.1 guarantee > mer:m1:held 100']);
    expect(brief(heldReleasePostings({ ...short, ...at }))).toEqual(['held:v2.0 mer:m1:held > mer:m1 300']);
    expect(brief(heldReturnPostings({ ...short, ...at }))).toEqual([
      'held:v2.0 mer:m1:held > guarantee 100',
      'held:v2.1 mer:m1:held > user:anna 200',
      'held:v2.2 guarantee:receivable > debt:anna 100',
    ]);
  });
  it('of a void: from the merchant, who owes what it has not', () => {
    expect(brief(voidPostings({ ...shares, held: false, fromMerchantMinor: 9_000, ...at }))).toEqual(['void:v1.0 mer:m1 > user:anna 300']);
    expect(brief(voidPostings({ ...short, held: false, fromMerchantMinor: 150, ...at }))).toEqual([
      'void:v2.0 mer:m1 > guarantee 100',
      'void:v2.1 mer:m1 > user:anna 50',
      'void:v2.2 mer:m1:receivable > user:anna 150',
      'void:v2.3 guarantee:receivable > debt:anna 100',
    ]);
    expect(brief(voidPostings({ ...short, held: true, fromMerchantMinor: 0, ...at }))).toEqual([
      'void:v2.0 mer:m1:held > guarantee 100',
      'void:v2.1 mer:m1:held > user:anna 200',
      'void:v2.2 guarantee:receivable > debt:anna 100',
    ]);
    expect(mayBeNegative('mer:m1:receivable') && mayBeNegative('debt:anna') && mayBeNegative('guarantee')).toBe(true);
    expect(mayBeNegative('mer:m1') || mayBeNegative('mer:m1:held') || mayBeNegative('rsv:p1')).toBe(false);
  });
  it('of a refund: to the guarantee first, where it paid', () => {
    const refund = { vid: 'v2', refundId: 'r1', payerPartyId: 'anna', merchantId: 'm1', amountMinor: 120, fromMerchantMinor: 500, toGuaranteeMinor: 0, ...at };
    expect(brief(refundPostings(refund))).toEqual(['refund:v2:r1.0 mer:m1 > user:anna 120']);
    expect(brief(refundPostings({ ...refund, fromMerchantMinor: -5 }))).toEqual(['refund:v2:r1.0 mer:m1:receivable > user:anna 120']);
    expect(brief(refundPostings({ ...refund, toGuaranteeMinor: 100, fromMerchantMinor: 110 }))).toEqual([
      'refund:v2:r1.0 mer:m1 > guarantee 100',
      'refund:v2:r1.1 mer:m1 > user:anna 10',
      'refund:v2:r1.2 mer:m1:receivable > user:anna 10',
      'refund:v2:r1.3 guarantee:receivable > debt:anna 100',
    ]);
  });
  it('are never made of nothing, or of parts', () => {
    expect(() => voucherPostings({ ...shares, reserveMinor: 0, purseId: 'p1', held: false, ...at })).toThrow('assertion failed');
    expect(() => voucherPostings({ ...shares, reserveMinor: 0.5, purseId: 'p1', held: false, ...at })).toThrow('assertion failed');
    expect(() => voucherPostings({ ...shares, reserveMinor: 300, guaranteeMinor: -100, purseId: 'p1', held: false, ...at })).toThrow('assertion failed');
    expect(() => purseLoadPostings({ loadId: 'p1', purseId: 'p1', ownerPartyId: 'anna', amountMinor: 0, ...at })).toThrow('assertion failed');
    expect(() => refundPostings({ vid: 'v', refundId: 'r', payerPartyId: 'a', merchantId: 'm', amountMinor: 5, fromMerchantMinor: 0, toGuaranteeMinor: 6, ...at })).toThrow('assertion failed');
  });
});

const purse: AuditedPurse = { id: 'p1', ownerPartyId: 'anna', limMinor: 500, released: false, proved: false };
const released: AuditedPurse = { ...purse, released: true };
const proved: AuditedPurse = { ...purse, proved: true };
const voucher: AuditedVoucher = { vid: 'v1', purseId: 'p1', payerPartyId: 'anna', merchantId: 'm1', invoiceHash: 'h1', amountMinor: 300, state: 'paid', reserveMinor: 300, guaranteeMinor: 0 };
const shortVoucher: AuditedVoucher = { ...voucher, vid: 'v2', invoiceHash: 'h2', reserveMinor: 200, guaranteeMinor: 100 };
const unpaid: AuditedVoucher = { ...voucher, vid: 'v3', invoiceHash: 'h1', state: 'unpaid', reserveMinor: 0 };
const heldVoucher: AuditedVoucher = { ...shortVoucher, state: 'held' };

function ledger(postings: readonly JournalRow[], purses: readonly AuditedPurse[], vouchers: readonly AuditedVoucher[]): LedgerAudit {
  return { postings, balances: foldJournal(postings), payments: [], purses, vouchers };
}
const broken = (audit: LedgerAudit): string[] => [...new Set(checkInvariants(audit).map(({ invariant }) => invariant))].sort();
const base = [...credit, ...load];
const row = (changes: Partial<JournalRow>): JournalRow => ({ ref: 'x', leg: 0, debit: 'user:anna', credit: 'mer:m1', amountMinor: 10, ...at, ...changes });
const refundRows = (refundId: string, amountMinor: number) => refundPostings({ vid: 'v1', refundId, payerPartyId: 'anna', merchantId: 'm1', amountMinor, fromMerchantMinor: 500, toGuaranteeMinor: 0, ...at });
const voidRows = voidPostings({ ...shares, held: false, fromMerchantMinor: 300, ...at });

describe('the invariants', () => {
  it.each<[string, LedgerAudit]>([
    ['a loaded purse', ledger(base, [purse], [])],
    ['a paid voucher', ledger([...base, ...paid], [purse], [voucher, unpaid])],
    ['a released purse', ledger([...base, ...paid, ...release], [released], [voucher])],
    ['a purse released with nothing left', ledger([...credit, ...purseLoadPostings({ loadId: 'p1', purseId: 'p1', ownerPartyId: 'anna', amountMinor: 300, ...at }), ...paid], [{ ...released, limMinor: 300 }], [voucher])],
    ['a topped-up purse', ledger([...base, ...purseLoadPostings({ loadId: 't1', purseId: 'p1', ownerPartyId: 'anna', amountMinor: 100, ...at })], [{ ...purse, limMinor: 600 }], [])],
    ['a guaranteed voucher', ledger([...base, ...paid, ...paidShort], [proved], [voucher, shortVoucher])],
    ['a held claim', ledger([...base, ...heldShort], [proved], [heldVoucher])],
    ['a held claim, let go', ledger([...base, ...heldShort, ...heldReleasePostings({ ...short, ...at })], [proved], [shortVoucher])],
    ['a held claim, refused', ledger([...base, ...heldShort, ...heldReturnPostings({ ...short, ...at })], [proved], [{ ...heldVoucher, state: 'returned' }])],
    ['refunds in two halves', ledger([...base, ...paid, ...refundRows('a', 150), ...refundRows('b', 150)], [purse], [voucher])],
    ['a void after it was paid', ledger([...base, ...paid, ...voidRows], [purse], [{ ...voucher, state: 'returned' }])],
    ['a void after a refund', ledger([...base, ...paid, ...refundRows('a', 100), ...voidPostings({ ...shares, reserveMinor: 200, held: false, fromMerchantMinor: 300, ...at })], [purse], [{ ...voucher, state: 'returned' }])],
  ])('hold for %s', (_what, audit) => {
    expect(checkInvariants(audit)).toEqual([]);
  });

  it.each<[string, LedgerAudit, string[]]>([
    ['a purse that nobody knows', ledger(base, [], []), ['I3']],
    ['a purse that was given less than its certificate says', ledger(base, [{ ...purse, limMinor: 501 }], []), ['I3']],
    ['a load from another account', ledger([...credit, row({ ref: 'credit:e2', debit: 'ext:float', credit: 'user:ben', amountMinor: 500 }), { ...(load[0] as JournalRow), debit: 'user:ben' }], [purse], []), ['I3']],
    ['a purse that moves by a strange posting', ledger([...base, row({ debit: 'rsv:p1', credit: 'user:anna' })], [purse], []), ['I3']],
    ['a reserve paid out to its owner as if for a voucher', ledger([...base, row({ ref: 'voucher:v1', debit: 'rsv:p1', credit: 'user:anna', amountMinor: 300 })], [purse], [voucher]), ['I5']],
    ['vouchers beyond the limit', ledger([...base, ...paid, ...voucherPostings({ ...shares, vid: 'v4', purseId: 'p1', held: false, ...at })], [purse], [voucher, { ...voucher, vid: 'v4', invoiceHash: 'h4' }]), ['I2', 'I4']],
    ['a voucher that nobody knows', ledger([...base, ...paid], [purse], []), ['I5']],
    ['a paid voucher without a posting', ledger(base, [purse], [voucher]), ['I5']],
    ['an unpaid voucher with one', ledger([...base, ...paid], [purse], [{ ...voucher, state: 'unpaid', reserveMinor: 0 }]), ['I5']],
    ['a voucher paid twice', ledger([...base, ...paid, ...paid.map((each) => ({ ...each, leg: 5 }))], [{ ...purse }], [voucher]), ['I2', 'I4', 'I5']],
    ['a voucher paid to another shop', ledger([...base, ...paid.map((each) => ({ ...each, credit: 'mer:m2' }))], [purse], [voucher]), ['I5']],
    ['a voucher paid from another purse', ledger([...base, ...load.map((each) => ({ ...each, ref: 'purse-load:p2', credit: 'rsv:p2' })), ...paid.map((each) => ({ ...each, debit: 'rsv:p2' }))], [purse, { ...purse, id: 'p2' }], [voucher]), ['I5']],
    ['a voucher paid more than it says', ledger([...base, ...paid], [purse], [{ ...voucher, amountMinor: 299 }]), ['I5']],
    ['an invoice paid by two vouchers', ledger([...base, ...voucherPostings({ ...shares, reserveMinor: 100, purseId: 'p1', held: false, ...at }), ...voucherPostings({ ...shares, vid: 'v4', reserveMinor: 100, purseId: 'p1', held: false, ...at })], [purse], [{ ...voucher, reserveMinor: 100 }, { ...voucher, vid: 'v4', reserveMinor: 100 }]), ['I5']],
    ['a guarantee without a proof', ledger([...base, ...paid, ...paidShort], [purse], [voucher, shortVoucher]), ['I6']],
    ['a guarantee for another purse\'s proof', ledger([...base, ...paid, ...paidShort], [purse, { ...proved, id: 'p9', limMinor: 0 }], [voucher, shortVoucher]), ['I6']],
    ['a guarantee without the payer\'s debt', ledger([...base, ...paidShort.slice(0, 2)], [proved], [shortVoucher]), ['I5']],
    ['a guarantee that drew on nothing', ledger([...base, row({ ref: 'x', debit: 'guarantee', credit: 'mer:m1' })], [proved], []), ['I6']],
    ['a posting after the release', ledger([...base, ...release, ...paid], [released], [voucher]), ['I7']],
    ['a load after the release', ledger([...base, ...paid, ...release, ...purseLoadPostings({ loadId: 't1', purseId: 'p1', ownerPartyId: 'anna', amountMinor: 100, ...at })], [{ ...released, limMinor: 600 }], [voucher]), ['I7']],
    ['a released purse that holds something', ledger([...base, ...paid], [released], [voucher]), ['I7']],
    ['a release that nobody wrote down', ledger([...base, ...paid, ...release], [purse], [voucher]), ['I7']],
    ['a refund above what was paid', ledger([...base, ...paid, ...refundRows('a', 150), ...refundRows('b', 151)], [purse], [voucher]), ['I2', 'I5']],
    ['a refund of an unpaid voucher', ledger([...base, ...paid, ...refundRows('a', 10).map((each) => ({ ...each, ref: 'refund:v3:a' }))], [purse], [voucher, unpaid]), ['I5']],
    ['a refund of a voucher that nobody knows', ledger([...base, ...paid, ...refundRows('a', 10).map((each) => ({ ...each, ref: 'refund:v9:a' }))], [purse], [voucher]), ['I5']],
    ['a refund and a void of the whole', ledger([...base, ...paid, ...refundRows('a', 10), ...voidRows], [purse], [{ ...voucher, state: 'returned' }]), ['I2', 'I5']],
    ['a return that did not happen', ledger([...base, ...paid], [purse], [{ ...voucher, state: 'returned' }]), ['I5']],
    ['a held claim said to be paid', ledger([...base, ...heldShort], [proved], [shortVoucher]), ['I5']],
    ['a paid claim said to be held', ledger([...base, ...paidShort], [proved], [heldVoucher]), ['I5']],
    ['a held claim that was let go and is still said to be held', ledger([...base, ...heldShort, ...heldReleasePostings({ ...short, ...at })], [proved], [heldVoucher]), ['I5']],
  ])('tell of %s', (_what, audit, invariants) => {
    expect(broken(audit)).toEqual(invariants);
  });
  it('I9: two ledgers are alike when nobody\'s balance differs', () => {
    const one = new Map([['user:anna', 5], ['rsv:p1', 0]]);
    expect(differingAccounts(one, new Map([['user:anna', 5]]))).toEqual([]);
    expect(differingAccounts(one, new Map([['user:ben', 5]]))).toEqual(['user:anna', 'user:ben']);
  });
});
