/** What came in on one day of the till's time zone, out of the records given. */
import type { RecordView } from '#wallet/api.ts';

/** The day as a text that only serves to be compared. */
export function dayOf(atMs: number, timeZone: string): string {
  return dayFormat(timeZone).format(atMs);
}

export function paidOn(day: string, records: readonly RecordView[], timeZone: string): { readonly count: number; readonly sumMinor: number } {
  const format = dayFormat(timeZone);
  const paid = records.filter((record) => record.type === 'sale' && record.state === 'paid' && format.format(record.atMs) === day);
  return { count: paid.length, sumMinor: paid.reduce((sum, record) => sum + record.amountMinor, 0) };
}

function dayFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
}
