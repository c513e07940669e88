/**
 * The till's sale: its states, and what moves them. Types are the record format too.
 *
 *   open, cancelled, expired ──paid──► paid          open ──cancelled──► cancelled        open ──expired──► expired
 *   open ──taken──► taken ──given-back──► open       a voucher; what became of it, its claim says (claim-state.ts)
 *                     ├──────voided─────► cancelled
 *                     └──────paid───────► paid       twice: both are money, the voucher stays named
 *   cancelled, expired ──taken──► taken              only on the cashier's word: the voucher was signed before
 *   paid ──taken──► paid                             only the voucher that was given back before: its void was refused
 *
 * Money wins: a payment that was under way when the cashier cancelled, or when the code ran out, is still taken in. A new
 * code for the same sale leaves it open; a closed sale is not reopened, the cashier makes a new one.
 */
import { unreachable } from '#base/assert.ts';
import type { Move } from './payment-state.ts';

export type SaleState =
  | { readonly kind: 'open' }
  | { readonly kind: 'cancelled'; readonly atMs: number; /** The voucher that was given back. */ readonly voidedVid?: string }
  | { readonly kind: 'expired'; readonly atMs: number }
  | {
      readonly kind: 'taken';
      readonly atMs: number;
      readonly vid: string;
      /** The cashier has seen its screen and closed it. */
      readonly seen: boolean;
    }
  | {
      readonly kind: 'paid';
      readonly atMs: number;
      /** 32 hexadecimal digits; 16 from a receipt that the customer showed, none from a code that was read out: the feed tells the rest. */
      readonly paymentId: string;
      readonly receipt: string;
      readonly receiptVerified: boolean;
      readonly payer: string;
      /** The cashier has seen the paid screen and closed it. */
      readonly seen: boolean;
      /** A voucher had been taken for it too. */
      readonly takenVid?: string;
      /** A voucher had been taken for it, and was given back: should its void be refused, that is money too. */
      readonly voidedVid?: string;
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
  | { readonly kind: 'taken'; readonly vid: string; readonly atMs: number }
  /** Refused before anything was handed over. */
  | { readonly kind: 'given-back'; readonly vid: string }
  | { readonly kind: 'voided'; readonly vid: string; readonly atMs: number }
  /** The cashier closed the screen of a paid or taken sale. */
  | { readonly kind: 'seen' };

/** 'conflict': the sale is closed to this event; or, with `paid`, a second payment of one sale, which the server rules out. */
export function transitionSale(state: SaleState, event: SaleEvent): Move<SaleState> {
  switch (event.kind) {
    case 'paid':
      if (state.kind === 'paid') return paidAgain(state, event);
      return { kind: 'moved', state: { ...event, seen: false, ...voucherOf(state) } };
    case 'cancelled':
    case 'expired':
      return closed(state, event.kind, event.atMs);
    case 'taken':
      return taken(state, event.vid, event.atMs);
    case 'given-back':
      return ofVoucher(state, event.vid, { kind: 'open' });
    case 'voided':
      return ofVoucher(state, event.vid, { kind: 'cancelled', atMs: event.atMs, voidedVid: event.vid });
    case 'seen':
      if (state.kind !== 'paid' && state.kind !== 'taken') return { kind: 'conflict' };
      return state.seen ? { kind: 'same' } : { kind: 'moved', state: { ...state, seen: true } };
    default:
      return unreachable(event);
  }
}

/** The voucher that pays it, or that was taken for it beside a payment. */
export function takenVid(state: SaleState): string | null {
  return state.kind === 'taken' ? state.vid : state.kind === 'paid' ? (state.takenVid ?? null) : null;
}

/** What a payment that comes after it must not make forgotten. */
function voucherOf(state: SaleState): { readonly takenVid?: string; readonly voidedVid?: string } {
  if (state.kind === 'taken') return { takenVid: state.vid };
  return state.kind === 'cancelled' && state.voidedVid !== undefined ? { voidedVid: state.voidedVid } : {};
}

/** At most one voucher is taken for a sale; of a paid one, only that which it had before. */
function taken(state: SaleState, vid: string, atMs: number): Move<SaleState> {
  if (state.kind === 'taken') return state.vid === vid ? { kind: 'same' } : { kind: 'conflict' };
  if (state.kind !== 'paid') return { kind: 'moved', state: { kind: 'taken', atMs, vid, seen: false } };
  const { voidedVid, ...paid } = state;
  return voidedVid === vid ? { kind: 'moved', state: { ...paid, takenVid: vid } } : { kind: 'conflict' };
}

/** What became of another voucher changes nothing here. */
function ofVoucher(state: SaleState, vid: string, after: SaleState): Move<SaleState> {
  return state.kind === 'taken' && state.vid === vid ? { kind: 'moved', state: after } : { kind: 'same' };
}

/** A paid sale may still learn that its receipt is genuine, and which payment it was. */
function paidAgain(state: Extract<SaleState, { kind: 'paid' }>, event: PaidEvent): Move<SaleState> {
  if (!isSamePayment(state.paymentId, event.paymentId)) return { kind: 'conflict' };
  const tellsMore = event.paymentId.length > state.paymentId.length;
  const proves = event.receiptVerified && !state.receiptVerified;
  if (!tellsMore && !proves) return { kind: 'same' };
  const { paymentId, payer } = tellsMore ? event : state;
  const { receipt, receiptVerified } = proves || state.receipt === '' ? event : state;
  return { kind: 'moved', state: { ...state, paymentId, payer: payer === '' ? state.payer : payer, receipt, receiptVerified } };
}

/** A receipt knows the start of the id, a code that was read out knows none of it. A sale is paid once: the server sees to that. */
export function isSamePayment(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

/** The first reason to close an unpaid sale stays its reason. */
function closed(state: SaleState, kind: 'cancelled' | 'expired', atMs: number): Move<SaleState> {
  switch (state.kind) {
    case 'open':
      return { kind: 'moved', state: { kind, atMs } };
    case 'cancelled':
    case 'expired':
      return { kind: 'same' };
    case 'taken':
    case 'paid':
      return { kind: 'conflict' };
    default:
      return unreachable(state);
  }
}
