/**
 * The wallet's store in memory: for unit tests and the simulator. One MemoryDisk may be opened many times, as several tabs
 * open one database.
 */
import { assert } from '#base/assert.ts';
import { recordIdOf } from '#protocol/feed-record.ts';
import { standingOf } from '#protocol/claim-state.ts';
import { emptyRows, inTurn, type MemoryDisk, openRows, type OpenRows, type RowMap, type Rows } from './memory-disk.ts';
import type { OrderedTable, Position, StorageError, Table, WalletStore, WalletTx } from './ports.ts';
import type { HistoryRecord, PaymentRecord, SaleRecord, VoucherRecord } from './records.ts';

export function createMemoryStore(disk: MemoryDisk): WalletStore {
  const owner = {};
  const mayWrite = async (): Promise<StorageError | null> => disk.fault?.('write') ?? null;
  const commit = (rows: Rows): void => {
    disk.rows = rows;
    disk.commits += 1;
    for (const listener of disk.listeners) if (listener.owner !== owner) listener.tell('changed');
  };
  return {
    read: (work) => inTurn(disk, async () => disk.fault?.('read') ?? null, async () => ({ value: await work(transaction(openRows(disk.rows).rows)) })),
    async write<T>(fence: number, work: (tx: WalletTx) => Promise<T>) {
      const allowed = async () => (await mayWrite()) ?? (fence === disk.fence ? null : 'NOT_WRITER');
      return inTurn(disk, allowed, async () => {
        const { rows, settled } = openRows(disk.rows);
        return { value: await work(transaction(rows)), commit: () => commit(settled()) };
      });
    },
    takeFence: () => inTurn(disk, mayWrite, async () => ({ value: ++disk.fence })),
    onEvent(tell) {
      const listener = { owner, tell };
      disk.listeners.add(listener);
      return () => disk.listeners.delete(listener);
    },
    clear: () => inTurn<'cleared' | 'held'>(disk, mayWrite, async () => {
      if (disk.rows.outbox.size > 0) return { value: 'held' };
      disk.fence += 1;
      return { value: 'cleared', commit: () => commit({ ...emptyRows(), signedOut: true }) };
    }),
    close: () => undefined,
  };
}

