/**
 * The browser threw our rows away. Never shown as a new, empty wallet: the account is there, so the user proves who they are
 * and gets a new device key. Asked for is only what this account has: a till may have no PIN, a session may be over.
 */
import { useEffect, useState } from 'preact/hooks';
import type { Err, Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { useApp, useWords } from '../app-context.ts';
import { CodeForm } from '../customer/FirstRun.tsx';
import { confirmWithPasskey, passkeysWork } from '../passkey.ts';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { PinPad } from '../parts/PinPad.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { TopBar } from '../parts/TopBar.tsx';

type Ways = { readonly pin: boolean; readonly passkey: boolean };

export function Restore() {
  const { wallet, install } = useApp();
  const words = useWords();
  const { connection } = wallet.snapshot.value;
  const [ways, setWays] = useState<Ways | null>(null);
  const [withCode, setWithCode] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Err<ErrorCode> | null>(null);

  async function look(): Promise<void> {
    setProblem(null);
    const asked = await wallet.api.restoreChallenge();
    if (asked.ok) setWays({ pin: asked.value.pinSet, passkey: asked.value.passkeyIds.length > 0 && passkeysWork() });
    else if (asked.error === 'UNAUTHENTICATED') setWays({ pin: false, passkey: false });
    else setProblem(asked);
  }
  // Also when the network comes that was not there.
  useEffect(() => {
    if (ways === null) void look();
  }, [connection]);
  async function run(work: () => Promise<Result<void, ErrorCode>>): Promise<void> {
    setBusy(true);
    setProblem(null);
    const result = await work();
    setBusy(false);
    if (result.ok) void install.askToPersist();
    else setProblem(result);
  }
  async function byPasskey(): Promise<Result<void, ErrorCode>> {
    const asked = await wallet.api.restoreChallenge();
    if (!asked.ok) return asked;
    const answer = await confirmWithPasskey(asked.value.challenge, asked.value.passkeyIds);
    return answer.ok ? wallet.api.restore({ kind: 'passkey', assertion: answer.value }) : answer;
  }
  return (
    <>
      <TopBar title={words.shell.restore.title} help="storage-cleared" />
      <main class="page" id="main" tabIndex={-1}>
        <p class="card">{words.shell.restore.text}</p>
        {problem && <ErrorBanner problem={problem} actions={ways === null && <Button onClick={() => void look()}>{words.shell.me.syncNow}</Button>} />}
        {ways === null && problem === null && <Skeleton />}
        {ways?.pin && (
          <>
            <h2 class="center">{words.shell.restore.pin}</h2>
            <PinPad label={words.pay.confirm.pinLabel} busy={busy} onComplete={(pin) => void run(() => wallet.api.restore({ kind: 'pin', pin }))} />
          </>
        )}
        {ways?.passkey && (
          <Button wide busy={busy} onClick={() => void run(byPasskey)}>
            {words.shell.restore.passkey}
          </Button>
        )}
        <p class="quiet small">{words.shell.restore.noCookie}</p>
        {withCode || (ways !== null && !ways.pin && !ways.passkey) ? (
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
