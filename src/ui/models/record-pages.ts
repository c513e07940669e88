/** Pages of records put together: one of each id, newest first; and the same by day. Pure. */
import type { RecordView } from '#wallet/api.ts';

export function joinPages(loaded: readonly RecordView[], page: readonly RecordView[]): readonly RecordView[] {
  const byId = new Map(loaded.map((record) => [keyOf(record), record]));
  for (const record of page) byId.set(keyOf(record), record);
  return [...byId.values()].sort((a, b) => b.atMs - a.atMs || (a.id < b.id ? 1 : -1));
}

export function byDay(records: readonly RecordView[], dayOf: (atMs: number) => string): { readonly day: string; readonly records: readonly RecordView[] }[] {
  const days: { day: string; records: RecordView[] }[] = [];
  for (const record of records) {
    const day = dayOf(record.atMs);
    const last = days.at(-1);
    if (last?.day === day) last.records.push(record);
    else days.push({ day, records: [record] });
  }
  return days;
}

function keyOf(record: RecordView): string {
  return `${record.type} ${record.id}`;
}