function transaction(rows: OpenRows): WalletTx {
  return {
    payments: {
      ...ordered(rows.payments, (row) => row.id, (row) => ({ atMs: row.createdAtMs, id: row.id })),
      byInvoice: async (hash) => chooseByInvoice([...rows.payments.values()].filter((row) => row.invoiceHash === hash)),
      paidBefore: async (merchantId) => [...rows.payments.values()].some((row) => row.merchantId === merchantId && row.state.kind === 'settled'),
    },
    sales: {
      ...ordered(rows.sales, (row) => row.id, (row) => ({ atMs: row.createdAtMs, id: row.id })),
      open: async () => [...rows.sales.values()].filter((row) => row.state.kind === 'open'),
      unseen: async () => [...rows.sales.values()].filter(({ state }) => (state.kind === 'paid' || state.kind === 'taken') && !state.seen).sort(bySaleAge),
      byInvoice: async (hash) => [...rows.sales.values()].find((row) => row.invoices.some((invoice) => invoice.hash === hash)),
    },
    history: {
      ...ordered(rows.history, (row) => row.seq, historyPosition),
      newestShown: async (limit, before) => newest([...rows.history.values()].filter(isShown), historyPosition, limit, before),
      shown: async (id) => [...rows.history.values()].find((row) => recordIdOf(row.entry) === id),
      appealed: async (subjects) => new Set([...rows.history.values()].flatMap(({ entry }) => (entry.kind === 'appeal' && subjects.includes(entry.subject) ? [entry.subject] : []))),
      firstMissing: async () => {
        let seq = 1;
        while (rows.history.has(seq)) seq++;
        return seq;
      },
    },
    outbox: {
      ...table(rows.outbox, (row) => row.id),
      all: async () => [...rows.outbox.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
      count: async () => rows.outbox.size,
    },
    purses: table(rows.purses, (row) => row.id),
    vouchers: voucherTable(rows.vouchers),
    claims: {
      ...table(rows.claims, (row) => row.id),
      ofPurse: async (purseId) => ofPurse(rows.claims, purseId),
      waiting: async () => [...rows.claims.values()].filter((row) => standingOf(row) === 'waiting'),
      lost: async () => [...rows.claims.values()].filter((row) => standingOf(row) === 'lost'),
    },
    evidence: { ...table(rows.evidence, (row) => row.id), ofPurse: async (purseId) => ofPurse(rows.evidence, purseId) },
    notes: {
      ...table(rows.notes, (row) => row.id),
      ofVoucher: async (vid) => [...rows.notes.values()].filter((row) => row.vid === vid).sort((a, b) => a.iatSeconds - b.iatSeconds),
    },
    unclaimed: table(rows.unclaimed, (row) => row.id),
    lists: async () => rows.lists,
    putLists: async (record) => {
      rows.lists = frozen(record);
    },
    identity: async () => rows.identity,
    putIdentity: async (record) => {
      rows.identity = frozen(record);
      rows.signedOut = false;
    },
    signedOut: async () => rows.signedOut,
    truth: async () => rows.truth,
    putTruth: async (record) => {
      rows.truth = frozen(record);
    },
    pinCheck: async () => rows.pinCheck,
    putPinCheck: async (record) => {
      rows.pinCheck = frozen(record);
    },
    passkeyTrial: async () => rows.passkeyTrial,
    putPasskeyTrial: async (record) => {
      rows.passkeyTrial = frozen(record);
    },
    quarantine: async () => 0,
  };
}

function voucherTable(rows: RowMap<string, VoucherRecord>): WalletTx['vouchers'] {
  const plain = ordered(rows, (row) => row.id, (row) => ({ atMs: row.createdAtMs, id: row.id }));
  return {
    ...plain,
    put: async (row) => {
      const twin = [...rows.values()].find((other) => other.purseId === row.purseId && other.seq === row.seq);
      assert(twin === undefined || twin.id === row.id, 'a purse has one voucher for each number');
      await plain.put(row);
    },
    byInvoice: async (hash) => chooseVoucher([...rows.values()].filter((row) => row.invoiceHash === hash)),
    ofPurse: async (purseId) => ofPurse(rows, purseId),
  };
}

function ofPurse<R extends { readonly purseId: string; readonly seq: number }>(rows: Pick<RowMap<string, R>, 'values'>, purseId: string): R[] {
  return [...rows.values()].filter((row) => row.purseId === purseId).sort((a, b) => a.seq - b.seq);
}

function isShown({ entry }: HistoryRecord): boolean {
  return recordIdOf(entry) !== null;
}

function historyPosition({ entry }: HistoryRecord): Position {
  return { atMs: entry.atMs, id: recordIdOf(entry) ?? String(entry.seq) };
}

function bySaleAge(a: SaleRecord, b: SaleRecord): number {
  return a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1);
}

function chooseByInvoice(found: readonly PaymentRecord[]): PaymentRecord | undefined {
  const newestFirst = [...found].sort((a, b) => b.createdAtMs - a.createdAtMs);
  return newestFirst.find((row) => row.state.kind !== 'refused') ?? newestFirst[0];
}

function chooseVoucher(found: readonly VoucherRecord[]): VoucherRecord | undefined {
  return found.find(({ state }) => state.kind !== 'returned' && state.kind !== 'voided') ?? found[0];
}

function table<K, R extends object>(rows: RowMap<K, R>, keyOf: (row: R) => K): Table<K, R> {
  return {
    get: async (key) => rows.get(key),
    put: async (row) => {
      rows.set(keyOf(row), frozen(row));
    },
    delete: async (key) => {
      rows.delete(key);
    },
    all: async () => [...rows.values()],
  };
}

function ordered<K, R extends object>(rows: RowMap<K, R>, keyOf: (row: R) => K, positionOf: (row: R) => Position): OrderedTable<K, R> {
  return {
    ...table(rows, keyOf),
    newest: async (limit, before) => newest([...rows.values()], positionOf, limit, before),
    count: async () => rows.size,
  };
}

function newest<R>(rows: readonly R[], positionOf: (row: R) => Position, limit: number, before?: Position): R[] {
  assert(limit >= 0, 'a page has no negative size');
  return rows
    .filter((row) => before === undefined || compare(positionOf(row), before) < 0)
    .sort((a, b) => compare(positionOf(b), positionOf(a)))
    .slice(0, limit);
}

function compare(a: Position, b: Position): number {
  if (a.atMs !== b.atMs) return a.atMs - b.atMs;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}

/** A stored row never changes under the reader's hands; a row that is not plain data would not survive IndexedDB either. */
function frozen<R extends object>(row: R): R {
  return Object.freeze({ ...row });
}
