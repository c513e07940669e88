/** Which article answers which error code. Read only where help is opened: a link to it names the code (`/help/E_LIMIT`). */
import type { ErrorCode } from '#protocol/errors.ts';
import type { ArticleId } from './article-ids.ts';

const CODE = /^[A-Z][A-Z0-9_]*$/;

const BY_CODE: Readonly<Record<ErrorCode, ArticleId>> = {
  E_EMPTY: 'pay-by-scan', E_TOO_LONG: 'pay-by-scan', E_PREFIX: 'pay-by-scan', E_WRONG_CODE: 'pay-by-scan', E_FORMAT: 'camera-trouble',
  E_VERSION: 'pay-by-scan', E_ALG: 'safety', E_ISSUER: 'safety', E_CERT_SIG: 'safety', E_CERT_EXPIRED: 'payment-failed',
  E_INVOICE_EXPIRED: 'payment-failed', E_INVOICE_FUTURE: 'payment-failed', E_CURRENCY: 'payment-failed', E_AMOUNT: 'payment-failed',
  E_KEYSET: 'safety', E_RECEIPT_SIG: 'merchant-code-refused', E_MERCHANT: 'merchant-code-refused', E_INVOICE_UNKNOWN: 'merchant-code-refused',
  E_INVOICE_CLOSED: 'merchant-void-refund', E_NOTE_SIG: 'refund-note',

  E_PURSE_EXPIRED: 'merchant-code-refused', E_PURSE_FUTURE: 'merchant-code-refused', E_TAB_OTHER_MERCHANT: 'merchant-code-refused', E_VOUCHER_SIG: 'merchant-code-refused',
  E_LIMIT: 'merchant-code-refused', E_CHAIN: 'merchant-code-refused', E_UV_REQUIRED: 'pay-offline', E_REVOKED: 'merchant-code-refused', E_EQUIVOCATION: 'merchant-code-refused',
  E_FLOOR_PURSE: 'merchant-guarantee', E_FLOOR_TOTAL: 'merchant-guarantee', E_SYNC_FIRST: 'merchant-guarantee', E_CLOCK_BEHIND: 'merchant-code-refused',

  AMOUNT_EMPTY: 'merchant-charge', AMOUNT_FORMAT: 'merchant-charge', AMOUNT_ZERO: 'merchant-charge', AMOUNT_TOO_LARGE: 'merchant-charge',

  FORMAT: 'payment-failed', SIGNATURE: 'payment-failed', ID_REUSED: 'records-and-receipt', NOT_CONFIRMED: 'payment-failed',
  INVOICE_PAID: 'payment-failed', INVOICE_EXPIRED: 'payment-failed', INVOICE_FUTURE: 'payment-failed', INVOICE_MISMATCH: 'payment-failed',
  MERCHANT_UNKNOWN: 'safety', MERCHANT_SUSPENDED: 'payment-failed', SAME_PARTY: 'payment-failed', CURRENCY: 'payment-failed',
  AMOUNT_LIMIT: 'payment-failed', INSUFFICIENT_FUNDS: 'payment-failed', ACCOUNT_FROZEN: 'payment-failed',

  UNKNOWN_PURSE: 'voucher-returned', LIMITS: 'voucher-returned', CLAIM_DEADLINE: 'voucher-returned', UNFUNDED: 'safety', CLAIM_REFUSED: 'safety',
  NOT_YOUR_MERCHANT: 'merchant-charge', NOT_SETTLED: 'merchant-void-refund', PURSE_OPEN: 'offline-purse', PURSE_LIMIT: 'offline-purse',
  PURSE_CLOSED: 'offline-purse', PURSE_TOO_NEW: 'offline-purse',

  BAD_REQUEST: 'payment-pending', BODY_TOO_LARGE: 'payment-pending', UNSUPPORTED_MEDIA_TYPE: 'payment-pending',
  METHOD_NOT_ALLOWED: 'payment-pending', NOT_FOUND: 'records-and-receipt', UNAUTHENTICATED: 'payment-pending', FORBIDDEN: 'payment-pending',
  CROSS_SITE: 'safety', RATE_LIMITED: 'payment-pending', CODE_USED: 'what-is-chit', CHALLENGE: 'what-is-chit',
  DEVICE_REVOKED: 'storage-cleared', TOO_MANY_DEVICES: 'storage-cleared', PIN_WRONG: 'pin-and-passkey', PIN_LOCKED: 'pin-and-passkey',
  PIN_NOT_SET: 'pin-and-passkey', PIN_WEAK: 'pin-and-passkey', PASSKEY_REFUSED: 'pin-and-passkey', INTERNAL: 'payment-pending',
  UNAVAILABLE: 'payment-pending',

  OFFLINE: 'payment-pending', STORAGE_FULL: 'storage-cleared', STORAGE_BROKEN: 'storage-cleared', STORAGE_CLEARED: 'storage-cleared',
  STORAGE_OUTDATED: 'storage-cleared', STORAGE_UNSUPPORTED: 'storage-cleared', STORAGE_SLOW: 'storage-cleared', STORAGE_UPGRADE: 'storage-cleared', NOT_WRITER: 'payment-pending',
  NO_KEY: 'storage-cleared', WORKER_LOST: 'payment-pending', BROWSER_UNSUPPORTED: 'camera-trouble', NOT_SIGNED_IN: 'what-is-chit',
  WRONG_MODE: 'merchant-charge', SALE_CLOSED: 'merchant-charge', DRAFT_GONE: 'payment-failed', CAMERA_DENIED: 'camera-trouble',
  CAMERA_ABSENT: 'camera-trouble', CAMERA_BUSY: 'camera-trouble', CAMERA_LOST: 'camera-trouble', PICTURE_NO_CODE: 'camera-trouble',
  PICTURE_TOO_LARGE: 'camera-trouble', PASSKEY_CANCELLED: 'pin-and-passkey', PASSKEY_UNSUPPORTED: 'pin-and-passkey',
  TOO_MANY_WAITING: 'payment-pending', SIGN_OUT_HELD: 'payment-pending', PURSE_NOT_HERE: 'purse-halved', TILL_NOT_HERE: 'purse-halved', PURSE_SHORT: 'pay-offline', PURSE_RENEW: 'offline-purse',
  CONFIRM_OFFLINE: 'pay-offline', CONFIRM_PIN: 'pay-offline', PIN_NOT_HERE: 'pay-offline', NOTE_NOT_YOURS: 'refund-note',
  CODE_WRONG: 'merchant-digits', CODE_LOCKED: 'merchant-digits', VOID_TOO_LATE: 'merchant-void-refund', REFUND_TOO_MUCH: 'merchant-void-refund',
};

/** An address under /help: an article's own, or a code's. */
export function articleAt(id: string): string {
  return CODE.test(id) ? articleForError(id) : id;
}

/** Total over every code; a text that is no code of ours gets the article about unknown outcomes. */
export function articleForError(code: string): ArticleId {
  return Object.hasOwn(BY_CODE, code) ? BY_CODE[code as ErrorCode] : 'payment-pending';
}
