/** The money half of a memory transaction: accounts, journal, payments, feeds. Same rules as the SQL constraints. */
import { assert } from '#base/assert.ts';
import type { FeedChange } from '#protocol/http.ts';
import { mayBeNegative } from '#protocol/ledger.ts';
import type { LedgerAccount, LedgerTx, PaymentRow, Posting } from '#server/core/ports.ts';
import { invoiceKey, saleKey } from './store-memory-purses.ts';
import type { MemoryRows } from './store-memory-rows.ts';
import { MemoryList } from './store-memory-table.ts';

export function ledgerTx(rows: MemoryRows): LedgerTx {
  const locked = new Set<LedgerAccount>();

  function lock(account: LedgerAccount, ccy: number): number {
    const row = rows.accounts.get(account) ?? { ccy, balanceMinor: 0 };
    assert(row.ccy === ccy, `account ${account} is kept in ${row.ccy}, not ${ccy}`);
    if (!rows.accounts.has(account)) rows.accounts.put(account, row);
    locked.add(account);
    return row.balanceMinor;
  }

  function move(account: LedgerAccount, deltaMinor: number, ccy: number): void {
    assert(locked.has(account), `account ${account} was not locked`);
    const row = rows.accounts.get(account);
    assert(row !== undefined && row.ccy === ccy, `account ${account} is not kept in ${ccy}`);
    const balanceMinor = row.balanceMinor + deltaMinor;
    assert(Number.isSafeInteger(balanceMinor), `balance of ${account} is a safe integer`);
    rows.accounts.put(account, { ccy, balanceMinor });
  }

  function write(posting: Posting): void {
    assert(Number.isSafeInteger(posting.amountMinor) && posting.amountMinor > 0, 'a posting moves a positive amount');
    rows.legs.insert(`${posting.ref} ${posting.leg}`, true);
    rows.journal.append(posting);
    move(posting.debit, -posting.amountMinor, posting.ccy);
    move(posting.credit, posting.amountMinor, posting.ccy);
  }

  function feedOf(partyId: string): MemoryList<FeedChange> {
    const present = rows.feeds.get(partyId);
    if (present !== undefined) return present;
    const created = new MemoryList<FeedChange>(rows.log);
    rows.feeds.put(partyId, created);
    return created;
  }

  return {
    ...paymentRows(rows),
    async lockBalances(accounts, ccy) {
      return new Map([...new Set(accounts)].map((account) => [account, lock(account, ccy)]));
    },
    async post(postings) {
      for (const posting of postings) write(posting);
      for (const account of new Set(postings.flatMap((posting) => [posting.debit, posting.credit]))) {
        const balanceMinor = rows.accounts.get(account)?.balanceMinor ?? 0;
        assert(balanceMinor >= 0 || mayBeNegative(account), `balance of ${account} stays at or above zero`);
      }
    },
    async appendFeed(partyId, make) {
      const feed = feedOf(partyId);
      const seq = feed.length + 1;
      feed.append(make(seq));
      return seq;
    },
  };
}

type PaymentHalf = Pick<LedgerTx, 'paymentById' | 'paymentBySale' | 'insertPayment'>;

function paymentRows(rows: MemoryRows): PaymentHalf {
  return {
    async paymentById(id) {
      return rows.payments.get(id) ?? null;
    },
    async paymentBySale(sale) {
      const id = rows.settledSales.get(saleKey(sale));
      return id === undefined ? null : (rows.payments.get(id) ?? null);
    },
    async insertPayment(row: PaymentRow) {
      if (rows.payments.has(row.id)) return false;
      rows.payments.put(row.id, row);
      if (row.verdict.state === 'settled') {
        rows.settledSales.insert(saleKey(row), row.id);
        rows.paidInvoices.insert(invoiceKey(row), row.id);
      }
      return true;
    },
  };
}
