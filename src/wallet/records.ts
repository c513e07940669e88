/**
 * What the wallet stores. Every money row carries `schema`; a row of an unknown schema is quarantined, never guessed at.
 *
 * Payment (payer, online):
 *
 *   sending ──verdict settled──► settled
 *      │ └────verdict refused──► refused
 *      └ no answer, 5xx, HTML, garbage: stays `sending` ("being confirmed"), same bytes again
 *
 * A payment exists only once its request bytes are stored; before that nothing was sent and nothing can have been paid.
 *
 * Sale (till):
 *
 *   open ──feed: paid──► paid        open ──cashier──► cancelled ──feed: paid──► paid
 *     └───code and grace over──► expired ──feed: paid──► paid
 *
 * A sale that a voucher pays, and the claim of that voucher: protocol/sale-state.ts and protocol/claim-state.ts.
 * Purse and voucher: see protocol/purse-state.ts and protocol/voucher-state.ts.
 */
import type { ClaimState } from '#protocol/claim-state.ts';
import type { TillInfo } from '#protocol/http.ts';
import type { PurseView } from '#protocol/http-offline.ts';
import type { PaymentState } from '#protocol/payment-state.ts';
import type { Head } from '#protocol/purse-rules.ts';
import type { PurseState } from '#protocol/purse-state.ts';
import type { SaleState } from '#protocol/sale-state.ts';
import type { VoucherState } from '#protocol/voucher-state.ts';

export type { ClaimState, PaymentState, PurseState, SaleState, VoucherState };

export const RECORD_SCHEMA = 1;

export type PaymentRecord = {
  readonly schema: typeof RECORD_SCHEMA;
  /** 32 hexadecimal digits, made by this device before anything is sent. */
  readonly id: string;
  readonly invoiceHash: string;
  readonly merchantId: string;
  readonly merchantName: string;
  readonly terminal: number;
  readonly saleNonce: string;
  readonly amountMinor: number;
  readonly ccy: number;
  /** Server-anchored time at which the request was stored. */
  readonly createdAtMs: number;
  readonly state: PaymentState;
  /** With settled: what the payer reads out to a till with no network. Rows of before there was one, and those that only the feed told of, have none. */
  readonly confirmationCode?: string | null;
};

export type SaleRecord = {
  readonly schema: typeof RECORD_SCHEMA;
  /** The sale's nonce, 24 hexadecimal digits. A renewed code keeps it. */
  readonly id: string;
  readonly amountMinor: number;
  readonly ccy: number;
  readonly createdAtMs: number;
  /** Every code that this sale has shown, newest last. */
  readonly invoices: readonly { readonly hash: string; /** base64url */ readonly bytes: string; readonly expiresAtMs: number }[];
  /** Wrong digits that may still be typed for it; absent before the first. */
  readonly codeTriesLeft?: number;
  readonly state: SaleState;
};

/** Money set aside for this device, to spend with no network. */
export type PurseRecord = {
  readonly schema: typeof RECORD_SCHEMA;
  /** 16 hexadecimal digits, made by this device. */
  readonly id: string;
  readonly kind: 'open' | 'tab';
  /** Whose tab; null for an open purse. */
  readonly merchantId: string | null;
  readonly ccy: number;
  /** The newest certificate, base64url, and what it says. */
  readonly certificate: string;
  readonly limMinor: number;
  readonly capMinor: number;
  readonly maxCount: number;
  readonly expMs: number;
  readonly claimDeadlineMs: number;
  /** Above which amount the passkey is needed, as its certificate says. Rows of before there was such a thing have none. */
  readonly stepUp?: PurseView['stepUp'];
  /** What the next voucher follows; null while nothing was signed. Moves only together with the voucher that moves it. */
  readonly head: Head | null;
  readonly state: PurseState;
};

