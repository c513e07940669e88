/** Signing out deletes this device's key and records, so it is said plainly, asked twice, and refused while money is in motion. */
import { useState } from 'preact/hooks';
import type { Err } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { useApp, useWords } from '../app-context.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { Sheet } from '../parts/Sheet.tsx';

export function SignOut() {
  const { wallet } = useApp();
  const words = useWords().shell;
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Err<ErrorCode> | null>(null);
  const held = wallet.snapshot.value.waiting > 0;

  async function leave(): Promise<void> {
    setBusy(true);
    const result = await wallet.api.signOut();
    setBusy(false);
    if (!result.ok) setProblem(result);
  }
  return (
    <>
      <Button kind="plain" wide onClick={() => setAsking(true)}>
        {words.me.signOut}
      </Button>
      {asking && (
        <Sheet title={words.me.signOut} held={busy} onClose={() => setAsking(false)}>
          {held ? <Banner tone="warn" title={words.me.signOutHeld} /> : <p>{words.me.signOutWhy}</p>}
          {problem && <ErrorBanner problem={problem} />}
          <Button kind="ink" wide disabled={held} busy={busy} onClick={() => void leave()}>
            {words.me.signOutConfirm}
          </Button>
          <Button wide onClick={() => setAsking(false)}>
            {words.cancel}
          </Button>
        </Sheet>
      )}
    </>
  );
}
