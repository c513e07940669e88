/** An appeal about a purse, a voucher or a payment: a few words to the operator, and that they arrived. */
import { useState } from 'preact/hooks';
import { LIMITS } from '#protocol/limits.ts';
import { useApp, useWords } from '../app-context.ts';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import type { Problem } from '../parts/ErrorWords.tsx';
import { Field } from '../parts/Field.tsx';
import { Sheet } from '../parts/Sheet.tsx';

/** `received`: the operator has one about this already. */
export function AppealButton({ subject, received }: { readonly subject: string; readonly received: boolean }) {
  const words = useWords().voucher.appeal;
  const [open, setOpen] = useState(false);
  const [sent, setSent] = useState(received);
  return (
    <>
      {sent ? (
        <p class="card" role="status">
          {words.sent}
        </p>
      ) : (
        <Button wide onClick={() => setOpen(true)}>
          {words.open}
        </Button>
      )}
      {open && (
        <AppealSheet
          subject={subject}
          onClose={() => setOpen(false)}
          onSent={() => {
            setSent(true);
            setOpen(false);
          }}
        />
      )}
    </>
  );
}

type AppealSheetProps = { readonly subject: string; readonly onClose: () => void; readonly onSent: () => void };

function AppealSheet({ subject, onClose, onSent }: AppealSheetProps) {
  const { wallet } = useApp();
  const words = useWords().voucher.appeal;
  const [text, setText] = useState('');
  const [missing, setMissing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  async function send(): Promise<void> {
    const said = text.trim();
    setMissing(said === '');
    if (said === '' || busy) return;
    setBusy(true);
    setProblem(null);
    const result = await wallet.api.appeal(subject, said);
    setBusy(false);
    if (result.ok) onSent();
    else setProblem(result);
  }
  return (
    <Sheet title={words.title} held={busy} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Field label={words.label} hint={words.hint} value={text} onInput={setText} lines={5} maxLength={LIMITS.appealChars} first problem={missing ? words.empty : undefined} />
        <p class="quiet small" role="status">
          {text.length > LIMITS.appealChars - 100 ? words.left(LIMITS.appealChars - text.length) : ''}
        </p>
        {problem !== null && <ErrorBanner problem={problem} />}
        <Button kind="primary" type="submit" wide busy={busy}>
          {busy ? words.sending : words.send}
        </Button>
      </form>
    </Sheet>
  );
}
