/** What the server's core needs from where it runs. Adapters: memory and PostgreSQL; one contract suite runs on both. */
import type { Bytes } from '#base/bytes.ts';
import type { FeedChange, PaymentVerdict } from '#protocol/http.ts';
import type { KeySet, KeyUse } from '#protocol/objects.ts';
import type { AuditedPurse, AuditedVoucher } from '#protocol/purse-invariants.ts';
import type { OperatorTx, PurseTx, SaleName } from './ports-offline.ts';

/** Ledger account keys, protocol.md 8.4: 'ext:float', 'user:<partyId>', 'mer:<merchantId>', 'rsv:<purseId>', ... */
export type LedgerAccount = string;

/** A person or a shop that holds money here. */
export type Party = {
  readonly id: string;
  readonly kind: 'shopper' | 'merchant';
  readonly name: string;
  readonly ccy: number;
  readonly playMoney: boolean;
  readonly status: 'active' | 'frozen';
  readonly createdAtMs: number;
};

export type Merchant = {
  /** 16 hexadecimal digits, as in the certificate. */
  readonly id: string;
  readonly partyId: string;
  readonly name: string;
  readonly ccy: number;
  readonly status: 'active' | 'suspended';
  readonly statusIndex: number;
  /** The terminal number that the next till gets. */
  readonly nextTerminal: number;
};

export type Device = {
  readonly id: string;
  readonly partyId: string;
  /** Compressed P-256 point, base64url. Unique over all devices. */
  readonly publicKey: string;
  readonly terminal: number | null;
  readonly createdAtMs: number;
  readonly revokedAtMs: number | null;
};

export type Session = {
  /** SHA-256 of the cookie's secret, hexadecimal. The secret itself is stored nowhere. */
  readonly tokenHash: string;
  readonly deviceId: string;
  readonly partyId: string;
  readonly expiresAtMs: number;
};

export type Enrolment = {
  /** SHA-256 of the code, hexadecimal. */
  readonly codeHash: string;
  readonly partyId: string;
  readonly expiresAtMs: number;
};

export type PinState = {
  readonly partyId: string;
  /** Argon2id, PHC string. */
  readonly hash: string;
  readonly wrong: number;
  readonly lockedUntilMs: number;
};

export type Passkey = {
  /** Credential id, base64url. */
  readonly id: string;
  readonly partyId: string;
  /** COSE key, base64url. */
  readonly publicKey: string;
  readonly signCount: number;
  readonly rpId: string;
  readonly createdAtMs: number;
};

export type Confirmation = {
  /** SHA-256 of the order, hexadecimal. */
  readonly orderHash: string;
  readonly partyId: string;
  readonly deviceId: string;
  readonly method: 'pin' | 'passkey';
  readonly expiresAtMs: number;
};

/** A payment with its verdict: written once, in the same transaction as its postings. */
export type PaymentRow = {
  readonly id: string;
  readonly payerPartyId: string;
  readonly deviceId: string;
  readonly merchantId: string;
  readonly terminal: number;
  readonly saleNonce: string;
  readonly invoiceHash: string;
  readonly amountMinor: number;
  readonly ccy: number;
  /** SHA-256 over the semantic fields only, hexadecimal. The same id with another fingerprint is ID_REUSED. */
  readonly fingerprint: string;
  readonly verdict: PaymentVerdict;
};

/** One journal row: debit and credit in one, append-only. `ref` and `leg` are unique together. */
export type Posting = {
  readonly ref: string;
  readonly leg: number;
  readonly debit: LedgerAccount;
  readonly credit: LedgerAccount;
  readonly amountMinor: number;
  readonly ccy: number;
  readonly atMs: number;
};

