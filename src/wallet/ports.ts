/** What the wallet core needs from where it runs. Adapters: browser/ (Dexie, fetch, WebCrypto, Web Locks) and memory. */
import type { Bytes } from '#base/bytes.ts';
import type { Clock } from '#base/clock.ts';
import type { Log } from '#base/log.ts';
import type { Random } from '#base/random.ts';
import type { Result } from '#base/result.ts';
import type { Mac } from '#protocol/confirmation-code.ts';
import type { DeviceError } from '#protocol/errors.ts';
import type { Es256Signer, Es256Verifier } from '#protocol/objects.ts';
import type { Unpacking } from '#protocol/status-list.ts';
import type { ClaimRecord, EvidenceRecord, HistoryRecord, IdentityRecord, ListsRecord, NoteRecord, OutboxRow, PasskeyTrialRecord, PaymentRecord, PinCheckRecord, PurseRecord, SaleRecord, TruthRecord, UnclaimedRecord, VoucherRecord } from './records.ts';

export type StorageError = Extract<
  DeviceError,
  'STORAGE_FULL' | 'STORAGE_BROKEN' | 'STORAGE_CLEARED' | 'STORAGE_OUTDATED' | 'STORAGE_UNSUPPORTED' | 'STORAGE_SLOW' | 'STORAGE_UPGRADE' | 'NOT_WRITER'
>;

/** One table inside a transaction. Only these calls may be awaited there: awaiting anything else ends an IndexedDB transaction. */
export interface Table<K, R> {
  get(key: K): Promise<R | undefined>;
  put(row: R): Promise<void>;
  delete(key: K): Promise<void>;
  all(): Promise<R[]>;
}

/** Where a row stands among its kind: by time, then by id. Time is createdAtMs, or atMs of a history entry. */
export type Position = { readonly atMs: number; readonly id: string };

export interface OrderedTable<K, R> extends Table<K, R> {
  /** Newest first, at most `limit`, older than `before` where given. */
  newest(limit: number, before?: Position): Promise<R[]>;
  count(): Promise<number>;
}

export interface PaymentTable extends OrderedTable<string, PaymentRecord> {
  /** The payment of this invoice: one that is not refused if there is any, else the newest refused one. */
  byInvoice(hash: string): Promise<PaymentRecord | undefined>;
  /** True when a settled payment to this merchant is stored. */
  paidBefore(merchantId: string): Promise<boolean>;
}

export interface SaleTable extends OrderedTable<string, SaleRecord> {
  open(): Promise<SaleRecord[]>;
  /** Paid or taken, and not yet closed by the cashier; oldest first. */
  unseen(): Promise<SaleRecord[]>;
  /** The sale that has shown this code. */
  byInvoice(hash: string): Promise<SaleRecord | undefined>;
}

export interface ClaimTable extends Table<string, ClaimRecord> {
  /** By number. */
  ofPurse(purseId: string): Promise<ClaimRecord[]>;
  /** Without a verdict. */
  waiting(): Promise<ClaimRecord[]>;
  /** Goods may have been handed over, and not all of it is paid. */
  lost(): Promise<ClaimRecord[]>;
}

export interface EvidenceTable extends Table<string, EvidenceRecord> {
  ofPurse(purseId: string): Promise<EvidenceRecord[]>;
}

export interface VoucherTable extends OrderedTable<string, VoucherRecord> {
  /** The voucher of this invoice: one that did not come back if there is any. */
  byInvoice(hash: string): Promise<VoucherRecord | undefined>;
  /** By number. There is one for each number: another one with the same is a bug, and its write fails as a whole. */
  ofPurse(purseId: string): Promise<VoucherRecord[]>;
}

export interface NoteTable extends Table<string, NoteRecord> {
  /** Oldest first. */
  ofVoucher(vid: string): Promise<NoteRecord[]>;
}

export interface HistoryTable extends Table<number, HistoryRecord> {
  count(): Promise<number>;
  /** Entries that are records of their own (feed-record.ts), newest first. */
  newestShown(limit: number, before?: Position): Promise<HistoryRecord[]>;
  /** By the name of the record. */
  shown(id: string): Promise<HistoryRecord | undefined>;
  /** What somebody has appealed against: of these subjects, those. */
  appealed(subjects: readonly string[]): Promise<ReadonlySet<string>>;
  /** The lowest seq from 1 on that is not stored: what is after it did not join on. */
  firstMissing(): Promise<number>;
}

