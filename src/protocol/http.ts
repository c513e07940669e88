/**
 * The HTTP messages of /v1: one schema each, used by the server to parse requests, by the wallet to parse replies, and to
 * write the OpenAPI document. Bytes travel as base64url, ids as lower-case hexadecimal, money as integer minor units, time as
 * milliseconds since 1970 with the suffix Ms.
 */
import * as v from 'valibot';
import { PROBLEMS, REFUSALS } from './errors.ts';
import { amountMinor, balanceMinor, base64Url, bytesText, compressedPoint, confirmationCodeText, count, currencyNumeric, hexId, macKey, merchantIdHex, purseIdHex, shortText, signature64, timeMs } from './http-fields.ts';
import { FeedAppeal, FeedNote, FeedPurse, FeedVoucher, PurseView } from './http-offline.ts';
import { LIMITS } from './limits.ts';

/** WebAuthn Level 3 JSON forms; @simplewebauthn/server parses them whole, here only their size and shape are bounded. */
const webauthnJson = v.looseObject({ id: base64Url(1_536), type: v.literal('public-key') });

/** GET /v1/config: what a page must know before anybody has signed in. */
export const ConfigReply = v.object({
  nowMs: timeMs,
  mode: v.picklist(['demo', 'production']),
  ccy: currencyNumeric,
  /** Signed by the pinned root; see keyset.ts. */
  keySet: base64Url(4_096),
  /** Compressed point of the root key. The app pins the one it sees first; a different one later is refused. */
  rootKey: compressedPoint,
  /** The desk's origin in demo mode, else null. */
  deskOrigin: v.nullable(v.pipe(v.string(), v.maxLength(200))),
});
export type ConfigReply = v.InferOutput<typeof ConfigReply>;

/** POST /v1/demo/enrolments, demo mode only: play-money accounts. `new-shopper` opens a fresh one; a demo shopper who was frozen is replaced. */
export const DemoEnrolmentRequest = v.strictObject({ as: v.picklist(['demo-shopper', 'demo-merchant', 'demo-merchant-2', 'new-shopper']) });
export type DemoEnrolmentRequest = v.InferOutput<typeof DemoEnrolmentRequest>;
export const EnrolmentReply = v.object({ code: v.pipe(v.string(), v.maxLength(80)) });
export type EnrolmentReply = v.InferOutput<typeof EnrolmentReply>;

/** POST /v1/challenges: a fresh challenge for a session proof. */
export const ChallengeReply = v.object({ challenge: base64Url(96), nowMs: timeMs });
export type ChallengeReply = v.InferOutput<typeof ChallengeReply>;

export const UserProof = v.variant('kind', [
  v.strictObject({ kind: v.literal('pin'), pin: v.pipe(v.string(), v.regex(/^[0-9]{6}$/)) }),
  v.strictObject({ kind: v.literal('passkey'), assertion: webauthnJson }),
]);
export type UserProof = v.InferOutput<typeof UserProof>;

/**
 * POST /v1/sessions. `proof` is an ES256 signature by the device key over sessionProofMessage(). Three ways in:
 * enrol a new device with a code; open a new session for a known device; restore on a device whose storage was cleared
 * (needs the old session's cookie and the user's PIN or passkey; the old device key is revoked).
 */
export const SessionRequest = v.variant('kind', [
  v.strictObject({
    kind: v.literal('enrol'),
    code: v.pipe(v.string(), v.minLength(8), v.maxLength(80)),
    deviceKey: compressedPoint,
    challenge: base64Url(96),
    proof: signature64,
  }),
  v.strictObject({ kind: v.literal('device'), deviceId: hexId, challenge: base64Url(96), proof: signature64 }),
  v.strictObject({
    kind: v.literal('restore'),
    deviceKey: compressedPoint,
    challenge: base64Url(96),
    proof: signature64,
    user: UserProof,
  }),
]);
export type SessionRequest = v.InferOutput<typeof SessionRequest>;

/** Who bears it when a purse is spent twice and its reserve is empty: printed at the till, "guaranteed up to 200.00". */
export const GuaranteeInfo = v.object({
  rule: v.picklist(['none', 'capped', 'full']),
  /** Of one purse, for this shop. none: 0. full: what a till takes of one purse before it syncs, and all beyond it too. */
  perPurseMinor: balanceMinor,
});
export type GuaranteeInfo = v.InferOutput<typeof GuaranteeInfo>;

