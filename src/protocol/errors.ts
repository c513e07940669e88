/**
 * Every code that one party tells another, or the wallet tells its user. Each owns words in both languages (i18n/errors)
 * and a help article (help/error-articles). Names follow protocol.md sections 5.3 and 8.1 where they exist.
 */

/** Why a text that was scanned, pasted or typed is not taken. */
export const CODE_ERRORS = [
  'E_EMPTY', // nothing there
  'E_TOO_LONG', // more than LIMITS.codeTextChars
  'E_PREFIX', // not ours; detail.found says what it is: ForeignKind in foreign-code.ts
  'E_WRONG_CODE', // ours, but not what this screen takes; detail.found: 'invoice', 'voucher', 'receipt', 'ack', 'note', 'purse', 'merchant'
  'E_FORMAT', // broken: truncated, not canonical, wrong shape
  'E_VERSION', // made by a newer app
  'E_ALG', // not ES256
  'E_ISSUER', // signed by a key that the key set does not hold
  'E_CERT_SIG', // the merchant's certificate is forged
  'E_CERT_EXPIRED',
  'E_INVOICE_EXPIRED',
  'E_INVOICE_FUTURE', // one of the two clocks is wrong
  'E_CURRENCY',
  'E_AMOUNT', // zero or above LIMITS.amountMinor
  'E_KEYSET', // a key set that does not verify, is older than ours, or is out of date
  'E_RECEIPT_SIG',
  'E_MERCHANT', // meant for another merchant
  'E_INVOICE_UNKNOWN', // not a charge of this till
  'E_INVOICE_CLOSED', // a charge of this till that is cancelled, or paid by something else
  'E_NOTE_SIG', // an acknowledgement, void or refund that the shop did not sign
  // a voucher at the till, protocol.md 5.3
  'E_PURSE_EXPIRED',
  'E_PURSE_FUTURE', // one of the two clocks is wrong
  'E_TAB_OTHER_MERCHANT', // a tab purse of another shop
  'E_VOUCHER_SIG', // not signed by the purse's device
  'E_LIMIT', // above a cap, the purse's limit or its number of payments
  'E_CHAIN', // the first voucher of a purse that does not begin it
  'E_UV_REQUIRED', // above the purse's threshold and not confirmed by passkey
  'E_REVOKED',
  'E_EQUIVOCATION', // contradicts another voucher of the same purse: evidence, keep both
  'E_FLOOR_PURSE', // more than this till takes of one purse before it syncs
  'E_FLOOR_TOTAL', // more than this till takes in all before it syncs
  'E_SYNC_FIRST', // this till's lists are too old
  'E_CLOCK_BEHIND', // this device's clock is behind the newest server time it has seen
] as const;
export type CodeError = (typeof CODE_ERRORS)[number];

/** What an amount that somebody typed can be wrong with. */
export const AMOUNT_ERRORS = ['AMOUNT_EMPTY', 'AMOUNT_FORMAT', 'AMOUNT_ZERO', 'AMOUNT_TOO_LARGE'] as const;
export type AmountError = (typeof AMOUNT_ERRORS)[number];

