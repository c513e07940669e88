/**
 * The payer's online payment: its states, and what moves them. Stored by the wallet, replayed by the simulator, so the types
 * are the record format too.
 *
 *   sending ──verdict or feed: settled──► settled ◄──feed: settled── refused
 *      └────────verdict: refused─────────────────────────────────────►┘
 *
 * No answer, 5xx, HTML and garbage are no events: the payment stays `sending` and the same bytes go out again. A verdict is
 * final: a second one that agrees changes nothing; one that disagrees is the server's bug, answered 'conflict' and never
 * carried out. The feed's word that money moved wins over a refusal, because it speaks of a posting. A payment
 * out of the purse is a voucher: voucher-state.ts.
 */
import { unreachable } from '#base/assert.ts';

export type PaymentState =
  | { readonly kind: 'sending' }
  | {
      readonly kind: 'settled';
      readonly atMs: number;
      /** base64url */
      readonly receipt: string;
      readonly receiptVerified: boolean;
      /** The account's balance after it; null until the feed has said it. */
      readonly balanceAfterMinor: number | null;
    }
  | { readonly kind: 'refused'; readonly atMs: number; readonly code: string; readonly paymentId?: string };

type SettledEvent = {
  readonly kind: 'verdict-settled' | 'feed-settled';
  readonly atMs: number;
  readonly receipt: string;
  readonly receiptVerified: boolean;
  readonly balanceAfterMinor: number | null;
};
export type PaymentEvent =
  | SettledEvent
  | { readonly kind: 'verdict-refused'; readonly atMs: number; readonly code: string; readonly paymentId?: string };

/** What an event does: 'same' when it tells nothing new, 'conflict' when it cannot be true beside what is known. */
export type Move<S> = { readonly kind: 'moved'; readonly state: S } | { readonly kind: 'same' } | { readonly kind: 'conflict' };

export function transition(state: PaymentState, event: PaymentEvent): Move<PaymentState> {
  switch (state.kind) {
    case 'sending':
      return { kind: 'moved', state: stateAfter(event) };
    case 'refused':
      if (event.kind === 'feed-settled') return { kind: 'moved', state: stateAfter(event) };
      return event.kind === 'verdict-refused' && event.code === state.code ? { kind: 'same' } : { kind: 'conflict' };
    case 'settled':
      return event.kind === 'verdict-refused' ? { kind: 'conflict' } : completed(state, event);
    default:
      return unreachable(state);
  }
}

/** A settled payment may still learn its balance, and that its receipt is genuine. */
function completed(state: Extract<PaymentState, { kind: 'settled' }>, event: SettledEvent): Move<PaymentState> {
  const balanceAfterMinor = state.balanceAfterMinor ?? event.balanceAfterMinor;
  const verifiedNow = !state.receiptVerified && event.receiptVerified;
  if (balanceAfterMinor === state.balanceAfterMinor && !verifiedNow) return { kind: 'same' };
  const receipt = verifiedNow ? { receipt: event.receipt, receiptVerified: true } : {};
  return { kind: 'moved', state: { ...state, balanceAfterMinor, ...receipt } };
}

function stateAfter(event: PaymentEvent): PaymentState {
  if (event.kind === 'verdict-refused') {
    const { atMs, code, paymentId } = event;
    return paymentId === undefined ? { kind: 'refused', atMs, code } : { kind: 'refused', atMs, code, paymentId };
  }
  const { atMs, receipt, receiptVerified, balanceAfterMinor } = event;
  return { kind: 'settled', atMs, receipt, receiptVerified, balanceAfterMinor };
}
