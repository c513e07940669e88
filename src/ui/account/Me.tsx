/** Who this is, how payments are confirmed, how things look, and what this device holds. The same for shoppers and tills. */
import { useApp, useWords } from '../app-context.ts';
import { Button } from '../parts/Button.tsx';
import { Icon } from '../parts/Icon.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import { DeviceSection } from './DeviceSection.tsx';
import { DisplaySection } from './DisplaySection.tsx';
import { SecuritySection } from './SecuritySection.tsx';
import { SignOut } from './SignOut.tsx';
import './me.css';

export function Me() {
  const { wallet } = useApp();
  const words = useWords().shell;
  const { identity, mode } = wallet.snapshot.value;
  if (identity === null) return null;
  // The demo's shops belong to everybody who tries them: nobody is to choose a PIN for the others.
  const mayHavePin = identity.kind === 'shopper' || mode === 'production';
  return (
    <>
      <TopBar title={words.me.title} help="" />
      <main class="page" id="main" tabIndex={-1}>
        <section class="card me-card" aria-label={words.me.account}>
          <span class="me-face">
            <Icon name={identity.kind === 'merchant' ? 'till' : 'me'} />
          </span>
          <div>
            <p class="me-name">
              <bdi>{identity.name}</bdi>
            </p>
            <p class="quiet small">
              {identity.kind === 'merchant' ? words.me.merchant : words.me.shopper}
              {identity.terminal !== null && ` · ${words.me.terminal(identity.terminal)}`}
            </p>
            {identity.playMoney && <span class="play-mark">{words.playMoney}</span>}
          </div>
        </section>
        {mayHavePin && <SecuritySection identity={identity} />}
        <DisplaySection till={identity.kind === 'merchant'} />
        <DeviceSection />
        <section class="stack" aria-label={words.me.about}>
          <Button icon="help" href="/help" wide>
            {words.me.helpAll}
          </Button>
          <SignOut />
          <p class="quiet small center">{words.me.aboutText}</p>
        </section>
      </main>
    </>
  );
}
