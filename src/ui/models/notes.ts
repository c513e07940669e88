/**
 * What the newest note of a till said. The wallet has kept the note itself; this only lets the slip say so, also after a reload.
 * One note, and it goes with the session: the voucher's own state tells the rest.
 */
import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { NoteTaken } from '#wallet/api-payer.ts';
import { attempt } from './attempt.ts';

export type NotesModel = {
  readonly newest: ReadonlySignal<NoteTaken | null>;
  keep(note: NoteTaken): void;
};

const KEPT_KEY = 'chit.note';
const KINDS: readonly unknown[] = ['ack', 'void', 'refund'];

export function createNotes(session: Storage | null): NotesModel {
  const newest = signal(readNote(session?.getItem(KEPT_KEY) ?? null));
  return {
    newest,
    keep(note) {
      newest.value = note;
      attempt(() => session?.setItem(KEPT_KEY, JSON.stringify(note)));
    },
  };
}

/** The text may come from another version, or from a hand. */
export function readNote(text: string | null): NoteTaken | null {
  try {
    const { kind, voucherId, amountMinor } = JSON.parse(text ?? '{}') as Record<string, unknown>;
    if (!KINDS.includes(kind) || typeof voucherId !== 'string') return null;
    return { kind: kind as NoteTaken['kind'], voucherId, amountMinor: Number.isSafeInteger(amountMinor) ? (amountMinor as number) : null };
  } catch {
    return null;
  }
}
