/**
 * Postings of the purse, protocol.md 8.4: which rows of the journal a load, a release, a settled voucher, a void and a refund
 * write. A purse's reserve is an account of its own. Who may have how much, purse-caps.ts decides; here the rows are only made.
 * Rows of nothing are not written.
 */
import { assert } from '#base/assert.ts';
import {
  debtAccount,
  GUARANTEE_ACCOUNT,
  GUARANTEE_RECEIVABLE,
  heldAccount,
  merchantAccount,
  merchantReceivable,
  reserveAccount,
  shopperAccount,
  type JournalRow,
} from './ledger.ts';

export type Stamp = { readonly ccy: number; readonly atMs: number };
type Leg = { readonly debit: string; readonly credit: string; readonly amountMinor: number };
type Part = { readonly account: string; readonly amountMinor: number };

export const PURSE_LOAD = 'purse-load:';
export const PURSE_RELEASE = 'purse-release:';
export const VOUCHER = 'voucher:';
export const HELD = 'held:';
export const VOID = 'void:';
export const REFUND = 'refund:';

/** Opening and topping up are one thing to the ledger. `loadId`: the purse's id for the first, the top-up's for others. */
export function purseLoadPostings(
  load: Stamp & { readonly loadId: string; readonly purseId: string; readonly ownerPartyId: string; readonly amountMinor: number },
): readonly JournalRow[] {
  assert(load.amountMinor > 0, 'a load moves something');
  const leg = { debit: shopperAccount(load.ownerPartyId), credit: reserveAccount(load.purseId), amountMinor: load.amountMinor };
  return rows(PURSE_LOAD + load.loadId, [leg], load);
}

/** The whole rest goes home at the claim deadline. After this nothing is posted to the purse. */
export function purseReleasePostings(
  release: Stamp & { readonly purseId: string; readonly ownerPartyId: string; readonly restMinor: number },
): readonly JournalRow[] {
  const leg = { debit: reserveAccount(release.purseId), credit: shopperAccount(release.ownerPartyId), amountMinor: release.restMinor };
  return rows(PURSE_RELEASE + release.purseId, [leg], release);
}

/** Who paid what of a voucher. */
export type VoucherShares = {
  readonly vid: string;
  readonly payerPartyId: string;
  readonly merchantId: string;
  readonly reserveMinor: number;
  /** What the reserve did not hold; booked as the payer's debt. */
  readonly guaranteeMinor: number;
};

/** `held`: it goes to the merchant's held account first. */
export function voucherPostings(voucher: Stamp & VoucherShares & { readonly purseId: string; readonly held: boolean }): readonly JournalRow[] {
  const { vid, purseId, merchantId, payerPartyId, reserveMinor, guaranteeMinor, held } = voucher;
  assert(reserveMinor + guaranteeMinor > 0, 'a settled voucher pays something');
  const credit = held ? heldAccount(merchantId) : merchantAccount(merchantId);
  const legs = [
    { debit: reserveAccount(purseId), credit, amountMinor: reserveMinor },
    { debit: GUARANTEE_ACCOUNT, credit, amountMinor: guaranteeMinor },
    { debit: debtAccount(payerPartyId), credit: GUARANTEE_RECEIVABLE, amountMinor: guaranteeMinor },
  ];
  return rows(VOUCHER + vid, legs, voucher);
}

/**
 * The till gave back a voucher that it had not claimed: its amount goes home at once, and not only with the rest at the claim
 * deadline. So a void comes out the same before the claim and after it.
 */
export function unclaimedVoidPostings(
  voucher: Stamp & { readonly vid: string; readonly purseId: string; readonly payerPartyId: string; readonly amountMinor: number },
): readonly JournalRow[] {
  const { vid, purseId, payerPartyId, amountMinor } = voucher;
  return rows(VOID + vid, [{ debit: reserveAccount(purseId), credit: shopperAccount(payerPartyId), amountMinor }], voucher);
}

/** A held claim is let go to its merchant. */
export function heldReleasePostings(claim: Stamp & VoucherShares): readonly JournalRow[] {
  const { vid, merchantId } = claim;
  return rows(HELD + vid, [{ debit: heldAccount(merchantId), credit: merchantAccount(merchantId), amountMinor: totalOf(claim) }], claim);
}

