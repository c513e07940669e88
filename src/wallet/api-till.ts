/** The till's half of the wallet's door for payments with no network. Same rules as api.ts: plain data, no exceptions. */
import type { Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';

export type SaleView = {
  readonly type: 'sale';
  readonly id: string;
  readonly amountMinor: number;
  readonly ccy: number;
  readonly atMs: number;
  /** With paid: when the server settled it. */
  readonly paidAtMs: number | null;
  /** taken: by a voucher that the server has not paid in full (yet); `claim` says what became of it. paid: the server's word, either way. */
  readonly state: 'open' | 'taken' | 'paid' | 'cancelled' | 'expired';
  readonly payer: string | null;
  readonly paymentId: string | null;
  readonly orderNumber: string | null;
  readonly receiptVerified: boolean | null;
  /** The voucher that was taken for it, also when it was given back. */
  readonly claim: ClaimView | null;
  /** A voucher was taken for it and it was paid online as well: one of the two is to be refunded. */
  readonly paidTwice: boolean;
};

/** What became of a voucher that this till took. In SaleView as `claim`. */
export type ClaimView = {
  readonly vid: string;
  /**
   * asking: stored and sent, not taken: no goods yet. accepted: taken offline, waits to settle. late: the same, and the server cannot decide it
   * yet, but will by `untilMs`. settled, guaranteed, held (until `untilMs`): the server's
   * word; `paidMinor` may be less than the amount where the purse was spent twice. rejected: the server does not pay it, `code` says why. voided: given back.
   */
  readonly state: 'asking' | 'accepted' | 'late' | 'settled' | 'guaranteed' | 'held' | 'rejected' | 'voided';
  readonly paidMinor: number;
  readonly refundedMinor: number;
  /** Refunds that this till has signed and the server has not carried out yet. */
  readonly refundingMinor: number;
  /** Why the newest refund was not carried out; null when it was, or waits. */
  readonly refundRefused: ErrorCode | null;
  /** What may still be refunded. */
  readonly refundableMinor: number;
  readonly untilMs: number | null;
  readonly code: ErrorCode | null;
  readonly acceptedAtMs: number;
  /** The purse: what a till tells support about a payer that it cannot name. */
  readonly purseId: string;
  /** Two vouchers of this purse contradict each other. */
  readonly conflicted: boolean;
};

/** What the strip and the day page show. In the snapshot as `till`; null for a shopper. */
export type TillOffline = {
  /** Accepted or asked, with no verdict yet. */
  readonly unsynced: { readonly count: number; readonly amountMinor: number };
  /** Of these, what rests on open purses alone, and the most that this till takes so. */
  readonly atRisk: { readonly amountMinor: number; readonly ofMinor: number };
  readonly listAge: 'fresh' | 'amber' | 'stale';
  /** This device's storage may be cleared: its floors are halved. */
  readonly halved: boolean;
  readonly guarantee: { readonly rule: 'none' | 'capped' | 'full'; readonly perPurseMinor: number };
  /** Vouchers that their payers reported and this till, or another of the shop, has not claimed. */
  readonly unclaimed: readonly UnclaimedView[];
  /** Accepted sales whose claims the server did not pay in full: a loss, never dropped. */
  readonly lost: { readonly count: number; readonly amountMinor: number };
};

export type UnclaimedView = {
  readonly vid: string;
  readonly amountMinor: number;
  readonly ccy: number;
  readonly payer: string;
  readonly atMs: number;
  /** It was tapped, and the request waits. */
  readonly claiming: boolean;
  /** It was claimed, and the server decides by then; null where it has not said so. */
  readonly untilMs: number | null;
  /** It was claimed, and this is why the server did not pay it; null before. */
  readonly refused: ErrorCode | null;
};

/** What was scanned, and what it did. `sale.claim` tells the rest. */
export type Taken = {
  /**
   * paid: the server settled it, or its receipt or code is genuine. accepted: offline, waits to settle. asking: nobody answered and this till may not take
   * it by itself: no goods; it goes on asking. again: this very code had been taken before.
   */
  readonly outcome: 'paid' | 'accepted' | 'asking' | 'again';
  readonly by: 'voucher' | 'receipt' | 'code';
  readonly sale: SaleView;
};

/** A note that the till signed; the payer scans it, and it is sent in any case. */
export type NoteView = { readonly kind: 'ack' | 'void' | 'refund'; readonly code: string; readonly amountMinor: number | null };

/** A file, and the same as animated codes for another till's camera. */
export type ExportView = { readonly count: number; readonly amountMinor: number; readonly fileName: string; readonly file: string; readonly parts: readonly string[] };
export type ImportView = {
  /** Animated codes: how many parts have come, and about how many are needed. A file is whole at once. */
  readonly have: number;
  readonly need: number;
  /** Once whole: new here, and those that were known. Null before. */
  readonly done: { readonly added: number; readonly known: number; readonly refused: number } | null;
};

export interface TillOfflineApi {
  /**
   * Any code that a customer shows: voucher or receipt. Checked, written down, then the server is asked for at most LIMITS.probeTimeoutMs; nobody is asked
   * which case it is. Refused: nothing was taken, and the code says why (the voucher of E_EQUIVOCATION is kept as evidence).
   */
  take(text: string): Promise<Result<Taken, ErrorCode>>;
  /** Eight digits that the customer reads out, for one sale; CODE_WRONG with detail.triesLeft. */
  takeCode(saleId: string, typed: string): Promise<Result<Taken, ErrorCode>>;
  /** A sale that was cancelled or ran out, and whose voucher was signed before: taken all the same, on the cashier's word. */
  honour(saleId: string, text: string): Promise<Result<Taken, ErrorCode>>;
  /** The acknowledgement of an accepted sale, for the customer to scan. */
  acknowledge(saleId: string): Promise<Result<NoteView, ErrorCode>>;
  /** Gives an accepted or asking voucher back. */
  voidSale(saleId: string): Promise<Result<NoteView, ErrorCode>>;
  /** Typed text; at most what was taken less what was refunded. */
  refundSale(saleId: string, amountText: string): Promise<Result<NoteView, ErrorCode>>;
  /** One tap on a voucher that its payer reported; on one that was refused, the tap says that this was seen. */
  claim(vid: string): Promise<Result<void, ErrorCode>>;
  /** Everything that waits. Leaves it where it is. */
  exportPending(): Promise<Result<ExportView, ErrorCode>>;
  /** A file's text, or one animated part. Whatever it brings can only be credited to its own merchant. */
  importPending(text: string): Promise<Result<ImportView, ErrorCode>>;
}
