/** Takes a code from the clipboard in one tap. A browser that does not allow it gets the text field instead. */
import { useWords } from '../app-context.ts';
import { Button } from '../parts/Button.tsx';

export function PasteButton({ onText, onProblem }: { readonly onText: (text: string) => void; readonly onProblem: (why: string) => void }) {
  const words = useWords().scan;
  async function paste(): Promise<void> {
    try {
      const found = (await navigator.clipboard.readText()).trim();
      if (found === '') onProblem(words.pasteEmpty);
      else onText(found);
    } catch {
      onProblem(words.pasteDenied);
    }
  }
  return (
    <Button icon="paste" onClick={() => void paste()}>
      {words.paste}
    </Button>
  );
}
