/** Payments that customers' phones have reported and no till of this shop took: claimed with one tap each, never by themselves. */
import { useState } from 'preact/hooks';
import type { Err } from '#base/result.ts';
import { formatMoney, formatTime } from '#i18n/formats.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { UnclaimedView } from '#wallet/api-till.ts';
import { useApp, useLocale, useShowing, useWords } from '../app-context.ts';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { Money } from '../parts/Money.tsx';

export function Unclaimed({ unclaimed }: { readonly unclaimed: readonly UnclaimedView[] }) {
  const words = useWords().pending.unclaimed;
  return (
    <section class="card stack unclaimed" aria-labelledby="unclaimed">
      <h2 id="unclaimed">{words.title(unclaimed.length)}</h2>
      <p class="small quiet">{words.why}</p>
      <ul class="stack">
        {unclaimed.map((one) => (
          <UnclaimedRow key={one.vid} one={one} />
        ))}
      </ul>
    </section>
  );
}

function UnclaimedRow({ one }: { readonly one: UnclaimedView }) {
  const words = useWords().pending.unclaimed;
  const locale = useLocale();
  const { wallet } = useApp();
  const { now } = useShowing();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Err<ErrorCode> | null>(null);
  async function claim(): Promise<void> {
    setBusy(true);
    const claimed = await wallet.api.claim(one.vid);
    setBusy(false);
    setProblem(claimed.ok ? null : claimed);
  }
  return (
    <li class="unclaimed-row">
      <p>
        <Money amountMinor={one.amountMinor} ccy={one.ccy} size="large" />
        <span class="small quiet unclaimed-from">
          <bdi>{words.from(one.payer, formatTime(one.atMs, locale, now.timeZone))}</bdi>
        </span>
      </p>
      {one.claiming ? (
        <p class="small" role="status">
          {one.untilMs === null ? words.claimed : words.late(formatTime(one.untilMs, locale, now.timeZone, 'day'))}
        </p>
      ) : one.refused !== null ? (
        <>
          <ErrorBanner problem={{ error: one.refused }} />
          <Button kind="ink" busy={busy} onClick={() => void claim()}>
            {words.seen}
          </Button>
        </>
      ) : (
        <Button kind="ink" busy={busy} onClick={() => void claim()}>
          {busy ? words.claiming : words.claim(formatMoney(one.amountMinor, one.ccy, locale))}
        </Button>
      )}
      {problem !== null && <ErrorBanner problem={problem} />}
    </li>
  );
}
