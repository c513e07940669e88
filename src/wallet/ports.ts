/** What the wallet core needs from where it runs. Adapters: browser/ (Dexie, fetch, WebCrypto, Web Locks) and memory. */
import type { Result } from '#base/result.ts';
import type { DeviceError } from '#protocol/errors.ts';
import type { Es256Signer } from '#protocol/objects.ts';
import type { HistoryRecord, IdentityRecord, OutboxRow, PaymentRecord, SaleRecord, TruthRecord } from './records.ts';

export type StorageError = Extract<
  DeviceError,
  'STORAGE_FULL' | 'STORAGE_BROKEN' | 'STORAGE_CLEARED' | 'STORAGE_OUTDATED' | 'STORAGE_UNSUPPORTED' | 'STORAGE_SLOW' | 'NOT_WRITER'
>;

/** One table inside a transaction. Only these calls may be awaited there: awaiting anything else ends an IndexedDB transaction. */
export interface Table<K, R> {
  get(key: K): Promise<R | undefined>;
  put(row: R): Promise<void>;
  delete(key: K): Promise<void>;
  all(): Promise<R[]>;
}

export interface OrderedTable<K, R> extends Table<K, R> {
  /** Newest first, at most `limit`, older than `before` where given. */
  newest(limit: number, before?: K): Promise<R[]>;
  count(): Promise<number>;
}

export interface WalletTx {
  readonly payments: OrderedTable<string, PaymentRecord> & { byInvoice(hash: string): Promise<PaymentRecord | undefined> };
  readonly sales: OrderedTable<string, SaleRecord> & { open(): Promise<SaleRecord[]> };
  readonly history: OrderedTable<number, HistoryRecord>;
  readonly outbox: OrderedTable<string, OutboxRow>;
  identity(): Promise<IdentityRecord | undefined>;
  putIdentity(record: IdentityRecord): Promise<void>;
  truth(): Promise<TruthRecord | undefined>;
  putTruth(record: TruthRecord): Promise<void>;
}

/**
 * The wallet's store. `write` is one strict transaction: all of it or nothing, on disk before it resolves; the fence is
 * checked inside it, so that a tab which lost the lock while frozen cannot write. `work` may run again after a dead handle.
 */
export interface WalletStore {
  read<T>(work: (tx: WalletTx) => Promise<T>): Promise<Result<T, StorageError>>;
  write<T>(fence: number, work: (tx: WalletTx) => Promise<T>): Promise<Result<T, StorageError>>;
  /** Takes the next fence number; earlier ones can no longer write. */
  takeFence(): Promise<Result<number, StorageError>>;
  /** Called after another context committed, and when the browser closed or cleared the store. */
  onEvent(listener: (event: 'changed' | 'cleared' | 'outdated') => void): () => void;
  /** Removes everything, keys included. The core refuses while the outbox is not empty. */
  clear(): Promise<Result<void, StorageError>>;
}

/** The device's signing key: made once, never readable, found again after a restart. */
export interface DeviceKeys {
  load(): Promise<Result<Es256Signer | null, StorageError>>;
  create(): Promise<Result<Es256Signer, StorageError>>;
}

export type HttpMethod = 'GET' | 'POST' | 'DELETE';

/** Three outcomes and no exception: an answer (any status), or none. */
export type HttpOutcome =
  | { readonly kind: 'answer'; readonly status: number; readonly json: unknown; readonly retryAfterMs: number | null }
  | { readonly kind: 'no-answer'; readonly why: 'network' | 'timeout' | 'garbage' };

export interface Http {
  /** `body` is sent as it stands. A 2xx or problem answer that is not JSON, or is over LIMITS.replyBytes, is garbage: no answer. */
  send(method: HttpMethod, path: string, body: string | null, timeoutMs: number): Promise<HttpOutcome>;
  /** The server's hint that the feed grew. Reconnects by itself; `onState` tells whether it is connected. */
  events(onHint: () => void, onState: (connected: boolean) => void): () => void;
}

/** One writer among all contexts of this origin. Steals from a holder that does not let go within `LOCK_WAIT_MS`. */
export interface Lock {
  run<T>(name: 'write' | 'sync', work: () => Promise<T>): Promise<T>;
  /** Runs only when the lock is free now; null otherwise. */
  tryRun<T>(name: 'write' | 'sync', work: () => Promise<T>): Promise<T | null>;
}

/** A mark outside the store that says "this browser had a wallet", so that a cleared store is not taken for a new one. */
export interface Canary {
  seen(): Promise<boolean>;
  set(): Promise<void>;
  clear(): Promise<void>;
}
