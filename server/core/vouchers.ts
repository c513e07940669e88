/**
 * Vouchers: payments that were signed with no network, settled exactly once each, whoever brings them and however often.
 *
 *   read and verify (no transaction) ─► ONE transaction under the locks of merchant, reserve and owner:
 *     known and final? ─► the stored verdict
 *     else: does it contradict a neighbour? (proof, freeze) ─► decide (pure) ─► row, postings, refunds that waited, news for both
 *
 * A voucher that only its payer brings is reported, not paid: nobody is charged for a code that no till took (protocol.md 8.3).
 * Guarantee, debt and held accounts are locked only where a proof exists: no honest sale ever waits for them.
 */
import { assert } from '#base/assert.ts';
import type { Log } from '#base/log.ts';
import type { Bytes } from '#base/bytes.ts';
import type { VoucherReason } from '#protocol/errors.ts';
import type { SyncResult } from '#protocol/http-sync.ts';
import { debtAccount, GUARANTEE_ACCOUNT, GUARANTEE_RECEIVABLE, heldAccount, merchantAccount, reserveAccount, shopperAccount } from '#protocol/ledger.ts';
import { LIMITS } from '#protocol/limits.ts';
import { claimDeadlineSeconds, pursePolicy, type GuaranteeRule } from '#protocol/purse-caps.ts';
import { unclaimedVoidPostings, voucherPostings } from '#protocol/purse-ledger.ts';
import type { StepUpScene } from '#protocol/step-up.ts';
import { tellAll, type News } from './feeds.ts';
import type { IdentityDeps } from './identity.ts';
import { Book, missing, withLocks, type Locked, type More } from './locks.ts';
import { settleWaitingRefunds } from './notes-refund.ts';
import type { NoteRow, PurseRow, SaleName, VoucherRow } from './ports-offline.ts';
import type { LedgerAccount, Merchant, Party, Tx } from './ports.ts';
import { contradiction, freezePurse } from './proofs.ts';
import { decideVoucher, guaranteeSinceMs, type VoucherDecision, type VoucherFacts } from './vouchers-decision.ts';
import { readVoucherBytes, type VoucherClaim } from './vouchers-read.ts';
import { isPaidOnline, saleOf, saleOfReported } from './vouchers-sale.ts';
import { decidedRow, freshRow, merchantNews, resultOf, voucherNews, type Parties } from './vouchers-record.ts';

export type VoucherDeps = Pick<IdentityDeps, 'store' | 'clock' | 'issuer' | 'verifier'> & { readonly guarantee: GuaranteeRule; readonly log: Log };

/**
 * Whose word a voucher comes on. Whoever uploads one claims it when it is its merchant, and else reports it. 'merchant': its till's
 * acknowledgement, or a tap, claims it. 'witness': a till that refused it shows it, and claims nothing, whoever its merchant is.
 */
export type BroughtBy = { readonly kind: 'party'; readonly id: string } | { readonly kind: 'merchant' } | { readonly kind: 'witness' };

/** A voucher, who brings it, and what its till says of the acceptance. */
export type Brought = {
  readonly claim: VoucherClaim;
  readonly by: BroughtBy;
  /** What it pays, where the invoice was shown. */
  readonly sale: SaleName | null;
  readonly acceptedAtMs: number | null;
  readonly listSeq: number | null;
};

/** A voucher as it was sent. */
export type SentVoucher = {
  readonly bytes: Bytes;
  readonly acceptedAtMs?: number | undefined;
  readonly listSeq?: number | undefined;
  readonly invoice?: Bytes | null;
  /** Where its payer's passkey may have confirmed it. */
  readonly scenes?: readonly StepUpScene[];
};

export async function takeVoucher(deps: VoucherDeps, by: BroughtBy, item: SentVoucher): Promise<SyncResult> {
  const read = await readVoucherBytes(item.bytes, deps.issuer.keys, deps.verifier, item.scenes ?? []);
  if (read.kind === 'refused') return rejected(deps, read.vid, read.reason);
  const sale = saleOf(read.claim, item.invoice ?? null);
  return settleVoucher(deps, { claim: read.claim, by, sale, acceptedAtMs: item.acceptedAtMs ?? null, listSeq: item.listSeq ?? null });
}

