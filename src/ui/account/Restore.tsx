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
import { Sheet } from '../parts/Sheet.tsx';
import { TopBar } from '../parts/TopBar.tsx';

export function Restore() {
  const { wallet, install } = useApp();
  const words = useWords();
  const [way, setWay] = useState<'none' | 'pin' | 'code'>('none');
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
        {problem && way !== 'pin' && <ErrorBanner problem={problem} />}
        <Button kind="primary" wide onClick={() => setWay('pin')}>
          {words.shell.restore.pin}
        </Button>
        <p class="quiet small">{words.shell.restore.noCookie}</p>
        {way === 'code' ? (
          <CodeForm busy={busy} onCode={(code) => void run(() => wallet.api.enrol({ code }))} />
        ) : (
          <Button wide onClick={() => setWay('code')}>
            {words.shell.restore.withCode}
          </Button>
        )}
        {way === 'pin' && (
          <Sheet title={words.shell.restore.pin} held={busy} onClose={() => setWay('none')}>
            {problem && <ErrorBanner problem={problem} />}
            <PinPad label={words.pay.confirm.pinLabel} busy={busy} onComplete={(pin) => void run(() => wallet.api.restore({ kind: 'pin', pin }))} />
          </Sheet>
        )}
      </main>
    </>
  );
}
