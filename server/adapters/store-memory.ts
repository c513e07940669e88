/**
 * The store in memory: for tests and the simulator. Transactions run strictly one after the other and are undone whole
 * when their body throws, so it has the semantics of the SQL store with every lock taken. It never writes to a disk: a
 * server that keeps money must not be started on it.
 */
import { LIMITS } from '#protocol/limits.ts';
import type { LedgerTx, Store, Tx } from '#server/core/ports.ts';
import { auditedPurse, auditedVoucher } from './store-audit.ts';
import { deviceTx, partyTx, proofTx, sessionTx } from './store-memory-identity.ts';
import { ledgerTx } from './store-memory-ledger.ts';
import { operatorTx } from './store-memory-operator.ts';
import { purseTx } from './store-memory-purses.ts';
import { MemoryRows } from './store-memory-rows.ts';
import type { MemoryTable } from './store-memory-table.ts';

/** All but the ledger's part, which knows what a transaction has locked. */
function lockless(rows: MemoryRows): Omit<Tx, keyof LedgerTx> {
  return { ...purseTx(rows), ...partyTx(rows), ...deviceTx(rows), ...sessionTx(rows), ...proofTx(rows), ...operatorTx(rows) };
}

async function runTransaction<T>(rows: MemoryRows, rest: Omit<Tx, keyof LedgerTx>, work: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    const value = await work({ ...rest, ...ledgerTx(rows) });
    rows.log.keep();
    return value;
  } catch (thrown) {
    rows.log.undo();
    throw thrown;
  }
}

function deleteExpired<V>(table: MemoryTable<string, V>, nowMs: number, expiresAtMs: (row: V) => number): void {
  for (const [key, row] of table.entries()) if (expiresAtMs(row) <= nowMs) table.delete(key);
}

function sweepRows(rows: MemoryRows, nowMs: number): void {
  deleteExpired(rows.sessions, nowMs, (session) => session.expiresAtMs);
  deleteExpired(rows.enrolments, nowMs, (enrolment) => enrolment.expiresAtMs);
  deleteExpired(rows.challenges, nowMs, (expiresAtMs) => expiresAtMs);
  deleteExpired(rows.confirmations, nowMs, (confirmation) => confirmation.expiresAtMs);
  sweepStatusLists(rows, nowMs - LIMITS.statusListKeptMs);
  rows.log.keep();
}

/** Those that a newer one has replaced before that time. */
function sweepStatusLists(rows: MemoryRows, replacedBeforeMs: number): void {
  const newestOld = Math.max(0, ...rows.statusLists.filter((list) => list.atMs < replacedBeforeMs).map((list) => list.seq));
  for (const seq of rows.statusLists.keys()) if (seq < newestOld) rows.statusLists.delete(seq);
}

/** Runs pieces of work one by one, in the order they came. */
function queue(): <T>(work: () => T | Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const run = last.then(work);
    last = run.catch(() => undefined);
    return run;
  };
}

export function openMemoryStore(): Store {
  const rows = new MemoryRows();
  const rest = lockless(rows);
  const inTurn = queue();
  return {
    transaction: (work) => inTurn(() => runTransaction(rows, rest, work)),
    feed: (partyId, account, after, limit) =>
      inTurn(() => {
        const feed = rows.feeds.get(partyId);
        return {
          changes: feed?.slice(after, after + limit) ?? [],
          headSeq: feed?.length ?? 0,
          balanceMinor: rows.accounts.get(account)?.balanceMinor ?? 0,
        };
      }),
    feedHeads: (partyIds) => inTurn(() => new Map(partyIds.map((id) => [id, rows.feeds.get(id)?.length ?? 0]))),
    balance: (account) => inTurn(() => rows.accounts.get(account)?.balanceMinor ?? 0),
    sweep: (nowMs) => inTurn(() => sweepRows(rows, nowMs)),
    audit: () =>
      inTurn(() => ({
        balances: new Map(rows.accounts.entries().map(([account, row]) => [account, row.balanceMinor])),
        postings: rows.journal.slice(0),
        payments: rows.payments.filter(() => true),
        purses: rows.purses.filter(() => true).map((purse) => auditedPurse(purse, rows.proofs.has(purse.id))),
        vouchers: rows.vouchers.filter(() => true).map(auditedVoucher),
      })),
    ping: async () => undefined,
    close: async () => undefined,
  };
}
