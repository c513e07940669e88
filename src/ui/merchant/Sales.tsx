/** The sales of this till, newest first, each with its state in words. The day is read whole, more is fetched on demand; nothing is counted twice. */
import { useLocation } from 'preact-iso/router';
import { useComputed } from '@preact/signals';
import { calendarDay, formatTime } from '#i18n/formats.ts';
import type { RecordView, Snapshot } from '#wallet/api.ts';
import { useApp, useLocale, useWords } from '../app-context.ts';
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
import { SaleRow } from './SaleRow.tsx';
import { TillStrip } from './TillStrip.tsx';
import { useSales } from './use-sales.ts';
import './sales.css';
import './till.css';

const ONLY = ['waiting', 'paid', 'lost'] as const;

export function Sales() {
  const words = useWords().till;
  const snapshot = useApp().wallet.snapshot.value;
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
  const { now } = useApp();
  const { query, path, route } = useLocation();
  const only = ONLY.find((kind) => kind === query['only']) ?? null;
  // Redrawn when the day changes, not each second.
  const day = useComputed(() => calendarDay(now.nowMs.value, now.timeZone)).value;
  const { records, problem, whole, more } = useSales(snapshot, day, only === 'lost' ? (snapshot.till?.lost.count ?? 0) : 0);
  const shown = records.filter((record) => only === null || (record.type === 'sale' && kindOf(record) === only));
  const oldest = records.at(-1);

  if (oldest === undefined) return <EmptySales />;
  return (
    <>
      <Today day={day} records={records} sinceMs={whole ? null : oldest.atMs} ccy={snapshot.identity?.ccy ?? oldest.ccy} />
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
        {shown.map((record) => {
          const key = `${record.type} ${record.id}`;
          return record.type === 'sale' ? <SaleRow key={key} sale={record} /> : <RecordRow key={key} record={record} />;
        })}
      </ul>
      {problem !== null && <ErrorBanner problem={problem} />}
      {more !== null && <Button onClick={more}>{words.till.salesMore}</Button>}
    </>
  );
}

const SEALS = { paid: 'settled', waiting: 'accepted', lost: 'lost', refunded: 'refunded' } as const;

type TodayProps = { readonly day: string; readonly records: readonly RecordView[]; /** The records do not reach back to the day's start, only to here. */ readonly sinceMs: number | null; readonly ccy: number };

/** The day by what became of it, each with its seal: what has not come is never summed into what has. */
function Today({ day, records, sinceMs, ccy }: TodayProps) {
  const { till, claims, pending } = useWords();
  const locale = useLocale();
  const { now } = useApp();
  const totals = totalsOn(day, records, now.timeZone);
  const rows = (['waiting', 'lost', 'refunded'] as const).filter((kind) => totals[kind].count > 0);
  return (
    <section class="card sales-today" aria-label={claims.totalsLabel}>
      <p class="quiet small">
        {sinceMs === null ? till.salesToday : till.salesSince(formatTime(sinceMs, locale, now.timeZone, 'time'))} · {claims.totals.paid} · {claims.count(totals.paid.count)}
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
