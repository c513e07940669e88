/** How much of a claim may still be refunded. Pure. */
import { type ClaimState, isTaken } from '#protocol/claim-state.ts';
import type { ClaimRecord, NoteRecord } from './records.ts';

/** Of what was taken, paid or not yet; not of what is only asked for, refused or given back. */
export function mayRefund(state: ClaimState): boolean {
  return isTaken(state) || 'paidMinor' in state;
}

/** Refunds that were signed here and that the server has not spoken of. */
export function refundingMinor(notes: readonly NoteRecord[]): number {
  return total(notes, 'signed');
}

/**
 * What the server counts as refunded may be behind our own notes that it carried out, and ahead of them where another till
 * refunded: whichever leaves less.
 */
export function refundableMinor({ state, amountMinor }: Pick<ClaimRecord, 'state' | 'amountMinor'>, notes: readonly NoteRecord[]): number {
  const takenMinor = 'paidMinor' in state ? state.paidMinor : amountMinor;
  const told = 'refundedMinor' in state ? state.refundedMinor : 0;
  const refunded = Math.max(told + refundingMinor(notes), total(notes, 'done') + refundingMinor(notes));
  return Math.max(0, takenMinor - refunded);
}

function total(notes: readonly NoteRecord[], kind: NoteRecord['state']['kind']): number {
  return notes.reduce((minor, note) => (note.state.kind === kind ? minor + (note.amountMinor ?? 0) : minor), 0);
}
