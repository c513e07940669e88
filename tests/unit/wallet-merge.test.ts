/** The feed's pages and what this device knows, case by case; random histories in property/wallet-merge. */
import { describe, expect, it } from 'vitest';
import type { FeedReply } from '#protocol/http.ts';
import { type LocalRows, type Merge, merge } from '#wallet/merge.ts';
import { creditRow, feedPayment, feedReply, hex, outboxRow, paidState, paymentRow, refused, saleRow, settled, T0, truth } from '../fixtures/wallet-rows.ts';

function local(over: Partial<LocalRows> = {}): LocalRows {
  return { truth, payments: new Map(), sales: new Map(), outbox: [], ...over };
}

function merged(rows: LocalRows, reply: FeedReply, genuine = true): Extract<Merge, { kind: 'rows' }> {
  const result = merge(rows, { reply, offsetMs: 5, genuine: new Map(reply.changes.map((change) => [change.seq, genuine])) });
  if (result.kind !== 'rows') throw new Error(result.kind);
  return result;
}

describe('merging a page', () => {
  it('settles a payment of ours that was sending, and takes its bytes out of the outbox', () => {
    const rows = local({ payments: new Map([[hex(1), paymentRow(1)]]), outbox: [outboxRow(8, { recordId: hex(1) }), outboxRow(9)] });
    const result = merged(rows, feedReply([feedPayment(1)]));
    expect(result.payments).toEqual([paymentRow(1, { state: { kind: 'settled', atMs: T0 + 1, receipt: 'AA', receiptVerified: true, balanceAfterMinor: 49_999 } })]);
    expect(result.outboxDone).toEqual([hex(8)]);
    expect(result.truth).toMatchObject({ cursor: 1, headSeq: 1, balanceMinor: 49_999, asOfMs: T0 + 1_000, offsetMs: 5 });
  });

  it('takes in a payment of another device of the account', () => {
    expect(merged(local(), feedReply([feedPayment(1)])).payments).toMatchObject([{ id: hex(1), merchantName: '街角面馆', createdAtMs: T0 + 1, state: { kind: 'settled' } }]);
  });

  it('lets a posting win over a refusal, and adds the balance to a settled payment', () => {
    for (const state of [refused, settled(null)]) {
      const rows = local({ payments: new Map([[hex(1), paymentRow(1, { state })]]) });
      expect(merged(rows, feedReply([feedPayment(1)])).payments).toMatchObject([{ state: { kind: 'settled', balanceAfterMinor: 49_999 } }]);
    }
  });

  it('marks a receipt that does not verify, and does not hide the money', () => {
    expect(merged(local(), feedReply([feedPayment(1)]), false).payments).toMatchObject([{ state: { kind: 'settled', receiptVerified: false } }]);
  });

  for (const state of [{ kind: 'open' }, { kind: 'cancelled', atMs: T0 }, { kind: 'expired', atMs: T0 }] as const) {
    it(`pays a sale that was ${state.kind}, and nobody has seen it yet`, () => {
      const rows = local({ sales: new Map([[hex(1, 24), saleRow(1, { state })]]) });
      const result = merged(rows, feedReply([feedPayment(1, { direction: 'in', counterparty: '小**' })]));
      expect(result.sales).toMatchObject([{ id: hex(1, 24), state: { kind: 'paid', payer: '小**', seen: false, receiptVerified: true } }]);
      expect(result.payments).toEqual([]);
    });
  }

  it('files what was paid by a code that the sale has not shown as a sale of its own, once', () => {
    const sales = new Map([[hex(1, 24), saleRow(1)]]);
    const change = feedPayment(1, { direction: 'in', paymentId: '5'.repeat(32), invoiceHash: hex(9), amountMinor: 1 });
    const [stray, ...more] = merged(local({ sales }), feedReply([change])).sales;
    expect([stray, more]).toMatchObject([{ id: '5'.repeat(24), amountMinor: 1, invoices: [], state: { kind: 'paid', seen: true } }, []]);
    if (stray === undefined) throw new Error('nothing filed');
    expect(merged(local({ sales: new Map([...sales, [stray.id, stray]]) }), feedReply([change])).sales).toEqual([]);
  });

  it('pays no sale by a payment whose id was chosen to look like one', () => {
    const sales = new Map([[hex(1, 24), saleRow(1)], [hex(2, 24), saleRow(2)]]);
    const change = feedPayment(1, { direction: 'in', paymentId: `${hex(2, 24)}00000000`, invoiceHash: hex(9), amountMinor: 1 });
    expect(merged(local({ sales }), feedReply([change])).sales).toEqual([]);
  });

  it('takes in a sale of another till without calling anybody to the counter', () => {
    expect(merged(local(), feedReply([feedPayment(1, { direction: 'in' })])).sales).toMatchObject([{ invoices: [], state: { kind: 'paid', seen: true } }]);
  });

  it('leaves a sale alone that is paid and seen', () => {
    const rows = local({ sales: new Map([[hex(1, 24), saleRow(1, { state: paidState(true) })]]) });
    expect(merged(rows, feedReply([feedPayment(1, { direction: 'in', paymentId: hex(9) })])).sales).toEqual([]);
  });

  it('takes an older page for what it is: nothing new', () => {
    const rows = local({ truth: { ...truth, cursor: 2, headSeq: 2, balanceMinor: 7, asOfMs: T0 + 9_000 } });
    const result = merged(rows, feedReply([feedPayment(1), feedPayment(2)]));
    expect(result).toMatchObject({ payments: [], history: [], truth: { cursor: 2, balanceMinor: 7, asOfMs: T0 + 9_000 } });
  });

  it('shows no balance as of now while changes are still to come', () => {
    const old = { ...truth, balanceMinor: 7, asOfMs: T0 - 60_000 };
    const first = merged(local({ truth: old }), feedReply([feedPayment(1)], { more: true, headSeq: 2, balanceMinor: 49_998 })).truth;
    expect(first).toEqual({ ...old, cursor: 1, headSeq: 2 });
    const second = merged(local({ truth: first }), feedReply([feedPayment(2)], { headSeq: 2, balanceMinor: 49_998 })).truth;
    expect(second).toMatchObject({ cursor: 2, balanceMinor: 49_998, asOfMs: T0 + 1_000 });
  });

  it('takes an answer that was overtaken by a newer one for no restored server', () => {
    const rows = local({ truth: { ...truth, cursor: 2, headSeq: 2, balanceMinor: 7, asOfMs: T0 + 9_000 } });
    for (const nowMs of [T0 + 8_999, T0 + 9_000]) {
      expect(merged(rows, feedReply([feedPayment(1)], { nowMs }))).toEqual({ kind: 'rows', payments: [], sales: [], history: [], outboxDone: [], truth: rows.truth });
    }
    expect(() => merged(rows, feedReply([feedPayment(1)], { nowMs: T0 + 9_001 }))).toThrow('regressed');
  });

  it('joins an overlapping page on at its own cursor', () => {
    const rows = local({ truth: { ...truth, cursor: 1, headSeq: 1 } });
    expect(merged(rows, feedReply([feedPayment(1), feedPayment(2)])).history.map((row) => row.seq)).toEqual([2]);
  });

  const gaps: readonly (readonly [string, FeedReply])[] = [
    ['the first change is missing', feedReply([feedPayment(2)])],
    ['one in the middle is missing', feedReply([feedPayment(1), feedPayment(3)])],
    ['two are swapped', feedReply([feedPayment(2), feedPayment(1)])],
    ['one comes twice', feedReply([feedPayment(1), feedPayment(1)])],
    ['the end is missing', feedReply([feedPayment(1)], { headSeq: 2 })],
    ['everything is missing', feedReply([], { headSeq: 4 })],
  ];
  for (const [what, reply] of gaps) {
    it(`sees the gap when ${what}`, () => {
      expect(merge(local(), { reply, offsetMs: 0, genuine: new Map() })).toEqual({ kind: 'gap' });
    });
  }

  it('reads from the start again when the server knows less than it told us', () => {
    const rows = local({ truth: { ...truth, cursor: 5, headSeq: 5 } });
    expect(merge(rows, { reply: feedReply([], { headSeq: 3, cursor: 3 }), offsetMs: 0, genuine: new Map() })).toMatchObject({ kind: 'regressed', truth: { cursor: 0 } });
  });

  it('keeps credits in the history', () => {
    const { entry } = creditRow(1);
    expect(merged(local(), feedReply([entry])).history).toEqual([creditRow(1)]);
  });
});
