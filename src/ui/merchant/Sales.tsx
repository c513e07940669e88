/** The sales of this till, newest first, each with its state in words. More are fetched on demand; nothing is counted twice. */
import { useComputed } from '@preact/signals';
import { useState } from 'preact/hooks';
import type { Err } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { RecordView, Snapshot } from '#wallet/api.ts';
import { useApp, useWords } from '../app-context.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { Money } from '../parts/Money.tsx';
import { RecordRow } from '../parts/RecordRow.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import { dayOf, paidOn } from './paid-on.ts';
import { TillStrip } from './TillStrip.tsx';
import { useAnnouncements } from './use-announcements.ts';
import './sales.css';

export function Sales() {
  const words = useWords().till;
  const snapshot = useApp().wallet.snapshot.value;
  useAnnouncements();
  const unseen = snapshot.paidUnseen.length;
  return (
    <>
      <TopBar title={words.salesTitle} help="" />
      <TillStrip />
      <main id="main" class="page" tabIndex={-1}>
        {unseen > 0 && (
          <Banner tone="note" icon="check" title={words.paidMore(unseen)} actions={<Button kind="ink" href="/till">{words.backToTill}</Button>} />
        )}
        {snapshot.phase === 'ready' ? <SalesList snapshot={snapshot} /> : <Skeleton lines={6} />}
      </main>
    </>
  );
}

function SalesList({ snapshot }: { readonly snapshot: Snapshot }) {
  const words = useWords().till;
  const { wallet, now } = useApp();
  const [older, setOlder] = useState<readonly RecordView[]>([]);
  const [ended, setEnded] = useState(false);
  const [problem, setProblem] = useState<Err<ErrorCode> | null>(null);
  const shown = withoutTwins([...snapshot.recent, ...older]);
  // Redrawn when the day changes, not each second.
  const day = useComputed(() => dayOf(now.nowMs.value, now.timeZone));
  const today = paidOn(day.value, shown, now.timeZone);

  async function more(): Promise<void> {
    const last = shown.at(-1);
    const page = await wallet.api.records(last === undefined ? null : { atMs: last.atMs, id: last.id });
    if (!page.ok) return setProblem(page);
    setProblem(null);
    setOlder([...older, ...page.value]);
    setEnded(page.value.length < LIMITS.recordsPage);
  }

  if (shown.length === 0) return <EmptySales />;
  return (
    <>
      <section class="card sales-today" aria-label={words.salesToday}>
        <p class="quiet small">
          {words.salesToday} · {words.salesTodayCount(today.count)}
        </p>
        <Money amountMinor={today.sumMinor} ccy={snapshot.identity?.ccy ?? shown[0]?.ccy ?? 0} size="large" />
      </section>
      <ul class="record-list">
        {shown.map((record) => (
          <RecordRow key={`${record.type} ${record.id}`} record={record} />
        ))}
      </ul>
      {problem !== null && <ErrorBanner problem={problem} />}
      {!ended && snapshot.recent.length >= LIMITS.recordsPage && <Button onClick={() => void more()}>{words.salesMore}</Button>}
    </>
  );
}

function EmptySales() {
  const words = useWords().till;
  return (
    <div class="sales-empty center stack">
      <h2>{words.salesEmpty}</h2>
      <p class="quiet">{words.salesEmptyHint}</p>
      <Button kind="primary" href="/till">
        {words.backToTill}
      </Button>
    </div>
  );
}

/** The newest page moves while older ones are on screen, so the same sale may be in both; the newer view of it counts. */
function withoutTwins(records: readonly RecordView[]): readonly RecordView[] {
  const seen = new Set<string>();
  return records.filter((record) => !seen.has(record.id) && seen.add(record.id));
}
