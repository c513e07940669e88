/** What waits to settle, how much of it is at risk and who bears that, and every way to bring it home. */
import { useState } from 'preact/hooks';
import { formatMoney } from '#i18n/formats.ts';
import type { TillOffline } from '#wallet/api-till.ts';
import { useApp, useLocale, useWords } from '../app-context.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import { RiskCard } from './RiskCard.tsx';
import { SaleRow } from './SaleRow.tsx';
import { TillStrip } from './TillStrip.tsx';
import { Unclaimed } from './Unclaimed.tsx';
import { usePendingSales } from './use-pending-sales.ts';
import './pending.css';
import './till.css';

export function Pending() {
  const words = useWords().pending;
  const { till, identity, phase, poisoned } = useApp().wallet.snapshot.value;
  return (
    <>
      <TopBar title={words.title} back="/sales" help="merchant-pending" />
      <TillStrip />
      <main id="main" class="page page-column" tabIndex={-1}>
        {phase !== 'ready' || till === null || identity === null ? <Skeleton lines={5} /> : <PendingOf till={till} poisoned={poisoned} ccy={identity.ccy} />}
      </main>
    </>
  );
}

function PendingOf({ till, poisoned, ccy }: { readonly till: TillOffline; readonly poisoned: number; readonly ccy: number }) {
  const words = useWords().pending;
  const locale = useLocale();
  return (
    <>
      {till.unclaimed.length > 0 && <Unclaimed unclaimed={till.unclaimed} />}
      {poisoned > 0 && <SetAside count={poisoned} />}
      <Waiting count={till.unsynced.count} />
      <RiskCard till={till} ccy={ccy} />
      {till.lost.count > 0 && (
        <Banner tone="warn" title={words.lost.title(till.lost.count, formatMoney(till.lost.amountMinor, ccy, locale))} actions={<Button href="/sales?only=lost">{words.lost.see}</Button>}>
          {words.lost.text}
        </Banner>
      )}
      <section class="card stack" aria-labelledby="another-till">
        <h2 id="another-till">{words.transfer.title}</h2>
        <p class="small quiet">{words.transfer.why}</p>
        {till.unsynced.count > 0 && (
          <Button wide href="/pending/export">
            {words.export.open}
          </Button>
        )}
        <Button wide href="/pending/import">
          {words.import.open}
        </Button>
      </section>
    </>
  );
}

/** Nothing is sent of these any more: the export carries them, and the report names them. */
function SetAside({ count }: { readonly count: number }) {
  const { setAside, export: exporting } = useWords().pending;
  return (
    <Banner
      tone="warn"
      title={setAside.title(count)}
      actions={
        <>
          <Button href="/pending/export">{exporting.open}</Button>
          <Button href="/me">{setAside.report}</Button>
        </>
      }
    >
      {setAside.text}
    </Banner>
  );
}

function Waiting({ count }: { readonly count: number }) {
  const words = useWords().pending;
  const pending = usePendingSales();
  if (count === 0) {
    return (
      <section class="pending-none center stack">
        <h2>{words.waitingNone}</h2>
        <p class="quiet">{words.waitingNoneHint}</p>
      </section>
    );
  }
  return (
    <section class="stack" aria-labelledby="waiting">
      <h2 id="waiting">{words.waitingTitle(count)}</h2>
      {pending !== null && pending.problem !== null && <ErrorBanner problem={pending.problem} />}
      {pending === null ? (
        <Skeleton lines={2} />
      ) : (
        <ul class="record-list">
          {pending.sales.map((sale) => (
            <SaleRow key={sale.id} sale={sale} />
          ))}
        </ul>
      )}
      <SyncNow />
    </section>
  );
}

function SyncNow() {
  const words = useWords().pending;
  const { wallet } = useApp();
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const { connection } = wallet.snapshot.value;
  async function sync(): Promise<void> {
    setBusy(true);
    await wallet.api.wake('button');
    setBusy(false);
    setTried(true);
  }
  return (
    <>
      <Button kind="primary" wide busy={busy} onClick={() => void sync()}>
        {busy ? words.syncing : words.syncNow}
      </Button>
      <p class="small center" role="status">
        {tried && connection === 'offline' ? words.syncWaits : ''}
      </p>
    </>
  );
}
