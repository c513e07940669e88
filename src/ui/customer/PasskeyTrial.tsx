/**
 * Offered once, the first time that the phone really is without a network: does its passkey answer? Some do, some ask a cloud. The
 * wallet says whether the answer would change anything here; if not, nobody is asked.
 */
import { useEffect, useState } from 'preact/hooks';
import { useApp, useShowing, useWords } from '../app-context.ts';
import { confirmWithPasskey, passkeysWork } from '../passkey.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import type { Problem } from '../parts/ErrorWords.tsx';

export function PasskeyTrial() {
  const { wallet } = useApp();
  const { settings } = useShowing();
  const words = useWords();
  const { connection, identity, offline } = wallet.snapshot.value;
  const passkeyIds = identity?.passkeyIds ?? [];
  const declined = settings.value.value.trialDeclined;
  const untried = connection === 'offline' && offline?.passkeyOffline === null && passkeyIds.length > 0 && passkeysWork() && !declined;
  const [challenge, setChallenge] = useState<string | null>(null);
  const [works, setWorks] = useState<boolean | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  useEffect(() => {
    if (untried && challenge === null) void wallet.api.passkeyTrial().then((asked) => setChallenge(asked.ok ? asked.value.challenge : null));
  }, [untried, challenge === null]);
  /** "Does not work here" is kept for good, and a cancelled confirmation looks the same to us: one miss asks again, the second counts. */
  async function tryIt(given: string): Promise<void> {
    setBusy(true);
    const answer = await confirmWithPasskey(given, passkeyIds);
    const again = !answer.ok && problem?.error !== answer.error;
    setProblem(again ? answer : null);
    if (!again) await tell(answer.ok ? answer.value : null);
    setBusy(false);
  }
  async function tell(assertion: unknown): Promise<void> {
    const tried = await wallet.api.passkeyTried(assertion);
    if (tried.ok) return setWorks(tried.value);
    // Nothing was found out: the wallet could not write it down, or its worker is another one by now, with no challenge out.
    setProblem(tried);
    setChallenge(null);
  }

  if (works !== null) {
    return (
      <Banner tone="note" icon={works ? 'check' : 'info'} title={works ? words.purse.trialGood : words.purse.trialBad} actions={<Button onClick={() => setWorks(null)}>{words.shell.close}</Button>} />
    );
  }
  if (!untried || (challenge === null && problem === null)) return null;
  const buttons = (
    <>
      <Button busy={busy || challenge === null} onClick={() => void (challenge !== null && tryIt(challenge))}>
        {words.purse.trialGo}
      </Button>
      <Button kind="plain" onClick={() => settings.change({ trialDeclined: true })}>
        {words.purse.trialLater}
      </Button>
    </>
  );
  if (problem !== null) return <ErrorBanner problem={problem} tone="warn" actions={buttons} />;
  return (
    <Banner tone="note" icon="offline" title={words.purse.trialTitle} actions={buttons}>
      {words.purse.trial}
    </Banner>
  );
}