/** A payment out of a purse, at its payer. There is one for each number of a purse. */
export type VoucherRecord = {
  readonly schema: typeof RECORD_SCHEMA;
  /** The vid, 32 hexadecimal digits. */
  readonly id: string;
  readonly purseId: string;
  readonly seq: number;
  readonly cumMinor: number;
  readonly amountMinor: number;
  readonly ccy: number;
  readonly invoiceHash: string;
  readonly merchantId: string;
  readonly merchantName: string;
  /** Null for another device's, as the feed does not say. */
  readonly terminal: number | null;
  readonly saleNonce: string | null;
  /** Server-anchored time at which it was stored. */
  readonly createdAtMs: number;
  /** The voucher, base64url: what the code shows, however often. Null: another device of this account signed it, and the feed told. */
  readonly bytes: string | null;
  /** The charge that it pays, base64url, for the server. Rows of before it was kept have none. */
  readonly invoice?: string;
  readonly state: VoucherState;
};

/** A voucher at the till that took it, or that asks for it. */
export type ClaimRecord = {
  readonly schema: typeof RECORD_SCHEMA;
  /** The vid, 32 hexadecimal digits. */
  readonly id: string;
  readonly saleId: string;
  readonly purseId: string;
  readonly kind: 'open' | 'tab';
  /** Its place in the purse: what the cumulative rule compares. */
  readonly seq: number;
  readonly cumMinor: number;
  readonly amountMinor: number;
  readonly prev: string | null;
  readonly ccy: number;
  readonly invoiceHash: string;
  /** The voucher, base64url. Null, as `prev`, for one that only the feed told of: another till took it, or this one before its store was lost. */
  readonly bytes: string | null;
  /** Server-anchored time at which it was stored, and the status list that was held then. */
  readonly acceptedAtMs: number;
  readonly listSeq: number | null;
  /** Somebody may have been told that it is accepted, and handed something over. */
  readonly goods: boolean;
  /** As the server names its payer; null until it has. */
  readonly payer: string | null;
  /** Two vouchers of its purse contradict each other. */
  readonly conflicted: boolean;
  /** The server cannot decide it yet, and said by when it will. Rows of before it told have none. */
  readonly lateUntilMs?: number | null;
  readonly state: ClaimState;
};

/** One that this till took, and can bring. */
export type OwnClaim = ClaimRecord & { readonly prev: string; readonly bytes: string };

/** What this till signed about a voucher: stored before it is shown, sent in any case. */
export type NoteRecord = {
  readonly schema: typeof RECORD_SCHEMA;
  /** The note's own id, 32 hexadecimal digits. */
  readonly id: string;
  readonly vid: string;
  readonly kind: 'ack' | 'void' | 'refund';
  /** Of a refund. */
  readonly amountMinor: number | null;
  readonly iatSeconds: number;
  /** base64url. */
  readonly bytes: string;
  /** signed: the server has not spoken of it. refused: it is not carried out. */
  readonly state: { readonly kind: 'signed' | 'done' } | { readonly kind: 'refused'; readonly code: string };
};

/** A voucher for this shop that only its payer has brought. */
export type UnclaimedRecord = {
  readonly schema: typeof RECORD_SCHEMA;
  /** The vid. */
  readonly id: string;
  readonly amountMinor: number;
  readonly ccy: number;
  readonly payer: string;
  readonly atMs: number;
  /** Of the charge that it was signed for. Rows of before it was kept have none. */
  readonly invoiceHash?: string;
  /** Why the server did not pay it when it was claimed; absent before. */
  readonly refused?: string;
  /** As of a claim. */
  readonly lateUntilMs?: number | null;
};

/** A voucher that this till refused for what its payer did: it claims nothing, and is shown to the server. */
export type EvidenceRecord = Pick<ClaimRecord, 'schema' | 'id' | 'purseId' | 'seq' | 'cumMinor' | 'amountMinor'> & {
  readonly prev: string;
  readonly bytes: string;
  readonly code: 'E_EQUIVOCATION' | 'E_REVOKED';
  /** With E_EQUIVOCATION: the stored voucher that it contradicts. */
  readonly otherVid: string | null;
  readonly atMs: number;
};

