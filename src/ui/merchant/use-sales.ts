/** The sales on screen: all of the day and all that were opened. What is loaded stays; the newest view of each counts. */
import { useEffect, useState } from 'preact/hooks';
import { calendarDay } from '#i18n/formats.ts';
import type { Zone } from '#i18n/formats.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { RecordView, Snapshot } from '#wallet/api.ts';
import { useApp } from '../app-context.ts';
import { joinPages } from '../models/record-pages.ts';
import { readBack, readPage } from '../models/read-back.ts';
import type { ReadBack } from '../models/read-back.ts';
import { kindOf } from './day-totals.ts';

const NOTHING: ReadBack = { records: [], ended: false, problem: null };

/** `lost`: how many lost sales are looked for, beyond the day. */
export function useSales({ recent, version }: Snapshot, day: string, lost: number) {
  const { wallet, now } = useApp();
  const [loaded, setLoaded] = useState(NOTHING);
  const records = joinPages(loaded.records, recent);
  const last = records.at(-1);
  const ended = loaded.ended || recent.length < LIMITS.recordsPage;

  function keep(read: ReadBack): void {
    setLoaded((before) => ({ records: joinPages(before.records, read.records), ended: before.ended || read.ended, problem: read.problem }));
  }
  useEffect(() => {
    let gone = false;
    void readBack(wallet.api, recent, (read) => reaches(read, day, now.timeZone) && lostOf(read).length >= lost).then((read) => {
      if (!gone) keep(read);
    });
    return () => {
      gone = true;
    };
  }, [version, day, lost]);

  const more = ended || last === undefined ? null : () => void readPage(wallet.api, last).then(keep);
  return { records, problem: loaded.problem, whole: ended || reaches(records, day, now.timeZone), more };
}

/** Back to before the day: all of the day is there. */
export function reaches(records: readonly RecordView[], day: string, zone: Zone): boolean {
  const last = records.at(-1);
  return last !== undefined && calendarDay(last.atMs, zone) < day;
}

function lostOf(records: readonly RecordView[]): readonly RecordView[] {
  return records.filter((record) => record.type === 'sale' && kindOf(record) === 'lost');
}
