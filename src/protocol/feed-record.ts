/**
 * Entries of the feed that a person sees as records of their own, and under which name: money that came without a payment, and what
 * went into a purse, came home from it, or ended it. Payments, vouchers and notes have rows of their own; a renewed certificate is no news.
 */
import type { FeedChange } from './http.ts';

/** Null: it is none. */
export function recordIdOf(change: FeedChange): string | null {
  if (change.kind === 'credit') return change.entryId;
  return change.kind === 'purse' && change.event !== 'refreshed' ? `${change.purse.id}-${change.seq}` : null;
}