export interface LedgerTx {
  /** Locks in key order, whatever order is asked for; missing accounts are created empty. Returns balances. */
  lockBalances(accounts: readonly LedgerAccount[], ccy: number): Promise<Map<LedgerAccount, number>>;
  /** Writes journal rows and moves the balances of accounts that this transaction has locked; asserts that user, rsv and mer accounts stay at or above zero. */
  post(postings: readonly Posting[]): Promise<void>;
  paymentById(id: string): Promise<PaymentRow | null>;
  /** The settled payment of this sale, if any: a sale has one. */
  paymentBySale(sale: SaleName): Promise<PaymentRow | null>;
  /** False when the id exists already; nothing is written then. A settled one pays its sale and its invoice: both unique. */
  insertPayment(row: PaymentRow): Promise<boolean>;
  /** Appends at the party's next seq (party row locked) and returns it. */
  appendFeed(partyId: string, make: (seq: number) => FeedChange): Promise<number>;
}

export interface PartyTx {
  party(id: string): Promise<Party | null>;
  insertParty(party: Party): Promise<void>;
  merchant(id: string): Promise<Merchant | null>;
  merchantOfParty(partyId: string): Promise<Merchant | null>;
  insertMerchant(merchant: Merchant): Promise<void>;
  /** Takes the merchant's next terminal number. */
  takeTerminal(merchantId: string): Promise<number>;
  /** Small named values: demo party ids, key material references, schema facts. */
  setting(name: string): Promise<string | null>;
  putSetting(name: string, value: string): Promise<void>;
  /** The next number, from 0, of a named row of numbers, or `atLeast` where that is more. Numbers of a transaction that failed are given again. */
  takeNumber(name: string, atLeast?: number): Promise<number>;
  /** How many were taken. */
  numbersTaken(name: string): Promise<number>;
  freezeParty(id: string): Promise<void>;
  unfreezeParty(id: string): Promise<void>;
  frozenParties(limit: number): Promise<Party[]>;
  /** Those whose name holds this text, in whatever case; the newest first. */
  partiesNamed(text: string, limit: number): Promise<Party[]>;
}

export interface DeviceTx {
  device(id: string): Promise<Device | null>;
  deviceByKey(publicKey: string): Promise<Device | null>;
  /** Locks the party, so that a limit on the number of devices holds. */
  devicesOfParty(partyId: string): Promise<Device[]>;
  /** Those that are not revoked, of which there are few; locks the party likewise. */
  liveDevicesOfParty(partyId: string): Promise<Device[]>;
  /** False when its key is a device's already; nothing is written then. */
  insertDevice(device: Device): Promise<boolean>;
  revokeDevice(id: string, atMs: number): Promise<void>;
  /** The newest device that is this terminal and not revoked. */
  deviceOfTerminal(partyId: string, terminal: number): Promise<Device | null>;
}

export interface SessionTx {
  session(tokenHash: string): Promise<Session | null>;
  insertSession(session: Session): Promise<void>;
  deleteSession(tokenHash: string): Promise<void>;
  deleteSessionsOfDevice(deviceId: string): Promise<void>;
}

/** What proves a user or a device, and what is good for one use. */
export interface ProofTx {
  insertEnrolment(enrolment: Enrolment): Promise<void>;
  /** Removes and returns it: single use. */
  takeEnrolment(codeHash: string): Promise<Enrolment | null>;
  /** True the first time only: a session challenge is single use. */
  takeChallenge(challengeHash: string, expiresAtMs: number): Promise<boolean>;
  /** Locks the row: guesses are counted one after the other. */
  pin(partyId: string): Promise<PinState | null>;
  /** False when the party has one already; nothing is written then. */
  insertPin(state: PinState): Promise<boolean>;
  putPin(state: PinState): Promise<void>;
  deletePin(partyId: string): Promise<void>;
  passkey(id: string): Promise<Passkey | null>;
  /** Locks the party, like devicesOfParty. */
  passkeysOfParty(partyId: string): Promise<Passkey[]>;
  putPasskey(passkey: Passkey): Promise<void>;
  confirmation(orderHash: string): Promise<Confirmation | null>;
  putConfirmation(confirmation: Confirmation): Promise<void>;
}