export const TillInfo = v.object({
  merchantId: merchantIdHex,
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS.merchantNameBytes)),
  terminal: count,
  /** COSE_Sign1 merchant certificate: what charges carry. Empty, like the next, while the shop is suspended. */
  certificate: bytesText,
  /** The same with this device's key in it: for the acknowledgements, voids and refunds that this till signs. */
  noteCertificate: bytesText,
  /** K_t, which confirmation codes are made with: import it non-extractable at once, and store it nowhere as text. */
  codeKey: macKey,
  /** Of vouchers in the shop's currency. */
  guarantee: GuaranteeInfo,
});
export type TillInfo = v.InferOutput<typeof TillInfo>;

/** GET /v1/me, and the reply of POST /v1/sessions. */
export const MeReply = v.object({
  nowMs: timeMs,
  account: v.object({
    id: hexId,
    kind: v.picklist(['shopper', 'merchant']),
    name: shortText,
    ccy: currencyNumeric,
    balanceMinor,
    playMoney: v.boolean(),
    pinSet: v.boolean(),
    /** Credential ids (base64url) for allowCredentials. */
    passkeyIds: v.pipe(v.array(base64Url(1_024)), v.maxLength(LIMITS.passkeysPerAccount)),
  }),
  device: v.object({ id: hexId }),
  till: v.nullable(TillInfo),
  /** Of all devices of the account; released ones are left out. */
  purses: v.pipe(v.array(PurseView), v.maxLength(LIMITS.pursesShown)),
});
export type MeReply = v.InferOutput<typeof MeReply>;

/** POST /v1/pin: set or change. `current` is needed once a PIN is set. 204. */
export const PinRequest = v.strictObject({
  pin: v.pipe(v.string(), v.regex(/^[0-9]{6}$/)),
  current: v.optional(v.pipe(v.string(), v.regex(/^[0-9]{6}$/))),
});
export type PinRequest = v.InferOutput<typeof PinRequest>;

/** POST /v1/passkeys/options: PublicKeyCredentialCreationOptionsJSON. Needs the PIN; PIN_NOT_SET while there is none. */
export const PasskeyOptionsRequest = v.strictObject({ pin: v.optional(v.pipe(v.string(), v.regex(/^[0-9]{6}$/))) });
export const PasskeyOptionsReply = v.looseObject({ challenge: v.string() });
/** POST /v1/passkeys: RegistrationResponseJSON. */
export const PasskeyRequest = webauthnJson;
export const PasskeyReply = v.object({ id: v.string() });

/**
 * POST /v1/confirmations: the user, by PIN or passkey, confirms one order. The passkey's challenge is SHA-256 of the order's
 * bytes, so no round trip is needed for it. Comes before the payment, so that no secret is ever stored in an outbox.
 */
export const ConfirmationRequest = v.strictObject({ order: bytesText, user: UserProof });
export type ConfirmationRequest = v.InferOutput<typeof ConfirmationRequest>;
export const ConfirmationReply = v.object({ expiresAtMs: timeMs });

/** POST /v1/payments: the exact bytes that the payer's device stored before it sent them. */
export const PaymentRequest = v.strictObject({ order: bytesText, invoice: bytesText });
export type PaymentRequest = v.InferOutput<typeof PaymentRequest>;

export const PaymentVerdict = v.variant('state', [
  v.object({ state: v.literal('settled'), atMs: timeMs, receipt: bytesText }),
  v.object({
    state: v.literal('refused'),
    atMs: timeMs,
    code: v.picklist(REFUSALS),
    /** With INVOICE_PAID: the payment that paid it, when it is the same payer's. */
    paymentId: v.optional(hexId),
  }),
]);
export type PaymentVerdict = v.InferOutput<typeof PaymentVerdict>;

/** 200 for both verdicts: a refusal is an answer, not a failure of the request. `dup`: this verdict was already stored. */
export const PaymentReply = v.object({
  nowMs: timeMs,
  paymentId: hexId,
  verdict: PaymentVerdict,
  dup: v.boolean(),
  /** For a till with no network and no camera: the payer reads it out. Null when refused, or when that till is gone. */
  confirmationCode: v.nullable(confirmationCodeText),
});
export type PaymentReply = v.InferOutput<typeof PaymentReply>;

