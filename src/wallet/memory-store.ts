/**
 * The wallet's store in memory: for unit tests and the simulator. One MemoryDisk may be opened many times, as several tabs
 * open one database. A transaction works on a copy that replaces the disk's rows at commit, so that a failing one leaves nothing;
 * only the tables that it writes to are really copied. What a disk held at some time is therefore its `rows` of that time.
 */
import { assert } from '#base/assert.ts';
import { err, ok, type Result } from '#base/result.ts';
import { recordIdOf } from '#protocol/feed-record.ts';
import { standingOf } from '#protocol/claim-state.ts';
import type { OrderedTable, Position, StorageError, StoreEvent, Table, WalletStore, WalletTx } from './ports.ts';
import type { ClaimRecord, EvidenceRecord, HistoryRecord, IdentityRecord, ListsRecord, NoteRecord, OutboxRow, PasskeyTrialRecord, PaymentRecord, PinCheckRecord, PurseRecord, SaleRecord, TruthRecord, UnclaimedRecord, VoucherRecord } from './records.ts';

type Rows = {
  payments: Map<string, PaymentRecord>;
  sales: Map<string, SaleRecord>;
  history: Map<number, HistoryRecord>;
  outbox: Map<string, OutboxRow>;
  purses: Map<string, PurseRecord>;
  vouchers: Map<string, VoucherRecord>;
  claims: Map<string, ClaimRecord>;
  evidence: Map<string, EvidenceRecord>;
  notes: Map<string, NoteRecord>;
  unclaimed: Map<string, UnclaimedRecord>;
  lists: ListsRecord | undefined;
  identity: IdentityRecord | undefined;
  truth: TruthRecord | undefined;
  pinCheck: PinCheckRecord | undefined;
  passkeyTrial: PasskeyTrialRecord | undefined;
};

/** A table as a transaction sees it. */
type RowMap<K, R> = Pick<Map<K, R>, 'get' | 'has' | 'set' | 'delete' | 'values' | 'size'>;
type OpenRows = { [Name in keyof Rows]: Rows[Name] extends Map<infer K, infer R> ? RowMap<K, R> : Rows[Name] };

/** What a test or the simulator does to the disk behind the wallet's back. */
export type MemoryDisk = {
  rows: Rows;
  fence: number;
  /** Set to let the next transaction fail; called with its kind. */
  fault: ((kind: 'read' | 'write') => StorageError | null) | null;
  /** Commits so far. */
  commits: number;
  readonly listeners: Set<{ readonly owner: object; readonly tell: (event: StoreEvent) => void }>;
  /** Transactions run one after the other, as IndexedDB's write transactions do. */
  queue: Promise<unknown>;
};

export function createMemoryDisk(): MemoryDisk {
  return { rows: emptyRows(), fence: 0, fault: null, commits: 0, listeners: new Set(), queue: Promise.resolve() };
}

/** What eviction does: rows and fence are gone, open handles are told. */
export function clearMemoryDisk(disk: MemoryDisk): void {
  disk.rows = emptyRows();
  disk.fence = 0;
  for (const listener of disk.listeners) listener.tell('cleared');
}

export function createMemoryStore(disk: MemoryDisk): WalletStore {
  const owner = {};
  const commit = (rows: Rows): void => {
    disk.rows = rows;
    disk.commits += 1;
    for (const listener of disk.listeners) if (listener.owner !== owner) listener.tell('changed');
  };
  return {
    read: (work) => inTurn(disk, async () => disk.fault?.('read') ?? null, () => work(transaction(openRows(disk.rows).rows))),
    async write<T>(fence: number, work: (tx: WalletTx) => Promise<T>) {
      const allowed = async () => disk.fault?.('write') ?? (fence === disk.fence ? null : 'NOT_WRITER');
      return inTurn(disk, allowed, async () => {
        const { rows, settled } = openRows(disk.rows);
        const value = await work(transaction(rows));
        commit(settled());
        return value;
      });
    },
    takeFence: () => inTurn(disk, async () => disk.fault?.('write') ?? null, async () => ++disk.fence),
    onEvent(tell) {
      const listener = { owner, tell };
      disk.listeners.add(listener);
      return () => disk.listeners.delete(listener);
    },
    clear: () => inTurn(disk, async () => disk.fault?.('write') ?? null, async () => {
      if (disk.rows.outbox.size > 0) return 'held';
      disk.fence += 1;
      commit(emptyRows());
      return 'cleared';
    }),
  };
}

function inTurn<T>(disk: MemoryDisk, allowed: () => Promise<StorageError | null>, work: () => Promise<T>): Promise<Result<T, StorageError>> {
  const turn = disk.queue.then(async () => {
    const fault = await allowed();
    return fault === null ? ok(await work()) : err(fault);
  });
  disk.queue = turn.catch(() => undefined);
  return turn;
}

function emptyRows(): Rows {
  const money = { payments: new Map(), sales: new Map(), history: new Map(), outbox: new Map() };
  const offline = { purses: new Map(), vouchers: new Map(), claims: new Map(), evidence: new Map(), notes: new Map(), unclaimed: new Map() };
  return { ...money, ...offline, lists: undefined, identity: undefined, truth: undefined, pinCheck: undefined, passkeyTrial: undefined };
}

/** Rows to work on, and what has become of them. */
function openRows(before: Rows): { readonly rows: OpenRows; readonly settled: () => Rows } {
  const [payments, sales, history, outbox] = [open(before.payments), open(before.sales), open(before.history), open(before.outbox)];
  const [purses, vouchers, notes, unclaimed] = [open(before.purses), open(before.vouchers), open(before.notes), open(before.unclaimed)];
  const [claims, evidence] = [open(before.claims), open(before.evidence)];
  const rows: OpenRows = { ...before, payments, sales, history, outbox, purses, vouchers, claims, evidence, notes, unclaimed };
  const settled = (): Rows => {
    const money = { payments: payments.rows, sales: sales.rows, history: history.rows, outbox: outbox.rows };
    const offline = { purses: purses.rows, vouchers: vouchers.rows, claims: claims.rows, evidence: evidence.rows, notes: notes.rows, unclaimed: unclaimed.rows };
    return { ...rows, ...money, ...offline };
  };
  return { rows, settled };
}

function open<K, R>(rows: Map<K, R>): CopyOnWrite<K, R> {
  return new CopyOnWrite(rows);
}

class CopyOnWrite<K, R> implements RowMap<K, R> {
  rows: Map<K, R>;
  private copied = false;

  constructor(rows: Map<K, R>) {
    this.rows = rows;
  }

  get size(): number {
    return this.rows.size;
  }

  get(key: K): R | undefined {
    return this.rows.get(key);
  }

  has(key: K): boolean {
    return this.rows.has(key);
  }

  values(): MapIterator<R> {
    return this.rows.values();
  }

  set(key: K, row: R): Map<K, R> {
    return this.own().set(key, row);
  }

  delete(key: K): boolean {
    return this.own().delete(key);
  }

  private own(): Map<K, R> {
    if (!this.copied) this.rows = new Map(this.rows);
    this.copied = true;
    return this.rows;
  }
}

function transaction(rows: OpenRows): WalletTx {
  return {
    payments: {
      ...ordered(rows.payments, (row) => row.id, (row) => ({ atMs: row.createdAtMs, id: row.id })),
      byInvoice: async (hash) => chooseByInvoice([...rows.payments.values()].filter((row) => row.invoiceHash === hash)),
      sending: async () => [...rows.payments.values()].filter((row) => row.state.kind === 'sending'),
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
    },
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
