/**
 * What purse an account may have: pure functions of what was read under the locks. The order of the checks is part of the
 * contract: the first fault is the answer.
 */
import type { Problem } from '#protocol/errors.ts';
import { LIMITS } from '#protocol/limits.ts';
import { claimDeadlineSeconds, pursePolicy, type PursePolicy } from '#protocol/purse-caps.ts';
import type { PurseRow } from './ports-offline.ts';
import type { Merchant, Party } from './ports.ts';
import { capUnder, type StepUpTerms } from './purses-step-up.ts';

export type PurseProblem = Extract<
  Problem,
  'PURSE_OPEN' | 'PURSE_LIMIT' | 'PURSE_CLOSED' | 'PURSE_TOO_NEW' | 'INSUFFICIENT_FUNDS' | 'ACCOUNT_FROZEN' | 'MERCHANT_UNKNOWN' | 'MERCHANT_SUSPENDED' | 'CURRENCY'
>;

/** protocol.md section 2: younger accounts have tabs only. */
const NEW_ACCOUNT_MS = 7 * 86_400_000;
/** All purses of one account may hold as much as this many full ones: closed ones keep their rest to the claim deadline. */
const FULL_PURSES = 3;
/** A certificate that ends at most this much earlier than a fresh one is not made again: the same wallet asked twice. */
const FRESH_MS = 60_000;

export type PurseTerms = Pick<PurseRow, 'limMinor' | 'capMinor' | 'maxCount' | 'expMs' | 'claimDeadlineMs'>;

type Funding = {
  readonly party: Party;
  /** What the account has, and what all its purses hold. */
  readonly balanceMinor: number;
  readonly reservedMinor: number;
};

export type OpeningFacts = Funding & {
  readonly nowMs: number;
  readonly deviceId: string;
  readonly kind: PurseRow['kind'];
  readonly limMinor: number;
  /** Whose tab it is to be; undefined for an open purse. */
  readonly merchant: Merchant | null | undefined;
  /** The account's purses that are not released. */
  readonly purses: readonly PurseRow[];
};

export function openingProblem(facts: OpeningFacts): PurseProblem | null {
  const { nowMs, party, kind, limMinor, merchant, purses, deviceId } = facts;
  const policy = pursePolicy(party.ccy);
  if (party.status === 'frozen') return 'ACCOUNT_FROZEN';
  if (policy === null) return 'CURRENCY';
  if (merchant === null) return 'MERCHANT_UNKNOWN';
  if (merchant?.status === 'suspended') return 'MERCHANT_SUSPENDED';
  if (merchant !== undefined && merchant.ccy !== party.ccy) return 'CURRENCY';
  // Only the age is asked: as yet no money comes into an account from outside, so there is no history of top-ups to look at.
  if (kind === 'open' && !party.playMoney && nowMs - party.createdAtMs < NEW_ACCOUNT_MS) return 'PURSE_TOO_NEW';
  const same = purses.some((purse) => purse.deviceId === deviceId && purse.merchantId === (merchant?.id ?? null) && purse.state === 'active');
  if (same) return 'PURSE_OPEN';
  return limMinor > policy.limMinor || purses.length >= LIMITS.pursesPerAccount ? 'PURSE_LIMIT' : fundingProblem(facts, policy, limMinor);
}

export type TopUpFacts = Funding & { readonly nowMs: number; readonly purse: PurseRow; readonly reserveMinor: number; readonly addMinor: number };

export function topUpProblem(facts: TopUpFacts): PurseProblem | null {
  const { party, purse, reserveMinor, addMinor } = facts;
  const policy = pursePolicy(purse.ccy);
  const closed = renewalProblem(facts);
  if (closed !== null) return closed;
  if (policy === null) return 'CURRENCY';
  const isTooMuch = reserveMinor + addMinor > policy.limMinor || purse.limMinor + addMinor > LIMITS.amountMinor;
  return isTooMuch ? 'PURSE_LIMIT' : fundingProblem({ ...facts, party }, policy, addMinor);
}

/** May this purse have a new certificate? Past its claim deadline it waits only for its release. */
export function renewalProblem(facts: { readonly nowMs: number; readonly party: Party; readonly purse: PurseRow }): PurseProblem | null {
  if (facts.party.status === 'frozen') return 'ACCOUNT_FROZEN';
  return facts.purse.state !== 'active' || facts.nowMs > facts.purse.claimDeadlineMs ? 'PURSE_CLOSED' : null;
}

function fundingProblem({ balanceMinor, reservedMinor }: Funding, policy: PursePolicy, addMinor: number): PurseProblem | null {
  if (reservedMinor + addMinor > FULL_PURSES * policy.limMinor) return 'PURSE_LIMIT';
  return balanceMinor < addMinor ? 'INSUFFICIENT_FUNDS' : null;
}

export type Issuing = {
  readonly nowMs: number;
  readonly policy: PursePolicy;
  readonly graceSeconds: number;
  readonly stepUp: StepUpTerms;
  readonly limMinor: number;
  /** The furthest voucher the server has seen; the count goes on from there. */
  readonly headSeq: number;
};

/** What a certificate that is made now says. */
export function termsAt({ nowMs, policy, graceSeconds, stepUp, limMinor, headSeq }: Issuing): PurseTerms {
  const expSeconds = Math.floor(nowMs / 1_000) + policy.lifeSeconds;
  const ends = { expMs: expSeconds * 1_000, claimDeadlineMs: claimDeadlineSeconds({ expSeconds }, graceSeconds) * 1_000 };
  return { limMinor, capMinor: capUnder(stepUp, policy.capMinor), maxCount: headSeq + policy.payments, ...ends };
}

/** A renewal takes nothing back that an earlier certificate gave, but for what one payment may be. */
export function renewedTerms(purse: PurseRow, fresh: PurseTerms): PurseTerms {
  return {
    ...fresh,
    maxCount: Math.max(purse.maxCount, fresh.maxCount),
    expMs: Math.max(purse.expMs, fresh.expMs),
    claimDeadlineMs: Math.max(purse.claimDeadlineMs, fresh.claimDeadlineMs),
  };
}

/** `had` and `stepUp`: what the purse's certificate says of passkeys, and what a new one would. */
export function isFresh(purse: PurseRow, terms: PurseTerms, had: StepUpTerms, stepUp: StepUpTerms): boolean {
  const same = terms.limMinor === purse.limMinor && terms.capMinor === purse.capMinor && terms.maxCount === purse.maxCount;
  return same && had.uvtMinor === stepUp.uvtMinor && had.uvKey === stepUp.uvKey && terms.expMs - purse.expMs < FRESH_MS;
}
