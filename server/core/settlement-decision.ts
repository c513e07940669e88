/**
 * The decision on one payment: a pure function of what was read under the locks. It reads no clock, writes nothing and
 * never throws for a payer's doing. The order of the checks is part of the contract: the first fault is the verdict.
 *
 *   unseen ──decide──► settled | refused     write-once, stored with its postings; the same id gets the same verdict for ever
 */
import { assert } from '#base/assert.ts';
import type { Refusal } from '#protocol/errors.ts';
import { LIMITS } from '#protocol/limits.ts';
import { isPayableMinor } from '#protocol/money.ts';
import type { Merchant, Party } from './ports.ts';

/** What the payer's device signed, and the charge that it answers. Times in seconds, as in the objects. */
export type PaymentClaim = {
  readonly paymentId: string;
  readonly payerPartyId: string;
  readonly deviceId: string;
  readonly merchantId: string;
  readonly terminal: number;
  readonly saleNonce: string;
  readonly invoiceHash: string;
  readonly amountMinor: number;
  readonly ccy: number;
  readonly iatSeconds: number;
  readonly ttlSeconds: number;
  /** The order names this very invoice, and both say the same merchant, amount and currency. */
  readonly orderMatchesInvoice: boolean;
  /** The certificate in the invoice is ours and in date; an invoice without one names the merchant only. */
  readonly certificateGood: boolean;
};

export type SettlementFacts = {
  readonly nowMs: number;
  readonly claim: PaymentClaim;
  readonly payer: Party;
  readonly merchant: Merchant | null;
  /** This user confirmed this order on this device, by PIN or passkey, not too long ago. */
  readonly confirmed: boolean;
  readonly salePaidBy: { readonly paymentId: string; readonly payerPartyId: string } | null;
  /** By a payment; or it or its sale by a voucher. */
  readonly invoicePaid: boolean;
  /** Read under the lock; null only where no lock was needed to refuse. */
  readonly balances: { readonly payerMinor: number; readonly merchantMinor: number } | null;
};

export type Decision =
  | { readonly state: 'settled' }
  | { readonly state: 'refused'; readonly code: Refusal; readonly paymentId?: string };

function refuse(code: Refusal): Decision {
  return { state: 'refused', code };
}

/** The checks that need no balance. The settlement locks accounts only for payments that pass them, and asks again of the payer as it is then. */
export function refusalBeforeLock(facts: SettlementFacts): Refusal | null {
  const { claim, merchant, payer } = facts;
  const nowSeconds = facts.nowMs / 1_000;
  if (!claim.orderMatchesInvoice) return 'INVOICE_MISMATCH';
  if (!claim.certificateGood || merchant === null) return 'MERCHANT_UNKNOWN';
  if (merchant.status === 'suspended') return 'MERCHANT_SUSPENDED';
  if (claim.ccy !== merchant.ccy || claim.ccy !== payer.ccy) return 'CURRENCY';
  if (!isPayableMinor(claim.amountMinor)) return 'AMOUNT_LIMIT';
  if (merchant.partyId === payer.id) return 'SAME_PARTY';
  if (claim.iatSeconds > nowSeconds + LIMITS.clockAheadSeconds) return 'INVOICE_FUTURE';
  if (nowSeconds > claim.iatSeconds + claim.ttlSeconds + LIMITS.invoiceGraceSeconds) return 'INVOICE_EXPIRED';
  if (!facts.confirmed) return 'NOT_CONFIRMED';
  if (payer.status === 'frozen') return 'ACCOUNT_FROZEN';
  return null;
}

export function decide(facts: SettlementFacts): Decision {
  const early = refusalBeforeLock(facts);
  if (early !== null) return refuse(early);
  const { claim, payer, salePaidBy, balances } = facts;
  if (salePaidBy !== null) {
    const own = salePaidBy.payerPartyId === payer.id;
    return own ? { state: 'refused', code: 'INVOICE_PAID', paymentId: salePaidBy.paymentId } : refuse('INVOICE_PAID');
  }
  if (facts.invoicePaid) return refuse('INVOICE_PAID');
  assert(balances !== null, 'a payment is decided under the locks of its accounts');
  if (balances.payerMinor < claim.amountMinor) return refuse('INSUFFICIENT_FUNDS');
  if (balances.merchantMinor + claim.amountMinor > LIMITS.balanceMinor) return refuse('AMOUNT_LIMIT');
  return { state: 'settled' };
}
