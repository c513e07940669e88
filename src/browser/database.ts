/**
 * The database's shape and its connection. Money is written with strict durability: on disk before the promise resolves.
 * A connection that the browser closed, or that another tab's upgrade made old, is never used again and never reopens by itself.
 */
import { Dexie, type Table, type Transaction } from 'dexie';
import { err, ok, type Result } from '#base/result.ts';
import { recordIdOf } from '#protocol/feed-record.ts';
import type { StorageError, StoreEvent } from '#wallet/ports.ts';
import { beginFreshLog } from './fresh-log.ts';
import { isHistoryRecord } from './row-check.ts';
import { classifyStorageError } from './storage-errors.ts';

export const DATABASE_NAME = 'chit';

/** How long an upgrade waits for tabs that hold the old shape. */
const BLOCKED_MS = 2_000;
/** How long the first write of a connection waits for a fresh log. */
const FRESH_LOG_MS = 2_000;

type Version = {
  readonly version: number;
  readonly stores: { readonly [table: string]: string };
  /** What rows of the version before need, besides being there. */
  readonly upgrade?: (tx: Transaction) => PromiseLike<unknown>;
};

/** Every released shape, oldest first. A released line never changes: a new shape is a new line. */
const VERSIONS: readonly Version[] = [
  {
    version: 1,
    stores: {
      payments: 'id, invoiceHash, [createdAtMs+id], [merchantId+state.kind], state.kind',
      // `attention` is derived: 'open' or 'unseen', absent otherwise.
      sales: 'id, [createdAtMs+id], attention',
      // Only credits have an entryId, so the compound index holds credits alone.
      history: 'seq, entry.entryId, [entry.atMs+entry.entryId]',
      outbox: 'id',
      // By name: identity, truth, fence, lists, pin-check, passkey-trial, and what a sign-out leaves.
      single: 'name',
      keys: 'name',
      quarantine: '++at',
    },
  },
  // One voucher for each number of a purse: the database itself refuses a second one.
  { version: 2, stores: { purses: 'id', vouchers: 'id, invoiceHash, &[purseId+seq], [createdAtMs+id]' } },
  {
    version: 3,
    stores: {
      // `hashes` and `standing` are derived, as `attention` is: of all codes that a sale has shown; 'waiting' or 'lost', absent otherwise.
      sales: 'id, [createdAtMs+id], attention, *hashes',
      claims: 'id, [purseId+seq], standing',
      evidence: 'id, [purseId+seq]',
    },
    upgrade: (tx) => tx.table('sales').toCollection().modify(addHashes),
  },
  { version: 4, stores: { notes: 'id, [vid+iatSeconds]', unclaimed: 'id' } },
  {
    version: 5,
    // `shown` is derived too: the name of an entry that is a record of its own, absent for the others. Only appeals have a subject.
    stores: { history: 'seq, shown, [entry.atMs+shown], entry.subject' },
    upgrade: (tx) => tx.table('history').toCollection().modify(addShown),
  },
];

/** Of a row that may be damaged: then it has none, and is put aside when it is read. */
function addHashes(sale: { invoices?: unknown; hashes?: unknown }): void {
  const invoices: unknown[] = Array.isArray(sale.invoices) ? sale.invoices : [];
  sale.hashes = invoices.flatMap((one) => (typeof one === 'object' && one !== null && 'hash' in one ? [one.hash] : []));
}

function addShown(row: { shown?: unknown }): void {
  const id = isHistoryRecord(row) ? recordIdOf(row.entry) : null;
  if (id !== null) row.shown = id;
}

export const NEWEST_VERSION = Math.max(...VERSIONS.map(({ version }) => version));
/** Dexie counts in tens. */
const NEWEST_NATIVE_VERSION = 10 * NEWEST_VERSION;

export const TABLES = ['payments', 'sales', 'history', 'outbox', 'purses', 'vouchers', 'claims', 'evidence', 'notes', 'unclaimed', 'single', 'keys', 'quarantine'] as const;

export type DatabaseOptions = {
  /** Null where the browser has none. */
  readonly indexedDB: IDBFactory | null;
  readonly IDBKeyRange: typeof IDBKeyRange | null;
  /** How long opening may take before the user is told. */
  readonly openTimeoutMs: number;
  readonly onUpgradeFailed?: (cause: unknown) => void;
};

export type Database = {
  /** One transaction on a live connection. A dead connection is replaced and the work runs once more. */
  run<T>(mode: 'r' | 'rw', work: (tx: Transaction) => Promise<T>): Promise<Result<T, StorageError>>;
  onEvent(listener: (event: Extract<StoreEvent, 'cleared' | 'outdated'>) => void): () => void;
  /** For good: a later run() must not open it again. */
  close(): void;
};

type Connection = { readonly db: Dexie; readonly writable: Promise<void> };