/**
 * Inside one transaction. What must not change under the reader is locked by the read itself (each says so), so two
 * bodies that touch the same money, PIN or limit run one after the other. The body may run again after a conflict, so it
 * must be repeatable, and it awaits nothing but this object: a lock is held all the while.
 */
export interface Tx extends LedgerTx, PurseTx, PartyTx, DeviceTx, SessionTx, ProofTx, OperatorTx {}

/** Postings in the order in which they were made, as far as one account sees it. */
export type Audit = {
  readonly balances: Map<LedgerAccount, number>;
  readonly postings: Posting[];
  readonly payments: PaymentRow[];
  readonly purses: AuditedPurse[];
  readonly vouchers: AuditedVoucher[];
};

export interface Store {
  /** Retries 40001 and 40P01 a bounded number of times. Throws StoreUnavailable when the database cannot be reached. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Changes with seq > after, oldest first, and the head and balance of one snapshot. */
  feed(partyId: string, account: LedgerAccount, after: number, limit: number): Promise<{ changes: FeedChange[]; headSeq: number; balanceMinor: number }>;
  /** Feed heads of many parties in one query, for live streams. */
  feedHeads(partyIds: readonly string[]): Promise<Map<string, number>>;
  balance(account: LedgerAccount): Promise<number>;
  /** Deletes what has expired: sessions, enrolments, challenges, confirmations, status lists that no claim can refer to. */
  sweep(nowMs: number): Promise<void>;
  /** Reads the whole ledger for the invariant check; for tests and audits. */
  audit(): Promise<Audit>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** An error whose words are ours, for whoever runs the server: a log may carry them. */
export class ToldError extends Error {}

/** The database did not answer: the outcome of a transaction around COMMIT is unknown. */
export class StoreUnavailable extends ToldError {}

/** Signs with the issuer's keys; production keys come from the operator's files, demo keys are made at first start. */
export interface Issuer {
  readonly rootKey: Bytes;
  /** The newest signed key set, and what it says. Both change when a key is rotated: read them again for each use. */
  readonly keySet: Bytes;
  readonly keys: KeySet;
  /** The key that signs now. Take it once for one object: a rotation may put another in its place at any time. */
  signer(use: IssuerUse): IssuerSigner;
}

export type IssuerUse = KeyUse;

export interface IssuerSigner {
  readonly kid: Bytes;
  sign(message: Bytes): Promise<Bytes>;
}

export interface PinHasher {
  hash(pin: string): Promise<string>;
  verify(hash: string, pin: string): Promise<boolean>;
}

/** The server's own secret, which never leaves its adapter: what this server made, it knows again by its MAC. */
export interface ServerSecret {
  /** HMAC-SHA-256. */
  mac(bytes: Uint8Array): Bytes;
}

/** Where a passkey ceremony is expected to have happened. */
export type PasskeyScene = { readonly origin: string; readonly rpId: string };

/** WebAuthn Level 3. No call throws; a response that does not verify is null. User verification is always required. */
export interface PasskeyVerifier {
  /** PublicKeyCredentialCreationOptionsJSON. */
  options(input: { readonly scene: PasskeyScene; readonly challenge: Bytes; readonly userId: Bytes; readonly userName: string; readonly known: readonly string[] }): Promise<{ challenge: string; [member: string]: unknown }>;
  /** RegistrationResponseJSON in; `isChallenge` is asked about the base64url challenge that the response carries. */
  register(response: unknown, scene: PasskeyScene, isChallenge: (challenge: string) => boolean): Promise<{ id: string; publicKey: string; signCount: number } | null>;
  /** AuthenticationResponseJSON in. */
  assert(response: unknown, scene: PasskeyScene, challenge: string, passkey: Passkey): Promise<{ signCount: number } | null>;
}

/** So many requests in so many seconds. */
export type RateRule = { readonly points: number; readonly seconds: number };

export interface RateLimits<Name extends string> {
  /** Null when there is room. */
  take(name: Name, key: string): Promise<{ readonly retryAfterMs: number } | null>;
}