/** A held claim is refused: everybody has back what it took. The payer's part goes home: the reserve may be released by now. */
export function heldReturnPostings(claim: Stamp & VoucherShares): readonly JournalRow[] {
  return rows(HELD + claim.vid, giveBack(claim, [{ account: heldAccount(claim.merchantId), amountMinor: totalOf(claim) }]), claim);
}

/** The till voided a voucher that was paid: the payer's copy of the void wins. `fromMerchantMinor`: what its account can give. */
export function voidPostings(claim: Stamp & VoucherShares & { readonly held: boolean; readonly fromMerchantMinor: number }): readonly JournalRow[] {
  const { vid, merchantId, held, fromMerchantMinor } = claim;
  const from = held ? [{ account: heldAccount(merchantId), amountMinor: totalOf(claim) }] : merchantParts(merchantId, totalOf(claim), fromMerchantMinor);
  return rows(VOID + vid, giveBack(claim, from), claim);
}

export type Refund = {
  readonly vid: string;
  readonly refundId: string;
  readonly payerPartyId: string;
  readonly merchantId: string;
  readonly amountMinor: number;
  /** What the merchant's account can give; the rest it owes. */
  readonly fromMerchantMinor: number;
  /** What of it goes back to the guarantee that paid the voucher, before anything goes to the payer. */
  readonly toGuaranteeMinor: number;
};

export function refundPostings(refund: Stamp & Refund): readonly JournalRow[] {
  const { vid, refundId, payerPartyId, merchantId, amountMinor, fromMerchantMinor, toGuaranteeMinor } = refund;
  assert(amountMinor > 0 && toGuaranteeMinor <= amountMinor, 'a refund moves something');
  const shares = { vid, payerPartyId, merchantId, reserveMinor: amountMinor - toGuaranteeMinor, guaranteeMinor: toGuaranteeMinor };
  // With the voucher's id, so that no other merchant's refund id can be in its way.
  return rows(`${REFUND}${vid}:${refundId}`, giveBack(shares, merchantParts(merchantId, amountMinor, fromMerchantMinor)), refund);
}

function totalOf({ reserveMinor, guaranteeMinor }: VoucherShares): number {
  return reserveMinor + guaranteeMinor;
}

/** A merchant that has not enough owes the rest. */
function merchantParts(merchantId: string, amountMinor: number, hasMinor: number): readonly Part[] {
  const givesMinor = Math.max(0, Math.min(amountMinor, hasMinor));
  return [
    { account: merchantAccount(merchantId), amountMinor: givesMinor },
    { account: merchantReceivable(merchantId), amountMinor: amountMinor - givesMinor },
  ];
}

/** The guarantee first, and the payer's debt with it; then the payer. */
function giveBack({ payerPartyId, reserveMinor, guaranteeMinor }: VoucherShares, from: readonly Part[]): readonly Leg[] {
  const to = [
    { account: GUARANTEE_ACCOUNT, amountMinor: guaranteeMinor },
    { account: shopperAccount(payerPartyId), amountMinor: reserveMinor },
  ];
  return [...pairUp(from, to), { debit: GUARANTEE_RECEIVABLE, credit: debtAccount(payerPartyId), amountMinor: guaranteeMinor }];
}

/** Legs that empty `from` into `to`, in order. Both have one sum. */
function pairUp(from: readonly Part[], to: readonly Part[]): readonly Leg[] {
  const open = to.map((part) => ({ ...part }));
  return from.flatMap((source) => {
    let leftMinor = source.amountMinor;
    return open.map((target) => {
      const amountMinor = Math.min(leftMinor, target.amountMinor);
      leftMinor -= amountMinor;
      target.amountMinor -= amountMinor;
      return { debit: source.account, credit: target.account, amountMinor };
    });
  });
}

function rows(ref: string, legs: readonly Leg[], { ccy, atMs }: Stamp): readonly JournalRow[] {
  const moving = legs.filter(({ amountMinor }) => amountMinor !== 0);
  assert(moving.every(({ amountMinor }) => Number.isSafeInteger(amountMinor) && amountMinor > 0), 'a row moves a positive amount');
  return moving.map((leg, index) => ({ ref, leg: index, ...leg, ccy, atMs }));
}
