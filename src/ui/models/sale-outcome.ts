/**
 * What became of a sale, in one word: its own state, and that of the voucher that paid it. Every screen that shows a sale asks
 * here, so that the same sale never has two names. Pure.
 */
import { unreachable } from '#base/assert.ts';
import type { ClaimView, SaleView } from '#wallet/api-till.ts';

export type Outcome =
  | 'open'
  | 'cancelled'
  | 'expired'
  /** The server has settled it, by whichever way. */
  | 'paid'
  /** Settled, out of the operator's guarantee. */
  | 'guaranteed'
  | 'asking'
  | 'accepted'
  /** Accepted, and the server cannot decide it yet. */
  | 'late'
  | 'held'
  /** Settled for less than the amount: the purse was spent twice. */
  | 'short'
  | 'lost'
  | 'refunded'
  | 'voided';

type Facts = Pick<SaleView, 'state' | 'claim' | 'amountMinor' | 'paidTwice'>;

export function outcomeOf(sale: Facts): Outcome {
  const { state, claim, amountMinor } = sale;
  switch (state) {
    case 'taken':
      return claim === null ? 'accepted' : claimOutcome(claim, amountMinor);
    case 'paid':
      // Paid online it is paid, whatever a voucher for the same sale became.
      return claim === null || isPaidOnline(sale) ? 'paid' : claimOutcome(claim, amountMinor);
    case 'open':
    case 'expired':
      return state;
    case 'cancelled':
      return claim?.state === 'voided' ? 'voided' : 'cancelled';
    default:
      return unreachable(state);
  }
}

function claimOutcome({ state, paidMinor, refundedMinor }: ClaimView, amountMinor: number): Outcome {
  switch (state) {
    case 'settled':
    case 'guaranteed':
      if (refundedMinor > 0 && refundedMinor >= paidMinor) return 'refunded';
      if (paidMinor < amountMinor) return 'short';
      return state === 'settled' ? 'paid' : 'guaranteed';
    case 'rejected':
      return 'lost';
    case 'asking':
    case 'accepted':
    case 'late':
    case 'held':
    case 'voided':
      return state;
    default:
      return unreachable(state);
  }
}

/** Money, by the server's word or on its way to it: the goods may be handed over. */
export function isMoney(outcome: Outcome): boolean {
  return outcome === 'paid' || outcome === 'guaranteed' || outcome === 'accepted';
}

/** Taken, and no verdict that ends it. */
export function isPending(sale: SaleView): boolean {
  const outcome = outcomeOf(sale);
  return outcome === 'asking' || outcome === 'accepted' || outcome === 'late';
}

/** What the server has put into this shop's account for it: online, by its voucher, or both. */
export function receivedMinor(sale: Facts): number {
  return (isPaidOnline(sale) ? sale.amountMinor : 0) + (isSettled(sale.claim) ? sale.claim.paidMinor : 0);
}

/** Paid twice, and what came out of the purse is neither refunded in full nor on its way back. */
export function owesRefund({ paidTwice, claim }: Pick<Facts, 'paidTwice' | 'claim'>): boolean {
  const isBack = claim !== null && claim.refundableMinor === 0 && claim.refundedMinor + claim.refundingMinor > 0;
  return paidTwice && !isBack;
}

/** What of it the customer has back. */
export function refundedMinor({ claim }: Pick<SaleView, 'claim'>): number {
  return claim?.refundedMinor ?? 0;
}

/** A paid sale is paid by its voucher where that has settled, and else by an online payment. */
export function isPaidOnline({ state, claim, paidTwice }: Facts): boolean {
  return state === 'paid' && (paidTwice || !isSettled(claim));
}

function isSettled(claim: ClaimView | null): claim is ClaimView {
  return claim?.state === 'settled' || claim?.state === 'guaranteed';
}
