/**
 * What the feed says of vouchers for this shop. This till's own claims move; what only a payer brought is listed until somebody
 * claims it; what another till took, or this one before its store was lost, becomes a sale here too, so that the day's list is
 * whole and the same voucher is not taken again unnoticed.
 */
import type { FeedNote, FeedVoucher } from '#protocol/http-offline.ts';
import { LIMITS } from '#protocol/limits.ts';
import { takenVid, transitionSale } from '#protocol/sale-state.ts';
import { claimEventOf, type ClaimFiled, fileOutcome, moveClaim } from './claims.ts';
import type { Core } from './core.ts';
import { claimItem, syncRow } from './outbox.ts';
import type { WalletTx } from './ports.ts';
import { isClaimed } from './till-views.ts';
import { type ClaimRecord, RECORD_SCHEMA, type SaleRecord } from './records.ts';

const SALE_ID_DIGITS = 24;

export async function fileAtTill(core: Core, tx: WalletTx, change: FeedVoucher): Promise<ClaimFiled> {
  const { vid, outcome, counterparty: payer, conflicted } = change;
  const ours = await fileOutcome(tx, vid, outcome, { payer, conflicted });
  if (outcome.verdict === 'PAYER_REPORTED') return fileReported(core, tx, change);
  // Claimed here, and not paid: the cashier has to see why.
  if (outcome.verdict !== 'REJECTED' || !(await keepRefusal(tx, vid, outcome.reason))) await tx.unclaimed.delete(vid);
  await dropItems(tx, vid);
  return ours === 'unknown' ? adopt(tx, change) : ours;
}

/**
 * A server that says so of what has its verdict here was restored from before it. Who has the voucher claims it again; one that only the
 * feed told of has to be claimed with a tap once more. Where an old page is read again, its verdict comes after it and takes both away.
 */
async function fileReported(core: Core, tx: WalletTx, change: FeedVoucher): Promise<ClaimFiled> {
  const claim = await tx.claims.get(change.vid);
  if (claim === undefined) return listUnclaimed(tx, change);
  if (!('paidMinor' in claim.state)) return 'filed';
  const { bytes, prev } = claim;
  if (bytes === null || prev === null) return listUnclaimed(tx, change);
  const rows = await tx.outbox.all();
  const isBrought = rows.some(({ recordId }) => recordId === claim.id);
  if (!isBrought && rows.length < LIMITS.outboxRows) await tx.outbox.put(syncRow(core, claim.id, claimItem(await tx.sales.get(claim.saleId), { ...claim, bytes, prev })));
  return 'filed';
}

/** False: nobody had claimed it here. */
async function keepRefusal(tx: WalletTx, vid: string, refused: string): Promise<boolean> {
  const reported = await tx.unclaimed.get(vid);
  if (reported === undefined || (reported.refused === undefined && !isClaimed(await tx.outbox.all(), vid))) return false;
  await tx.unclaimed.put({ ...reported, refused });
  return true;
}

export async function fileRefund(tx: WalletTx, { vid, noteId, refundedMinor }: FeedNote): Promise<ClaimFiled> {
  const note = await tx.notes.get(noteId);
  if (note !== undefined) await tx.notes.put({ ...note, state: { kind: 'done' } });
  await dropItems(tx, noteId);
  const claim = await tx.claims.get(vid);
  return claim === undefined ? 'unknown' : moveClaim(tx, claim, { kind: 'refunded', refundedMinor });
}

/** Whoever has the record's verdict need not bring it any more. */
export async function dropItems(tx: WalletTx, recordId: string): Promise<void> {
  for (const row of await tx.outbox.all()) {
    if (row.kind === 'sync-item' && row.recordId === recordId) await tx.outbox.delete(row.id);
  }
}

/** What this till refused is not waiting to be claimed: it was shown to the server as evidence. Nor is what is paid otherwise. */
async function listUnclaimed(tx: WalletTx, { vid: id, amountMinor, ccy, counterparty: payer, atMs, invoiceHash }: FeedVoucher): Promise<ClaimFiled> {
  if (!(await isPaidOtherwise(tx, invoiceHash, id)) && (await tx.evidence.get(id)) === undefined) {
    await tx.unclaimed.put({ schema: RECORD_SCHEMA, id, amountMinor, ccy, payer, atMs, invoiceHash });
  }
  return 'filed';
}

/**
 * What a customer signed for a charge that was then paid by another of its codes, online or by another voucher, is claimed no more: one
 * tap would take the money a second time.
 */
export async function dropPaidOtherwise(tx: WalletTx): Promise<void> {
  const rows = await tx.unclaimed.all();
  const outbox = rows.length === 0 ? [] : await tx.outbox.all();
  for (const { id, invoiceHash, refused } of rows) {
    if (refused === undefined && !isClaimed(outbox, id) && invoiceHash !== undefined && (await isPaidOtherwise(tx, invoiceHash, id))) await tx.unclaimed.delete(id);
  }
}

async function isPaidOtherwise(tx: WalletTx, invoiceHash: string, vid: string): Promise<boolean> {
  const state = (await tx.sales.byInvoice(invoiceHash))?.state;
  return state?.kind === 'paid' || (state?.kind === 'taken' && state.vid !== vid);
}

/** A claim without its voucher, and the sale that it belongs to: one of this till where its code is known. */
async function adopt(tx: WalletTx, change: FeedVoucher): Promise<ClaimFiled> {
  const event = claimEventOf(change.outcome, change.amountMinor);
  // Never money here.
  if (event === null || event.kind === 'rejected' || event.kind === 'voided') return 'filed';
  const { vid, atMs } = change;
  const known = await tx.sales.byInvoice(change.invoiceHash);
  // Its payer may have signed another amount than the charge says.
  const sale = known?.amountMinor === change.amountMinor ? known : foreignSale(change);
  const isTold = takenVid(sale.state) === vid;
  const move = transitionSale(sale.state, { kind: 'taken', vid, atMs });
  // A sale that is closed by something else: the money is told with the claim of a sale of its own.
  const home = isTold || move.kind === 'moved' ? sale : foreignSale(change);
  const seen = home.invoices.length === 0 || home.state.kind !== 'open';
  // The sale may remember its voucher though the claim's row was lost.
  if (!isTold) await tx.sales.put({ ...home, state: { kind: 'taken', vid, atMs, seen } });
  await moveClaim(tx, foreignClaim(change, home.id), event);
  return 'filed';
}

function foreignSale({ vid, amountMinor, ccy, atMs: createdAtMs }: FeedVoucher): SaleRecord {
  return { schema: RECORD_SCHEMA, id: vid.slice(0, SALE_ID_DIGITS), amountMinor, ccy, createdAtMs, invoices: [], state: { kind: 'open' } };
}

function foreignClaim(change: FeedVoucher, saleId: string): ClaimRecord {
  const { vid: id, purseId, voucherSeq: seq, cumMinor, amountMinor, ccy, invoiceHash, counterparty: payer, conflicted, atMs } = change;
  const place = { purseId, seq, cumMinor, amountMinor, prev: null, bytes: null };
  const facts = { saleId, kind: 'open', ccy, invoiceHash, acceptedAtMs: atMs, listSeq: null, goods: false } as const;
  return { schema: RECORD_SCHEMA, id, ...place, ...facts, payer, conflicted, state: { kind: 'queued' } };
}
