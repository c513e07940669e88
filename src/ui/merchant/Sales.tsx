/** The sales of this till, newest first, each with its state in words. More are fetched on demand; nothing is counted twice. */
import { useLocation } from 'preact-iso/router';
import { useComputed } from '@preact/signals';
import { useState } from 'preact/hooks';
import type { Err } from '#base/result.ts';
import { calendarDay } from '#i18n/formats.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { RecordView, Snapshot } from '#wallet/api.ts';
import { useApp, useWords } from '../app-context.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { Choice } from '../parts/Field.tsx';
import { Money } from '../parts/Money.tsx';
import { RecordRow } from '../parts/RecordRow.tsx';
import { Seal } from '../parts/Seal.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import { kindOf, totalsOn } from './day-totals.ts';
import { TillStrip } from './TillStrip.tsx';
import { useAnnouncements } from './use-announcements.ts';
import './sales.css';
import './till.css';

const ONLY = ['waiting', 'paid', 'lost'] as const;

export function Sales() {
  const words = useWords().till;
  const snapshot = useApp().wallet.snapshot.value;
  useAnnouncements();
  const unseen = snapshot.paidUnseen.length;
  return (
    <>
      <TopBar title={words.salesTitle} help="" />
      <TillStrip />
      <main id="main" class="page page-column" tabIndex={-1}>
        {unseen > 0 && (
          <Banner tone="note" icon="check" title={words.paidMore(unseen)} actions={<Button kind="ink" href="/till">{words.backToTill}</Button>} />
        )}
        {snapshot.phase === 'ready' ? <SalesList snapshot={snapshot} /> : <Skeleton lines={6} />}
      </main>
    </>
  );
}

function SalesList({ snapshot }: { readonly snapshot: Snapshot }) {
  const words = useWords();
  const { wallet } = useApp();
  const { query, path, route } = useLocation();
  const only = ONLY.find((kind) => kind === query['only']) ?? null;
  const [older, setOlder] = useState<readonly RecordView[]>([]);
  const [ended, setEnded] = useState(false);
  const [problem, setProblem] = useState<Err<ErrorCode> | null>(null);
  const all = withoutTwins([...snapshot.recent, ...older]);
  const shown = all.filter((record) => only === null || (record.type === 'sale' && kindOf(record) === only));

  async function more(): Promise<void> {
    const last = all.at(-1);
    const page = await wallet.api.records(last === undefined ? null : { atMs: last.atMs, id: last.id });
    if (!page.ok) return setProblem(page);
    setProblem(null);
    setOlder([...older, ...page.value]);
    setEnded(page.value.length < LIMITS.recordsPage);
  }

  if (all.length === 0) return <EmptySales />;
  return (
    <>
      <Today records={all} ccy={snapshot.identity?.ccy ?? all[0]?.ccy ?? 0} />
      <div class="sales-filter">
        <Choice
          label={words.claims.filter.label}
          value={only ?? 'all'}
          options={[['all', words.claims.filter.all], ...ONLY.map((kind) => [kind, words.claims.filter[kind]] as const)]}
          onChange={(value) => route(value === 'all' ? path : `${path}?only=${value}`, true)}
        />
      </div>
      {shown.length === 0 && <p class="center quiet">{words.claims.filterEmpty}</p>}
      <ul class="record-list" hidden={shown.length === 0}>
        {shown.map((record) => (
          <RecordRow key={`${record.type} ${record.id}`} record={record} />
        ))}
      </ul>
      {problem !== null && <ErrorBanner problem={problem} />}
      {!ended && snapshot.recent.length >= LIMITS.recordsPage && <Button onClick={() => void more()}>{words.till.salesMore}</Button>}
    </>
  );
}

const SEALS = { paid: 'settled', waiting: 'accepted', lost: 'lost', refunded: 'refunded' } as const;

/** The day by what became of it, each with its seal: what has not come is never summed into what has. */
function Today({ records, ccy }: { readonly records: readonly RecordView[]; readonly ccy: number }) {
  const { till, claims, pending } = useWords();
  const { now } = useApp();
  // Redrawn when the day changes, not each second.
  const day = useComputed(() => calendarDay(now.nowMs.value, now.timeZone));
  const totals = totalsOn(day.value, records, now.timeZone);
  const rows = (['waiting', 'lost', 'refunded'] as const).filter((kind) => totals[kind].count > 0);
  return (
    <section class="card sales-today" aria-label={claims.totalsLabel}>
      <p class="quiet small">
        {till.salesToday} · {claims.totals.paid} · {claims.count(totals.paid.count)}
      </p>
      <Money amountMinor={totals.paid.sumMinor} ccy={ccy} size="large" />
      {rows.length > 0 && (
        <dl class="sales-totals">
          {rows.map((kind) => (
            <div key={kind}>
              <dt>
                <Seal state={SEALS[kind]} size="small" />
                {claims.totals[kind]} · {claims.count(totals[kind].count)}
              </dt>
              <dd>
                <Money amountMinor={totals[kind].sumMinor} ccy={ccy} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {totals.waiting.count > 0 && (
        <Button wide href="/pending">
          {pending.stripOpen}
        </Button>
      )}
    </section>
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
