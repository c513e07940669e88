/** Says that a new version waits. Never over a payment, and never by itself. */
import { useApp, useWords } from './app-context.ts';
import { mayUpdateAt } from './models/route.ts';
import { Banner } from './parts/Banner.tsx';
import { Button } from './parts/Button.tsx';

export function UpdateNotice({ path }: { readonly path: string }) {
  const { update, wallet } = useApp();
  const words = useWords().shell.update;
  if (!update.waiting.value || !mayUpdateAt(path, wallet.snapshot.value)) return null;
  return (
    <div class="app-notice">
      <Banner
        tone="note"
        title={words.title}
        actions={
          <Button kind="ink" busy={update.taking.value} onClick={() => update.accept()}>
            {update.taking.value ? words.taking : words.accept}
          </Button>
        }
      >
        {words.text}
      </Banner>
    </div>
  );
}
