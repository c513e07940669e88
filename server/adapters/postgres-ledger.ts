/** The money half of an SQL transaction. Every read that a decision rests on comes after the lock that keeps it true. */
import { assert } from '#base/assert.ts';
import type { PaymentVerdict } from '#protocol/http.ts';
import type { LedgerAccount, LedgerTx, PaymentRow, Posting } from '#server/core/ports.ts';
import type { Sql } from './postgres-database.ts';
import { PURSES } from './postgres-purse-statements.ts';
import { invoiceOf } from './postgres-purses.ts';
import type { LedgerStatements } from './postgres-statements.ts';

type AccountRow = { readonly id: string; readonly ccy: number; readonly balance_minor: number };

export type PaymentSqlRow = {
  readonly id: string;
  readonly payer_party_id: string;
  readonly device_id: string;
  readonly merchant_id: string;
  readonly terminal: number;
  readonly sale_nonce: string;
  readonly invoice_hash: string;
  readonly amount_minor: number;
  readonly ccy: number;
  readonly fingerprint: string;
  readonly verdict: string;
};

export function paymentOf(row: PaymentSqlRow): PaymentRow {
  return {
    id: row.id,
    payerPartyId: row.payer_party_id,
    deviceId: row.device_id,
    merchantId: row.merchant_id,
    terminal: row.terminal,
    saleNonce: row.sale_nonce,
    invoiceHash: row.invoice_hash,
    amountMinor: row.amount_minor,
    ccy: row.ccy,
    fingerprint: row.fingerprint,
    // Written by insertPayment below, and by nothing else.
    verdict: JSON.parse(row.verdict) as PaymentVerdict,
  };
}

/** What each account gains or loses by these postings: one balance row an account, however many postings. */
function deltasOf(postings: readonly Posting[]): Map<LedgerAccount, number> {
  const deltas = new Map<LedgerAccount, number>();
  for (const { debit, credit, amountMinor } of postings) {
    deltas.set(debit, (deltas.get(debit) ?? 0) - amountMinor);
    deltas.set(credit, (deltas.get(credit) ?? 0) + amountMinor);
  }
  return deltas;
}

/** `statements` is given, so that a race test can take a lock away and see the double spend that it prevents. */
export function ledgerTx(sql: Sql, statements: LedgerStatements): LedgerTx {
  const locked = new Set<LedgerAccount>();

  async function insertJournal(postings: readonly Posting[]): Promise<void> {
    const column = <T>(pick: (posting: Posting) => T): T[] => postings.map(pick);
    await sql.query(statements.insertJournal, [
      column((posting) => posting.ref),
      column((posting) => posting.leg),
      column((posting) => posting.debit),
      column((posting) => posting.credit),
      column((posting) => posting.amountMinor),
      column((posting) => posting.ccy),
      column((posting) => posting.atMs),
    ]);
  }

  async function moveBalances(postings: readonly Posting[]): Promise<void> {
    const deltas = deltasOf(postings);
    const ccy = postings[0]?.ccy;
    assert(postings.every((posting) => posting.ccy === ccy), 'one transaction posts in one currency');
    for (const account of deltas.keys()) assert(locked.has(account), `account ${account} was not locked`);
    const moved = await sql.query<{ id: string }>(statements.moveBalances, [[...deltas.keys()], [...deltas.values()], ccy]);
    assert(moved.length === deltas.size, 'every balance was moved');
  }

  return {
    ...paymentRows(sql, statements),
    async lockBalances(accounts, ccy) {
      const wanted = [...new Set(accounts)].sort();
      // Both are sent at once; the lock is taken after the rows exist.
      const [, rows] = await Promise.all([
        sql.query(statements.openAccounts, [wanted, ccy]),
        sql.query<AccountRow>(statements.lockAccounts, [wanted]),
      ]);
      assert(rows.length === wanted.length, 'every account was locked');
      for (const row of rows) {
        assert(row.ccy === ccy, `account ${row.id} is kept in ${row.ccy}, not ${ccy}`);
        locked.add(row.id);
      }
      return new Map(rows.map((row) => [row.id, row.balance_minor]));
    },
    async post(postings) {
      if (postings.length === 0) return;
      for (const { amountMinor } of postings) assert(Number.isSafeInteger(amountMinor) && amountMinor > 0, 'a posting moves a positive amount');
      await Promise.all([insertJournal(postings), moveBalances(postings)]);
    },
    async appendFeed(partyId, make) {
      const [row] = await sql.query<{ head: number }>(statements.nextFeedSeq, [partyId]);
      assert(row !== undefined, 'the feed has a next number');
      await sql.query(statements.insertFeed, [partyId, row.head, JSON.stringify(make(row.head))]);
      return row.head;
    },
  };
}

type PaymentHalf = Pick<LedgerTx, 'paymentById' | 'paymentBySale' | 'insertPayment'>;

function paymentRows(sql: Sql, statements: LedgerStatements): PaymentHalf {
  return {
    async paymentById(id) {
      const [row] = await sql.query<PaymentSqlRow>(statements.paymentById, [id]);
      return row === undefined ? null : paymentOf(row);
    },
    async paymentBySale({ merchantId, terminal, saleNonce, amountMinor }) {
      const [row] = await sql.query<PaymentSqlRow>(statements.paymentBySale, [merchantId, terminal, saleNonce, amountMinor]);
      return row === undefined ? null : paymentOf(row);
    },
    async insertPayment(row) {
      const { id, payerPartyId, deviceId, merchantId, terminal, saleNonce, invoiceHash, amountMinor, ccy, fingerprint, verdict } = row;
      const values = [id, payerPartyId, deviceId, merchantId, terminal, saleNonce, invoiceHash, amountMinor, ccy, fingerprint, JSON.stringify(verdict)];
      const inserted = await sql.query(statements.insertPayment, values);
      if (inserted.length === 0) return false;
      if (verdict.state === 'settled') {
        const sale = sql.query(statements.insertSettledSale, [merchantId, terminal, saleNonce, amountMinor, id]);
        await Promise.all([sale, sql.query(PURSES.insertPaidInvoice, [...invoiceOf(row), id])]);
      }
      return true;
    },
  };
}
