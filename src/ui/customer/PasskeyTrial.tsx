/**
 * Offered once, the first time that the phone really is without a network: does its passkey answer? Some do, some ask a cloud. The
 * wallet says whether the answer would change anything here; if not, nobody is asked.
 */
import { useEffect, useState } from 'preact/hooks';
import { useApp, useShowing, useWords } from '../app-context.ts';
import { confirmWithPasskey, passkeysWork } from '../passkey.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';

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

  useEffect(() => {
    if (untried && challenge === null) void wallet.api.passkeyTrial().then((asked) => setChallenge(asked.ok ? asked.value.challenge : null));
  }, [untried]);
  async function tryIt(given: string): Promise<void> {
    const answer = await confirmWithPasskey(given, passkeyIds);
    const tried = await wallet.api.passkeyTried(answer.ok ? answer.value : null);
    setWorks(tried.ok && tried.value);
  }

  if (works !== null) {
    return (
      <Banner tone="note" icon={works ? 'check' : 'info'} title={works ? words.purse.trialGood : words.purse.trialBad} actions={<Button onClick={() => setWorks(null)}>{words.shell.close}</Button>} />
    );
  }
  if (!untried || challenge === null) return null;
  const buttons = (
    <>
      <Button onClick={() => void tryIt(challenge)}>{words.purse.trialGo}</Button>
      <Button kind="plain" onClick={() => settings.change({ trialDeclined: true })}>
        {words.purse.trialLater}
      </Button>
    </>
  );
  return (
    <Banner tone="note" icon="offline" title={words.purse.trialTitle} actions={buttons}>
      {words.purse.trial}
    </Banner>
  );
}
