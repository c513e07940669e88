/**
 * Where a charge link opens (/i#…). With a wallet it goes on to the confirm sheet; without one it keeps the charge while an
 * account is opened, restored or found to be blocked. The text after # never leaves this device.
 */
import { useLocation } from 'preact-iso/router';
import { useEffect } from 'preact/hooks';
import { useApp, useWords } from '../app-context.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';
import { CopyButton } from '../parts/CopyButton.tsx';
import { LanguageSwitch } from '../parts/LanguageSwitch.tsx';
import { Seal } from '../parts/Seal.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import { Threshold } from '../Threshold.tsx';
import { WayIn } from './FirstRun.tsx';

export function Landing() {
  const { wallet, pay } = useApp();
  const words = useWords();
  const { phase, identity } = wallet.snapshot.value;
  const { route } = useLocation();
  const link = location.hash.length > 1 ? location.href : pay.keptText();
  const mayPay = phase === 'ready' && identity?.kind === 'shopper';
  const atTill = identity?.kind === 'merchant';

  useEffect(() => {
    if (link === null) return;
    pay.keep(link);
    if (mayPay) route('/pay', true);
  }, [mayPay, link]);

  // There is an account already: inviting to open one would make a second, empty one.
  if (phase === 'cleared' || phase === 'blocked') return <Threshold />;
  return (
    <>
      <TopBar title={words.shell.appName} help="pay-by-scan" {...(atTill ? { back: '/' } : { children: <LanguageSwitch /> })} />
      <main class="page" id="main" tabIndex={-1}>
        {link === null ? (
          <>
            <Banner tone="warn" title={words.pay.landing.empty} />
            <Button href="/">{words.shell.toStart}</Button>
          </>
        ) : mayPay || phase === 'starting' ? (
          <Skeleton />
        ) : atTill ? (
          <>
            <Banner tone="warn" title={words.pay.landing.till} />
            <CopyButton text={link} label={words.pay.landing.copyLink} />
          </>
        ) : (
          <Invitation link={link} />
        )}
      </main>
    </>
  );
}

function Invitation({ link }: { readonly link: string }) {
  const { install } = useApp();
  const words = useWords();
  return (
    <>
      <div class="first-hero">
        <Seal state="open" />
        <h2>{words.pay.landing.title}</h2>
        <p class="quiet">{words.pay.landing.text}</p>
      </div>
      {install.ios && !install.standalone && (
        <Banner tone="note" title={words.pay.landing.iosTitle} actions={<CopyButton text={link} label={words.pay.landing.copyLink} />}>
          {words.pay.landing.ios}
        </Banner>
      )}
      <WayIn shops={false} />
    </>
  );
}
