/** The note that was signed just now, kept over a reload: signing a refund again would be another refund. */
import type { NoteView } from '#wallet/api-till.ts';
import { useKept } from '../models/kept.ts';

export type SignedNote = { readonly saleId: string; readonly ccy: number; readonly note: NoteView };

/** Each place has its own, so that one place's note never hides another's page. */
export function useNote(place: 'till' | 'sale') {
  return useKept<SignedNote>(`chit.${place}.note`, readNote);
}

function readNote(kept: unknown): SignedNote | null {
  if (typeof kept !== 'object' || kept === null) return null;
  const { saleId, ccy, note } = kept as Partial<SignedNote>;
  const whole = typeof saleId === 'string' && typeof ccy === 'number' && typeof note?.code === 'string';
  return whole && (note.kind === 'void' || note.kind === 'refund') ? { saleId, ccy, note } : null;
}
