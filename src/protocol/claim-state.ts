/**
 * A voucher at the till that took it: its states, and what moves them. Types are the record format too. protocol.md section 9.
 *
 *   accepted ──sent──► queued ──settled──────────────► settled ◄──┐
 *      │                 ├─────guaranteed────────────► guaranteed │ settled, guaranteed
 *      │                 ├─────held──► held ──────────────────────┘
 *      │                 ├─────rejected──► rejected ◄─ rejected ── held
 *      └──voided──► voided ◄── voided (the server's word, from anywhere)
 *
 * `accepted`: committed before the screen was green, and never sent: the till may still give it back by itself. `queued`: sent
 * at least once with no verdict, so only the server knows; uploading is in memory only, and whatever is no verdict leaves it
 * queued. A verdict may come with no `sent` before it: somebody else uploaded the voucher. Refunds count up on what was paid.
 */
import { unreachable } from '#base/assert.ts';
import type { Move } from './payment-state.ts';

type Paid = { readonly atMs: number; /** Less than the amount, where the purse was spent twice. */ readonly paidMinor: number; readonly refundedMinor: number };
export type ClaimState =
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
      if (state.kind === 'held') return { kind: 'same' };
      return isWaiting(state) ? { kind: 'moved', state: { ...event } } : { kind: 'conflict' };
    case 'rejected':
      if (state.kind === 'rejected') return { kind: 'same' };
      return isWaiting(state) || state.kind === 'held' ? { kind: 'moved', state: { ...event } } : { kind: 'conflict' };
    case 'void-signed':
      if (state.kind === 'voided') return { kind: 'same' };
      return state.kind === 'accepted' ? { kind: 'moved', state: { kind: 'voided', atMs: event.atMs } } : { kind: 'conflict' };
    case 'voided':
      return state.kind === 'voided' ? { kind: 'same' } : { kind: 'moved', state: { ...event } };
    case 'refunded':
      return refunded(state, event.refundedMinor);
    default:
      return unreachable(event);
  }
}

/** No verdict yet: it counts against the till's floors, and must not be lost. */
export function isWaiting(state: ClaimState): boolean {
  return state.kind === 'accepted' || state.kind === 'queued';
}

function paid(state: ClaimState, kind: 'settled' | 'guaranteed', atMs: number, paidMinor: number): Move<ClaimState> {
  if (isWaiting(state) || state.kind === 'held') return { kind: 'moved', state: { kind, atMs, paidMinor, refundedMinor: 0 } };
  return state.kind === kind ? { kind: 'same' } : { kind: 'conflict' };
}

/** Refunds only grow. */
function refunded(state: ClaimState, refundedMinor: number): Move<ClaimState> {
  if (state.kind !== 'settled' && state.kind !== 'guaranteed') return { kind: 'conflict' };
  return refundedMinor > state.refundedMinor ? { kind: 'moved', state: { ...state, refundedMinor } } : { kind: 'same' };
}