/** Final verdicts of the server on one payment. Stored; the same bytes get the same verdict for ever. */
export const REFUSALS = [
  'FORMAT', // the order or the invoice cannot be read
  'SIGNATURE', // the order is not signed by this device
  'ID_REUSED', // this id belongs to another payment
  'NOT_CONFIRMED', // no passkey or PIN confirmed this order in time
  'INVOICE_PAID',
  'INVOICE_EXPIRED',
  'INVOICE_FUTURE',
  'INVOICE_MISMATCH', // order and invoice disagree on merchant, amount, currency or hash
  'MERCHANT_UNKNOWN',
  'MERCHANT_SUSPENDED',
  'SAME_PARTY',
  'CURRENCY',
  'AMOUNT_LIMIT',
  'INSUFFICIENT_FUNDS',
  'ACCOUNT_FROZEN',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** Why the server does not pay a voucher or carry out a note, protocol.md 8.1. */
export const VOUCHER_REASONS = [
  'FORMAT', // cannot be read
  'SIGNATURE', // not signed by the purse's device under our certificate; a note: not by a till of ours
  'UNKNOWN_PURSE',
  'LIMITS', // above the certificate's limits; a refund: above what was paid
  'CLAIM_DEADLINE', // came after the purse's claim deadline
  'INVOICE_PAID',
  'UNFUNDED', // spent twice, and neither reserve nor guarantee is left
  'CLAIM_REFUSED', // spent twice, held, and then refused by the operator
  'NOT_YOUR_MERCHANT', // another merchant's voucher, or one for a merchant that is not here
  'NOT_SETTLED', // a refund of a voucher that was never paid
] as const;
export type VoucherReason = (typeof VOUCHER_REASONS)[number];

/** Problems of a request as such (problem+json `code`). None of them is a verdict on a payment. */
export const PROBLEMS = [
  'BAD_REQUEST',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'METHOD_NOT_ALLOWED',
  'NOT_FOUND',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'CROSS_SITE',
  'RATE_LIMITED', // detail.retryAfterMs
  'CODE_USED', // an enrolment code that is unknown, used or out of date
  'CHALLENGE', // stale or foreign session challenge
  'DEVICE_REVOKED',
  'TOO_MANY_DEVICES',
  'PIN_WRONG', // detail.triesLeft
  'PIN_LOCKED', // detail.retryAfterMs
  'PIN_NOT_SET',
  'PIN_WEAK',
  'PASSKEY_REFUSED',
  'ID_REUSED',
  'PURSE_OPEN', // this device has an open purse already
  'PURSE_LIMIT', // more than a purse, or all purses of an account, may hold
  'PURSE_CLOSED', // the purse is closing, frozen or released
  'PURSE_TOO_NEW', // an account without history: a tab, but no open purse
  'INSUFFICIENT_FUNDS',
  'ACCOUNT_FROZEN',
  'MERCHANT_UNKNOWN',
  'MERCHANT_SUSPENDED',
  'CURRENCY',
  'INTERNAL',
  'UNAVAILABLE',
] as const;
export type Problem = (typeof PROBLEMS)[number];

/** What this device itself can fail with. */
export const DEVICE_ERRORS = [
  'OFFLINE', // nothing was sent, or no answer came to a question that changes nothing
  'STORAGE_FULL',
  'STORAGE_BROKEN', // reads or writes fail after one retry
  'STORAGE_CLEARED', // the browser threw our rows away
  'STORAGE_OUTDATED', // this tab is older than the stored data: reload
  'STORAGE_UNSUPPORTED', // no IndexedDB here
  'STORAGE_SLOW', // IndexedDB does not open in time, or another tab holds up an upgrade
  'STORAGE_UPGRADE', // an upgrade of the database failed, and was taken back whole
  'NOT_WRITER', // another tab took over in between
  'NO_KEY', // the device key is gone
  'WORKER_LOST', // the wallet's worker died; it is being started again
  'BROWSER_UNSUPPORTED', // no WebCrypto, no worker
  'NOT_SIGNED_IN',
  'WRONG_MODE', // a shopper's action on a till or the reverse
  'SALE_CLOSED',
  'DRAFT_GONE', // the confirm sheet is too old: scan again
  'CAMERA_DENIED',
  'CAMERA_ABSENT',
  'CAMERA_BUSY',
  'CAMERA_LOST',
  'PICTURE_NO_CODE',
  'PICTURE_TOO_LARGE',
  'PASSKEY_CANCELLED', // cancelled, failed or lost: browsers do not tell which
  'PASSKEY_UNSUPPORTED',
  'TOO_MANY_WAITING', // LIMITS.outboxRows
  'SIGN_OUT_HELD', // something waits here for its answer, and exists nowhere else
  'PURSE_NOT_HERE', // inside another app, or in a private window: what we store is not kept
  'TILL_NOT_HERE', // the same at a till: with no network it takes nothing there
  'PURSE_SHORT', // nobody answers, and the purse cannot carry this payment: too little in it, above a cap, or its payments are used up
  'PURSE_RENEW', // nobody answers, and the purse's certificate has run out
  'CONFIRM_OFFLINE', // nobody answers: the passkey has to sign the voucher itself
  'CONFIRM_PIN', // nobody answers, and only the PIN can be checked here
  'PIN_NOT_HERE', // nobody answers, and this device cannot check the PIN: never used here, or its tries are used up
  'CODE_WRONG', // eight digits that do not confirm this sale; detail.triesLeft
  'CODE_LOCKED', // too many wrong ones for this sale
  'VOID_TOO_LATE', // there is a verdict on the voucher, or a refund of it: it is refunded, not given back
  'REFUND_TOO_MUCH', // more than is left of what was taken
  'NOTE_NOT_YOURS', // a shop's note about a voucher that this wallet did not sign
] as const;
export type DeviceError = (typeof DEVICE_ERRORS)[number];

export type ErrorCode = CodeError | AmountError | Refusal | VoucherReason | Problem | DeviceError;

export const ERROR_CODES: readonly ErrorCode[] = [
  ...new Set<ErrorCode>([...CODE_ERRORS, ...AMOUNT_ERRORS, ...REFUSALS, ...VOUCHER_REASONS, ...PROBLEMS, ...DEVICE_ERRORS]),
];
