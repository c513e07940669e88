/** A void or a refund that was signed: its code, for the customer's phone. Whether it is scanned or not, the till sends it. */
import { useApp, useWords } from '../app-context.ts';
import { Button } from '../parts/Button.tsx';
import { CodeView } from '../parts/CodeView.tsx';
import { Money } from '../parts/Money.tsx';
import { Seal } from '../parts/Seal.tsx';
import type { SignedNote } from './use-note.ts';
import './paid-slip.css';

export type NoteSlipProps = { readonly signed: SignedNote; readonly done: string; readonly onDone: () => void };

export function NoteSlip({ signed: { note, ccy }, done, onDone }: NoteSlipProps) {
  const { claims } = useWords();
  const { connection } = useApp().wallet.snapshot.value;
  const refund = note.kind === 'refund';
  const words = refund ? claims.refund : claims.void;
  const queued = refund && connection !== 'online';
  const title = queued ? claims.refund.queued : words.done;
  return (
    <section class="paid-slip note-slip" aria-label={title}>
      <div class="note-head" role="status">
        <Seal state={refund ? (queued ? 'sending' : 'accepted') : 'refunded'} size="small" />
        <h2>{title}</h2>
        {note.amountMinor !== null && <Money amountMinor={note.amountMinor} ccy={ccy} size="large" />}
      </div>
      <CodeView text={note.code} label={words.label} />
      <p>{words.hint}</p>
      <div class="paid-way">
        <Button kind="primary" wide onClick={onDone}>
          {done}
        </Button>
      </div>
    </section>
  );
}
