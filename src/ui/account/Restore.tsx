/**
 * The browser threw our rows away. Never shown as a new, empty wallet: the account is there, so the user proves who they are
 * and gets a new device key.
 */
import { useState } from 'preact/hooks';
import type { Err } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { useApp, useWords } from '../app-context.ts';
import { CodeForm } from '../customer/FirstRun.tsx';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { PinPad } from '../parts/PinPad.tsx';
import { TopBar } from '../parts/TopBar.tsx';

export function Restore() {
  const { wallet, install } = useApp();
  const words = useWords();
  const [withCode, setWithCode] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Err<ErrorCode> | null>(null);

  async function run(work: () => ReturnType<typeof wallet.api.restore>): Promise<void> {
    setBusy(true);
    setProblem(null);
    const result = await work();
    setBusy(false);
    if (result.ok) void install.askToPersist();
    else setProblem(result);
  }
  return (
    <>
      <TopBar title={words.shell.restore.title} help="storage-cleared" />
      <main class="page" id="main" tabIndex={-1}>
        <p class="card">{words.shell.restore.text}</p>
        {problem && <ErrorBanner problem={problem} />}
        <h2 class="center">{words.shell.restore.pin}</h2>
        <PinPad label={words.pay.confirm.pinLabel} busy={busy} onComplete={(pin) => void run(() => wallet.api.restore({ kind: 'pin', pin }))} />
        <p class="quiet small">{words.shell.restore.noCookie}</p>
        {withCode ? (
          <CodeForm busy={busy} onCode={(code) => void run(() => wallet.api.enrol({ code }))} />
        ) : (
          <Button wide onClick={() => setWithCode(true)}>
            {words.shell.restore.withCode}
          </Button>
        )}
      </main>
    </>
  );
}
