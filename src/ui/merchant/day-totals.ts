/** What a day brought, by what became of it, in the till's time zone, out of the records given. */
import { unreachable } from '#base/assert.ts';
import { calendarDay } from '#i18n/formats.ts';
import type { Zone } from '#i18n/formats.ts';
import type { RecordView } from '#wallet/api.ts';
import type { SaleView } from '#wallet/api-till.ts';
import { outcomeOf, receivedMinor, refundedMinor } from '../models/sale-outcome.ts';

export type Total = { readonly count: number; readonly sumMinor: number };
export type DayTotals = { readonly paid: Total; readonly waiting: Total; readonly lost: Total; readonly refunded: Total };
export type TotalKind = keyof DayTotals;

const NONE: Total = { count: 0, sumMinor: 0 };

export function totalsOn(day: string, records: readonly RecordView[], zone: Zone): DayTotals {
  const sales = records.flatMap((record) => (record.type === 'sale' && calendarDay(record.atMs, zone) === day ? [record] : []));
  return {
    paid: sum(sales.map(receivedMinor)),
    waiting: sum(sales.map((sale) => (kindOf(sale) === 'waiting' ? sale.amountMinor : 0))),
    lost: sum(sales.map(lostMinor)),
    refunded: sum(sales.map(refundedMinor)),
  };
}

/** Which list of the day a sale stands in; null: nothing was taken. */
export function kindOf(sale: SaleView): Exclude<TotalKind, 'refunded'> | null {
  const outcome = outcomeOf(sale);
  switch (outcome) {
    case 'paid':
    case 'guaranteed':
    case 'refunded':
      return 'paid';
    case 'asking':
    case 'accepted':
    case 'late':
    case 'held':
      return 'waiting';
    case 'lost':
    case 'short':
      return 'lost';
    case 'open':
    case 'cancelled':
    case 'expired':
    case 'voided':
      return null;
    default:
      return unreachable(outcome);
  }
}

function lostMinor(sale: SaleView): number {
  return kindOf(sale) === 'lost' ? sale.amountMinor - receivedMinor(sale) : 0;
}

function sum(amounts: readonly number[]): Total {
  return amounts.filter((amount) => amount > 0).reduce((total, amount) => ({ count: total.count + 1, sumMinor: total.sumMinor + amount }), NONE);
}
