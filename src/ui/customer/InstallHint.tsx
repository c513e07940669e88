/** Asks to install where the browser may throw the data away. iPhone first, because there it does after seven days. */
import { useApp, useWords } from '../app-context.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';
import { CopyButton } from '../parts/CopyButton.tsx';

export function InstallHint() {
  const { install } = useApp();
  const words = useWords().shell.install;
  if (install.inApp) {
    return (
      <Banner tone="warn" title={words.inAppTitle} actions={<CopyButton text={location.href} label={words.copyAddress} />}>
        {words.inApp}
      </Banner>
    );
  }
  if (install.standalone) return null;
  if (install.ios) {
    return (
      <Banner tone="warn" title={words.title}>
        <p>{words.iosWhy}</p>
        <p>{words.iosHow}</p>
      </Banner>
    );
  }
  if (!install.canAsk.value || install.persisted.value === true) return null;
  return (
    <Banner tone="note" title={words.atRiskTitle} actions={<Button onClick={() => void install.ask()}>{words.button}</Button>}>
      {words.atRisk}
    </Banner>
  );
}