/** A verdict that is not stored: there is nobody to store it for. */
export function rejected(deps: Pick<VoucherDeps, 'clock'>, id: string | null, reason: VoucherReason): SyncResult {
  return { id, dup: false, verdict: 'REJECTED', reason, atMs: deps.clock.nowMs() };
}

type Known = { readonly purse: PurseRow; readonly payer: Party; readonly merchant: Merchant; readonly merchantParty: Party };

export async function settleVoucher(deps: VoucherDeps, brought: Brought): Promise<SyncResult> {
  const { claim } = brought;
  const known = await deps.store.transaction((tx) => whose(tx, claim));
  if (typeof known === 'string') {
    const untilMs = certifiedUntilMs(deps, claim);
    return known === 'UNKNOWN_PURSE' && deps.clock.nowMs() <= untilMs ? retry(deps, claim, 'purse-unknown', untilMs) : rejected(deps, claim.link.vid, known);
  }
  const { payer } = known;
  const accounts = [merchantAccount(claim.merchantId), reserveAccount(claim.purseId), shopperAccount(payer.id)];
  return withLocks(deps.store, claim.ccy, accounts, (tx, locked) => settleInside(deps, tx, locked, brought, known));
}

/**
 * Until when its certificate, which our issuer signed, lets it be claimed. A restored backup may have lost the purse, or its renewal: until
 * then either may be brought back.
 */
function certifiedUntilMs({ issuer }: VoucherDeps, { expMs }: VoucherClaim): number {
  return claimDeadlineSeconds({ expSeconds: expMs / 1_000 }, issuer.keys.graceSeconds) * 1_000;
}

/** `untilMs`: with it that time decides; without it only people do. */
function retry({ log }: VoucherDeps, { link, purseId }: VoucherClaim, why: string, untilMs: number | null): SyncResult {
  log.warn('claim.waits', { voucher: link.vid, purse: purseId, why });
  return { id: link.vid, dup: false, verdict: 'RETRY', afterMs: RETRY_MS, ...(untilMs === null ? {} : { untilMs }) };
}

/** What no lock can change, and what must be right before any account is locked: a stranger's id must not create one. */
async function whose(tx: Tx, claim: VoucherClaim): Promise<Known | VoucherReason> {
  const [purse, merchant] = await Promise.all([tx.purse(claim.purseId), tx.merchant(claim.merchantId)]);
  if (purse === null || purse.ccy !== claim.ccy) return 'UNKNOWN_PURSE';
  if (merchant === null) return 'NOT_YOUR_MERCHANT';
  if (merchant.ccy !== claim.ccy) return 'LIMITS';
  const [device, payer, merchantParty] = await Promise.all([tx.device(purse.deviceId), tx.party(purse.partyId), tx.party(merchant.partyId)]);
  assert(payer !== null && merchantParty !== null, 'accounts stay');
  // The id is the wallet's: after a database was set back, another purse may have it.
  return device?.publicKey === claim.deviceKey ? { purse, payer, merchant, merchantParty } : 'UNKNOWN_PURSE';
}

type Case = Known & {
  readonly stored: VoucherRow | null;
  readonly notes: readonly NoteRow[];
  readonly claimed: boolean;
  /** A stored voucher that this one contradicts; only the first pair counts. */
  readonly other: VoucherRow | null;
  readonly otherMerchant: Merchant | null;
  readonly proved: boolean;
};

async function settleInside(deps: VoucherDeps, tx: Tx, locked: Locked, asBrought: Brought, known: Known): Promise<SyncResult | More> {
  const seen = await look(tx, asBrought, known);
  if (await isBeyondCount(tx, asBrought.claim, seen)) return rejected(deps, asBrought.claim.link.vid, 'LIMITS');
  const found = { ...seen, purse: withinTime(deps, asBrought.claim, seen.purse) };
  const { stored, claimed } = found;
  const isReported = stored?.verdict.verdict === 'PAYER_REPORTED';
  const told = isReported && claimed ? null : stored;
  const more = found.proved && told === null ? missing(locked, conflictAccounts(asBrought.claim, found)) : null;
  if (more !== null) return more;
  if (found.purse !== seen.purse) await tx.putPurse(found.purse);
  if (isReported && !claimed) await keepSale(tx, asBrought);
  if (told !== null) return resultOf(told, true);
  const brought = isReported ? { ...asBrought, sale: await saleOfReported(tx, asBrought.claim, asBrought.sale) } : asBrought;
  return carryOut(deps, tx, new Book(tx, locked), brought, found);
}

