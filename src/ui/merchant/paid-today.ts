/** What came in since midnight of the till's time zone, out of the records given. */
import type { RecordView } from '#wallet/api.ts';

export function paidToday(records: readonly RecordView[], nowMs: number, timeZone: string): { readonly count: number; readonly sumMinor: number } {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  const today = day.format(nowMs);
  const paid = records.filter((record) => record.type === 'sale' && record.state === 'paid' && day.format(record.atMs) === today);
  return { count: paid.length, sumMinor: paid.reduce((sum, record) => sum + record.amountMinor, 0) };
}