export function openDatabase(options: DatabaseOptions): Database {
  const listeners = new Set<(event: 'cleared' | 'outdated') => void>();
  let opening: Promise<Connection> | null = null;
  let ended: StorageError | null = null;
  let looking: Promise<void> | null = null;
  const tell = (event: 'cleared' | 'outdated'): void => {
    if (event === 'outdated') ended = 'STORAGE_OUTDATED';
    for (const listener of listeners) listener(event);
  };
  /** Only the connection that failed: another call may have opened a new one already. */
  const drop = (mine: Promise<Connection>): void => {
    if (opening === mine) opening = null;
    void mine.then(({ db }) => db.close({ disableAutoOpen: true })).catch(() => undefined);
  };
  const connect = (): Promise<Connection> => {
    if (opening !== null) return opening;
    // Dexie says 'close' for a connection that we close, too: only the one in use matters.
    const old = (): void => {
      if (opening !== mine) return;
      drop(mine);
      tell('outdated');
    };
    const mine = openOnce(options, { old, closed: () => died(mine) });
    opening = mine;
    void mine.catch(() => {
      if (opening === mine) opening = null;
    });
    return mine;
  };
  async function run<T>(mode: 'r' | 'rw', work: (tx: Transaction) => Promise<T>): Promise<Result<T, StorageError>> {
    for (let tries = 0; ; tries++) {
      // An old tab must not write rows of its old shape into a newer database.
      if (ended !== null) return err(ended);
      const connection = connect();
      try {
        const db = await readyFor(mode, connection);
        return ok(await db.transaction(mode, [...TABLES], (tx) => work(tx)));
      } catch (error) {
        if (error instanceof OpenTimeout) return err('STORAGE_SLOW');
        if (error instanceof UpgradeFailed) return err('STORAGE_UPGRADE');
        const trouble = classifyStorageError(error);
        if (trouble === 'bug') throw error;
        if (trouble !== 'dead') return refuse(trouble, tell);
        died(connection);
        if (tries > 0) return err('STORAGE_BROKEN');
      }
    }
  }
  /** The browser closed the connection under us; an event or a failed call tells of it first. Reads of the empty database that follows an eviction fail no more. */
  function died(mine: Promise<Connection>): void {
    if (opening !== mine) return;
    drop(mine);
    looking ??= lookForRows().finally(() => (looking = null));
  }
  async function lookForRows(): Promise<void> {
    const rows = await run('r', (tx) => tx.table('single').count());
    if (rows.ok && rows.value === 0) tell('cleared');
  }
  return {
    run,
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      ended = 'STORAGE_BROKEN';
      if (opening !== null) drop(opening);
    },
  };
}

function refuse(trouble: StorageError, tell: (event: 'outdated') => void): Result<never, StorageError> {
  if (trouble === 'STORAGE_OUTDATED') tell('outdated');
  return err(trouble);
}

class OpenTimeout extends Error {}
/** A bug in an upgrade. The browser has taken all of it back: the rows are as they were, for a version that can. */
class UpgradeFailed extends Error {}

async function readyFor(mode: 'r' | 'rw', connection: Promise<Connection>): Promise<Dexie> {
  const { db, writable } = await connection;
  if (mode === 'rw') await writable;
  return db;
}

type Ends = { readonly old: () => void; readonly closed: () => void };

async function openOnce(options: DatabaseOptions, ends: Ends): Promise<Connection> {
  const { indexedDB, IDBKeyRange } = options;
  if (indexedDB === null || IDBKeyRange === null) throw new DOMException('no IndexedDB here', 'SecurityError');
  const db = makeDexie({ indexedDB, IDBKeyRange });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const giveUpAfter = (delayMs: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => reject(new OpenTimeout('opening the database takes too long')), delayMs);
    };
    giveUpAfter(options.openTimeoutMs);
    // Our own tabs let go when they are asked. One that has not will not: the user has to close it.
    db.on('blocked', () => giveUpAfter(Math.min(BLOCKED_MS, options.openTimeoutMs)));
  });
  try {
    await Promise.race([db.open(), late]);
    // Dexie would work on the tables of a newer app; what they mean there, this app does not know.
    if (db.backendDB().version > NEWEST_NATIVE_VERSION) throw new DOMException('the database belongs to a newer app', 'VersionError');
    // Dexie's own handler would close, reopen on the new shape and let old code write into it.
    db.on('versionchange', (event) => {
      // No new version: somebody deletes the database.
      if (event.newVersion === null) ends.closed();
      else ends.old();
      return false;
    });
    db.on('close', ends.closed);
    return { db, writable: beginFreshLog(indexedDB, Math.min(FRESH_LOG_MS, options.openTimeoutMs)) };
  } catch (error) {
    db.close({ disableAutoOpen: true });
    if (error instanceof OpenTimeout || classifyStorageError(error) !== 'bug') throw error;
    options.onUpgradeFailed?.(error);
    throw new UpgradeFailed('the upgrade failed', { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function makeDexie(place: { readonly indexedDB: IDBFactory; readonly IDBKeyRange: typeof IDBKeyRange }): Dexie {
  const db = new Dexie(DATABASE_NAME, { ...place, autoOpen: false, chromeTransactionDurability: 'strict' });
  for (const { version, stores, upgrade } of VERSIONS) {
    const shape = db.version(version).stores(stores);
    if (upgrade !== undefined) shape.upgrade(upgrade);
  }
  return db;
}

export type Row = { [name: string]: unknown };
export type Rows<K> = Table<Row, K>;
