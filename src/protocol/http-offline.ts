/** What the server says of purses, vouchers and notes: in replies and in the feed. Same conventions as http.ts. */
import * as v from 'valibot';
import { VOUCHER_REASONS } from './errors.ts';
import { amountMinor, balanceMinor, bytesText, count, currencyNumeric, hexId, merchantIdHex, purseIdHex, shortText, timeMs } from './http-fields.ts';
import { LIMITS } from './limits.ts';

/**
 * Payments above this need the passkey that the certificate names. `passkey` false: the account has none that could, so `capMinor`
 * is at most this; add one and refresh the purse.
 */
export const StepUpView = v.object({ aboveMinor: amountMinor, passkey: v.boolean() });

/** One purse as its owner sees it. */
export const PurseView = v.object({
  id: purseIdHex,
  kind: v.picklist(['open', 'tab']),
  /** Whose tab; null for an open purse. */
  merchantId: v.nullable(merchantIdHex),
  /** The device whose key spends. */
  deviceId: hexId,
  ccy: currencyNumeric,
  /**
   * active: may be topped up and refreshed. closing: its owner ended it. frozen: two of its vouchers contradict each other.
   * released: the rest is back in the account. Vouchers of the first three settle until `claimDeadlineMs`.
   */
  state: v.picklist(['active', 'closing', 'frozen', 'released']),
  /** Everything that was ever put in; the newest certificate says the same. */
  limMinor: amountMinor,
  capMinor: amountMinor,
  maxCount: count,
  /** What is still set aside. */
  reserveMinor: balanceMinor,
  /** The furthest voucher that the server has seen: a wallet whose head is behind it was rolled back. */
  headSeq: count,
  headCumMinor: balanceMinor,
  /** Null: no payment needs a passkey. Feeds of before there was such a thing leave it out. */
  stepUp: v.optional(v.nullable(StepUpView), null),
  expMs: timeMs,
  claimDeadlineMs: timeMs,
  /** The newest certificate. */
  certificate: bytesText,
});
export type PurseView = v.InferOutput<typeof PurseView>;

/**
 * What became of a voucher. PAYER_REPORTED is not final: its merchant may still claim it. Nor is HELD: it is paid at `untilMs`,
 * or voided before. The others never change, but for a void: the merchant's word that it gave the voucher back undoes a claim.
 */
export const VoucherVerdict = v.variant('verdict', [
  v.object({ verdict: v.literal('PAYER_REPORTED'), atMs: timeMs }),
  v.object({
    verdict: v.literal('SETTLED'),
    /** guarantee: a purse that was spent twice, and the operator paid what its reserve could not. */
    via: v.picklist(['reserve', 'guarantee']),
    /** 0, but where the purse was spent twice: what neither the reserve nor the guarantee could pay. */
    unpaidMinor: balanceMinor,
    atMs: timeMs,
  }),
  v.object({ verdict: v.literal('HELD'), untilMs: timeMs, unpaidMinor: balanceMinor, atMs: timeMs }),
  v.object({ verdict: v.literal('REJECTED'), reason: v.picklist(VOUCHER_REASONS), atMs: timeMs }),
  v.object({ verdict: v.literal('VOIDED'), atMs: timeMs }),
]);
export type VoucherVerdict = v.InferOutput<typeof VoucherVerdict>;

/** Something happened to a purse of this account. */
export const FeedPurse = v.object({
  kind: v.literal('purse'),
  seq: count,
  event: v.picklist(['opened', 'topped-up', 'refreshed', 'closing', 'frozen', 'released']),
  purse: PurseView,
  /** What went from the account into the purse, or at the release from the purse into the account. */
  amountMinor: balanceMinor,
  atMs: timeMs,
  /** The account's balance after this entry; money in purses is not in it. */
  balanceMinor,
});
export type FeedPurse = v.InferOutput<typeof FeedPurse>;

/** A voucher of this account, or for this shop, has a new verdict. */
export const FeedVoucher = v.object({
  kind: v.literal('voucher'),
  seq: count,
  vid: hexId,
  purseId: purseIdHex,
  /** Its number in the purse, and what the purse has paid with it. */
  voucherSeq: count,
  cumMinor: balanceMinor,
  direction: v.picklist(['in', 'out']),
  /** Shown name of the other party: the merchant's for the payer, a masked name for the merchant. */
  counterparty: shortText,
  merchantId: merchantIdHex,
  invoiceHash: hexId,
  amountMinor,
  ccy: currencyNumeric,
  outcome: VoucherVerdict,
  /** Two vouchers of this purse contradict each other: GET /v1/proofs/:purseId has them. */
  conflicted: v.boolean(),
  atMs: timeMs,
  balanceMinor,
});
export type FeedVoucher = v.InferOutput<typeof FeedVoucher>;

/** A refund was carried out. A void is the voucher's own verdict. */
export const FeedNote = v.object({
  kind: v.literal('note'),
  seq: count,
  noteId: hexId,
  vid: hexId,
  direction: v.picklist(['in', 'out']),
  counterparty: shortText,
  amountMinor,
  /** All refunds of this voucher, this one included. */
  refundedMinor: amountMinor,
  ccy: currencyNumeric,
  atMs: timeMs,
  balanceMinor,
});
export type FeedNote = v.InferOutput<typeof FeedNote>;

/** In answer to an appeal. */
export const answerText = v.pipe(v.string(), v.regex(/\S/), v.maxLength(LIMITS.appealChars));

/** An appeal was received, and people read it; then they answered. */
export const FeedAppeal = v.object({
  kind: v.literal('appeal'),
  seq: count,
  appealId: hexId,
  /** A purse, voucher or payment. */
  subject: v.union([hexId, purseIdHex]),
  state: v.picklist(['received', 'answered']),
  /** Of an answered one: the operator's words. */
  answer: v.optional(answerText),
  atMs: timeMs,
  balanceMinor,
});
export type FeedAppeal = v.InferOutput<typeof FeedAppeal>;
