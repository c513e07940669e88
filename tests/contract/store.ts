/** What every store promises, whatever it is made of. Run on memory with the unit tests, on PostgreSQL with the race tests. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedChange } from '#protocol/http.ts';
import { checkInvariants } from '#protocol/ledger-invariants.ts';
import { creditPostings, FLOAT_ACCOUNT, shopperAccount } from '#protocol/ledger.ts';
import type { PaymentRow, Store, Tx } from '#server/core/ports.ts';
import { identityContract } from './store-identity.ts';
import { purseContract } from './store-purses.ts';
import { CNY, id, shopper } from './store-rows.ts';

const payment = (change: Partial<PaymentRow> = {}): PaymentRow => ({
  id: id('a'),
  payerPartyId: id('1'),
  deviceId: id('d'),
  merchantId: 'e'.repeat(16),
  terminal: 4_294_967_296,
  saleNonce: 'f'.repeat(24),
  invoiceHash: id('b'),
  amountMinor: 100,
  ccy: CNY,
  fingerprint: 'c'.repeat(64),
  verdict: { state: 'settled', atMs: 5, receipt: 'AAAA' },
  ...change,
});
const credit = (seq: number, balanceMinor: number): FeedChange => ({
  kind: 'credit',
  seq,
  entryId: id('9'),
  reason: 'play-money',
  amountMinor: 1,
  ccy: CNY,
  atMs: 1,
  balanceMinor,
});

/** Moves money from outside to an account. */
async function fund(tx: Tx, account: string, amountMinor: number, entryId: string): Promise<void> {
  await tx.lockBalances([account, FLOAT_ACCOUNT], CNY);
  await tx.post(creditPostings({ entryId, account, amountMinor, ccy: CNY, atMs: 7 }));
}