/**
 * One more that nobody claims, of a purse that has more of them than an honest one can: not kept and told to nobody, or who signs histories
 * without end would fill a shop's feed, and the release of the purse with them. What its shop claims is decided all the same, and the
 * first pair that contradict each other is a proof, however many came before.
 */
async function isBeyondCount(tx: Tx, { maxCount }: VoucherClaim, { purse, stored, claimed, other }: Case): Promise<boolean> {
  if (stored !== null || claimed || other !== null) return false;
  const limit = Math.max(purse.maxCount, maxCount) * LIMITS.vouchersPerCount;
  return (await tx.voucherCount(purse.id, limit)) >= limit;
}

/**
 * A certificate of ours that ends later than the purse's row knows: the renewal was forgotten with the rest that a backup does not have. The
 * money stays here until that time from now on, or the job would send it home and this voucher and its next would find nothing.
 */
function withinTime(deps: VoucherDeps, claim: VoucherClaim, purse: PurseRow): PurseRow {
  const claimDeadlineMs = certifiedUntilMs(deps, claim);
  if (purse.state === 'released' || claimDeadlineMs <= purse.claimDeadlineMs) return purse;
  deps.log.warn('purse.renewal-unknown', { purse: purse.id, claimDeadlineMs });
  return { ...purse, claimDeadlineMs };
}

async function keepSale(tx: Tx, { claim, sale }: Brought): Promise<void> {
  if (sale !== null) await tx.insertReportedSale(claim.link.vid, sale);
}

/** Reads again what stands under the locks. */
async function look(tx: Tx, { claim, by }: Brought, known: Known): Promise<Case> {
  const [stored, notes, proof, purse] = await Promise.all([
    tx.voucher(claim.link.vid),
    tx.notesOfVoucher({ vid: claim.link.vid, merchantId: claim.merchantId }),
    tx.proof(claim.purseId),
    tx.purse(claim.purseId),
  ]);
  assert(purse !== null, 'a purse stays');
  const isNew = stored === null && proof === null && claim.withinLimits;
  const other = isNew ? await contradiction(tx, claim.purseId, claim.link) : null;
  const otherMerchant = other === null ? null : await tx.merchant(other.merchantId);
  const proved = proof !== null || other !== null;
  // Of a purse that was spent twice the guarantee looks at when it was accepted, which only the till says: a payer who brings the shop's
  // acknowledgement before the till was online must not have that decided without it.
  const claimed = claims(by, known.merchant) || (!proved && notes.some((note) => note.kind === 'ack'));
  return { ...known, purse, stored, notes, claimed, other, otherMerchant, proved };
}

function claims(by: BroughtBy, merchant: Merchant): boolean {
  return by.kind === 'merchant' || (by.kind === 'party' && by.id === merchant.partyId);
}

/** What a claim on a purse that was spent twice may touch. */
function conflictAccounts({ merchantId }: VoucherClaim, { payer, other }: Case): LedgerAccount[] {
  const accounts = [GUARANTEE_ACCOUNT, GUARANTEE_RECEIVABLE, debtAccount(payer.id), heldAccount(merchantId)];
  return other === null ? accounts : [...accounts, merchantAccount(other.merchantId)];
}

async function carryOut(deps: VoucherDeps, tx: Tx, book: Book, brought: Brought, found: Case): Promise<SyncResult> {
  const nowMs = deps.clock.nowMs();
  const { claim } = brought;
  const { stored, payer } = found;
  const before = stored ?? freshRow(claim, payer.id, nowMs);
  const frozen = await freezeOnProof(tx, book, before, found, nowMs);
  const decision = decideVoucher(await factsOf(deps, tx, book, brought, { ...found, purse: frozen.purse }, nowMs));
  if (decision.kind === 'retry') {
    // The voucher waits; a proof that it made is written, and nobody finds it a second time.
    await tellAll(tx, frozen.news);
    return retry(deps, claim, decision.why, decision.untilMs);
  }
  const decided = decidedRow(before, decision, nowMs);
  await (stored === null ? tx.insertVoucher(decided) : tx.putVoucher(decided));
  await post(tx, book, decided, decision, { ...found, purse: frozen.purse }, nowMs);
  if (decision.kind === 'reported') await keepSale(tx, brought);
  if (decision.kind === 'paid' && brought.sale !== null) await tx.putVoucherOfSale(brought.sale, decided.vid);
  const parties: Parties = found;
  // What no certificate allows is told to who brought it, and to nobody else: its figures can be anything.
  const news = decided.inChain ? voucherNews(book, parties, { row: decided, conflicted: found.proved, atMs: nowMs }) : [];
  const waited = await settleWaitingRefunds(tx, book, decided, found.notes, parties, nowMs);
  await tellAll(tx, [...frozen.news, ...news, ...waited.news]);
  return resultOf(decided, false);
}

