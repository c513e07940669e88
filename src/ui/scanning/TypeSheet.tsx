/** A code as text, typed or pasted by hand. */
import { useState } from 'preact/hooks';
import { Button } from '../parts/Button.tsx';
import { Field } from '../parts/Field.tsx';
import { Sheet } from '../parts/Sheet.tsx';

export type TypeWords = { readonly typeTitle: string; readonly typeLabel: string; readonly typeHint: string; readonly typeGo: string };

export type TypeSheetProps = {
  readonly words: TypeWords;
  /** Why the clipboard was not read, if that led here. */
  readonly problem: string;
  readonly busy: boolean;
  readonly onText: (text: string) => void;
  readonly onClose: () => void;
};

export function TypeSheet({ words, problem, busy, onText, onClose }: TypeSheetProps) {
  const [text, setText] = useState('');
  return (
    <Sheet title={words.typeTitle} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) onText(text.trim());
        }}
      >
        <Field label={words.typeLabel} hint={words.typeHint} value={text} onInput={setText} lines={4} first problem={text === '' && problem !== '' ? problem : undefined} />
        <Button kind="primary" type="submit" wide busy={busy}>
          {words.typeGo}
        </Button>
      </form>
    </Sheet>
  );
}