export interface WalletTx {
  readonly payments: PaymentTable;
  readonly sales: SaleTable;
  readonly history: HistoryTable;
  readonly purses: Table<string, PurseRecord>;
  readonly vouchers: VoucherTable;
  readonly claims: ClaimTable;
  readonly evidence: EvidenceTable;
  readonly notes: NoteTable;
  readonly unclaimed: Table<string, UnclaimedRecord>;
  /** Small: at most LIMITS.outboxRows. `all` is oldest first. */
  readonly outbox: Table<string, OutboxRow> & { count(): Promise<number> };
  identity(): Promise<IdentityRecord | undefined>;
  putIdentity(record: IdentityRecord): Promise<void>;
  /** The wallet that was here before was signed out: not one that the browser threw away. */
  signedOut(): Promise<boolean>;
  truth(): Promise<TruthRecord | undefined>;
  putTruth(record: TruthRecord): Promise<void>;
  lists(): Promise<ListsRecord | undefined>;
  putLists(record: ListsRecord): Promise<void>;
  pinCheck(): Promise<PinCheckRecord | undefined>;
  putPinCheck(record: PinCheckRecord): Promise<void>;
  passkeyTrial(): Promise<PasskeyTrialRecord | undefined>;
  putPasskeyTrial(record: PasskeyTrialRecord): Promise<void>;
  /** Moves every row that cannot be read (unknown schema, missing field) out of the way, and says how many there were. */
  quarantine(): Promise<number>;
}

export type StoreEvent = 'changed' | 'cleared' | 'outdated' | 'damaged';

/**
 * The wallet's store. `write` is one strict transaction: all of it or nothing, on disk before it resolves; the fence is
 * checked inside it, so that a tab which lost the lock while frozen cannot write. `work` may run again after a dead handle.
 */
export interface WalletStore {
  read<T>(work: (tx: WalletTx) => Promise<T>): Promise<Result<T, StorageError>>;
  write<T>(fence: number, work: (tx: WalletTx) => Promise<T>): Promise<Result<T, StorageError>>;
  /** Takes the next fence number; earlier ones can no longer write. */
  takeFence(): Promise<Result<number, StorageError>>;
  /** After another context committed; when the browser closed or cleared the store; when a read met a row it cannot read. */
  onEvent(listener: (event: StoreEvent) => void): () => void;
  /** Removes everything, keys included. 'held': something waits to be sent, and nothing was removed; asked in the same transaction. */
  clear(): Promise<Result<'cleared' | 'held', StorageError>>;
  /** For good: lets go of what it holds open. Whatever is asked of it later fails. */
  close(): void;
}

/** The device's signing key: made once, never readable, found again after a restart. */
export interface DeviceKeys {
  load(): Promise<Result<Es256Signer | null, StorageError>>;
  create(): Promise<Result<Es256Signer, StorageError>>;
}

/** The key of this till's confirmation codes: handed in once as text, never readable again, gone with the store. */
export interface CodeKeys {
  /** Keeps it, where it is another than the one that is kept. `keyText` is base64url. */
  keep(keyText: string): Promise<Result<void, StorageError>>;
  /** Null before the first. */
  load(): Promise<Result<Mac | null, StorageError>>;
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
  run<T>(name: 'write' | 'sync' | 'sign' | 'enter', work: () => Promise<T>): Promise<T>;
}

/** A mark outside the store that says "this browser had a wallet", so that a cleared store is not taken for a new one. */
export interface Canary {
  seen(): Promise<boolean>;
  set(): Promise<void>;
  clear(): Promise<void>;
}

/** Everything that a wallet is given. */
export type WalletPorts = {
  readonly store: WalletStore;
  readonly keys: DeviceKeys;
  readonly codeKeys: CodeKeys;
  readonly http: Http;
  readonly lock: Lock;
  readonly canary: Canary;
  readonly verifier: Es256Verifier;
  /** For status lists. */
  readonly unpacking: Unpacking;
  /** A slow hash: many thousand rounds. */
  stretchPin(pin: string, salt: Bytes): Promise<Bytes>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Root key baked into this build (base64url), or null: the app pins the one it sees first. */
  readonly rootKey: string | null;
  /** What this build calls itself, for the report. */
  readonly version: string;
};