/** A shop with more money than an account may hold, or a purse that a restored backup has lost, or its top-up: an operator must look, at `claim.waits` in the log. */
const RETRY_MS = 3_600_000;

async function freezeOnProof(tx: Tx, book: Book, row: VoucherRow, { purse, other, otherMerchant, payer }: Case, nowMs: number): Promise<{ purse: PurseRow; news: readonly News[] }> {
  if (other === null) return { purse, news: [] };
  assert(otherMerchant !== null, 'a stored voucher has its merchant');
  const head = await tx.headOfPurse(purse.id);
  const furthest = head !== null && head.seq >= row.seq ? head : row;
  const reserveMinor = book.holds(reserveAccount(purse.id));
  const frozen = await freezePurse(tx, book, { purse, one: other, other: row.bytes, reserveMinor, head: furthest, nowMs });
  const told = merchantNews(book, { payer, merchant: otherMerchant }, { row: other, conflicted: true, atMs: nowMs });
  return { purse: frozen.purse, news: [frozen.news, told] };
}

async function factsOf(deps: VoucherDeps, tx: Tx, book: Book, { claim, sale, acceptedAtMs, listSeq }: Brought, found: Case, nowMs: number): Promise<VoucherFacts> {
  const { purse, merchantParty, claimed, proved, notes } = found;
  const policy = pursePolicy(claim.ccy);
  assert(policy !== null, 'a purse that exists has a policy');
  const [paidBy, paidOnline, use, list] = await Promise.all([
    tx.invoicePaidBy({ ...claim, amountMinor: claim.link.amountMinor }),
    sale !== null && isPaidOnline(tx, sale),
    proved ? tx.guaranteeUse(claim.purseId, claim.merchantId, guaranteeSinceMs(nowMs)) : NO_USE,
    proved && listSeq !== null ? tx.statusList(listSeq) : null,
  ]);
  return {
    nowMs,
    claim,
    certifiedUntilMs: certifiedUntilMs(deps, claim),
    purse,
    merchantParty,
    claimed,
    acceptance: acceptedAtMs === null ? null : { atMs: acceptedAtMs, listAtMs: list?.atMs ?? null },
    voided: notes.some((note) => note.kind === 'void'),
    alreadyPaid: paidBy !== null || paidOnline,
    reserveMinor: book.holds(reserveAccount(claim.purseId)),
    merchantMinor: book.holds(merchantAccount(claim.merchantId)),
    proved,
    policy,
    rule: deps.guarantee,
    use,
  };
}

const NO_USE = { forPurseMinor: 0, sinceMinor: 0, fellShort: 0 };

async function post(tx: Tx, book: Book, row: VoucherRow, decision: VoucherDecision, { purse, proved }: Case, atMs: number): Promise<void> {
  if (decision.kind === 'paid') {
    await tx.insertPaidInvoice(row, row.vid);
    await book.post(voucherPostings({ ...row, held: row.verdict.verdict === 'HELD', atMs }));
  }
  if (decision.kind === 'voided' && goesHome(row, purse, proved, book)) await book.post(unclaimedVoidPostings({ ...row, atMs }));
}

/** What a void frees goes home at once, but not from under the claims on a purse that was spent twice. */
export function goesHome(row: VoucherRow, purse: PurseRow, proved: boolean, book: Book): boolean {
  return row.inChain && !proved && purse.state !== 'released' && book.holds(reserveAccount(purse.id)) >= row.amountMinor;
}
