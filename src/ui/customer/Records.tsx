/** All that happened on this account, newest first, by day; older pages on demand. */
import { useEffect, useState } from 'preact/hooks';
import type { Err } from '#base/result.ts';
import { formatTime } from '#i18n/formats.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { RecordView } from '#wallet/api.ts';
import { useApp, useLocale, useShowing, useWords } from '../app-context.ts';
import { byDay, joinPages } from '../models/record-pages.ts';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { RecordRow } from '../parts/RecordRow.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { TopBar } from '../parts/TopBar.tsx';

export function Records() {
  const words = useWords().pay.records;
  const { records, problem, more } = usePages();
  return (
    <>
      <TopBar title={words.title} back="/" help="records-and-receipt" />
      <main class="page" id="main" tabIndex={-1}>
        {problem && <ErrorBanner problem={problem} />}
        {records === null ? problem === null && <Skeleton lines={6} /> : records.length === 0 ? <p class="card quiet center">{words.empty}</p> : <Days records={records} />}
        {more && (
          <Button wide onClick={more}>
            {words.more}
          </Button>
        )}
        {records !== null && records.length > 0 && !more && <p class="quiet small center">{words.end}</p>}
      </main>
    </>
  );
}

function Days({ records }: { readonly records: readonly RecordView[] }) {
  const { now } = useShowing();
  const locale = useLocale();
  const words = useWords().pay.records;
  const dayOf = (atMs: number) => formatTime(atMs, locale, now.timeZone, 'day');
  const today = dayOf(now.nowMs.value);
  return (
    <>
      {byDay(records, dayOf).map(({ day, records: ofDay }) => (
        <section key={day} class="stack" aria-label={day}>
          <h2 class="record-day">{day === today ? words.today : day}</h2>
          <ul class="record-list">
            {ofDay.map((record) => record.type !== 'sale' && <RecordRow key={record.id} record={record} time="time" />)}
          </ul>
        </section>
      ))}
    </>
  );
}

/** The pages loaded so far. The newest one is read again when the wallet changes; what was loaded stays. */
function usePages() {
  const { wallet } = useApp();
  const version = wallet.snapshot.value.version;
  const [records, setRecords] = useState<readonly RecordView[] | null>(null);
  const [problem, setProblem] = useState<Err<ErrorCode> | null>(null);
  const [ended, setEnded] = useState(false);

  async function load(before: RecordView | null): Promise<void> {
    const page = await wallet.api.records(before === null ? null : { atMs: before.atMs, id: before.id });
    if (!page.ok) return setProblem(page);
    setProblem(null);
    if (before !== null || records === null) setEnded(page.value.length < LIMITS.recordsPage);
    setRecords((loaded) => joinPages(loaded ?? [], page.value));
  }
  useEffect(() => void load(null), [version]);

  const last = records?.at(-1);
  return { records, problem, more: ended || last === undefined ? null : () => void load(last) };
}
