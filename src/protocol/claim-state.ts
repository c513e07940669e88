/**
 * A voucher at the till that took it: its states, and what moves them. Types are the record format too. protocol.md section 9.
 *
 *   asking ────────────────────┐
 *   accepted ──sent──► queued ─┼──settled──────────────► settled ◄──┐
 *                              ├──guaranteed───────────► guaranteed │ settled, guaranteed
 *                              ├──held──► held ─────────────────────┘
 *                              └──rejected──► rejected ◄─ rejected ── held
 *                                             rejected ──settled, guaranteed, held──► the same: money wins over a refusal
 *   asking, accepted, queued ──void-signed──► voided ◄── voided (the server's word, from anywhere)
 *                                             voided ──void-refused──► queued
 *
 * `asking`: this till may not take it by itself and the server has not spoken: no goods yet, whoever asks. `accepted`: committed,
 * and the server is being asked for the first time: the cashier has not been told yet, so a refusal now frees the sale. `queued`:
 * asked in vain, and now the screen may be green; uploading is in memory only, and whatever is no verdict leaves it queued. A
 * verdict may come with no `sent` before it: somebody else uploaded the voucher. A void that was signed wins over every verdict
 * that comes after it, until the server refuses the void itself: then the claim is asked for again. Refunds count up on what was
 * paid.
 */
import { unreachable } from '#base/assert.ts';
import type { Move } from './payment-state.ts';

type Paid = { readonly atMs: number; /** Less than the amount, where the purse was spent twice. */ readonly paidMinor: number; readonly refundedMinor: number };
export type ClaimState =
  | { readonly kind: 'asking' }
  | { readonly kind: 'accepted' }
  | { readonly kind: 'queued' }
  | ({ readonly kind: 'settled' | 'guaranteed' } & Paid)
  | { readonly kind: 'held'; readonly atMs: number; readonly untilMs: number; readonly paidMinor: number }
  | { readonly kind: 'rejected'; readonly atMs: number; readonly code: string }
  | { readonly kind: 'voided'; readonly atMs: number };

export type ClaimEvent =
  | { readonly kind: 'sent' }
  | { readonly kind: 'settled' | 'guaranteed'; readonly atMs: number; readonly paidMinor: number }
  | { readonly kind: 'held'; readonly atMs: number; readonly untilMs: number; readonly paidMinor: number }
  | { readonly kind: 'rejected'; readonly atMs: number; readonly code: string }
  /** The cashier gives it back. */
  | { readonly kind: 'void-signed'; readonly atMs: number }
  /** The server's word. */
  | { readonly kind: 'voided'; readonly atMs: number }
  /** The server does not take this till's void: its certificate is no longer good. */
  | { readonly kind: 'void-refused' }
  /** All refunds of this claim so far. */
  | { readonly kind: 'refunded'; readonly refundedMinor: number };

export function transitionClaim(state: ClaimState, event: ClaimEvent): Move<ClaimState> {
  switch (event.kind) {
    case 'sent':
      return state.kind === 'accepted' ? { kind: 'moved', state: { kind: 'queued' } } : { kind: 'same' };
    case 'settled':
    case 'guaranteed':
      return paid(state, event.kind, event.atMs, event.paidMinor);
    case 'held':
      if (state.kind === 'held' || state.kind === 'voided') return { kind: 'same' };
      return mayBePaid(state) ? { kind: 'moved', state: { ...event } } : { kind: 'conflict' };
    case 'rejected':
      if (state.kind === 'rejected' || state.kind === 'voided') return { kind: 'same' };
      return isWaiting(state) || state.kind === 'held' ? { kind: 'moved', state: { ...event } } : { kind: 'conflict' };
    case 'void-signed':
      if (state.kind === 'voided') return { kind: 'same' };
      return isWaiting(state) ? { kind: 'moved', state: { kind: 'voided', atMs: event.atMs } } : { kind: 'conflict' };
    case 'voided':
      return state.kind === 'voided' ? { kind: 'same' } : { kind: 'moved', state: { ...event } };
    case 'void-refused':
      return state.kind === 'voided' ? { kind: 'moved', state: { kind: 'queued' } } : { kind: 'same' };
    case 'refunded':
      return refunded(state, event.refundedMinor);
    default:
      return unreachable(event);
  }
}

/** No verdict yet: it must not be lost. */
export function isWaiting(state: ClaimState): boolean {
  return state.kind === 'asking' || isTaken(state);
}

/** Taken by this till itself, and no verdict has come: it counts against its floors. */
export function isTaken(state: ClaimState): boolean {
  return state.kind === 'accepted' || state.kind === 'queued';
}

export type Standing = 'waiting' | 'lost' | 'done';

/** 'lost': handed over and not paid, or not all of it. What was given back is no loss. */
export function standingOf({ state, goods, amountMinor }: { readonly state: ClaimState; readonly goods: boolean; readonly amountMinor: number }): Standing {
  if (isWaiting(state)) return 'waiting';
  if (!goods || state.kind === 'voided') return 'done';
  return state.kind === 'rejected' || ('paidMinor' in state && state.paidMinor < amountMinor) ? 'lost' : 'done';
}

/** A refusal posted nothing: a server that was restored may have forgotten it, and pay. */
function mayBePaid(state: ClaimState): boolean {
  return isWaiting(state) || state.kind === 'rejected';
}

function paid(state: ClaimState, kind: 'settled' | 'guaranteed', atMs: number, paidMinor: number): Move<ClaimState> {
  if (mayBePaid(state) || state.kind === 'held') return { kind: 'moved', state: { kind, atMs, paidMinor, refundedMinor: 0 } };
  return state.kind === kind || state.kind === 'voided' ? { kind: 'same' } : { kind: 'conflict' };
}

/** Refunds only grow. */
function refunded(state: ClaimState, refundedMinor: number): Move<ClaimState> {
  if (state.kind !== 'settled' && state.kind !== 'guaranteed') return { kind: 'conflict' };
  return refundedMinor > state.refundedMinor ? { kind: 'moved', state: { ...state, refundedMinor } } : { kind: 'same' };
}
