/** The wallet cannot be opened here: why, what now, and that the money is safe. */
import type { ErrorCode } from '#protocol/errors.ts';
import { useWords } from '../app-context.ts';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { TopBar } from '../parts/TopBar.tsx';

export function Blocked({ code, reload }: { readonly code: ErrorCode; readonly reload: () => void }) {
  const words = useWords().shell;
  return (
    <>
      <TopBar title={words.blocked.title} help="" />
      <main class="page" id="main" tabIndex={-1}>
        <ErrorBanner problem={{ error: code }} />
        <p class="card">{words.blocked.safe}</p>
        <Button kind="primary" wide onClick={reload}>
          {words.reload}
        </Button>
      </main>
    </>
  );
}
