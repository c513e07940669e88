/**
 * How much may be paid and taken offline, and who bears a claim that the reserve does not cover: the shipped policy per currency
 * (protocol.md section 2), what a till takes before it syncs, and the guarantee rule (5.5). An operator may set other figures;
 * the rules are these. Pure: ages and sums are given.
 */
import { assert } from '#base/assert.ts';
import { err, ok, type Result } from '#base/result.ts';
import { LIMITS } from './limits.ts';
import type { PurseCert } from './objects.ts';
import type { Head } from './purse-rules.ts';

export type PursePolicy = {
  readonly ccy: number;
  /** What one purse may hold at a time. */
  readonly limMinor: number;
  /** One payment. */
  readonly capMinor: number;
  /** Payments of one certificate. */
  readonly payments: number;
  readonly lifeSeconds: number;
  /** m: what one till takes of one open purse before it syncs, and what the guarantee pays for it. */
  readonly perPurseMinor: number;
  /** What one till takes from open purses in all before it syncs. */
  readonly totalMinor: number;
  readonly pending: number;
  /** G: what the guarantee pays one merchant in 30 days. */
  readonly guarantee30DaysMinor: number;
};

const HOUR = 3_600;
const FIGURES = { payments: 40, lifeSeconds: 72 * HOUR, pending: 200 } as const;

/** `unit`: 50 of them fill a purse. */
function policyOf(ccy: number, unitMinor: number): PursePolicy {
  const [limMinor, capMinor, perPurseMinor, totalMinor] = [50 * unitMinor, 20 * unitMinor, 20 * unitMinor, 200 * unitMinor];
  return { ccy, limMinor, capMinor, perPurseMinor, totalMinor, guarantee30DaysMinor: totalMinor, ...FIGURES };
}

/** CNY 500.00 and 200.00; the others are of about the same worth. */
const POLICIES: readonly PursePolicy[] = [policyOf(156, 1_000), policyOf(978, 100), policyOf(840, 100), policyOf(344, 1_000), policyOf(392, 100)];

/** Null: no purse in this currency. */
export function pursePolicy(ccy: number): PursePolicy | null {
  return POLICIES.find((policy) => policy.ccy === ccy) ?? null;
}

/** While the browser does not promise to keep what we store, half of it is at stake. */
export function capsFor(policy: PursePolicy, persisted: boolean): Pick<PursePolicy, 'limMinor' | 'capMinor'> {
  const { limMinor, capMinor } = policy;
  return persisted ? { limMinor, capMinor } : { limMinor: half(limMinor), capMinor: half(capMinor) };
}

/** Seconds after which claims on this certificate come too late. */
export function claimDeadlineSeconds(cert: Pick<PurseCert, 'expSeconds'>, graceSeconds: number): number {
  return cert.expSeconds + graceSeconds;
}

export type Spend = {
  readonly cert: PurseCert;
  readonly head: Head;
  readonly amountMinor: number;
  /** The wallet's own, which may be lower than the certificate's: capsFor. */
  readonly capMinor: number;
  readonly nowSeconds: number;
  /** This device proved that its passkey works with no network. */
  readonly canStepUp: boolean;
};

/** May the wallet sign a voucher of this amount? `stepUp`: only with the passkey. */
export function checkSpend(spend: Spend): Result<{ readonly stepUp: boolean }, 'E_PURSE_EXPIRED' | 'E_LIMIT' | 'E_UV_REQUIRED'> {
  const { cert, head, amountMinor, nowSeconds } = spend;
  if (nowSeconds > cert.expSeconds) return err('E_PURSE_EXPIRED');
  const fits = amountMinor > 0 && amountMinor <= Math.min(cert.capMinor, spend.capMinor) && head.cumMinor + amountMinor <= cert.limMinor;
  if (!fits || head.seq >= cert.maxCount) return err('E_LIMIT');
  const stepUp = needsStepUp(cert, amountMinor);
  return stepUp && (!spend.canStepUp || cert.uvKey === null) ? err('E_UV_REQUIRED') : ok({ stepUp });
}