export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`the store contract on ${name}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(async () => {
      expect(checkInvariants(await store.audit())).toEqual([]);
      await store.close();
    });
    const li = shopperAccount(id('1'));
    const wang = shopperAccount(id('2'));

    describe('accounts and journal', () => {
      it('creates missing accounts empty and gives every balance that was asked for', async () => {
        const balances = await store.transaction((tx) => tx.lockBalances([wang, li, wang], CNY));
        expect([...balances].sort()).toEqual([[li, 0], [wang, 0]]);
      });

      it('moves balances by the journal, several rows of one account at once', async () => {
        await store.transaction(async (tx) => {
          await tx.lockBalances([li, wang, FLOAT_ACCOUNT], CNY);
          await tx.post([
            { ref: 'credit:x', leg: 0, debit: FLOAT_ACCOUNT, credit: li, amountMinor: 500, ccy: CNY, atMs: 7 },
            { ref: 'credit:x', leg: 1, debit: li, credit: wang, amountMinor: 120, ccy: CNY, atMs: 7 },
          ]);
        });
        expect([await store.balance(li), await store.balance(wang), await store.balance('user:nobody')]).toEqual([380, 120, 0]);
        expect((await store.audit()).postings).toHaveLength(2);
        expect((await store.audit()).balances.get(FLOAT_ACCOUNT)).toBe(-500);
      });

      it('undoes everything when the body throws', async () => {
        await store.transaction((tx) => fund(tx, li, 10, 'first'));
        const before = await store.audit();
        const failing = store.transaction(async (tx) => {
          await fund(tx, li, 90, 'second');
          await tx.insertParty(shopper('3'));
          await tx.insertPayment(payment({ verdict: { state: 'refused', atMs: 1, code: 'FORMAT' } }));
          await tx.appendFeed(id('1'), (seq) => credit(seq, 100));
          await tx.putSetting('a', 'b');
          throw new Error('on purpose');
        });
        await expect(failing).rejects.toThrow('on purpose');
        expect(await store.audit()).toEqual(before);
        expect(await store.feedHeads([id('1')])).toEqual(new Map([[id('1'), 0]]));
        await store.transaction(async (tx) => {
          expect([await tx.party(id('3')), await tx.setting('a'), await tx.paymentById(id('a'))]).toEqual([null, null, null]);
        });
      });

      it('lets bodies that lock the same account run one after the other', async () => {
        const doubling = (round: number): Promise<void> =>
          store.transaction(async (tx) => {
            const held = (await tx.lockBalances([li, FLOAT_ACCOUNT], CNY)).get(li) ?? 0;
            await tx.post(creditPostings({ entryId: `round ${round}`, account: li, amountMinor: held + 1, ccy: CNY, atMs: 7 }));
          });
        await Promise.all(Array.from({ length: 8 }, (_, round) => doubling(round)));
        expect(await store.balance(li)).toBe(255);
      });

      it('never shows a reader what is not committed', async () => {
        let seen: Promise<number> = Promise.resolve(-1);
        await store.transaction(async (tx) => {
          await fund(tx, li, 5, 'unseen');
          seen = store.balance(li);
          await tx.setting('a turn of the loop');
        });
        expect([0, 5]).toContain(await seen);
        const failing = store.transaction(async (tx) => {
          await fund(tx, li, 90, 'undone');
          seen = store.balance(li);
          await tx.setting('a turn of the loop');
          throw new Error('on purpose');
        });
        await expect(failing).rejects.toThrow('on purpose');
        expect(await seen).toBe(5);
      });

      it('moves only balances that this transaction has locked', async () => {
        await store.transaction((tx) => fund(tx, li, 10, 'first'));
        const posting = creditPostings({ entryId: 'second', account: li, amountMinor: 1, ccy: CNY, atMs: 1 });
        await expect(store.transaction((tx) => tx.post(posting))).rejects.toThrow(/was not locked/);
        expect(await store.balance(li)).toBe(10);
      });

      it.each([
        ['an overdraft', (tx: Tx) => tx.lockBalances([li, wang], CNY).then(() => tx.post([{ ref: 'x', leg: 0, debit: li, credit: wang, amountMinor: 1, ccy: CNY, atMs: 1 }]))],
        ['the same journal row twice', async (tx: Tx) => {
          await fund(tx, li, 1, 'same');
          await fund(tx, li, 1, 'same');
        }],
        ['an account in another currency', async (tx: Tx) => {
          await tx.lockBalances([li], CNY);
          await tx.lockBalances([li], 978);
        }],
      ])('refuses %s, as a bug', async (_, work) => {
        await expect(store.transaction<void>(work)).rejects.toThrow();
        expect((await store.audit()).postings).toEqual([]);
      });

      it('keeps large sums exactly', async () => {
        await store.transaction((tx) => fund(tx, li, 9_007_199_254_740_991, 'large'));
        expect(await store.balance(li)).toBe(9_007_199_254_740_991);
      });
    });

    describe('payments', () => {
      // A row alone, to look at the rows; what belongs to it in the ledger is the settlement's to write.
      const refused = payment({ verdict: { state: 'refused', atMs: 9, code: 'INVOICE_PAID', paymentId: id('b') } });

      it('gives back what was stored, and nothing for a stranger', async () => {
        await store.transaction(async (tx) => {
          expect(await tx.insertPayment(refused)).toBe(true);
          expect(await tx.paymentById(refused.id)).toEqual(refused);
          expect(await tx.paymentById(id('0'))).toBeNull();
        });
        expect((await store.audit()).payments).toEqual([refused]);
      });

      it('says no to an id that exists, and leaves the first as it is', async () => {
        await store.transaction((tx) => tx.insertPayment(refused));
        const again = await store.transaction((tx) => tx.insertPayment({ ...refused, amountMinor: 1, fingerprint: '0'.repeat(64) }));
        expect(again).toBe(false);
        expect((await store.audit()).payments).toEqual([refused]);
      });

      it('finds a sale once it is settled, by all four parts of its name', async () => {
        const settled = payment();
        const undo = new Error('this row has no posting: leave the ledger sound');
        const looking = store.transaction(async (tx) => {
          await tx.insertPayment(payment({ id: id('0'), verdict: { state: 'refused', atMs: 1, code: 'NOT_CONFIRMED' } }));
          expect(await tx.paymentBySale(settled)).toBeNull();
          await tx.insertPayment(settled);
          expect(await tx.paymentBySale(settled)).toEqual(settled);
          for (const other of [{ terminal: 1 }, { merchantId: '0'.repeat(16) }, { saleNonce: '0'.repeat(24) }, { amountMinor: 1 }]) {
            expect(await tx.paymentBySale({ ...settled, ...other })).toBeNull();
          }
          throw undo;
        });
        await expect(looking).rejects.toBe(undo);
      });

      it('refuses a second settled payment of one sale, as a bug', async () => {
        const twice = store.transaction(async (tx) => {
          await tx.insertPayment(payment());
          await tx.insertPayment(payment({ id: id('0') }));
        });
        await expect(twice).rejects.toThrow();
        expect((await store.audit()).payments).toEqual([]);
      });
    });

    describe('feeds', () => {
      it('numbers each party’s changes 1, 2, 3 without gaps, failures included', async () => {
        const append = (party: string, balanceMinor: number): Promise<number> =>
          store.transaction((tx) => tx.appendFeed(party, (seq) => credit(seq, balanceMinor)));
        expect(await append(id('1'), 1)).toBe(1);
        expect(await append(id('2'), 1)).toBe(1);
        await expect(store.transaction(async (tx) => {
          await tx.appendFeed(id('1'), (seq) => credit(seq, 9));
          throw new Error('on purpose');
        })).rejects.toThrow();
        expect(await append(id('1'), 2)).toBe(2);
        expect(await store.feedHeads([id('1'), id('2'), id('3')])).toEqual(new Map([[id('1'), 2], [id('2'), 1], [id('3'), 0]]));
      });

      it('reads pages in order, with the head and the balance', async () => {
        await store.transaction(async (tx) => {
          await fund(tx, li, 42, 'page');
          for (let index = 0; index < 5; index++) await tx.appendFeed(id('1'), (seq) => credit(seq, seq));
        });
        const first = await store.feed(id('1'), li, 0, 2);
        expect(first).toEqual({ changes: [credit(1, 1), credit(2, 2)], headSeq: 5, balanceMinor: 42 });
        expect((await store.feed(id('1'), li, 4, 2)).changes).toEqual([credit(5, 5)]);
        expect(await store.feed(id('1'), li, 5, 2)).toEqual({ changes: [], headSeq: 5, balanceMinor: 42 });
        expect(await store.feed(id('9'), 'user:nobody', 0, 2)).toEqual({ changes: [], headSeq: 0, balanceMinor: 0 });
      });
    });

    it('answers a ping', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });

    identityContract(() => store);
    purseContract(() => store);
  });
}
