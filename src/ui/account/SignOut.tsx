/** Signing out deletes this device's key and records, so it is said plainly, asked twice, and refused while money is in motion. */
import { useLocation } from 'preact-iso/router';
import { useState } from 'preact/hooks';
import type { Err } from '#base/result.ts';
import { formatMoney, formatTime } from '#i18n/formats.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { PurseView } from '#wallet/api-payer.ts';
import { useApp, useLocale, useShowing, useWords } from '../app-context.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { Sheet } from '../parts/Sheet.tsx';

export function SignOut() {
  const { wallet } = useApp();
  const { route } = useLocation();
  const words = useWords().shell;
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Err<ErrorCode> | null>(null);
  const { waiting, poisoned, offline, till } = wallet.snapshot.value;
  const unsettled = till?.unsynced.count ?? 0;
  const held = Math.max(waiting + poisoned, unsettled);

  async function leave(): Promise<void> {
    setBusy(true);
    const result = await wallet.api.signOut();
    setBusy(false);
    if (!result.ok) return setProblem(result);
    // Whoever comes next in this tab does not start where this one left.
    route('/', true);
  }
  return (
    <>
      <Button kind="plain" wide onClick={() => setAsking(true)}>
        {words.me.signOut}
      </Button>
      {asking && (
        <Sheet title={words.me.signOut} held={busy} onClose={() => setAsking(false)}>
          {held === 0 ? <p>{words.me.signOutWhy}</p> : unsettled > 0 ? <Unsettled /> : <Held count={held} merchant={till !== null} />}
          <PurseRest purses={offline?.purses ?? []} />
          {problem && <ErrorBanner problem={problem} />}
          <Button kind="ink" wide disabled={held > 0} busy={busy} onClick={() => void leave()}>
            {words.me.signOutConfirm}
          </Button>
          <Button wide onClick={() => setAsking(false)}>
            {words.cancel}
          </Button>
        </Sheet>
      )}
    </>
  );
}

/** What waits here is the only copy of it. */
function Held({ count, merchant }: { readonly count: number; readonly merchant: boolean }) {
  const words = useWords().shell;
  const records = (
    <a class="help-link" href={merchant ? '/sales' : '/records'}>
      {words.wallet.seeRecords}
    </a>
  );
  return (
    <Banner tone="warn" title={words.me.waiting(count)} actions={records}>
      {words.me.signOutHeld}
    </Banner>
  );
}

/** A till's sales that have not settled exist here and nowhere else, so there is a way to send them or to hand them over. */
function Unsettled() {
  const words = useWords().pending.signOut;
  const locale = useLocale();
  const { till, identity } = useApp().wallet.snapshot.value;
  if (till === null || identity === null) return null;
  const { count, amountMinor } = till.unsynced;
  return (
    <Banner tone="warn" title={words.held(count)} actions={<Button href="/pending">{words.open}</Button>}>
      {words.why(formatMoney(amountMinor, identity.ccy, locale))}
    </Banner>
  );
}

/** The key goes with the account on this device, so nothing can be paid out of its purses any more. */
function PurseRest({ purses }: { readonly purses: readonly PurseView[] }) {
  const words = useWords().purse;
  const locale = useLocale();
  const { now } = useShowing();
  return (
    <>
      {purses
        .filter((purse) => purse.leftMinor > 0)
        .map((purse) => (
          <p key={purse.id}>{words.ended(formatMoney(purse.leftMinor, purse.ccy, locale), formatTime(purse.claimDeadlineMs, locale, now.timeZone, 'day'))}</p>
        ))}
    </>
  );
}
