/**
 * The store on PostgreSQL. READ COMMITTED with explicit locks: a transaction locks the accounts it will touch in key order,
 * reads after that, and so runs as if alone; 40001 and 40P01 are retried by the database port. Isolation by SERIALIZABLE
 * was rejected: under twenty payers of one account it retried hundreds of times where the lock never does.
 */
import type { FeedChange } from '#protocol/http.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { PurseRow } from '#server/core/ports-offline.ts';
import type { Audit, PaymentRow, Posting, Store, Tx } from '#server/core/ports.ts';
import type { Database, Sql } from './postgres-database.ts';
import { deviceTx, partyTx, proofTx, sessionTx } from './postgres-identity.ts';
import { IDENTITY } from './postgres-identity-statements.ts';
import { ledgerTx, paymentOf, type PaymentSqlRow } from './postgres-ledger.ts';
import { operatorTx } from './postgres-operator.ts';
import { PURSES } from './postgres-purse-statements.ts';
import { purseTx, voucherOf, type StoredVoucher } from './postgres-purses.ts';
import { rowOf, type SqlRow } from './postgres-rows.ts';
import { LEDGER, type LedgerStatements } from './postgres-statements.ts';
import { auditedPurse, auditedVoucher } from './store-audit.ts';

type FeedSqlRow = { readonly head: number; readonly balance_minor: number; readonly changes: string[] };
type AuditPurseRow = Pick<PurseRow, 'id' | 'partyId' | 'limMinor' | 'state'> & { readonly proved: boolean };
type PostingSqlRow = Omit<Posting, 'amountMinor' | 'atMs'> & { readonly amount_minor: number; readonly at_ms: number };

function sqlTx(sql: Sql, statements: LedgerStatements): Tx {
  return { ...ledgerTx(sql, statements), ...purseTx(sql), ...partyTx(sql), ...deviceTx(sql), ...sessionTx(sql), ...proofTx(sql), ...operatorTx(sql) };
}

function postingOf({ ref, leg, debit, credit, amount_minor, ccy, at_ms }: PostingSqlRow): Posting {
  return { ref, leg, debit, credit, amountMinor: amount_minor, ccy, atMs: at_ms };
}

async function readFeed(database: Sql, statements: LedgerStatements, values: readonly unknown[]) {
  const [row] = await database.query<FeedSqlRow>(statements.readFeed, values);
  // Written by appendFeed, and by nothing else.
  const changes = (row?.changes ?? []).map((change) => JSON.parse(change) as FeedChange);
  return { changes, headSeq: row?.head ?? 0, balanceMinor: row?.balance_minor ?? 0 };
}

/** The whole ledger as one snapshot. */
function readAudit(database: Database, statements: LedgerStatements): Promise<Audit> {
  return database.transaction(async (sql) => {
    await sql.script('set transaction isolation level repeatable read, read only');
    const balances = await sql.query<{ id: string; balance_minor: number }>(statements.auditAccounts, []);
    const journal = await sql.query<PostingSqlRow>(statements.auditJournal, []);
    const payments = await sql.query<PaymentSqlRow>(statements.auditPayments, []);
    const purses = (await sql.query<SqlRow<AuditPurseRow>>(PURSES.auditPurses, [])).map((row) => rowOf<AuditPurseRow>(row));
    const vouchers = (await sql.query<SqlRow<StoredVoucher>>(PURSES.auditVouchers, [])).map((row) => voucherOf(rowOf<StoredVoucher>(row)));
    return {
      balances: new Map(balances.map((row) => [row.id, row.balance_minor])),
      postings: journal.map(postingOf),
      payments: payments.map((row): PaymentRow => paymentOf(row)),
      purses: purses.map((purse) => auditedPurse(purse, purse.proved)),
      vouchers: vouchers.map(auditedVoucher),
    };
  });
}

async function sweep(database: Database, nowMs: number): Promise<void> {
  const { sweepSessions, sweepEnrolments, sweepChallenges, sweepConfirmations } = IDENTITY;
  for (const statement of [sweepSessions, sweepEnrolments, sweepChallenges, sweepConfirmations]) await database.query(statement, [nowMs]);
  await database.query(PURSES.sweepStatusLists, [nowMs - LIMITS.statusListKeptMs]);
}

/** The database must have been migrated. Closing the store closes the database. */
export function openPostgresStore(database: Database, statements: LedgerStatements = LEDGER): Store {
  return {
    transaction: (work) => database.transaction((sql) => work(sqlTx(sql, statements))),
    feed: (partyId, account, after, limit) => readFeed(database, statements, [partyId, account, after, limit]),
    async feedHeads(partyIds) {
      const rows = await database.query<{ party_id: string; head: number }>(statements.feedHeads, [partyIds]);
      const heads = new Map(rows.map((row) => [row.party_id, row.head]));
      return new Map(partyIds.map((partyId) => [partyId, heads.get(partyId) ?? 0]));
    },
    balance: async (account) => (await database.query<{ balance_minor: number }>(statements.balance, [account]))[0]?.balance_minor ?? 0,
    sweep: (nowMs) => sweep(database, nowMs),
    audit: () => readAudit(database, statements),
    async ping() {
      await database.query(statements.ping, []);
    },
    close: () => database.close(),
  };
}
