/**
 * A voucher at its payer: its states, and what moves them. Types are the record format too. protocol.md section 9.
 *
 *   signed ──presented──► presented ──acked──► acked
 *     └──────────┬────────────┴──────────────────┘
 *                ├──settled──► settled ──refunded──► settled (partly, then wholly)
 *                ├──returned─► returned      the server refused it, or the claim deadline is over
 *                └──voided───► voided        the shop gave it back; also from settled and from returned
 *                                │
 *                                └──void-refused──► presented      the server does not take that void: what it told of the voucher holds again
 *
 * From `signed` on the amount is gone from the purse: only returned and voided give it back, and only the server's word or a
 * note that verifies moves there. A settlement is a posting: it wins over `returned`, as in payment-state.ts. The shop's own
 * void wins over both.
 */
import { unreachable } from '#base/assert.ts';
import type { Move } from './payment-state.ts';

export type VoucherState =
  /** Stored; nobody has seen it yet. */
  | { readonly kind: 'signed' }
  | { readonly kind: 'presented'; readonly atMs: number }
  | { readonly kind: 'acked'; readonly atMs: number }
  | { readonly kind: 'settled'; readonly atMs: number; readonly refundedMinor: number }
  | { readonly kind: 'returned'; readonly atMs: number; readonly code: string }
  | { readonly kind: 'voided'; readonly atMs: number };

export type VoucherEvent =
  | { readonly kind: 'presented' | 'acked' | 'settled' | 'voided' | 'void-refused'; readonly atMs: number }
  | { readonly kind: 'returned'; readonly atMs: number; readonly code: string }
  /** All refunds of this voucher so far. */
  | { readonly kind: 'refunded'; readonly refundedMinor: number };

/** The order of the way to the till; later steps include earlier ones. */
const SHOWN = { signed: 0, presented: 1, acked: 2 } as const;

export function transitionVoucher(state: VoucherState, event: VoucherEvent): Move<VoucherState> {
  switch (event.kind) {
    case 'presented':
    case 'acked':
      return shown(state, event.kind, event.atMs);
    case 'settled':
      return settled(state, event.atMs);
    case 'returned':
      if (state.kind === 'returned') return { kind: 'same' };
      return isOpen(state) ? { kind: 'moved', state: { kind: 'returned', atMs: event.atMs, code: event.code } } : { kind: 'conflict' };
    case 'voided':
      return state.kind === 'voided' ? { kind: 'same' } : { kind: 'moved', state: { kind: 'voided', atMs: event.atMs } };
    case 'void-refused':
      return state.kind === 'voided' ? { kind: 'moved', state: { kind: 'presented', atMs: event.atMs } } : { kind: 'same' };
    case 'refunded':
      return refunded(state, event.refundedMinor);
    default:
      return unreachable(event);
  }
}

/** May still be claimed: its amount is not the payer's to spend. */
export function isOpen(state: VoucherState): state is Extract<VoucherState, { kind: 'signed' | 'presented' | 'acked' }> {
  return state.kind === 'signed' || state.kind === 'presented' || state.kind === 'acked';
}

/** Showing a code again, or an acknowledgement that comes late, changes nothing. */
function shown(state: VoucherState, kind: 'presented' | 'acked', atMs: number): Move<VoucherState> {
  return isOpen(state) && SHOWN[state.kind] < SHOWN[kind] ? { kind: 'moved', state: { kind, atMs } } : { kind: 'same' };
}

function settled(state: VoucherState, atMs: number): Move<VoucherState> {
  if (isOpen(state) || state.kind === 'returned') return { kind: 'moved', state: { kind: 'settled', atMs, refundedMinor: 0 } };
  return state.kind === 'settled' ? { kind: 'same' } : { kind: 'conflict' };
}

/** Refunds only grow. */
function refunded(state: VoucherState, refundedMinor: number): Move<VoucherState> {
  if (state.kind !== 'settled') return { kind: 'conflict' };
  return refundedMinor > state.refundedMinor ? { kind: 'moved', state: { ...state, refundedMinor } } : { kind: 'same' };
}
