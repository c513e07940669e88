/**
 * Settles online payments, exactly once each. The shape of one settlement:
 *
 *   read and verify (no transaction) ─► sign the receipt, in case ─► ONE transaction:
 *     known id? ─► the stored verdict      else: lock the accounts in order ─► decide (pure) ─► row, postings, feeds
 *
 * The receipt is signed before the transaction with the time at which the request came, so that the body may run again and
 * holds its locks for no longer than the database needs; a receipt that is not stored is thrown away and never leaves.
 * Refusals are stored under the id like settlements: late bytes never settle after a refusal.
 */
import { assert } from '#base/assert.ts';
import { toBase64Url } from '#base/bytes.ts';
import type { Refusal } from '#protocol/errors.ts';
import type { PaymentVerdict } from '#protocol/http.ts';
import { merchantAccount, shopperAccount } from '#protocol/ledger.ts';
import type { Order } from '#protocol/objects.ts';
import { signReceipt } from '#protocol/receipt.ts';
import type { Issuer, PaymentRow, Tx } from './ports.ts';
import { decide, refusalBeforeLock, type PaymentClaim, type SettlementFacts } from './settlement-decision.ts';
import { fingerprintOf } from './settlement-fingerprint.ts';
import { paymentRow, recordSettled, verdictOf } from './settlement-record.ts';
import { isPaidByVoucher } from './vouchers-sale.ts';
import { readRequest, type PayerSession, type SettlementDeps, type SettlementRequest } from './settlement-request.ts';

export type Settlement = {
  /** Null when not even the order can be read: there is nothing to answer about, so the door says BAD_REQUEST. */
  readonly paymentId: string | null;
  readonly verdict: PaymentVerdict;
  /** This verdict was already stored. */
  readonly dup: boolean;
};

const RECEIPT_ID_BYTES = 8;

function refused(code: Refusal, atMs: number): PaymentVerdict {
  return { state: 'refused', atMs, code };
}

async function receiptFor(issuer: Issuer, claim: PaymentClaim, order: Order, atMs: number): Promise<string | null> {
  if (!claim.orderMatchesInvoice || !claim.certificateGood) return null;
  const signer = issuer.signer('receipt');
  const { merchantId, invoiceHash, amountMinor, ccy } = order;
  const paymentId = order.paymentId.slice(0, RECEIPT_ID_BYTES);
  const fields = { kid: signer.kid, merchantId, iatSeconds: Math.floor(atMs / 1_000), paymentId, invoiceHash, amountMinor, ccy };
  return toBase64Url(await signReceipt(fields, (message) => signer.sign(message)));
}

type Attempt = {
  readonly nowMs: number;
  readonly claim: PaymentClaim;
  readonly orderHash: string;
  readonly fingerprint: string;
  readonly signed: boolean;
  readonly receipt: string | null;
};

/** An order that this device has not signed pays nothing. Another device of the account may ask with it what became of it: one that was set up anew still holds such bytes. */
function isForged(stored: PaymentRow | null, { signed, fingerprint }: Attempt): boolean {
  return !signed && stored?.fingerprint !== fingerprint;
}

function known(row: PaymentRow, attempt: Attempt): Settlement {
  const paymentId = row.id;
  if (row.fingerprint !== attempt.fingerprint) return { paymentId, verdict: refused('ID_REUSED', attempt.nowMs), dup: false };
  return { paymentId, verdict: row.verdict, dup: true };
}

async function readUnlocked(tx: Tx, { claim, nowMs, orderHash }: Attempt): Promise<SettlementFacts> {
  const [payer, merchant, confirmation] = await Promise.all([
    tx.party(claim.payerPartyId),
    tx.merchant(claim.merchantId),
    tx.confirmation(orderHash),
  ]);
  assert(payer !== null, 'the party of a session exists');
  const confirmed =
    confirmation !== null &&
    confirmation.partyId === claim.payerPartyId &&
    confirmation.deviceId === claim.deviceId &&
    confirmation.expiresAtMs > nowMs;
  return { nowMs, claim, payer, merchant, confirmed, salePaidBy: null, invoicePaid: false, balances: null };
}

/** Locks both accounts, in key order; what is read after that stays true until the end of the transaction. A freeze is made under the payer's lock. */
async function readLocked(tx: Tx, facts: SettlementFacts): Promise<SettlementFacts> {
  const { claim, payer } = facts;
  const from = shopperAccount(payer.id);
  const to = merchantAccount(claim.merchantId);
  const balances = await tx.lockBalances([from, to], claim.ccy);
  const [payerNow, paid, paidBy, byVoucher] = await Promise.all([
    tx.party(payer.id),
    tx.paymentBySale(claim),
    tx.invoicePaidBy(claim),
    isPaidByVoucher(tx, claim),
  ]);
  assert(payerNow !== null, 'accounts stay');
  return {
    ...facts,
    payer: payerNow,
    invoicePaid: paidBy !== null || byVoucher,
    salePaidBy: paid === null ? null : { paymentId: paid.id, payerPartyId: paid.payerPartyId },
    balances: { payerMinor: balances.get(from) ?? 0, merchantMinor: balances.get(to) ?? 0 },
  };
}

async function settleInside(tx: Tx, attempt: Attempt): Promise<Settlement> {
  const { claim, fingerprint, nowMs, receipt } = attempt;
  const paymentId = claim.paymentId;
  const stored = await tx.paymentById(paymentId);
  if (isForged(stored, attempt)) return { paymentId, verdict: refused('SIGNATURE', nowMs), dup: false };
  if (stored !== null) return known(stored, attempt);
  const unlocked = await readUnlocked(tx, attempt);
  const facts = refusalBeforeLock(unlocked) === null ? await readLocked(tx, unlocked) : unlocked;
  const verdict = verdictOf(decide(facts), nowMs, receipt);
  if (!(await tx.insertPayment(paymentRow({ claim, fingerprint, verdict })))) {
    // The same bytes were settled while this request waited for the locks.
    const first = await tx.paymentById(paymentId);
    assert(first !== null, 'an id that is taken has its row');
    return known(first, attempt);
  }
  if (verdict.state === 'settled') await recordSettled(tx, facts, verdict);
  return { paymentId, verdict, dup: false };
}

export async function settlePayment(deps: SettlementDeps, session: PayerSession, request: SettlementRequest): Promise<Settlement> {
  const nowMs = deps.clock.nowMs();
  const read = await readRequest(deps, session, request, nowMs);
  if (read.kind === 'refused') return { paymentId: read.paymentId, verdict: refused(read.code, nowMs), dup: false };
  const { claim, order, orderHash, signed } = read;
  const receipt = signed ? await receiptFor(deps.issuer, claim, order, nowMs) : null;
  const attempt: Attempt = { nowMs, claim, orderHash, fingerprint: fingerprintOf(claim), signed, receipt };
  return deps.store.transaction((tx) => settleInside(tx, attempt));
}
