/** The acknowledgement, when the customer wants to see it on their own phone. Nothing depends on it. */
import { useState } from 'preact/hooks';
import type { Err } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { NoteView, SaleView } from '#wallet/api-till.ts';
import { useApp, useWords } from '../app-context.ts';
import { Button } from '../parts/Button.tsx';
import { CodeView } from '../parts/CodeView.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { Sheet } from '../parts/Sheet.tsx';

export function AckButton({ sale }: { readonly sale: SaleView }) {
  const words = useWords().take.receipt;
  const { wallet } = useApp();
  const [busy, setBusy] = useState(false);
  const [note, setNote] = useState<NoteView | null>(null);
  const [problem, setProblem] = useState<Err<ErrorCode> | null>(null);
  async function sign(): Promise<void> {
    setBusy(true);
    const signed = await wallet.api.acknowledge(sale.id);
    setBusy(false);
    setProblem(signed.ok ? null : signed);
    setNote(signed.ok ? signed.value : null);
  }
  return (
    <>
      <Button wide busy={busy} onClick={() => void sign()}>
        {words.open}
      </Button>
      {problem !== null && <ErrorBanner problem={problem} tone="warn" />}
      {note !== null && (
        <Sheet title={words.title} onClose={() => setNote(null)}>
          <p>{words.hint}</p>
          <CodeView text={note.code} label={words.label} />
        </Sheet>
      )}
    </>
  );
}
