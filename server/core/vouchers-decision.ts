/**
 * The decision on one voucher: a pure function of what was read under the locks (protocol.md 5.4, 5.5, 8). It reads no clock and
 * writes nothing. The order of the checks is part of the contract: the first fault is the verdict.
 *
 *   unseen ──► PAYER_REPORTED ──claimed──► SETTLED (reserve, guarantee) | HELD ──► SETTLED
 *      │              └──claim deadline──► REJECTED
 *      └──► SETTLED | HELD | REJECTED | VOIDED
 *
 * A verdict rests only on what cannot change back (deadline, paid invoice, void), so the order in which items come does not
 * matter while the payer is honest; once a proof exists, claims are paid in the order in which they were committed.
 */
import { LIMITS } from '#protocol/limits.ts';
import { guaranteeFor, type ClaimPayment, type GuaranteeRule, type PursePolicy } from '#protocol/purse-caps.ts';
import type { VoucherReason } from '#protocol/errors.ts';
import type { GuaranteeUse, PurseRow } from './ports-offline.ts';
import type { Party } from './ports.ts';
import type { VoucherClaim } from './vouchers-read.ts';

const DAY_MS = 86_400_000;

/** How the till that accepted it says it did. Forged as easily as told, so it only ever opens the guarantee, within its caps. */
export type Acceptance = {
  readonly atMs: number;
  /** When the status list that the till held was made; null: there is no such list. */
  readonly listAtMs: number | null;
};

export type VoucherFacts = {
  readonly nowMs: number;
  readonly claim: VoucherClaim;
  /** Until when its own certificate lets it be claimed. */
  readonly certifiedUntilMs: number;
  readonly purse: PurseRow;
  readonly merchantParty: Party;
  /** By its merchant: who uploads, an acknowledgement, or a tap. */
  readonly claimed: boolean;
  readonly acceptance: Acceptance | null;
  readonly voided: boolean;
  /** Its invoice, or its sale online. */
  readonly alreadyPaid: boolean;
  readonly reserveMinor: number;
  readonly merchantMinor: number;
  /** Two vouchers of its purse contradict each other. */
  readonly proved: boolean;
  readonly policy: PursePolicy;
  readonly rule: GuaranteeRule;
  readonly use: GuaranteeUse;
};

export type VoucherDecision =
  | { readonly kind: 'rejected'; readonly reason: VoucherReason }
  | { readonly kind: 'voided' }
  | { readonly kind: 'reported' }
  /** `untilMs`: when it is rejected, if it was not covered until then. */
  | { readonly kind: 'retry'; readonly why: 'purse-released' | 'shop-full' | 'reserve-short'; readonly untilMs: number | null }
  | { readonly kind: 'paid'; readonly payment: ClaimPayment };

export function decideVoucher(facts: VoucherFacts): VoucherDecision {
  const { nowMs, claim, purse } = facts;
  if (claim.audience !== null && !claim.audience.includes(claim.merchantId)) return reject('NOT_YOUR_MERCHANT');
  if (!claim.withinLimits) return reject('LIMITS');
  if (facts.voided) return { kind: 'voided' };
  const lastMs = Math.max(purse.claimDeadlineMs, facts.certifiedUntilMs);
  if (nowMs > lastMs) return reject('CLAIM_DEADLINE');
  // A purse is released after every certificate of it that is known here: a server that was set back has forgotten a renewal.
  if (purse.state === 'released') return nowMs > facts.certifiedUntilMs ? reject('CLAIM_DEADLINE') : { kind: 'retry', why: 'purse-released', untilMs: facts.certifiedUntilMs };
  if (facts.alreadyPaid) return reject('INVOICE_PAID');
  if (!facts.claimed) return { kind: 'reported' };
  if (facts.merchantMinor + claim.link.amountMinor > LIMITS.balanceMinor) return { kind: 'retry', why: 'shop-full', untilMs: null };
  // No honest chain is longer than what was put in (protocol.md 5.4): a server that was set back has forgotten a top-up.
  if (!facts.proved && facts.reserveMinor < claim.link.amountMinor) return { kind: 'retry', why: 'reserve-short', untilMs: lastMs };
  const payment = guaranteeFor({ ...shareFacts(facts), inPolicy: inPolicy(facts) });
  return payment.outcome === 'unpaid' ? reject('UNFUNDED') : { kind: 'paid', payment };
}

function shareFacts({ rule, policy, claim, reserveMinor, proved, use, merchantParty, nowMs }: VoucherFacts) {
  return {
    rule,
    policy,
    amountMinor: claim.link.amountMinor,
    reserveMinor,
    proved,
    guaranteedForPurseMinor: use.forPurseMinor,
    guaranteed30DaysMinor: use.sinceMinor,
    // Play money has nobody to defraud: its shops count as known, as its shoppers do.
    merchantHistoryDays: merchantParty.playMoney ? LIMITS.heldHistoryDays : Math.floor((nowMs - merchantParty.createdAtMs) / DAY_MS),
    conflictedClaims: use.fellShort,
  };
}

/**
 * Did the till keep to the rules, as far as the server can see? It accepted before the certificate ended, with a list of ours that
 * did not revoke the purse yet, and not so long after the revocation that it should have synced. A till that is online asks
 * before it hands over anything, and says nothing of an acceptance.
 */
export function inPolicy({ nowMs, claim, purse, acceptance }: VoucherFacts): boolean {
  if (acceptance === null || acceptance.listAtMs === null) return false;
  const aheadMs = LIMITS.clockAheadSeconds * 1_000;
  if (acceptance.atMs > nowMs + aheadMs || acceptance.atMs > claim.expMs + aheadMs) return false;
  if (purse.revokedAtMs === null) return true;
  return acceptance.listAtMs < purse.revokedAtMs && acceptance.atMs <= purse.revokedAtMs + LIMITS.listStaleSeconds * 1_000;
}

/** Since when what the guarantee paid counts against a merchant. */
export function guaranteeSinceMs(nowMs: number): number {
  return nowMs - 30 * DAY_MS;
}

export function heldUntilMs(nowMs: number): number {
  return nowMs + LIMITS.heldDays * DAY_MS;
}

function reject(reason: VoucherReason): VoucherDecision {
  return { kind: 'rejected', reason };
}