/** One settled payment as one of its two parties sees it. */
export const FeedPayment = v.object({
  kind: v.literal('payment'),
  seq: count,
  paymentId: hexId,
  direction: v.picklist(['in', 'out']),
  amountMinor,
  ccy: currencyNumeric,
  /** Shown name of the other party: the merchant's for the payer, a masked name for the merchant. */
  counterparty: shortText,
  merchantId: merchantIdHex,
  terminal: count,
  invoiceHash: hexId,
  /** The sale's nonce, hexadecimal: a renewed code keeps it. */
  saleNonce: v.pipe(v.string(), v.regex(/^[0-9a-f]{24}$/)),
  atMs: timeMs,
  receipt: bytesText,
  /** The account's balance after this entry. */
  balanceMinor,
});
export type FeedPayment = v.InferOutput<typeof FeedPayment>;
/** Money that came in or went out without a payment: play money, and later top-ups. */
export const FeedCredit = v.object({
  kind: v.literal('credit'),
  seq: count,
  entryId: hexId,
  reason: v.picklist(['play-money']),
  amountMinor,
  ccy: currencyNumeric,
  atMs: timeMs,
  balanceMinor,
});
export type FeedCredit = v.InferOutput<typeof FeedCredit>;
export const FeedChange = v.variant('kind', [FeedPayment, FeedCredit, FeedPurse, FeedVoucher, FeedNote, FeedAppeal]);
export type FeedChange = v.InferOutput<typeof FeedChange>;

/**
 * GET /v1/feed?cursor=N&lastAtMs=T: changes with seq > N, in order, no gaps. `cursor` is the last seq given. T, which may be left out: when the
 * change N happened. A server that has another one there, or none, was restored from a backup: its `headSeq` is less than N.
 */
export const FeedReply = v.object({
  nowMs: timeMs,
  cursor: count,
  more: v.boolean(),
  /** The balance at `headSeq`, the newest change there is. */
  balanceMinor,
  headSeq: count,
  changes: v.pipe(v.array(FeedChange), v.maxLength(LIMITS.feedPage)),
});
export type FeedReply = v.InferOutput<typeof FeedReply>;

/** GET /v1/demo/ledger, demo mode only, no session: the newest rows of the journal and what all accounts add up to, for the desk. */
export const DemoLedgerReply = v.object({
  nowMs: timeMs,
  ccy: currencyNumeric,
  /** Zero, always: I1. */
  sumMinor: v.pipe(v.number(), v.safeInteger()),
  accounts: count,
  /** Newest first, at most 20. */
  postings: v.pipe(
    v.array(v.object({ ref: v.pipe(v.string(), v.maxLength(80)), debit: v.string(), credit: v.string(), amountMinor, atMs: timeMs })),
    v.maxLength(20),
  ),
  /** Of the accounts that these rows name. */
  balances: v.pipe(v.array(v.object({ account: v.string(), /** Whose it is; null for the operator's own. */ name: v.nullable(shortText), balanceMinor: v.pipe(v.number(), v.safeInteger()) })), v.maxLength(40)),
  /** The purses that these rows name, and what became of each voucher. */
  purses: v.pipe(v.array(v.object({ id: purseIdHex, limMinor: amountMinor, proved: v.boolean() })), v.maxLength(40)),
  vouchers: v.pipe(
    v.array(
      v.object({
        vid: hexId,
        purseId: purseIdHex,
        merchantId: merchantIdHex,
        amountMinor,
        state: v.picklist(['unpaid', 'paid', 'held', 'returned']),
        reserveMinor: balanceMinor,
        guaranteeMinor: balanceMinor,
      }),
    ),
    v.maxLength(100),
  ),
});
export type DemoLedgerReply = v.InferOutput<typeof DemoLedgerReply>;

/** RFC 9457. `type` is urn:chit:problem:<code>. */
export const ProblemReply = v.object({
  type: v.string(),
  title: v.string(),
  status: v.pipe(v.number(), v.safeInteger()),
  code: v.picklist(PROBLEMS),
  requestId: v.optional(v.string()),
  triesLeft: v.optional(count),
  retryAfterMs: v.optional(count),
});
export type ProblemReply = v.InferOutput<typeof ProblemReply>;

/** What a device signs to open a session: domain-separated, bound to this server's host, the way in, and one challenge. */
export function sessionProofMessage(host: string, kind: SessionRequest['kind'], subject: string, challenge: string): string {
  return ['chit-session-v1', host, kind, subject, challenge].join('\n');
}

/** What the way in is about: the known device's id, or the key that is to be enrolled. */
export function sessionSubject(request: { readonly kind: 'device'; readonly deviceId: string } | { readonly kind: 'enrol' | 'restore'; readonly deviceKey: string }): string {
  return request.kind === 'device' ? request.deviceId : request.deviceKey;
}
