/**
 * The till's sale: its states, and what moves them. Types are the record format too.
 *
 *   open ──paid──► paid        open ──cancelled──► cancelled ──paid──► paid        open ──expired──► expired ──paid──► paid
 *
 * Money wins: a payment that was under way when the cashier cancelled, or when the code ran out, is still taken in. `renewed`
 * shows a new code for the same sale and leaves it open; a closed sale is not reopened, the cashier makes a new one.
 */
import { unreachable } from '#base/assert.ts';
import type { Move } from './payment-state.ts';

export type SaleState =
  | { readonly kind: 'open' }
  | { readonly kind: 'cancelled'; readonly atMs: number }
  | { readonly kind: 'expired'; readonly atMs: number }
  | {
      readonly kind: 'paid';
      readonly atMs: number;
      readonly paymentId: string;
      readonly receipt: string;
      readonly receiptVerified: boolean;
      readonly payer: string;
      /** The cashier has seen the paid screen and closed it. */
      readonly seen: boolean;
    };

type PaidEvent = {
  readonly kind: 'paid';
  readonly atMs: number;
  readonly paymentId: string;
  readonly receipt: string;
  readonly receiptVerified: boolean;
  readonly payer: string;
};
export type SaleEvent =
  | PaidEvent
  | { readonly kind: 'cancelled' | 'expired'; readonly atMs: number }
  | { readonly kind: 'renewed' }
  /** The cashier closed the paid screen. */
  | { readonly kind: 'seen' };

/** 'conflict': the sale is closed to this event; or, with `paid`, a second payment of one sale, which the server rules out. */
export function transitionSale(state: SaleState, event: SaleEvent): Move<SaleState> {
  switch (event.kind) {
    case 'paid':
      return state.kind === 'paid' ? paidAgain(state, event) : { kind: 'moved', state: { ...event, seen: false } };
    case 'cancelled':
    case 'expired':
      return closed(state, event.kind, event.atMs);
    case 'renewed':
      return state.kind === 'open' ? { kind: 'same' } : { kind: 'conflict' };
    case 'seen':
      if (state.kind !== 'paid') return { kind: 'conflict' };
      return state.seen ? { kind: 'same' } : { kind: 'moved', state: { ...state, seen: true } };
    default:
      return unreachable(event);
  }
}

/** A paid sale may still learn that its receipt is genuine. */
function paidAgain(state: Extract<SaleState, { kind: 'paid' }>, event: PaidEvent): Move<SaleState> {
  if (state.paymentId !== event.paymentId) return { kind: 'conflict' };
  if (state.receiptVerified || !event.receiptVerified) return { kind: 'same' };
  return { kind: 'moved', state: { ...state, receipt: event.receipt, receiptVerified: true } };
}

/** The first reason to close an unpaid sale stays its reason. */
function closed(state: SaleState, kind: 'cancelled' | 'expired', atMs: number): Move<SaleState> {
  switch (state.kind) {
    case 'open':
      return { kind: 'moved', state: { kind, atMs } };
    case 'cancelled':
    case 'expired':
      return { kind: 'same' };
    case 'paid':
      return { kind: 'conflict' };
    default:
      return unreachable(state);
  }
}
