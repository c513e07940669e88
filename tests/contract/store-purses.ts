/** The offline half of the store contract: purses, vouchers, notes, proofs, status lists, and what jobs ask for. */
import { describe, expect, it } from 'vitest';
import { reserveAccount, shopperAccount, FLOAT_ACCOUNT, creditPostings } from '#protocol/ledger.ts';
import { LIMITS } from '#protocol/limits.ts';
import { purseLoadPostings } from '#protocol/purse-ledger.ts';
import type { NoteRow, OperatorOrder, PurseRow, VoucherRow } from '#server/core/ports-offline.ts';
import type { Party, Store, Tx } from '#server/core/ports.ts';
import { CNY, id } from './store-rows.ts';

const hex16 = (digit: string): string => digit.repeat(16);
/** Before all that is due. */
const FIRST = { id: '', atMs: 0 };
const purse = (change: Partial<PurseRow> = {}): PurseRow => ({
  id: hex16('a'),
  partyId: id('1'),
  deviceId: id('d'),
  kind: 'open',
  merchantId: null,
  ccy: CNY,
  limMinor: 500,
  capMinor: 200,
  maxCount: 40,
  statusIndex: 3,
  expMs: 1_000,
  claimDeadlineMs: 2_000,
  certificate: 'AAAA',
  fingerprint: 'c'.repeat(64),
  state: 'active',
  openedAtMs: 5,
  revokedAtMs: null,
  declaredHead: null,
  ...change,
});
const voucher = (vid: string, change: Partial<VoucherRow> = {}): VoucherRow => ({
  vid: id(vid),
  purseId: hex16('a'),
  payerPartyId: id('1'),
  merchantId: hex16('e'),
  invoiceHash: id(vid),
  seq: 1,
  cumMinor: 100,
  amountMinor: 100,
  prev: id('0'),
  ccy: CNY,
  bytes: 'AAAA',
  inChain: true,
  verdict: { verdict: 'PAYER_REPORTED', atMs: 7 },
  reserveMinor: 0,
  guaranteeMinor: 0,
  fellShort: false,
  refundedMinor: 0,
  returnedMinor: 0,
  decidedAtMs: 7,
  heldUntilMs: null,
  voidedAtMs: null,
  ...change,
});
const note = (noteId: string, change: Partial<NoteRow> = {}): NoteRow => ({
  noteId: id(noteId),
  kind: 'void',
  vid: id('1'),
  merchantId: hex16('e'),
  refundId: null,
  amountMinor: null,
  bytes: 'AAAA',
  verdict: { id: id(noteId), dup: false, verdict: 'VOIDED', atMs: 9 },
  atMs: 9,
  ...change,
});

/** A purse with its money, so that the ledger stays sound. */
export async function load(tx: Tx, row: PurseRow): Promise<void> {
  const accounts = [FLOAT_ACCOUNT, shopperAccount(row.partyId), reserveAccount(row.id)];
  await tx.lockBalances(accounts, row.ccy);
  await tx.post(creditPostings({ entryId: row.id, account: shopperAccount(row.partyId), amountMinor: row.limMinor, ccy: row.ccy, atMs: 1 }));
  await tx.post(purseLoadPostings({ loadId: row.id, purseId: row.id, ownerPartyId: row.partyId, amountMinor: row.limMinor, ccy: row.ccy, atMs: 2 }));
  await tx.insertPurse(row);
}

