/** The payer's half of the wallet's door for payments with no network. Same rules as api.ts: plain data, no exceptions. */
import type { Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { UserProof } from '#protocol/http.ts';

/** Where this browser keeps what we store. Only 'kept' is a promise; the last two offer no purse at all. */
export type Keeping = 'kept' | 'best-effort' | 'in-app' | 'private';

/** Money set aside on this device, to spend with no network. */
export type PurseView = {
  readonly id: string;
  readonly kind: 'open' | 'tab';
  /** Whose tab. */
  readonly merchantId: string | null;
  readonly ccy: number;
  /** All that was ever put in; what can be paid with it, 0 once it has ended; and the most for one payment here and now. */
  readonly limMinor: number;
  readonly spendableMinor: number;
  readonly capMinor: number;
  /** Payments above this need the passkey; `passkey` false: the account has none that could, and `capMinor` is at most this until one is added. Null: none does. */
  readonly stepUp: { readonly aboveMinor: number; readonly passkey: boolean } | null;
  /** Payments that this certificate still allows. */
  readonly paymentsLeft: number;
  readonly expMs: number;
  /** What is in it and in nobody's voucher: of one that has ended, what comes home, and when. */
  readonly leftMinor: number;
  readonly claimDeadlineMs: number;
  readonly state: 'active' | 'closing' | 'frozen' | 'released';
  /** An appeal about it was received. */
  readonly appealed: boolean;
};

/** Money of this account in the purse of another device. `closing`: that device is gone, or ended it; the rest comes home at the claim deadline. */
export type PurseElsewhere = {
  readonly id: string;
  readonly kind: 'open' | 'tab';
  readonly ccy: number;
  readonly reserveMinor: number;
  readonly claimDeadlineMs: number;
  readonly state: PurseView['state'];
};

/** What a shopper's screen shows of paying offline. In the snapshot as `offline`; null on a till. */
export type PayerOffline = {
  /** The open purse first, then tabs; none that is over. */
  readonly purses: readonly PurseView[];
  /** As the server last said. */
  readonly elsewhere: readonly PurseElsewhere[];
  /** What may be put into the open purse in all, and the most for one payment, as things stand in this browser. */
  readonly limMinor: number;
  readonly capMinor: number;
  readonly keeping: Keeping;
  /** Half of the ordinary caps, because the browser does not promise to keep what we store. */
  readonly halved: boolean;
  /** Vouchers that no server has spoken of yet. */
  readonly unsettled: { readonly count: number; readonly amountMinor: number };
  /** Whether the passkey works here with no network: null, not tried yet. */
  readonly passkeyOffline: boolean | null;
};

/** What the confirm sheet says of the way: decided again when it is confirmed, nobody is asked. */
export type Plan =
  | { readonly source: 'balance' }
  /** Nobody answers: out of this purse. `stepUp`: only with the passkey. */
  | { readonly source: 'purse'; readonly purseId: string; readonly spendableMinor: number; readonly stepUp: boolean }
  /** Nobody answers and no purse carries it; `why` in the words of its code. */
  | { readonly source: 'none'; readonly why: ErrorCode };

/** A payment out of a purse, with the code that the till scans. */
export type VoucherView = {
  readonly type: 'voucher';
  readonly id: string;
  readonly purseId: string;
  readonly merchantName: string;
  readonly merchantId: string;
  /** Null for a payment of another device of this account. */
  readonly terminal: number | null;
  readonly amountMinor: number;
  readonly ccy: number;
  readonly atMs: number;
  readonly state: 'signed' | 'presented' | 'acked' | 'settled' | 'returned' | 'voided';
  /** With returned. */
  readonly reason: ErrorCode | null;
  readonly refundedMinor: number;
  /** With acked, settled, returned, voided: when. */
  readonly stateAtMs: number | null;
  /** What the till scans: always the stored bytes. Null once there is nothing to show any more. */
  readonly code: string | null;
  readonly orderNumber: string;
  /** The purse was frozen: two of its vouchers contradict each other. */
  readonly frozen: boolean;
  /** An appeal about it, or about its frozen purse, was received. */
  readonly appealed: boolean;
};

/** What a confirmed payment became. `code` and `voucher`: out of a purse, where the id is the voucher's; the voucher only when it is at hand. */
export type PaidAs = { readonly paymentId: string; readonly code?: string; readonly voucher?: VoucherView };
export type PaidFromPurse = PaidAs & { readonly code: string };

/** Something happened to a purse of this account: money went into it or came home, or it ended. Why the balance is what it is. */
export type PurseEventView = {
  readonly type: 'purse';
  readonly id: string;
  readonly purseId: string;
  readonly kind: 'open' | 'tab';
  readonly event: 'opened' | 'topped-up' | 'closing' | 'frozen' | 'released';
  /** What went from the balance into the purse (opened, topped-up), or came home from it (released). Else 0. */
  readonly amountMinor: number;
  readonly ccy: number;
  readonly atMs: number;
  readonly balanceAfterMinor: number;
  /** What the purse held after it, and when that comes home at the latest. */
  readonly reserveMinor: number;
  readonly claimDeadlineMs: number;
  readonly ofThisDevice: boolean;
};

/** What an online payment can show to a till that has no network: of settled payments only. */
export type PaymentProof = {
  /** The compact OP1R: form of the receipt. */
  readonly receiptCode: string;
  /** "1234 5678", to be read out; null when the server gave none. */
  readonly confirmationCode: string | null;
};

export type PurseWish = { readonly kind: 'open' } | { readonly kind: 'tab'; readonly merchantId: string };
/** `challenge`: the one of purseChallenge() that a passkey has signed; null with a PIN. */
export type LoadProof = { readonly user: UserProof; readonly challenge: string | null };

/** What a till's note said, after it was kept. */
export type NoteTaken = { readonly kind: 'ack' | 'void' | 'refund'; readonly voucherId: string; /** Of a refund. */ readonly amountMinor: number | null };

export interface PayerOfflineApi {
  /** What a passkey signs to load a purse. */
  purseChallenge(): Promise<Result<string, ErrorCode>>;
  /** Opens the purse, or puts more into the one there is. Typed text. */
  loadPurse(wish: PurseWish, amountText: string, proof: LoadProof): Promise<Result<PurseView, ErrorCode>>;
  /** Signs no more with it from now on, also when nobody answers (OFFLINE): ask again later. */
  closePurse(purseId: string): Promise<Result<PurseView, ErrorCode>>;
  /** The code of a payment out of a purse, again. Moves it from signed to presented. */
  presentVoucher(voucherId: string): Promise<Result<VoucherView, ErrorCode>>;
  /**
   * `pay` said CONFIRM_OFFLINE: nobody answers, and the passkey has to sign the voucher itself. What it signs, base64url; then payOffline. Also
   * at once, without `pay`, where the plan is a purse and the user has a passkey: one touch less. A PIN needs no such step: `pay` goes on by itself.
   * CONFIRM_PIN: the passkey cannot be checked here, the PIN can. INVOICE_PAID: it is paid already; detail.paymentId is its voucher or payment.
   */
  voucherChallenge(draftId: string): Promise<Result<{ readonly challenge: string }, ErrorCode>>;
  /** CONFIRM_OFFLINE: the purse has moved on meanwhile (another tab paid): a new challenge. */
  payOffline(draftId: string, user: UserProof): Promise<Result<PaidFromPurse, ErrorCode>>;
  /**
   * A random challenge to try the passkey with while offline, once: protocol.md section 6. Then passkeyTried with the assertion, or null when it did
   * not work. PASSKEY_UNSUPPORTED: no purse here names a passkey.
   */
  passkeyTrial(): Promise<Result<{ readonly challenge: string }, ErrorCode>>;
  passkeyTried(assertion: unknown): Promise<Result<boolean, ErrorCode>>;
  /** A till's acknowledgement, void or refund: kept, sent, and told. */
  takeNote(text: string): Promise<Result<NoteTaken, ErrorCode>>;
  /** What a settled online payment shows to a till with no network. */
  paymentProof(paymentId: string): Promise<Result<PaymentProof, ErrorCode>>;
  /** Of a purse, voucher or payment. Online only; the same words twice are one appeal. */
  appeal(subject: string, text: string): Promise<Result<void, ErrorCode>>;
}
