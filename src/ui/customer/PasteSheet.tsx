/** A code as text: pasted or typed. */
import { useState } from 'preact/hooks';
import { useWords } from '../app-context.ts';
import { Button } from '../parts/Button.tsx';
import { Field } from '../parts/Field.tsx';
import { Sheet } from '../parts/Sheet.tsx';

export function PasteSheet({ busy, onText, onClose }: { readonly busy: boolean; readonly onText: (text: string) => void; readonly onClose: () => void }) {
  const words = useWords().scan;
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | undefined>(undefined);

  async function paste(): Promise<void> {
    try {
      const found = await navigator.clipboard.readText();
      setProblem(found === '' ? words.pasteEmpty : undefined);
      setText(found);
    } catch {
      setProblem(words.pasteDenied);
    }
  }
  return (
    <Sheet title={words.typeTitle} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) onText(text.trim());
        }}
      >
        <Field label={words.typeLabel} hint={words.typeHint} value={text} onInput={setText} lines={4} problem={problem} />
        <Button icon="paste" wide onClick={() => void paste()}>
          {words.paste}
        </Button>
        <Button kind="primary" type="submit" wide busy={busy}>
          {words.typeGo}
        </Button>
      </form>
    </Sheet>
  );
}
