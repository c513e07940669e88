/** Laws of the merge: however the feed is cut into pages, repeated or shuffled, the device ends with the same rows. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeedChange, FeedReply } from '#protocol/http.ts';
import { merge } from '#wallet/merge.ts';
import type { HistoryRecord, OutboxRow, PaymentRecord, SaleRecord, TruthRecord } from '#wallet/records.ts';
import { creditRow, feedPayment, hex, outboxRow, paymentRow, saleRow, T0, truth } from '../fixtures/wallet-rows.ts';

type Device = { truth: TruthRecord; payments: Map<string, PaymentRecord>; sales: Map<string, SaleRecord>; history: Map<number, HistoryRecord>; outbox: OutboxRow[] };

const feedOf = (kinds: readonly ('out' | 'in' | 'credit')[]): FeedChange[] =>
  kinds.map((kind, index) => (kind === 'credit' ? creditRow(index + 1).entry : feedPayment(index + 1, { direction: kind })));

/** Some of the payments and sales began on this device. */
function device(kinds: readonly string[]): Device {
  const begun = kinds.map((_, index) => index + 1).filter((seq) => seq % 2 === 0);
  return {
    truth,
    payments: new Map(begun.map((seq) => [hex(seq), paymentRow(seq)])),
    sales: new Map(begun.map((seq) => [hex(seq, 24), saleRow(seq)])),
    history: new Map(),
    outbox: begun.map((seq) => outboxRow(seq)),
  };
}

function page(feed: readonly FeedChange[], from: number, size: number): FeedReply {
  const changes = feed.slice(from, from + size);
  return { nowMs: T0 + from, cursor: from + changes.length, more: from + size < feed.length, balanceMinor: feed.at(-1)?.balanceMinor ?? 50_000, headSeq: feed.length, changes };
}

function take(at: Device, reply: FeedReply): string {
  const result = merge(at, { reply, offsetMs: 0, genuine: new Map(reply.changes.map((change) => [change.seq, true])) });
  if (result.kind !== 'rows') return result.kind;
  for (const row of result.payments) at.payments.set(row.id, row);
  for (const row of result.sales) at.sales.set(row.id, row);
  for (const row of result.history) at.history.set(row.seq, row);
  at.outbox = at.outbox.filter((row) => !result.outboxDone.includes(row.id));
  at.truth = result.truth;
  return 'rows';
}

const facts = ({ truth: { balanceMinor, cursor, headSeq }, payments, sales, history, outbox }: Device) => ({
  balanceMinor,
  cursor,
  headSeq,
  payments: [...payments.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
  sales: [...sales.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
  history: [...history.keys()].sort((a, b) => a - b),
  outbox,
});

const kinds = fc.array(fc.constantFrom('out', 'in', 'credit' as const), { maxLength: 30 });
type Kinds = ('out' | 'in' | 'credit')[];

describe('merge', () => {
  it('ends the same for any pages, any repeats and any order of arrival', () => {
    fc.assert(
      fc.property(kinds, fc.array(fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 7 })), { maxLength: 40 }), (given, arrivals) => {
        const feed = feedOf(given as Kinds);
        const whole = device(given);
        expect(take(whole, page(feed, 0, feed.length + 1))).toBe('rows');
        const pieces = device(given);
        for (const [from, size] of arrivals) {
          const before = facts(pieces);
          const outcome = take(pieces, page(feed, Math.min(from, feed.length), size));
          expect(pieces.truth.cursor).toBeGreaterThanOrEqual(before.cursor);
          if (outcome === 'gap') expect(facts(pieces)).toEqual(before);
        }
        while (pieces.truth.cursor < feed.length) expect(take(pieces, page(feed, pieces.truth.cursor, 3))).toBe('rows');
        take(pieces, page(feed, pieces.truth.cursor, 3));
        expect(facts(pieces)).toEqual(facts(whole));
      }),
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(kinds, (given) => {
        const feed = feedOf(given as Kinds);
        const at = device(given);
        take(at, page(feed, 0, 40));
        const once = structuredClone(facts(at));
        take(at, page(feed, 0, 40));
        expect(facts(at)).toEqual(once);
        expect(at.history.size).toBe(at.truth.cursor);
      }),
    );
  });
});