export function needsStepUp(cert: Pick<PurseCert, 'uvtMinor'>, amountMinor: number): boolean {
  return cert.uvtMinor !== null && amountMinor > cert.uvtMinor;
}

export type ListAge = 'fresh' | 'amber' | 'stale';

/** `listAgeSeconds` null: there is none. */
export function listAgeOf(listAgeSeconds: number | null): ListAge {
  if (listAgeSeconds === null || listAgeSeconds > LIMITS.listStaleSeconds) return 'stale';
  return listAgeSeconds > LIMITS.listAmberSeconds ? 'amber' : 'fresh';
}

export type Floors = Pick<PursePolicy, 'perPurseMinor' | 'totalMinor' | 'pending'>;

/** What a till takes from open purses before it syncs. With a stale list it takes nothing: the caller says so, after its sums. */
export function floorsFor(policy: PursePolicy, age: ListAge, persisted: boolean): Floors {
  const halvings = Number(age !== 'fresh') + Number(!persisted);
  const part = (figure: number): number => Math.floor(figure / 2 ** halvings);
  return { perPurseMinor: part(policy.perPurseMinor), totalMinor: part(policy.totalMinor), pending: persisted ? policy.pending : half(policy.pending) };
}

export type GuaranteeRule = 'none' | 'capped' | 'full';

export type Claim = {
  readonly rule: GuaranteeRule;
  readonly policy: PursePolicy;
  readonly amountMinor: number;
  /** What the purse's reserve still holds. */
  readonly reserveMinor: number;
  /** Two vouchers prove that the payer of this purse signed two histories. */
  readonly proved: boolean;
  /** The merchant kept to the rules: 5.3, list age, deadline. */
  readonly inPolicy: boolean;
  /** What the guarantee has paid this merchant: for this purse, and for all in 30 days. */
  readonly guaranteedForPurseMinor: number;
  readonly guaranteed30DaysMinor: number;
  readonly merchantHistoryDays: number;
  /** Claims of this merchant that fell short before this one. */
  readonly conflictedClaims: number;
};

export type ClaimPayment = {
  readonly reserveMinor: number;
  readonly guaranteeMinor: number;
  readonly unpaidMinor: number;
  /** 'held': paid to the merchant's held account for LIMITS.heldDays, all of it. 'unpaid': nothing is paid. */
  readonly outcome: 'settled' | 'guaranteed' | 'held' | 'unpaid';
};

/** The reserve first, in the order of arrival; the guarantee for the rest, only where a proof says that somebody cheated. */
export function guaranteeFor(claim: Claim): ClaimPayment {
  const { amountMinor } = claim;
  assert(claim.reserveMinor >= 0 && amountMinor > 0, 'a claim and a reserve are no debts');
  const reserveMinor = Math.min(amountMinor, claim.reserveMinor);
  const shortMinor = amountMinor - reserveMinor;
  const guaranteeMinor = claim.proved && claim.inPolicy ? Math.min(shortMinor, guaranteeLeft(claim)) : 0;
  const unpaidMinor = shortMinor - guaranteeMinor;
  const shares = { reserveMinor, guaranteeMinor, unpaidMinor };
  if (reserveMinor + guaranteeMinor === 0) return { ...shares, outcome: 'unpaid' };
  if (guaranteeMinor === 0) return { ...shares, outcome: 'settled' };
  return { ...shares, outcome: isHeld(claim) ? 'held' : 'guaranteed' };
}

function guaranteeLeft({ rule, policy, guaranteedForPurseMinor, guaranteed30DaysMinor }: Claim): number {
  if (rule === 'none') return 0;
  if (rule === 'full') return Number.MAX_SAFE_INTEGER;
  const left = Math.min(policy.perPurseMinor - guaranteedForPurseMinor, policy.guarantee30DaysMinor - guaranteed30DaysMinor);
  return Math.max(0, left);
}

/** New merchants, and those with many such claims, wait: the operator looks at them first. */
function isHeld({ merchantHistoryDays, conflictedClaims }: Claim): boolean {
  return merchantHistoryDays < LIMITS.heldHistoryDays || conflictedClaims > LIMITS.heldConflicts;
}

function half(figure: number): number {
  return Math.floor(figure / 2);
}
