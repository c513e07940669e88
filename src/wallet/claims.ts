/**
 * Claims and their sales move together: what the server, the feed or the cashier says of a voucher, carried out inside one
 * transaction. The states move by the protocol's own transitions. Must never free a sale whose goods may have been handed over.
 */
import { unreachable } from '#base/assert.ts';
import { type ClaimEvent, transitionClaim } from '#protocol/claim-state.ts';
import type { VoucherVerdict } from '#protocol/http-offline.ts';
import { type SaleEvent, transitionSale } from '#protocol/sale-state.ts';
import type { WalletTx } from './ports.ts';
import type { ClaimRecord } from './records.ts';

/** 'conflict': it cannot be true beside what is stored; nothing was written. 'unknown': no claim of this till. */
export type ClaimFiled = 'filed' | 'conflict' | 'unknown';

/** What the server knows beside the verdict. */
export type ClaimNews = Partial<Pick<ClaimRecord, 'payer' | 'conflicted'>>;

export async function fileOutcome(tx: WalletTx, vid: string, outcome: VoucherVerdict, news: ClaimNews = {}): Promise<ClaimFiled> {
  const claim = await tx.claims.get(vid);
  return claim === undefined ? 'unknown' : moveClaim(tx, claim, claimEventOf(outcome, claim.amountMinor), news);
}

/**
 * Refused before anybody was told: the sale is open again. After that, what was handed over is gone, and the sale says so. `queued`, and
 * every word of the server that is not a refusal, is told as accepted. What another till took is that till's loss.
 */
export async function moveClaim(tx: WalletTx, claim: ClaimRecord, event: ClaimEvent | null, news: ClaimNews = {}): Promise<ClaimFiled> {
  const move = event === null ? ({ kind: 'same' } as const) : transitionClaim(claim.state, event);
  const state = move.kind === 'moved' ? move.state : claim.state;
  // What was given back had gone or not: that a void is refused hands nothing over.
  const isTold = (state.kind === 'queued' && event?.kind !== 'void-refused') || 'paidMinor' in state;
  const goods = claim.goods || (claim.bytes !== null && isTold);
  const { id: vid, saleId } = claim;
  await tx.claims.put({ ...claim, ...news, state, goods });
  if (state.kind === 'rejected' && !goods) await moveSale(tx, saleId, { kind: 'given-back', vid });
  if (claim.state.kind === 'rejected' && state.kind !== 'rejected' && state.kind !== 'voided') await moveSale(tx, saleId, { kind: 'taken', vid, atMs: claim.acceptedAtMs });
  if (state.kind === 'voided') await moveSale(tx, saleId, { kind: 'voided', vid, atMs: state.atMs });
  return move.kind === 'conflict' ? 'conflict' : 'filed';
}

async function moveSale(tx: WalletTx, saleId: string, event: SaleEvent): Promise<void> {
  const sale = await tx.sales.get(saleId);
  if (sale === undefined) return;
  const move = transitionSale(sale.state, event);
  if (move.kind === 'moved') await tx.sales.put({ ...sale, state: move.state });
}

/** Null: nothing is decided yet. */
export function claimEventOf(outcome: VoucherVerdict, amountMinor: number): ClaimEvent | null {
  switch (outcome.verdict) {
    case 'PAYER_REPORTED':
      return null;
    case 'SETTLED':
      return { kind: outcome.via === 'reserve' ? 'settled' : 'guaranteed', atMs: outcome.atMs, paidMinor: amountMinor - outcome.unpaidMinor };
    case 'HELD':
      return { kind: 'held', atMs: outcome.atMs, untilMs: outcome.untilMs, paidMinor: amountMinor - outcome.unpaidMinor };
    case 'REJECTED':
      return { kind: 'rejected', atMs: outcome.atMs, code: outcome.reason };
    case 'VOIDED':
      return { kind: 'voided', atMs: outcome.atMs };
    default:
      return unreachable(outcome);
  }
}
