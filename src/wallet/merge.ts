/**
 * One page of the server's feed, merged into what this device knows. Pure: returns the rows to write. Merging the same page
 * twice changes nothing the second time. A page that does not join on to what is merged is not merged: some change is missing,
 * and a balance without its cause is worse than a late one.
 */
import type { FeedPayment, FeedReply } from '#protocol/http.ts';
import { transition } from '#protocol/payment-state.ts';
import { transitionSale } from '#protocol/sale-state.ts';
import { type HistoryRecord, type OutboxRow, type PaymentRecord, RECORD_SCHEMA, type SaleRecord, type TruthRecord } from './records.ts';

/** The rows that this page may touch. */
export type LocalRows = {
  readonly truth: TruthRecord;
  readonly payments: ReadonlyMap<string, PaymentRecord>;
  readonly sales: ReadonlyMap<string, SaleRecord>;
  readonly outbox: readonly OutboxRow[];
};

/** The page, with what checking its receipts gave (key: seq). */
export type CheckedPage = { readonly reply: FeedReply; readonly genuine: ReadonlyMap<number, boolean>; readonly offsetMs: number };

export type Merge =
  | {
      readonly kind: 'rows';
      readonly payments: readonly PaymentRecord[];
      readonly sales: readonly SaleRecord[];
      readonly history: readonly HistoryRecord[];
      readonly outboxDone: readonly string[];
      readonly truth: TruthRecord;
    }
  /** A change is missing between what we have and what came: ask again from our own cursor. */
  | { readonly kind: 'gap' }
  /** The server knows less than it told us before, or another change where we have read: it was restored from a backup. Read its feed from the start. */
  | { readonly kind: 'regressed'; readonly truth: TruthRecord };

export function merge(local: LocalRows, page: CheckedPage): Merge {
  const { reply } = page;
  // Two answers on their way at once: this one was given before the other, and says nothing new.
  if (reply.headSeq < local.truth.cursor && reply.nowMs <= local.truth.asOfMs) return unchanged(local.truth);
  if (reply.headSeq < local.truth.cursor) return { kind: 'regressed', truth: { ...local.truth, cursor: 0, headSeq: 0 } };
  const fresh = reply.changes.filter((change) => change.seq > local.truth.cursor);
  if (fresh.some((change, index) => change.seq !== local.truth.cursor + 1 + index)) return { kind: 'gap' };
  const cursor = local.truth.cursor + fresh.length;
  // An empty page that claims to be complete while the head is ahead of us hides changes.
  if (!reply.more && cursor < reply.headSeq) return { kind: 'gap' };
  const payments = fresh.filter((change) => change.kind === 'payment');
  return {
    kind: 'rows',
    payments: payments.flatMap((change) => (change.direction === 'out' ? (mergePayment(local, change, page) ?? []) : [])),
    sales: payments.flatMap((change) => (change.direction === 'in' ? (mergeSale(local, change, page) ?? []) : [])),
    history: fresh.map((entry): HistoryRecord => ({ schema: RECORD_SCHEMA, seq: entry.seq, entry })),
    outboxDone: settledRows(local.outbox, payments),
    truth: mergeTruth(local.truth, page, cursor),
  };
}

function unchanged(truth: TruthRecord): Merge {
  return { kind: 'rows', payments: [], sales: [], history: [], outboxDone: [], truth };
}

function mergeTruth(truth: TruthRecord, { reply, offsetMs }: CheckedPage, cursor: number): TruthRecord {
  // An older answer that arrives late says nothing new.
  if (reply.nowMs < truth.asOfMs && cursor === truth.cursor) return truth;
  // While pages are still to come the balance stays the one of before, and as old as it is.
  if (cursor !== reply.headSeq) return { ...truth, headSeq: reply.headSeq, cursor };
  return { ...truth, balanceMinor: reply.balanceMinor, headSeq: reply.headSeq, cursor, asOfMs: Math.max(truth.asOfMs, reply.nowMs), offsetMs };
}

/** Ours from this device, or of another device of this account. */
function mergePayment(local: LocalRows, change: FeedPayment, page: CheckedPage): PaymentRecord | null {
  const event = {
    kind: 'feed-settled' as const,
    atMs: change.atMs,
    receipt: change.receipt,
    receiptVerified: page.genuine.get(change.seq) ?? false,
    balanceAfterMinor: change.balanceMinor,
  };
  const ours = local.payments.get(change.paymentId);
  const before: PaymentRecord = ours ?? {
    schema: RECORD_SCHEMA,
    id: change.paymentId,
    invoiceHash: change.invoiceHash,
    merchantId: change.merchantId,
    merchantName: change.counterparty,
    terminal: change.terminal,
    saleNonce: change.saleNonce,
    amountMinor: change.amountMinor,
    ccy: change.ccy,
    createdAtMs: change.atMs,
    state: { kind: 'sending' },
  };
  const move = transition(before.state, event);
  return move.kind === 'moved' ? { ...before, state: move.state } : null;
}

/**
 * The sales that a payment may belong to. A charge is not signed: whoever reads one can write another with its nonce and an amount of
 * his own, and pay that. So it pays the sale of this nonce only by a code that the sale has shown; by another it is a sale of its own.
 */
export function saleIdsOf({ saleNonce, paymentId }: FeedPayment): { readonly named: string; readonly own: string } {
  return { named: saleNonce, own: paymentId.slice(0, saleNonce.length) };
}

function saleIdOf(local: LocalRows, change: FeedPayment): string {
  const { named, own } = saleIdsOf(change);
  const codes = local.sales.get(named)?.invoices ?? [];
  return codes.length === 0 || codes.some(({ hash }) => hash === change.invoiceHash) ? named : own;
}

function mergeSale(local: LocalRows, change: FeedPayment, page: CheckedPage): SaleRecord | null {
  const id = saleIdOf(local, change);
  const ours = local.sales.get(id);
  // Payers choose their payments' ids: such a one is told by the balance alone.
  if (id !== change.saleNonce && ours !== undefined && ours.invoices.length > 0) return null;
  const before: SaleRecord = ours ?? {
    schema: RECORD_SCHEMA,
    id,
    amountMinor: change.amountMinor,
    ccy: change.ccy,
    createdAtMs: change.atMs,
    invoices: [],
    state: { kind: 'open' },
  };
  const receiptVerified = page.genuine.get(change.seq) ?? false;
  const { atMs, paymentId, receipt, counterparty: payer } = change;
  const move = transitionSale(before.state, { kind: 'paid', atMs, paymentId, receipt, receiptVerified, payer });
  if (move.kind !== 'moved') return null;
  // Of another till of this shop, or from before this device joined: nobody waits for it at this counter.
  return { ...before, state: ours === undefined && move.state.kind === 'paid' ? { ...move.state, seen: true } : move.state };
}

function settledRows(outbox: readonly OutboxRow[], changes: readonly FeedPayment[]): string[] {
  const settled = new Set(changes.flatMap((change) => (change.direction === 'out' ? [change.paymentId] : [])));
  return outbox.filter((row) => settled.has(row.recordId)).map((row) => row.id);
}
