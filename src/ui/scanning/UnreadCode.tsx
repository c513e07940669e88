/** A code that is not taken: what it is, what to do. Its text is shown, never opened. */
import { useWords } from '../app-context.ts';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import type { Problem } from '../parts/ErrorWords.tsx';

const SHOWN_CHARS = 300;

export function UnreadCode({ problem, text, onAgain }: { readonly problem: Problem; readonly text: string; readonly onAgain?: () => void }) {
  const words = useWords();
  const foreign = problem.error === 'E_PREFIX';
  return (
    <>
      <ErrorBanner problem={problem}>
        {foreign && (
          <>
            <p class="unread-label">{words.scan.foreignText}</p>
            <bdi class="unread-text">{text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text}</bdi>
            <p class="quiet">{words.scan.neverOpened}</p>
          </>
        )}
      </ErrorBanner>
      {onAgain ? (
        <Button kind="primary" icon="scan" wide onClick={onAgain}>
          {words.scan.scanNext}
        </Button>
      ) : (
        <Button kind="primary" icon="scan" href="/scan" wide>
          {words.pay.confirm.scanAgain}
        </Button>
      )}
    </>
  );
}