/** How new this till's lists are. One row. */
export type ListsRecord = {
  readonly schema: typeof RECORD_SCHEMA;
  /** base64url of the newest verified status list, and its number; null and 0 before the first. */
  readonly statusList: string | null;
  readonly statusSeq: number;
  /** Server time at which the server last said that it has no newer one; of the last sync as a whole. */
  readonly listSeenMs: number | null;
  readonly syncSeenMs: number | null;
};
export const NO_LISTS: ListsRecord = { schema: RECORD_SCHEMA, statusList: null, statusSeq: 0, listSeenMs: null, syncSeenMs: null };

/** One entry of the account's history as the server's feed gave it. Key: seq. */
export type HistoryRecord = {
  readonly schema: typeof RECORD_SCHEMA;
  readonly seq: number;
  readonly entry: import('#protocol/http.ts').FeedChange;
};

/** A request that waits for its answer. The body is sent as it stands until somebody answers. Key: id, time-ordered. */
export type OutboxRow = {
  readonly schema: typeof RECORD_SCHEMA;
  readonly id: string;
  /** payment: the body is the request. sync-item: one item of POST /v1/sync, which takes many. */
  readonly kind: 'payment' | 'sync-item';
  /** The record that the verdict goes to. */
  readonly recordId: string;
  readonly path: string;
  readonly body: string;
  readonly createdAtMs: number;
  readonly attempts: number;
  /** By this device's own clock. */
  readonly nextAttemptAtMs: number;
  /** Set aside: the server calls this request malformed or forbidden; the user is told, the rest goes on. */
  readonly poison: string | null;
};

/** The one row that says whose wallet this is. */
export type IdentityRecord = {
  readonly schema: typeof RECORD_SCHEMA;
  readonly accountId: string;
  readonly kind: 'shopper' | 'merchant';
  readonly name: string;
  readonly ccy: number;
  readonly playMoney: boolean;
  readonly pinSet: boolean;
  readonly passkeyIds: readonly string[];
  readonly deviceId: string;
  /** Without the key of its confirmation codes: that is never stored as text. `guarantee` is absent in rows from before it was told. */
  readonly till: (Omit<TillInfo, 'codeKey' | 'guarantee'> & Partial<Pick<TillInfo, 'guarantee'>>) | null;
  /** Rows of before there was such a thing have none. */
  readonly pursesElsewhere?: readonly PurseElsewhere[];
};

/** Money of this account in the purse of another device, or of one that is gone. */
export type PurseElsewhere = Pick<PurseView, 'id' | 'kind' | 'ccy' | 'state' | 'reserveMinor' | 'claimDeadlineMs'>;

/** What a PIN that is typed with no network is compared with; see offline-user.ts. One row. */
export type PinCheckRecord = {
  readonly schema: typeof RECORD_SCHEMA;
  /** Hexadecimal. */
  readonly salt: string;
  /** 16 bits of the slow hash, 4 hexadecimal digits. */
  readonly check: string;
  readonly triesLeft: number;
};

/** Whether the passkey answered here with no network, protocol.md section 6. One row. */
export type PasskeyTrialRecord = {
  readonly schema: typeof RECORD_SCHEMA;
  /** Compressed point, base64url: another passkey has not been tried. */
  readonly uvKey: string;
  readonly works: boolean;
};

/** The last known truth of the server, and how old it is. */
export type TruthRecord = {
  readonly schema: typeof RECORD_SCHEMA;
  readonly balanceMinor: number;
  readonly headSeq: number;
  /** Feed position up to which changes are merged. */
  readonly cursor: number;
  /** Server time of the newest answer. */
  readonly asOfMs: number;
  /** Server clock minus device clock at that answer. */
  readonly offsetMs: number;
  /** base64url of the newest verified key set and the root it was pinned to. */
  readonly keySet: string;
  readonly rootKey: string;
};
