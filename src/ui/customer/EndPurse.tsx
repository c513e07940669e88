/** Ends a purse: said plainly first, because the rest comes home only at the claim deadline. The sheet is the page's: what it says last, it says of a purse that has ended. */
import { useState } from 'preact/hooks';
import { formatMoney, formatTime } from '#i18n/formats.ts';
import type { PurseView } from '#wallet/api-payer.ts';
import { useApp, useLocale, useShowing, useWords } from '../app-context.ts';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import type { Problem } from '../parts/ErrorWords.tsx';
import { Sheet } from '../parts/Sheet.tsx';

export function EndPurse({ purse, onAsk }: { readonly purse: PurseView; readonly onAsk: (purse: PurseView) => void }) {
  const words = useWords().purse;
  return (
    <Button kind="plain" wide onClick={() => onAsk(purse)}>
      {purse.kind === 'tab' ? words.endTab : words.end}
    </Button>
  );
}

export function EndSheet({ purse, onClose }: { readonly purse: PurseView; readonly onClose: () => void }) {
  const { wallet } = useApp();
  const { purse: words, shell } = useWords();
  const locale = useLocale();
  const { now } = useShowing();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  async function end(): Promise<void> {
    setBusy(true);
    const closed = await wallet.api.closePurse(purse.id);
    setBusy(false);
    if (closed.ok) onClose();
    else setProblem(closed);
  }
  return (
    <Sheet title={purse.kind === 'tab' ? words.endTabTitle : words.endTitle} held={busy} onClose={onClose}>
      <p>{words.endNow}</p>
      <p>{words.endLater(formatMoney(purse.spendableMinor, purse.ccy, locale), formatTime(purse.claimDeadlineMs, locale, now.timeZone, 'day'))}</p>
      {problem?.error === 'OFFLINE' ? (
        <p class="card" role="status">
          {words.endUntold}
        </p>
      ) : (
        problem !== null && <ErrorBanner problem={problem} />
      )}
      {problem?.error !== 'OFFLINE' && (
        <Button kind="ink" wide busy={busy} onClick={() => void end()}>
          {words.endYes}
        </Button>
      )}
      <Button wide onClick={onClose}>
        {problem === null ? words.endNo : shell.close}
      </Button>
    </Sheet>
  );
}
