/** What the shopper's screens say of purses: which face, how much fits in, and which of a till's notes the slip tells of. */
import { expect, test } from 'vitest';
import { endedPurses, fillOf, homeAt, presetsOf, purseFace, roomMinor, shopName, shopsToKeep, tabsOf, unsettledOf } from '#ui/models/purse.ts';
import { createNotes, readNote } from '#ui/models/notes.ts';
import { zhCatalogue } from '#i18n/zh/catalogue.ts';
import { voucherSeal, voucherState } from '#ui/parts/voucher-seal.ts';
import type { PurseView } from '#wallet/api-payer.ts';
import { NOW_MS, credit, offline, payment, purse, voucher } from '../fixtures/fake-wallet.ts';
import { memoryStorage } from '../fixtures/memory-storage.ts';

const faceOf = (over: Partial<PurseView>) => purseFace(offline({ purses: [{ ...purse, ...over }] }), NOW_MS).kind;

test.each<[string, Partial<PurseView>, string]>([
  ['money in it', {}, 'ready'],
  ['its last millisecond', { expMs: NOW_MS }, 'ready'],
  ['past its time', { expMs: NOW_MS - 1 }, 'expired'],
  ['nothing left', { spendableMinor: 0 }, 'spent'],
  ['no payments left', { paymentsLeft: 0 }, 'spent'],
  ['frozen', { state: 'frozen' }, 'frozen'],
  ['ended', { state: 'closing' }, 'none'],
  ['only a tab', { kind: 'tab', merchantId: '00'.repeat(8) }, 'none'],
])('the purse with %s', (_, over, kind) => {
  expect(faceOf(over)).toBe(kind);
});

test('a purse that is there shows in any browser; where none may be kept, the reason stands in its place', () => {
  expect(purseFace(offline({ keeping: 'in-app' }), NOW_MS).kind).toBe('ready');
  expect(purseFace(offline({ keeping: 'in-app', purses: [] }), NOW_MS)).toEqual({ kind: 'not-here', keeping: 'in-app' });
  expect(purseFace(offline({ keeping: 'private', purses: [] }), NOW_MS)).toEqual({ kind: 'not-here', keeping: 'private' });
  expect(purseFace(offline({ purses: [] }), NOW_MS)).toEqual({ kind: 'none' });
});

test('a new purse beside one that has ended: each in its place', () => {
  const ended = { ...purse, id: 'd'.repeat(16), state: 'closing' } as const;
  const tab = { ...purse, id: 'c'.repeat(16), kind: 'tab', merchantId: '00'.repeat(8) } as const;
  const both = offline({ purses: [purse, tab, ended] });
  expect(purseFace(both, NOW_MS)).toEqual({ kind: 'ready', purse });
  expect([endedPurses(both), tabsOf(both)]).toEqual([[ended], [tab]]);
});

test('what fits in: the limit less what is there and what has not settled, never less than nothing', () => {
  const facts = offline({ limMinor: 50_000 });
  expect(roomMinor(facts, null, 0)).toBe(50_000);
  expect(roomMinor(facts, { ...purse, spendableMinor: 30_000 }, 5_000)).toBe(15_000);
  expect(roomMinor(facts, { ...purse, spendableMinor: 60_000 }, 0)).toBe(0);
});

test('usual amounts: those below the most, in whole minor units', () => {
  expect(presetsOf(50_000, 50_000)).toEqual([5_000, 10_000, 20_000]);
  expect(presetsOf(50_000, 10_000)).toEqual([5_000]);
  expect(presetsOf(33, 33)).toEqual([]);
  expect(presetsOf(0, 0)).toEqual([]);
});

test.each([[0, 100, 0], [25, 100, 0.25], [200, 100, 1], [-1, 100, 0], [5, 0, 0]])('%i of %i fills %d', (part, whole, fill) => {
  expect(fillOf(part, whole)).toBe(fill);
});

test('what is not settled yet, and a shop by the name that its newest payment told', () => {
  const acked = voucher({ id: '1'.repeat(32), state: 'acked', merchantName: '新名字' });
  const records = [acked, voucher({ state: 'settled' }), payment(), credit];
  expect(unsettledOf(records)).toEqual([acked]);
  expect(shopName(records, acked.merchantId)).toBe('新名字');
  expect(shopName(records, 'f'.repeat(16))).toBeNull();
});

