/**
 * A purse's states, the server's and the wallet's: the types are the record format too.
 *
 *            renewed (top-up, refresh)
 *               ┌──┐
 *   active ─────┴──┘──closed──► closing ──┐
 *     │                            │      │
 *     └──frozen──► frozen ◄──frozen┘      │
 *                    └──────released──────┴──► released     active ──released──► released
 *
 * EXPIRED is no stored state: a purse expires by its certificate and the clock, and a renewal takes it back. Money is
 * where it was in every state but the last: vouchers that were signed in time settle until the claim deadline.
 */
import { unreachable } from '#base/assert.ts';
import type { Move } from './payment-state.ts';

export type PurseState =
  | { readonly kind: 'active' }
  /** Its owner signs no more with it. */
  | { readonly kind: 'closing'; readonly atMs: number }
  /** Two histories, a report of loss, or a stored head behind the server's. */
  | { readonly kind: 'frozen'; readonly atMs: number }
  /** The claim deadline is over and the rest is home. */
  | { readonly kind: 'released'; readonly atMs: number };

export type PurseEvent =
  /** A new certificate: the caller stores it. */
  | { readonly kind: 'renewed' }
  | { readonly kind: 'closed' | 'frozen' | 'released'; readonly atMs: number };

/** 'conflict': the purse is past this. */
export function transitionPurse(state: PurseState, event: PurseEvent): Move<PurseState> {
  switch (event.kind) {
    case 'renewed':
      return state.kind === 'active' ? { kind: 'same' } : { kind: 'conflict' };
    case 'closed':
      return closed(state, event.atMs);
    case 'frozen':
      if (state.kind === 'released') return { kind: 'conflict' };
      return state.kind === 'frozen' ? { kind: 'same' } : { kind: 'moved', state: { kind: 'frozen', atMs: event.atMs } };
    case 'released':
      return state.kind === 'released' ? { kind: 'same' } : { kind: 'moved', state: { kind: 'released', atMs: event.atMs } };
    default:
      return unreachable(event);
  }
}

/** Frozen and released purses sign no more either: closing them again tells nothing new. */
function closed(state: PurseState, atMs: number): Move<PurseState> {
  return state.kind === 'active' ? { kind: 'moved', state: { kind: 'closing', atMs } } : { kind: 'same' };
}
