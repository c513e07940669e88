import { describe, expect, test } from 'vitest';
import type { ClaimView, SaleView } from '#wallet/api-till.ts';
import { calendarDay, GREENWICH } from '#i18n/formats.ts';
import { ok } from '#base/result.ts';
import { LIMITS } from '#protocol/limits.ts';
import { totalsOn } from '#ui/merchant/day-totals.ts';
import { lateSales } from '#ui/merchant/late-sales.ts';
import { readBack } from '#ui/models/read-back.ts';
import { reaches } from '#ui/merchant/use-sales.ts';
import { outcomeOf, owesRefund, receivedMinor } from '#ui/models/sale-outcome.ts';
import { claim } from '../fixtures/fake-till.ts';

const sale = (id: string, state: SaleView['state'], atMs: number, amountMinor = 100): SaleView => ({
  type: 'sale', id, amountMinor, ccy: 156, atMs, paidAtMs: null, state, claim: null, paidTwice: false, payer: null, paymentId: null, orderNumber: null, receiptVerified: null,
});
const taken = (state: ClaimView['state'], over: Partial<ClaimView> = {}): SaleView => ({ ...sale(state, over.paidMinor === 100 ? 'paid' : 'taken', 1, 100), claim: claim(1, { state, ...over }) });

describe('what a day brought', () => {
  test('the till\'s midnight counts, not Greenwich\'s', () => {
    const midnight = Date.parse('2026-11-23T00:00:00+08:00');
    const records = [sale('a', 'paid', midnight), sale('b', 'paid', midnight - 1), sale('c', 'cancelled', midnight + 1), sale('d', 'paid', midnight + 86_399_999, 250)];
    const shanghai = () => 8 * 60;
    const day = calendarDay(midnight + 3_600_000, shanghai);
    expect(totalsOn(day, records, shanghai).paid).toEqual({ count: 2, sumMinor: 350 });
    expect(totalsOn(calendarDay(midnight, GREENWICH), records, GREENWICH).paid).toEqual({ count: 2, sumMinor: 200 });
  });

  test('what has come, what waits and what is lost are never one sum', () => {
    const records = [
      sale('p', 'paid', 1, 100),
      taken('settled', { paidMinor: 100 }),
      taken('guaranteed', { paidMinor: 100, refundedMinor: 40 }),
      taken('settled', { paidMinor: 30 }),
      taken('accepted'),
      taken('late'),
      taken('held'),
      taken('asking'),
      taken('rejected'),
      taken('voided'),
      sale('o', 'open', 1),
    ];
    expect(totalsOn(calendarDay(1, GREENWICH), records, GREENWICH)).toEqual({
      paid: { count: 4, sumMinor: 330 },
      waiting: { count: 4, sumMinor: 400 },
      lost: { count: 2, sumMinor: 170 },
      refunded: { count: 1, sumMinor: 40 },
    });
  });
});

describe('a day of more sales than a page', () => {
  const DAY_MS = 86_400_000;
  const today = calendarDay(DAY_MS, GREENWICH);
  /** One a minute, newest first, over yesterday's end. */
  const stored = Array.from({ length: 400 }, (_, index) => sale(`s${index}`, 'paid', DAY_MS + (120 - index) * 60_000));
  const api = {
    records: (before: { readonly id: string } | null) => {
      const from = stored.findIndex(({ id }) => id === before?.id) + 1;
      return Promise.resolve(ok(stored.slice(from, from + LIMITS.recordsPage)));
    },
  };
  const newest = stored.slice(0, LIMITS.recordsPage);

  test('is read to its start and no further, so that its total is whole', async () => {
    expect(reaches(newest, today, GREENWICH)).toBe(false);
    const { records, ended } = await readBack(api, newest, (read) => reaches(read, today, GREENWICH));
    expect(totalsOn(today, records, GREENWICH).paid.count).toBe(121);
    expect([records.length, ended]).toEqual([3 * LIMITS.recordsPage, false]);
  });

  test('ends where there is nothing older, and does not go on without end', async () => {
    expect(await readBack(api, newest, () => false)).toEqual({ records: stored, ended: true, problem: null });
    const endless = { records: (before: { readonly atMs: number } | null) => Promise.resolve(ok(newest.map((one, index) => ({ ...one, id: `${before?.atMs} ${index}`, atMs: (before?.atMs ?? 0) - index - 1 })))) };
    const { records } = await readBack(endless, newest, () => false);
    expect(records).toHaveLength(41 * LIMITS.recordsPage);
  });

  test('gives what it has read, and the reason, where a page cannot be read', async () => {
    const broken = { records: () => Promise.resolve({ ok: false, error: 'STORAGE_BROKEN' } as const) };
    expect(await readBack(broken, newest, () => false)).toEqual({ records: newest, ended: false, problem: { ok: false, error: 'STORAGE_BROKEN' } });
  });
});

describe('what became of a sale', () => {
  test.each([
    ['accepted', {}, 'accepted'],
    ['asking', {}, 'asking'],
    ['settled', { paidMinor: 100 }, 'paid'],
    ['settled', { paidMinor: 100, refundedMinor: 99 }, 'paid'],
    ['settled', { paidMinor: 100, refundedMinor: 100 }, 'refunded'],
    ['settled', { paidMinor: 99 }, 'short'],
    ['guaranteed', { paidMinor: 100 }, 'guaranteed'],
    ['rejected', {}, 'lost'],
    ['voided', {}, 'voided'],
  ] as const)('a voucher that is %s, %o: %s', (state, over, outcome) => {
    expect(outcomeOf(taken(state, over))).toBe(outcome);
  });

  test('money by the server is money, whatever a voucher for the same sale became', () => {
    expect(outcomeOf({ ...taken('rejected'), state: 'paid' })).toBe('paid');
    expect(outcomeOf({ ...taken('accepted'), state: 'paid', paidTwice: true })).toBe('paid');
    expect(receivedMinor({ ...taken('settled', { paidMinor: 100, refundedMinor: 100 }), paidTwice: true })).toBe(200);
  });

  test('paid twice asks for a refund until it is refunded or signed, and what came stays what came', () => {
    const twice = (state: ClaimView['state'], over: Partial<ClaimView> = {}): SaleView => ({ ...taken(state, over), state: 'paid', paidTwice: true });
    expect(owesRefund(twice('asking'))).toBe(true);
    expect(owesRefund(twice('accepted', { refundableMinor: 100 }))).toBe(true);
    expect(owesRefund(twice('accepted', { refundingMinor: 100 }))).toBe(false);
    expect(owesRefund(twice('settled', { paidMinor: 100, refundedMinor: 40, refundableMinor: 60 }))).toBe(true);
    expect(owesRefund(twice('settled', { paidMinor: 100, refundedMinor: 40, refundingMinor: 60 }))).toBe(false);
    expect(owesRefund(twice('settled', { paidMinor: 100, refundedMinor: 100 }))).toBe(false);
    expect(owesRefund({ ...twice('settled', { paidMinor: 100 }), paidTwice: false })).toBe(false);
  });

  test('a sale whose voucher was given back is voided, and not merely cancelled', () => {
    expect(outcomeOf({ ...taken('voided'), state: 'cancelled' })).toBe('voided');
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
