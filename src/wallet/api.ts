/**
 * The only door of the wallet for the ui: everything here is plain data that crosses Comlink. No call throws; a refused
 * one is a Result. State comes as snapshots: the ui never asks twice.
 */
import type { Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { UserProof } from '#protocol/http.ts';
import type { Keeping, PayerOffline, PaidAs, PayerOfflineApi, Plan, PurseEventView, VoucherView } from './api-payer.ts';
import type { SaleView, TillOffline, TillOfflineApi } from './api-till.ts';

/** Given by the page, because a worker knows neither (and both may be emulated). */
export type Environment = {
  readonly origin: string;
  readonly host: string;
  readonly keeping: Keeping;
  /** True when a mark outside the store says that this browser had a wallet. */
  readonly hadWallet: boolean;
};

export type Connection = 'unknown' | 'online' | 'offline';

export type Snapshot = {
  /**
   * starting: rows are being read. welcome: no wallet here yet. ready: a wallet. cleared: there was one, the browser threw it
   * away (restore, never onboarding). blocked: storage cannot be used; `blocked` says why.
   */
  readonly phase: 'starting' | 'welcome' | 'ready' | 'cleared' | 'blocked';
  readonly blocked: ErrorCode | null;
  readonly mode: 'demo' | 'production' | null;
  readonly deskOrigin: string | null;
  readonly connection: Connection;
  readonly identity: IdentityView | null;
  readonly balance: { readonly amountMinor: number; readonly asOfMs: number } | null;
  /** Requests that wait for their answer, and those that were set aside. */
  readonly waiting: number;
  readonly poisoned: number;
  /** True while an update must not land: money is in motion. */
  readonly busy: boolean;
  /** Server clock minus this device's. Above a few minutes the device's clock is wrong. */
  readonly clockOffsetMs: number;
  /** Newest first. Shopper: payments, vouchers, credits and what happened to purses. Merchant: sales. */
  readonly recent: readonly RecordView[];
  /** The till's open charge, if any. */
  readonly charge: ChargeView | null;
  /** What a till shows of payments with no network; null for a shopper. */
  readonly till: TillOffline | null;
  /** Paid and taken sales that the cashier has not dismissed yet, oldest first. */
  readonly paidUnseen: readonly SaleView[];
  /** Paying with no network. Null on a till, and before there is a wallet. */
  readonly offline: PayerOffline | null;
  /** Bumped whenever something that a detail view may show has changed. */
  readonly version: number;
};

export type IdentityView = {
  readonly accountId: string;
  readonly kind: 'shopper' | 'merchant';
  readonly name: string;
  readonly ccy: number;
  readonly playMoney: boolean;
  readonly pinSet: boolean;
  readonly passkeyIds: readonly string[];
  readonly terminal: number | null;
};

/** What the confirm sheet shows. Exactly these values are signed. */
export type Draft = {
  readonly draftId: string;
  readonly merchantName: string;
  readonly merchantId: string;
  readonly terminal: number;
  readonly amountMinor: number;
  readonly ccy: number;
  /** Order number people can read out: the start of the payment id. */
  readonly orderNumber: string;
  readonly expiresAtMs: number;
  /** SHA-256 of the order, base64url: the passkey's challenge. */
  readonly challenge: string;
  readonly connection: Connection;
  readonly plan: Plan;
  readonly firstTimeMerchant: boolean;
};

export type PaymentView = {
  readonly type: 'payment';
  readonly id: string;
  readonly merchantName: string;
  readonly merchantId: string;
  readonly terminal: number;
  readonly amountMinor: number;
  readonly ccy: number;
  readonly atMs: number;
  readonly state: 'sending' | 'settled' | 'refused';
  /** With refused. */
  readonly code: ErrorCode | null;
  /** With refused INVOICE_PAID: the payment that paid it, if it is this account's. */
  readonly otherPaymentId: string | null;
  readonly orderNumber: string;
  readonly receiptVerified: boolean | null;
  readonly balanceAfterMinor: number | null;
};

export type CreditView = {
  readonly type: 'credit';
  readonly id: string;
  readonly reason: 'play-money';
  readonly amountMinor: number;
  readonly ccy: number;
  readonly atMs: number;
  readonly balanceAfterMinor: number;
};

export type RecordView = PaymentView | VoucherView | CreditView | PurseEventView | SaleView;

export type ChargeView = {
  readonly sale: SaleView;
  /** What the code says: the link form of protocol.md 4.1b. */
  readonly link: string;
  readonly expiresAtMs: number;
};

export interface WalletApi extends PayerOfflineApi, TillOfflineApi {
  /** Opens the store, recovers, and starts the sync loop. Call once, first. */
  open(environment: Environment): Promise<Result<Snapshot, ErrorCode>>;
  /** Called at once with the present snapshot, then with each new one. `listener` is a Comlink proxy. */
  subscribe(listener: (snapshot: Snapshot) => void): Promise<void>;
  /** The page became visible, the network came back, or the user pressed the button. */
  wake(why: 'visible' | 'online' | 'button' | 'timer'): Promise<void>;

  enrol(how: { readonly demo: 'demo-shopper' | 'demo-merchant' | 'demo-merchant-2' | 'new-shopper' } | { readonly code: string }): Promise<Result<void, ErrorCode>>;
  /** Before a restore with a passkey: what it signs. */
  restoreChallenge(): Promise<Result<RestoreChallenge, ErrorCode>>;
  /** After the browser cleared the store: proves the user to the server and makes a new device key. */
  restore(user: UserProof): Promise<Result<void, ErrorCode>>;
  /** Refused while the outbox is not empty. `discard`: not on a device that the server switched off, whose user was asked. */
  signOut(discard?: boolean): Promise<Result<void, ErrorCode>>;
  setPin(pin: string, current?: string): Promise<Result<void, ErrorCode>>;
  /** PublicKeyCredentialCreationOptionsJSON, then RegistrationResponseJSON back. */
  passkeyOptions(pin: string): Promise<Result<unknown, ErrorCode>>;
  addPasskey(registration: unknown): Promise<Result<void, ErrorCode>>;

  /** Any text: scanned, pasted, typed, or the page's link. Verifies the merchant; signs the order. Stores nothing. */
  prepare(text: string): Promise<Result<Draft, ErrorCode>>;
  /** Confirms by passkey or PIN, then stores and sends. When nobody answers and a purse can carry it: `code` is what the till scans. The id is the slip's; the same charge gives the same id. */
  pay(draftId: string, user: UserProof): Promise<Result<PaidAs, ErrorCode>>;
  discard(draftId: string): Promise<void>;

  /** The page learned more of where this browser keeps what we store: after it asked for a promise, say. */
  noteKeeping(keeping: Keeping): Promise<void>;

  /** Typed text, full-width digits welcome. Stores the sale before the code is shown. */
  charge(amountText: string): Promise<Result<ChargeView, ErrorCode>>;
  cancelCharge(saleId: string): Promise<Result<void, ErrorCode>>;
  dismissPaid(saleId: string): Promise<Result<void, ErrorCode>>;

  records(before: RecordCursor | null): Promise<Result<readonly RecordView[], ErrorCode>>;
  record(type: RecordView['type'], id: string): Promise<Result<RecordView, ErrorCode>>;
  /** What support may need, readable by the user, without a secret. */
  report(): Promise<string>;
}

export type RestoreChallenge = { readonly challenge: string; readonly passkeyIds: readonly string[]; readonly pinSet: boolean };

export type RecordCursor = { readonly atMs: number; readonly id: string };
