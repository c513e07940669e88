/** Asks to install where the browser may throw the data away. iPhone first, because there it does after seven days. */
import { useApp, useWords } from '../app-context.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';
import { CopyButton } from '../parts/CopyButton.tsx';

/** `unkept`: also say so where nothing can be done about it. */
export function InstallHint({ unkept = false }: { readonly unkept?: boolean }) {
  const { install } = useApp();
  const words = useWords().shell.install;
  if (install.inApp.value) {
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
  if (install.persisted.value === true) return null;
  if (!install.canAsk.value) return unkept && install.persisted.value === false ? <AtRisk /> : null;
  return (
    <Banner tone="note" title={words.atRiskTitle} actions={<Button onClick={() => void install.ask()}>{words.button}</Button>}>
      {words.atRisk}
    </Banner>
  );
}

/** Nothing can be done here but to know it. */
function AtRisk() {
  const words = useWords().shell;
  return (
    <p class="quiet small">
      {words.install.unkept}{' '}
      <a class="help-link" href="/help/storage-cleared">
        {words.learnMore}
      </a>
    </p>
  );
}
