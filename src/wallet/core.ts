/**
 * What every part of the wallet shares: its ports, the server's time, and the facts it keeps in memory. Facts that matter after
 * a restart are rows in the store; what is here is a copy of them or may be forgotten.
 */
import { assert } from '#base/assert.ts';
import type { Bytes } from '#base/bytes.ts';
import type { Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { Es256Signer, Invoice, KeySet, Order, StatusList } from '#protocol/objects.ts';
import type { UrProgress } from '#protocol/ur.ts';
import type { VoucherDraft } from '#protocol/voucher.ts';
import type { Connection, Draft, Environment, Snapshot } from './api.ts';
import type { PaidAs } from './api-payer.ts';
import type { WalletPorts } from './ports.ts';
import type { IdentityRecord, PurseRecord, TruthRecord, VoucherRecord } from './records.ts';
import { createServerTime, type ServerTime } from './server-time.ts';

/** A confirm sheet's contents, with what is sent when it is confirmed. Lost with the worker: nothing was promised yet. */
export type OpenDraft = { readonly draft: Draft; readonly order: Order; readonly invoice: Invoice };

/** The next voucher of a purse before its signatures: what a passkey is asked to confirm. See unsigned-voucher.ts. */
export type UnsignedVoucher = {
  /** The purse as it was read: what is signed follows its head, and no other. */
  readonly purse: PurseRecord;
  readonly draft: VoucherDraft;
  /** The passkey that its certificate names; null: none. */
  readonly uvKey: Bytes | null;
  /** It has to carry the passkey's word. */
  readonly stepUp: boolean;
  /** The record that it becomes, without the signed bytes. */
  readonly record: Omit<VoucherRecord, 'bytes'>;
};

/** What a server or the store says to believe; not judged yet. Both base64url. */
export type OfferedTrust = { readonly rootKey: string; readonly keySet: string };

export type Memory = {
  environment: Environment | null;
  phase: Snapshot['phase'];
  blocked: ErrorCode | null;
  mode: Snapshot['mode'];
  deskOrigin: string | null;
  connection: Connection;
  identity: IdentityRecord | null;
  truth: TruthRecord | null;
  /** Pinned root key, base64url, and the newest key set that it signed: null until a key is needed. See trust.ts. */
  rootKey: string | null;
  keySet: KeySet | null;
  /** Stands for the key set until then. */
  unread: OfferedTrust | null;
  /** The stored status list, judged; null until a till needs it. See till-lists.ts. */
  statusList: StatusList | null;
  signer: Es256Signer | null;
  /** The server does not know our session any more: prove the device key before asking again. */
  sessionNeeded: boolean;
  /** The server has news, or may have. */
  feedDue: boolean;
  /** Config and account facts are older than this app's present visit. */
  factsDue: boolean;
  /** Somebody waits in front of the screen: do not sit out a back-off. */
  hurried: boolean;
  fence: number | null;
  /** Animated codes of another till's export, as far as they have been seen. */
  importing: { readonly progress: UrProgress; readonly have: number; readonly need: number; /** Monotonic. */ readonly atMs: number } | null;
  /** Rows that cannot be read are being put aside. */
  mending: boolean;
  /** Handed out for a passkey to sign; good for one restore. */
  restoreChallenge: string | null;
  readonly drafts: Map<string, OpenDraft>;
  /** Vouchers that a passkey is being asked to confirm, by draft: unsigned, and worth nothing until they are. */
  readonly unsigned: Map<string, UnsignedVoucher>;
  /** Purses that have ended here while the server holds them to be active. */
  readonly untold: string[];
  /** Purses whose certificate, as the server last told it, is not genuine: it is asked for another. */
  readonly unproved: string[];
  /** Ids of loads that got no answer: asked again with the same one, they are one load. By what was wished. */
  readonly loading: Map<string, { readonly id: string; readonly atMs: number }>;
  /** Handed out to try the passkey with; good for one answer. */
  trialChallenge: string | null;
  readonly paying: Map<string, Promise<Result<PaidAs, ErrorCode>>>;
  /** Sheets whose charge had been paid under another sheet's id: a second tap finds that payment. */
  readonly paidAs: Map<string, string>;
  /** What is still to be brought again, and from where on; see bring-again.ts. */
  toBring: { readonly wanted: 'all' | 'waiting'; readonly untilMs: number } | null;
  /** Counts writes, here and in other tabs; a detail view reads again when it grows. */
  version: number;
};

export type Core = {
  readonly ports: WalletPorts;
  readonly time: ServerTime;
  readonly memory: Memory;
  /** Something that a snapshot shows has changed. */
  changed(): void;
  /** There may be something to do for the sync loop. */
  ring(): void;
};

export function createMemory(rootKey: string | null): Memory {
  return {
    environment: null,
    phase: 'starting',
    blocked: null,
    mode: null,
    deskOrigin: null,
    connection: 'unknown',
    identity: null,
    truth: null,
    rootKey,
    keySet: null,
    unread: null,
    statusList: null,
    signer: null,
    sessionNeeded: false,
    feedDue: false,
    factsDue: true,
    hurried: false,
    fence: null,
    importing: null,
    mending: false,
    restoreChallenge: null,
    drafts: new Map(),
    unsigned: new Map(),
    untold: [],
    unproved: [],
    loading: new Map(),
    trialChallenge: null,
    paying: new Map(),
    paidAs: new Map(),
    toBring: null,
    version: 0,
  };
}

export function createCore(ports: WalletPorts, bells: Pick<Core, 'changed' | 'ring'>): Core {
  return { ports, time: createServerTime(ports.clock), memory: createMemory(ports.rootKey), ...bells };
}

/** It was signed out: what is left in memory of it is no work that an update, or the next wallet here, would have to wait for. */
export function forgetWallet({ memory }: Core): void {
  Object.assign(memory, { phase: 'welcome', blocked: null, identity: null, truth: null, signer: null, fence: null, toBring: null });
  for (const left of [memory.drafts, memory.unsigned, memory.paidAs, memory.loading]) left.clear();
}

export function environment(core: Core): Environment {
  assert(core.memory.environment !== null, 'open() comes first');
  return core.memory.environment;
}