export function purseContract(current: () => Store): void {
  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => current().transaction(work);
  /** Rows alone, to look at them; what belongs to them in the ledger is not there, so they must not stay. */
  const look = async (work: (tx: Tx) => Promise<void>): Promise<void> => {
    const undo = new Error('undo');
    await expect(run(async (tx) => work(tx).then(() => Promise.reject(undo)))).rejects.toBe(undo);
  };

  describe('purses', () => {
    it('gives back what was stored, all but the released, and says no to an id that exists', async () => {
      const tab = purse({ id: hex16('b'), kind: 'tab', merchantId: hex16('e'), openedAtMs: 4, revokedAtMs: 9, declaredHead: '{"seq":1}' });
      await run(async (tx) => {
        await load(tx, purse());
        await load(tx, tab);
        expect(await tx.insertPurse(purse({ limMinor: 1 }))).toBe(false);
      });
      await run(async (tx) => {
        expect([await tx.purse(hex16('a')), await tx.purse(hex16('b')), await tx.purse(hex16('c'))]).toEqual([purse(), tab, null]);
        expect(await tx.pursesOfParty(id('1'))).toEqual([tab, purse()]);
        expect(await tx.pursesOfParty(id('2'))).toEqual([]);
      });
      const audit = await current().audit();
      expect(audit.purses).toHaveLength(2);
      expect(audit.purses[0]).toEqual({ id: hex16('a'), ownerPartyId: id('1'), limMinor: 500, released: false, proved: false });
    });

    it('changes terms and state, and never whose it is', async () => {
      await run((tx) => load(tx, purse()));
      const later = { capMinor: 100, maxCount: 80, expMs: 3_000, claimDeadlineMs: 4_000, certificate: 'BBBB', state: 'frozen', revokedAtMs: 12, declaredHead: '{}' } as const;
      await run((tx) => tx.putPurse({ ...purse(), ...later }));
      expect(await run((tx) => tx.purse(hex16('a')))).toEqual(purse(later));
    });

    it('keeps top-ups', async () => {
      const row = { id: id('7'), purseId: hex16('a'), addMinor: 50 };
      await look(async (tx) => {
        expect([await tx.insertTopUp(row), await tx.insertTopUp(row)]).toEqual([true, false]);
        expect([await tx.topUp(id('7')), await tx.topUp(id('8'))]).toEqual([row, null]);
      });
    });

    it('finds the due ones in order, and the revoked by their deadline', async () => {
      await look(async (tx) => {
        await tx.insertPurse(purse({ revokedAtMs: 5, statusIndex: 9 }));
        await tx.insertPurse(purse({ id: hex16('b'), claimDeadlineMs: 1_000, revokedAtMs: 5, statusIndex: 4 }));
        await tx.insertPurse(purse({ id: hex16('c'), claimDeadlineMs: 1_000, state: 'released' }));
        await tx.insertPurse(purse({ id: hex16('d') }));
        const [a, b, d] = [{ id: hex16('a'), atMs: 2_000 }, { id: hex16('b'), atMs: 1_000 }, { id: hex16('d'), atMs: 2_000 }];
        const due = (nowMs: number, limit: number, after = FIRST) => tx.duePurses(nowMs, limit, after);
        expect([await due(1_000, 9), await due(1_001, 9), await due(9_999, 9), await due(9_999, 1)]).toEqual([[], [b], [b, a, d], [b]]);
        expect([await due(9_999, 9, b), await due(9_999, 9, a), await due(9_999, 9, d)]).toEqual([[a, d], [d], []]);
        expect([await tx.revokedIndexes(1_000), await tx.revokedIndexes(1_001)]).toEqual([[4, 9], [9]]);
      });
    });
  });

  describe('vouchers', () => {
    it('gives back what was stored, and changes what became of one', async () => {
      const paid = {
        verdict: { verdict: 'HELD', untilMs: 99, unpaidMinor: 10, atMs: 8 },
        reserveMinor: 60,
        guaranteeMinor: 30,
        fellShort: true,
        refundedMinor: 20,
        returnedMinor: 20,
        decidedAtMs: 8,
        heldUntilMs: 99,
        voidedAtMs: 10,
      } as const;
      await look(async (tx) => {
        await tx.insertVoucher(voucher('1'));
        expect([await tx.voucher(id('1')), await tx.voucher(id('2'))]).toEqual([voucher('1'), null]);
        await tx.putVoucher({ ...voucher('1'), ...paid });
        expect(await tx.voucher(id('1'))).toEqual(voucher('1', paid));
        await tx.insertVoucher(voucher('2', { ...paid, seq: 2 }));
        const [one, two] = [{ id: id('1'), atMs: 99 }, { id: id('2'), atMs: 99 }];
        expect([await tx.dueHeld(98, 9, FIRST), await tx.dueHeld(99, 9, FIRST), await tx.dueHeld(99, 1, FIRST), await tx.dueHeld(99, 9, one)]).toEqual([[], [one, two], [one], [two]]);
      });
    });

    it('refuses refunds beyond what was paid, as a bug', async () => {
      await expect(
        run(async (tx) => {
          await tx.insertVoucher(voucher('1', { reserveMinor: 100 }));
          await tx.putVoucher(voucher('1', { reserveMinor: 100, refundedMinor: 101 }));
        }),
      ).rejects.toThrow();
    });

    it('finds neighbours in the chain, the head, the reported and the merchants', async () => {
      await look(async (tx) => {
        for (const [vid, seq] of [['1', 1], ['2', 2], ['3', 4], ['4', 4], ['5', 7]] as const) await tx.insertVoucher(voucher(vid, { seq }));
        await tx.insertVoucher(voucher('6', { seq: 3, inChain: false, verdict: { verdict: 'REJECTED', reason: 'LIMITS', atMs: 1 } }));
        await tx.insertVoucher(voucher('7', { seq: 1, purseId: hex16('b'), merchantId: hex16('f') }));
        const seqs = async (seq: number): Promise<string[]> => (await tx.neighbours(hex16('a'), seq)).map((row) => row.vid[0] ?? '').toSorted();
        expect([await seqs(1), await seqs(2), await seqs(4), await seqs(9), await seqs(0)]).toEqual([['1', '2'], ['1', '2', '3'], ['2', '3', '4', '5'], ['5'], ['1']]);
        expect([(await seqs(3)).length, (await seqs(3))[0]]).toEqual([2, '2']);
        expect([(await tx.headOfPurse(hex16('a')))?.vid, await tx.headOfPurse(hex16('c'))]).toEqual([id('5'), null]);
        expect((await tx.reportedOfPurse(hex16('a'))).map((row) => row.vid)).toEqual(['1', '2', '3', '4', '5'].map(id));
        expect([await tx.voucherCount(hex16('a'), 9), await tx.voucherCount(hex16('a'), 2), await tx.voucherCount(hex16('c'), 9)]).toEqual([6, 2, 0]);
        expect([await tx.hasVoucherOf(hex16('a'), hex16('e')), await tx.hasVoucherOf(hex16('a'), hex16('f'))]).toEqual([true, false]);
      });
    });

    it('knows what paid an invoice', async () => {
      await look(async (tx) => {
        const invoice = { merchantId: hex16('e'), invoiceHash: id('b'), amountMinor: 100 };
        expect(await tx.invoicePaidBy(invoice)).toBeNull();
        await tx.insertPaidInvoice(invoice, id('1'));
        await tx.insertPaidInvoice({ ...invoice, amountMinor: 1 }, id('2'));
        const others = [{}, { amountMinor: 1 }, { merchantId: hex16('f') }, { invoiceHash: id('c') }, { amountMinor: 2 }];
        expect(await Promise.all(others.map((other) => tx.invoicePaidBy({ ...invoice, ...other })))).toEqual([id('1'), id('2'), null, null, null]);
      });
    });

    it('knows the voucher that last paid a sale', async () => {
      await look(async (tx) => {
        const sale = { merchantId: hex16('e'), terminal: 1, saleNonce: 'n', amountMinor: 100 };
        expect(await tx.voucherOfSale(sale)).toBeNull();
        await tx.putVoucherOfSale(sale, id('1'));
        await tx.putVoucherOfSale(sale, id('2'));
        const others = [{}, { terminal: 2 }, { saleNonce: 'm' }, { merchantId: hex16('f') }, { amountMinor: 1 }];
        expect(await Promise.all(others.map((other) => tx.voucherOfSale({ ...sale, ...other })))).toEqual([id('2'), null, null, null, null]);
      });
    });

    it('knows the sale of a voucher that was only reported; the first that was shown stays', async () => {
      await look(async (tx) => {
        expect(await tx.reportedSale(id('1'))).toBeNull();
        for (const saleNonce of ['n', 'm']) await tx.insertReportedSale(id('1'), { terminal: 4_294_967_295, saleNonce });
        expect([await tx.reportedSale(id('1')), await tx.reportedSale(id('2'))]).toEqual([{ terminal: 4_294_967_295, saleNonce: 'n' }, null]);
      });
    });

    it('adds up what the guarantee did for a merchant', async () => {
      await look(async (tx) => {
        const short = { fellShort: true, reserveMinor: 10, guaranteeMinor: 40 };
        await tx.insertVoucher(voucher('1', { ...short, decidedAtMs: 50 }));
        await tx.insertVoucher(voucher('2', { ...short, decidedAtMs: 51, purseId: hex16('b'), refundedMinor: 15, returnedMinor: 15 }));
        await tx.insertVoucher(voucher('3', { ...short, merchantId: hex16('f') }));
        await tx.insertVoucher(voucher('4', { ...short, voidedAtMs: 60 }));
        await tx.insertVoucher(voucher('5', { reserveMinor: 100 }));
        expect(await tx.guaranteeUse(hex16('a'), hex16('e'), 51)).toEqual({ forPurseMinor: 40, sinceMinor: 25, fellShort: 2 });
        expect(await tx.guaranteeUse(hex16('a'), hex16('d'), 0)).toEqual({ forPurseMinor: 0, sinceMinor: 0, fellShort: 0 });
      });
    });
  });

  it.each<[string, (tx: Tx) => Promise<void>]>([
    ['voucher', (tx) => tx.insertVoucher(voucher('1'))],
    ['payment of one invoice', (tx) => tx.insertPaidInvoice({ merchantId: hex16('e'), invoiceHash: id('b'), amountMinor: 100 }, id('1'))],
    ['note', (tx) => tx.insertNote(note('1'))],
    ['proof of one purse', (tx) => tx.insertProof({ purseId: hex16('a'), one: 'AAAA', other: 'BBBB', atMs: 4 })],
    ['appeal', (tx) => tx.insertAppeal({ id: id('1'), partyId: id('2'), subject: hex16('a'), text: 'no', atMs: 3, answer: null, answeredAtMs: null })],
  ])('refuses a second %s, as a bug', async (_, insert) => {
    await expect(run((tx) => insert(tx).then(() => insert(tx)))).rejects.toThrow(/duplicate key/);
  });

  describe('notes, proofs, appeals, status lists', () => {
    it('keeps notes by id, and by voucher and merchant', async () => {
      const refund = note('3', { kind: 'refund', refundId: hex16('9'), amountMinor: 5, verdict: { id: id('3'), dup: false, verdict: 'RETRY', afterMs: 1 }, atMs: 3 });
      await look(async (tx) => {
        for (const row of [note('1'), refund, note('2', { vid: id('f') }), note('4', { merchantId: hex16('f') })]) await tx.insertNote(row);
        expect([await tx.note(id('1')), await tx.note(id('9'))]).toEqual([note('1'), null]);
        const by = (merchant: string) => tx.notesOfVoucher({ vid: id('1'), merchantId: hex16(merchant) });
        expect([await by('e'), await by('f'), await by('d')]).toEqual([[refund, note('1')], [note('4', { merchantId: hex16('f') })], []]);
        const done = { ...refund, verdict: { id: id('3'), dup: false, verdict: 'REFUNDED', atMs: 4 }, atMs: 4 } as const;
        await tx.putNote(done);
        expect(await tx.note(id('3'))).toEqual(done);
      });
    });

    it('keeps proofs', async () => {
      const row = { purseId: hex16('a'), one: 'AAAA', other: 'BBBB', atMs: 4 };
      await look(async (tx) => {
        await tx.insertProof(row);
        expect([await tx.proof(hex16('a')), await tx.proof(hex16('b'))]).toEqual([row, null]);
      });
    });

    it('keeps appeals and counts them', async () => {
      const row = { id: id('1'), partyId: id('2'), subject: hex16('a'), text: '我没有付过', atMs: 3, answer: null, answeredAtMs: null };
      await look(async (tx) => {
        await tx.insertAppeal(row);
        expect([await tx.appeal(id('1')), await tx.appealCount(id('2')), await tx.appealCount(id('3'))]).toEqual([row, 1, 0]);
        await tx.answerAppeal(id('1'), '我们看过了', 8);
        expect([await tx.appeal(id('1')), await tx.appealCount(id('2'))]).toEqual([{ ...row, answer: '我们看过了', answeredAtMs: 8 }, 0]);
      });
    });

    it('lists what an operator looks at, within a limit: frozen accounts, proofs, held claims, open appeals, orders', async () => {
      const party = (n: string, status: 'active' | 'frozen'): Party => ({ id: id(n), kind: 'shopper', name: n, ccy: 156, playMoney: false, status, createdAtMs: 1 });
      const proof = (n: string, atMs: number) => ({ purseId: hex16(n), one: 'AAAA', other: 'BBBB', atMs });
      const held = (n: string, heldUntilMs: number) => voucher(n, { verdict: { verdict: 'HELD', untilMs: heldUntilMs, unpaidMinor: 0, atMs: 1 }, heldUntilMs });
      const appeal = (n: string, atMs: number) => ({ id: id(n), partyId: id('2'), subject: hex16('a'), text: 'no', atMs, answer: null, answeredAtMs: null });
      const order = (seq: number): OperatorOrder => ({ seq, atMs: seq, by: 'Wu', kind: 'unfreeze', subject: id('1'), note: '' });
      await look(async (tx) => {
        for (const row of [party('1', 'frozen'), party('2', 'active'), party('3', 'frozen')]) await tx.insertParty(row);
        for (const row of [proof('a', 1), proof('b', 2)]) await tx.insertProof(row);
        for (const row of [held('1', 9), held('2', 5), voucher('3')]) await tx.insertVoucher(row);
        for (const row of [appeal('1', 4), appeal('2', 3), appeal('3', 2)]) await tx.insertAppeal(row);
        for (const row of [order(1), order(2)]) await tx.insertOperatorOrder(row);
        await tx.answerAppeal(id('3'), 'yes', 8);
        expect([await tx.frozenParties(9), await tx.frozenParties(1)]).toEqual([[party('1', 'frozen'), party('3', 'frozen')], [party('1', 'frozen')]]);
        expect([await tx.newestProofs(9), await tx.newestProofs(1)]).toEqual([[proof('b', 2), proof('a', 1)], [proof('b', 2)]]);
        expect([await tx.heldVouchers(9), await tx.heldVouchers(1)]).toEqual([[held('2', 5), held('1', 9)], [held('2', 5)]]);
        expect([await tx.openAppeals(9), await tx.openAppeals(1)]).toEqual([[appeal('2', 3), appeal('1', 4)], [appeal('2', 3)]]);
        expect([await tx.operatorOrders(9), await tx.operatorOrders(1)]).toEqual([[order(2), order(1)], [order(2)]]);
        await tx.unfreezeParty(id('1'));
        expect(await tx.party(id('1'))).toEqual(party('1', 'active'));
      });
    });

    it('lets status lists only grow', async () => {
      const list = (seq: number) => ({ seq, atMs: seq * 10, revocations: seq, list: 'AAAA' });
      await look(async (tx) => {
        expect(await tx.statusList('newest')).toBeNull();
        expect([await tx.insertStatusList(list(2)), await tx.insertStatusList(list(1)), await tx.insertStatusList(list(2)), await tx.insertStatusList(list(5))]).toEqual([true, false, false, true]);
        expect([await tx.statusList('newest'), await tx.statusList(2), await tx.statusList(3)]).toEqual([list(5), list(2), null]);
      });
    });

    it('forgets lists that were replaced so long ago that no claim can refer to them, and never the newest', async () => {
      const kept = LIMITS.statusListKeptMs;
      const list = (seq: number, atMs: number) => ({ seq, atMs, revocations: seq, list: 'AAAA' });
      const rows = [list(1, 10), list(2, 20), list(4, 30), list(5, 40)];
      await run(async (tx) => {
        for (const row of rows) await tx.insertStatusList(row);
      });
      const left = () => run(async (tx) => (await Promise.all(rows.map(({ seq }) => tx.statusList(seq)))).flatMap((row) => row?.seq ?? []));
      await current().sweep(20 + kept);
      expect(await left()).toEqual([1, 2, 4, 5]);
      await current().sweep(21 + kept);
      expect(await left()).toEqual([2, 4, 5]);
      await current().sweep(99 + 2 * kept);
      expect(await left()).toEqual([5]);
      expect(await run((tx) => tx.insertStatusList(list(6, 50)))).toBe(true);
    });
  });
}
