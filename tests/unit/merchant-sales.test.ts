import { describe, expect, test } from 'vitest';
import type { SaleView } from '#wallet/api-till.ts';
import { lateSales } from '#ui/merchant/late-sales.ts';
import { dayOf, paidOn } from '#ui/merchant/paid-on.ts';

const sale = (id: string, state: SaleView['state'], atMs: number, amountMinor = 100): SaleView => ({
  type: 'sale', id, amountMinor, ccy: 156, atMs, paidAtMs: null, state, payer: null, paymentId: null, orderNumber: null, receiptVerified: null, claim: null, paidTwice: false,
});

describe('what came in today', () => {
  test('the till\'s midnight counts, not Greenwich\'s', () => {
    const midnight = Date.parse('2026-11-23T00:00:00+08:00');
    const records = [sale('a', 'paid', midnight), sale('b', 'paid', midnight - 1), sale('c', 'cancelled', midnight + 1), sale('d', 'paid', midnight + 86_399_999, 250)];
    const day = dayOf(midnight + 3_600_000, 'Asia/Shanghai');
    expect(paidOn(day, records, 'Asia/Shanghai')).toEqual({ count: 2, sumMinor: 350 });
    expect(paidOn(dayOf(midnight, 'UTC'), records, 'UTC')).toEqual({ count: 2, sumMinor: 200 });
  });
});

describe('a sale that is paid late', () => {
  test('is one that was seen cancelled or expired before', () => {
    const late = lateSales();
    late.look([sale('a', 'cancelled', 1), sale('b', 'expired', 1), sale('c', 'open', 1)]);
    late.look([sale('a', 'paid', 2), sale('b', 'paid', 2), sale('c', 'paid', 2)]);
    expect(['a', 'b', 'c'].map((id) => late.isLate(id))).toEqual([true, true, false]);
  });
});
