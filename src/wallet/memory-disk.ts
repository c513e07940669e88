/**
 * The disk behind the store in memory. A transaction works on a copy that replaces the disk's rows at commit, so that a failing
 * one leaves nothing; only the tables that it writes to are really copied. What a disk held at some time is therefore its `rows`
 * of that time.
 */
import type { Bytes } from '#base/bytes.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { Es256Signer } from '#protocol/objects.ts';
import type { StorageError, StoreEvent } from './ports.ts';
import type { ClaimRecord, EvidenceRecord, HistoryRecord, IdentityRecord, ListsRecord, NoteRecord, OutboxRow, PasskeyTrialRecord, PaymentRecord, PinCheckRecord, PurseRecord, SaleRecord, TruthRecord, UnclaimedRecord, VoucherRecord } from './records.ts';

export type Rows = {
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
  signedOut: boolean;
  truth: TruthRecord | undefined;
  pinCheck: PinCheckRecord | undefined;
  passkeyTrial: PasskeyTrialRecord | undefined;
  keys: KeptKeys;
};

/** They lie in the same database as the rows, and come and go with it. */
type KeptKeys = { readonly signer: Es256Signer | null; readonly codeKey: Bytes | null };

/** A table as a transaction sees it. */
export type RowMap<K, R> = Pick<Map<K, R>, 'get' | 'has' | 'set' | 'delete' | 'values' | 'size'>;
export type OpenRows = { [Name in keyof Rows]: Rows[Name] extends Map<infer K, infer R> ? RowMap<K, R> : Rows[Name] };

/** What a test or the simulator does to the disk behind the wallet's back. */
export type MemoryDisk = {
  rows: Rows;
  fence: number;
  /** Grows when the rows are exchanged from outside: a transaction that was asked for before is undone. */
  epoch: number;
  /** Set to let the next transaction fail; called with its kind. */
  fault: ((kind: 'read' | 'write') => StorageError | null) | null;
  /** Commits so far. */
  commits: number;
  readonly listeners: Set<{ readonly owner: object; readonly tell: (event: StoreEvent) => void }>;
  /** Transactions run one after the other, as IndexedDB's write transactions do. */
  queue: Promise<unknown>;
};

export const NO_KEYS: KeptKeys = { signer: null, codeKey: null };

export function createMemoryDisk(): MemoryDisk {
  return { rows: emptyRows(), fence: 0, epoch: 0, fault: null, commits: 0, listeners: new Set(), queue: Promise.resolve() };
}

/** Other rows in the place of these, as when a profile is set back; what is under way does not land on them. */
export function exchangeRows(disk: MemoryDisk, rows: Rows): void {
  disk.rows = rows;
  disk.epoch += 1;
}

/** What eviction does: everything is gone, open handles are told. Who wrote before writes no more. */
export function clearMemoryDisk(disk: MemoryDisk): void {
  exchangeRows(disk, emptyRows());
  disk.fence += 1;
  for (const listener of disk.listeners) listener.tell('cleared');
}

/** `commit` takes place at once with the end of the work, or not at all. */
type Done<T> = { readonly value: T; readonly commit?: () => void };

/** One transaction after the other. */
export function inTurn<T>(disk: MemoryDisk, allowed: () => Promise<StorageError | null>, work: () => Promise<Done<T>>): Promise<Result<T, StorageError>> {
  const { epoch } = disk;
  const isGone = (): boolean => disk.epoch !== epoch;
  const turn = disk.queue.then(async () => {
    const fault = isGone() ? 'STORAGE_CLEARED' : await allowed();
    if (fault !== null) return err(fault);
    const { value, commit } = await work();
    if (isGone()) return err('STORAGE_CLEARED');
    commit?.();
    return ok(value);
  });
  disk.queue = turn.catch(() => undefined);
  return turn;
}

export function emptyRows(): Rows {
  const money = { payments: new Map(), sales: new Map(), history: new Map(), outbox: new Map() };
  const offline = { purses: new Map(), vouchers: new Map(), claims: new Map(), evidence: new Map(), notes: new Map(), unclaimed: new Map() };
  return { ...money, ...offline, lists: undefined, identity: undefined, signedOut: false, truth: undefined, pinCheck: undefined, passkeyTrial: undefined, keys: NO_KEYS };
}

/** Rows to work on, and what has become of them. */
export function openRows(before: Rows): { readonly rows: OpenRows; readonly settled: () => Rows } {
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
