/** Why only half of the limits count in this browser, and what would lift them. */
import { useState } from 'preact/hooks';
import type { PayerOffline } from '#wallet/api-payer.ts';
import { useApp, useWords } from '../app-context.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';

type Asked = 'no' | 'asking' | 'refused';

export function HalvedNote({ offline }: { readonly offline: PayerOffline }) {
  const { install } = useApp();
  const words = useWords();
  const [asked, setAsked] = useState<Asked>('no');
  async function ask(): Promise<void> {
    setAsked('asking');
    await install.askToPersist();
    // Once it has agreed, the limits are whole and this note is gone.
    if (install.persisted.peek() !== true) setAsked('refused');
  }
  if (!offline.halved) return null;
  return (
    <Banner
      tone="note"
      title={words.purse.halvedTitle}
      actions={
        <>
          {install.canAsk.value && <Button onClick={() => void install.ask()}>{words.shell.install.button}</Button>}
          {asked !== 'refused' && (
            <Button busy={asked === 'asking'} onClick={() => void ask()}>
              {words.purse.askKeep}
            </Button>
          )}
          <a class="help-link" href="/help/purse-halved">
            {words.shell.learnMore}
          </a>
        </>
      }
    >
      <p>{words.purse.halved}</p>
      {install.ios && !install.standalone && <p>{words.shell.install.iosHow}</p>}
      {asked === 'refused' && <p>{words.purse.askedInVain}</p>}
    </Banner>
  );
}