test('shops for a tab: paid ones, once each, none that has one', () => {
  const other = payment({ id: '2'.repeat(32), merchantId: 'ab'.repeat(8), merchantName: '老王水果' });
  const records = [voucher({ state: 'presented', merchantId: 'cd'.repeat(8) }), other, payment(), payment({ id: '3'.repeat(32), state: 'refused', merchantId: 'ef'.repeat(8) }), payment({ id: '4'.repeat(32) })];
  expect(shopsToKeep(records, offline(), 3).map((shop) => shop.name)).toEqual(['老王水果', '街角面馆']);
  expect(shopsToKeep(records, offline(), 1)).toHaveLength(1);
  const withTab = offline({ purses: [{ ...purse, kind: 'tab', merchantId: other.merchantId }] });
  expect(shopsToKeep(records, withTab, 3).map((shop) => shop.name)).toEqual(['街角面馆']);
});

test('no solid seal before the verdict; a part refunded leaves it, all refunded turns it', () => {
  const seals = (['signed', 'presented', 'acked', 'settled', 'returned', 'voided'] as const).map((state) => voucherSeal(voucher({ state })));
  expect(seals).toEqual(['open', 'open', 'accepted', 'settled', 'refused', 'refunded']);
  expect(voucherSeal(voucher({ state: 'settled', refundedMinor: 500 }))).toBe('settled');
  expect(voucherSeal(voucher({ state: 'settled', refundedMinor: 1_850 }))).toBe('refunded');
});

test('the newest note is told again after a reload, and only what is one', () => {
  const session = memoryStorage();
  const note = { kind: 'refund', voucherId: voucher().id, amountMinor: 500 } as const;
  createNotes(session).keep(note);
  expect(createNotes(session).newest.value).toEqual(note);
  for (const text of [null, '', 'null', '{}', '{"kind":"gift","voucherId":"1"}', '{"kind":"ack"}']) expect(readNote(text)).toBeNull();
  expect(readNote('{"kind":"ack","voucherId":"1","amountMinor":"9"}')).toEqual({ kind: 'ack', voucherId: '1', amountMinor: null });
});

test('a day on which the rest comes home is named only once the purse has ended: a refresh moves that of an active one', () => {
  const of = (state: PurseView['state']) => homeAt({ purses: [{ ...purse, state }], elsewhere: [] }, purse.id);
  expect(of('active')).toBe('later');
  for (const state of ['closing', 'frozen'] as const) expect(of(state)).toBe(purse.claimDeadlineMs);
});

test('what came back is not said to be out still: the wallet names a released purse no more, and another device may hold it', () => {
  expect(homeAt({ purses: [], elsewhere: [] }, purse.id)).toBe('home');
  const { id, kind, ccy, claimDeadlineMs } = purse;
  const other = { id, kind, ccy, claimDeadlineMs, reserveMinor: 100 };
  expect(homeAt({ purses: [], elsewhere: [{ ...other, state: 'closing' }] }, id)).toBe(claimDeadlineMs);
  expect(homeAt({ purses: [], elsewhere: [{ ...other, state: 'released' }] }, id)).toBe('home');
});

test('a payment of another device asks for nothing to be shown: its code is not here', () => {
  const words = zhCatalogue.voucher;
  expect(voucherState(voucher(), words)).toBe(words.state.shown);
  expect(voucherState(voucher({ code: null }), words)).toBe(words.state.elsewhere);
  expect(voucherState(voucher({ code: null, state: 'settled' }), words)).toBe(words.state.settled);
});

test('a payment of which a part came back is told from one that stands whole', () => {
  const { state } = zhCatalogue.voucher;
  expect(voucherState(voucher({ state: 'settled', refundedMinor: 1 }), zhCatalogue.voucher)).toBe(state.partRefunded);
  expect(voucherState(voucher({ state: 'settled', refundedMinor: voucher().amountMinor }), zhCatalogue.voucher)).toBe(state.refunded);
});
