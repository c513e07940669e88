/** The English words for every error code. Same rules as the Chinese ones, which are written first: see ../zh/errors.ts. */
import type { ErrorDetail } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { formatWait } from '../formats.ts';
import type { ErrorWords, FoundWords } from '../zh/errors.ts';

const SCAN_AGAIN = 'Ask the shop to show the code again and scan it. You have not paid.';
const wait = (detail: ErrorDetail): string =>
  detail.retryAfterMs === undefined ? 'Please try again in a while.' : `Please try again in ${formatWait(detail.retryAfterMs, 'en')}.`;
const ref = (detail: ErrorDetail): string => (detail.requestId === undefined ? '' : ` If you ask for help, give the number ${detail.requestId}.`);
const tries = (left: number): string => (left === 1 ? '1 more try' : `${left} more tries`);

export const enErrors: Readonly<Record<ErrorCode, ErrorWords>> = {
  // codes that were scanned, pasted or typed
  E_EMPTY: { title: 'There is nothing here', whatNow: 'Scan the shop’s code, or paste its payment link.' },
  E_TOO_LONG: { title: 'Too long to be a payment code', whatNow: 'Scan the Chit code on the shop’s screen.' },
  E_PREFIX: { title: 'This is not a Chit code', whatNow: 'We will not open it. Scan the Chit code on the shop’s screen.' },
  E_WRONG_CODE: { title: 'This code belongs somewhere else', whatNow: 'To pay, scan the code on the shop’s screen.' },
  E_FORMAT: { title: 'The code is damaged or incomplete', whatNow: SCAN_AGAIN },
  E_VERSION: { title: 'This code was made by a newer Chit', whatNow: 'Reload the page to update, then scan again.' },
  E_ALG: { title: 'This code is signed in a way we do not take', whatNow: SCAN_AGAIN },
  E_ISSUER: { title: 'We do not know this shop', whatNow: 'Go online once to update, then scan again. If it stays like this, do not pay.' },
  E_CERT_SIG: { title: 'The shop’s identity is forged', whatNow: 'Do not pay. Somebody may have swapped the code: tell the staff.' },
  E_CERT_EXPIRED: { title: 'The shop’s permit to take payments has run out', whatNow: 'The shop’s till must go online and show a new code. You have not paid.' },
  E_INVOICE_EXPIRED: { title: 'This code has expired', whatNow: SCAN_AGAIN },
  E_INVOICE_FUTURE: { title: 'The clocks do not agree', whatNow: 'Your phone’s clock or the shop’s is wrong. Set it to automatic and scan again. You have not paid.' },
  E_CURRENCY: { title: 'A different currency', whatNow: 'This charge is not in your account’s currency, so it cannot be paid. You have not paid.' },
  E_AMOUNT: { title: 'The amount is not right', whatNow: 'It is zero or too large. Ask the shop to enter it again. You have not paid.' },
  E_KEYSET: { title: 'The data we check shops with needs an update', whatNow: 'Go online and try again. If it stays like this, do not pay.' },
  E_RECEIPT_SIG: { title: 'This receipt did not pass the check', whatNow: 'Do not hand over goods for it. Look in the till’s records whether the money came.' },
  E_MERCHANT: { title: 'This is meant for another shop', whatNow: 'Compare the shop names and ask for a code made out to this shop.' },
  E_INVOICE_UNKNOWN: { title: 'This till did not make that charge', whatNow: 'Look on the till that made it.' },
  // amounts
  AMOUNT_EMPTY: { title: 'No amount yet', whatNow: 'Enter an amount such as 18.50.' },
  AMOUNT_FORMAT: { title: 'We cannot read this amount', whatNow: 'Use digits and one point, with at most two decimals, such as 18.50.' },
  AMOUNT_ZERO: { title: 'The amount cannot be zero', whatNow: 'Enter more than zero.' },
  AMOUNT_TOO_LARGE: { title: 'The amount is too large', whatNow: 'One payment is at most 9,999,999.99. Split it into several.' },
  // verdicts on a payment
  FORMAT: { title: 'Not paid', whatNow: 'The charge could not be read, and no money moved. Ask the shop for a new code.' },
  SIGNATURE: { title: 'Not paid', whatNow: 'This device’s signature was not accepted, and no money moved. Open Chit again and retry.' },
  ID_REUSED: { title: 'This number was used before', whatNow: 'Look in your records how that payment ended, then scan again.' },
  NOT_CONFIRMED: { title: 'Not confirmed in time, not paid', whatNow: 'No money moved. Scan again and confirm once more.' },
  INVOICE_PAID: { title: 'This charge is already paid', whatNow: 'This time you were not charged. See in your records whether it was you, or ask the staff.' },
  INVOICE_EXPIRED: { title: 'The code had expired, not paid', whatNow: 'No money moved. Ask the shop for a new code and scan it.' },
  INVOICE_FUTURE: { title: 'The clocks do not agree, not paid', whatNow: 'No money moved. The shop’s clock is wrong: set it to automatic and make a new code.' },
  INVOICE_MISMATCH: { title: 'Payment and charge do not match', whatNow: 'No money moved. Scan again and check the shop’s name and the amount.' },
  MERCHANT_UNKNOWN: { title: 'We do not know this shop, not paid', whatNow: 'No money moved. Do not pay here until the shop has asked the operator.' },
  MERCHANT_SUSPENDED: { title: 'This shop cannot take payments now', whatNow: 'No money moved. Pay in another way, or ask the shop to call the operator.' },
  SAME_PARTY: { title: 'You cannot pay yourself', whatNow: 'No money moved. Payer and shop are the same account.' },
  CURRENCY: { title: 'A different currency, not paid', whatNow: 'No money moved. This charge is not in your account’s currency.' },
  AMOUNT_LIMIT: { title: 'Above the limit', whatNow: 'No money moved. Ask the shop to charge it in several parts.' },
  INSUFFICIENT_FUNDS: { title: 'Not enough balance', whatNow: 'No money moved. Pay for this one in another way.' },
  ACCOUNT_FROZEN: { title: 'Your account is frozen', whatNow: 'No money moved and your balance is still there. Ask the operator for the reason.' },
  // problems of a request
  BAD_REQUEST: { title: 'The server did not understand', whatNow: (detail) => `Reload the page and try again.${ref(detail)}` },
  BODY_TOO_LARGE: { title: 'Too large to send', whatNow: 'Send less and try again.' },
  UNSUPPORTED_MEDIA_TYPE: { title: 'The server did not understand', whatNow: 'Reload the page to update, then try again.' },
  METHOD_NOT_ALLOWED: { title: 'The server does not do this', whatNow: 'Reload the page to update, then try again.' },
  NOT_FOUND: { title: 'Not found', whatNow: 'It may not be on this device. Look in your records.' },
  UNAUTHENTICATED: { title: 'You need to sign in again', whatNow: 'Open Chit again while online: it signs in by itself. Waiting payments are kept.' },
  FORBIDDEN: { title: 'This account may not do that', whatNow: 'If you think it should, ask the operator.' },
  CROSS_SITE: { title: 'The request did not come from Chit', whatNow: 'Open Chit itself, not through another page, and try again.' },
  RATE_LIMITED: { title: 'Too many tries', whatNow: wait },
  CODE_USED: { title: 'This enrolment code does not work', whatNow: 'It may be mistyped, used or out of date. Check it, or ask for a new one.' },
  CHALLENGE: { title: 'Signing in took too long', whatNow: 'Please try again.' },
  DEVICE_REVOKED: { title: 'This device was switched off', whatNow: 'Your money is still in your account. Ask the operator for a new enrolment code.' },
  TOO_MANY_DEVICES: { title: 'Too many devices', whatNow: 'An account has at most 10. Ask the operator to switch off one that you no longer use.' },
  PIN_WRONG: {
    title: 'Wrong PIN',
    whatNow: (detail) =>
      detail.triesLeft === undefined ? 'No money moved. Try again.' : detail.triesLeft > 0 ? `No money moved. You have ${tries(detail.triesLeft)}.` : 'No money moved. The PIN is now locked for a while.',
  },
  PIN_LOCKED: { title: 'The PIN is locked for now', whatNow: (detail) => `There were too many wrong tries. ${wait(detail)} No money moved; a passkey (fingerprint, face) still works.` },
  PIN_NOT_SET: { title: 'No PIN yet', whatNow: 'Set a 6-digit payment PIN under Me.' },
  PIN_WEAK: { title: 'This PIN is easy to guess', whatNow: 'Avoid digits such as 123456 or 111111, and birthdays.' },
  PASSKEY_REFUSED: { title: 'The passkey was not accepted', whatNow: 'No money moved. Try again, or use your PIN.' },
  INTERNAL: { title: 'Something went wrong at the server', whatNow: (detail) => `A payment you confirmed keeps being checked by itself, and one charge is taken only once. Look again in a while.${ref(detail)}` },
  UNAVAILABLE: { title: 'The service cannot be reached for now', whatNow: 'A payment you confirmed keeps being checked by itself, and one charge is taken only once. Look again in a while.' },
  // this device
  OFFLINE: { title: 'No connection right now', whatNow: 'No new payment was made. Payments you confirmed are checked when you are online again.' },
  STORAGE_FULL: { title: 'Your phone’s storage is full', whatNow: 'Delete some photos or apps and try again. We send no payment before it is saved.' },
  STORAGE_BROKEN: { title: 'The browser’s storage failed', whatNow: 'Close every Chit page and open it again. Your money is in your account, not on the phone.' },
  STORAGE_CLEARED: { title: 'The browser cleared the data here', whatNow: 'Your money is still in your account. Restore it with your PIN.' },
  STORAGE_OUTDATED: { title: 'This page is an old version', whatNow: 'Reload it. Your data is all there.' },
  STORAGE_UNSUPPORTED: { title: 'This browser cannot keep data', whatNow: 'Leave private browsing, or open Chit in the phone’s own browser.' },
  STORAGE_SLOW: { title: 'The storage is slow to open', whatNow: 'Close other Chit pages and reload. Your data is all there.' },
  NOT_WRITER: { title: 'Chit is in use in another tab', whatNow: 'Go on there, or try again here.' },
  NO_KEY: { title: 'This device’s key is gone', whatNow: 'Your money is still in your account. Restore it with your PIN.' },
  WORKER_LOST: { title: 'Chit has just restarted', whatNow: 'Your data is all there. Try again; one charge is taken only once.' },
  BROWSER_UNSUPPORTED: { title: 'This browser is too old', whatNow: 'Update it, or open Chit in the phone’s own browser.' },
  NOT_SIGNED_IN: { title: 'No account here yet', whatNow: 'Open one first, then come back.' },
  WRONG_MODE: { title: 'This device cannot do that', whatNow: 'Charging is done on the shop’s till, paying on the customer’s phone.' },
  SALE_CLOSED: { title: 'This sale is closed', whatNow: 'See the result under Sales, or start a new one.' },
  DRAFT_GONE: { title: 'This page to confirm is too old', whatNow: 'Scan again. If you had confirmed already, look in your records first.' },
  CAMERA_DENIED: { title: 'The camera is not allowed', whatNow: 'Allow it in the browser’s settings, or use a picture or paste.' },
  CAMERA_ABSENT: { title: 'No camera found', whatNow: 'Choose a picture, or paste the payment link.' },
  CAMERA_BUSY: { title: 'Another app is using the camera', whatNow: 'Close it and try again, or use a picture or paste.' },
  CAMERA_LOST: { title: 'The camera stopped', whatNow: 'Tap to start it again, or use a picture or paste.' },
  PICTURE_NO_CODE: { title: 'No code in this picture', whatNow: 'Choose a sharper one with the code in the middle.' },
  PICTURE_TOO_LARGE: { title: 'The picture is too large', whatNow: 'Choose one below 20 MB, or take a screenshot.' },
  PASSKEY_CANCELLED: { title: 'Fingerprint or face was not confirmed', whatNow: 'No money moved. Try again, or use your PIN.' },
  PASSKEY_UNSUPPORTED: { title: 'This browser has no passkeys', whatNow: 'Use your PIN.' },
  TOO_MANY_WAITING: { title: 'Too many payments are waiting', whatNow: 'Go online first and let the earlier ones finish.' },
};

/** What a foreign code is (E_PREFIX), and which of our own codes it is when this screen takes another one (E_WRONG_CODE). */
export const enFound: FoundWords = {
  url: { title: 'This is a web address', whatNow: 'It is not a Chit code, and we did not open it. To pay, scan the code on the shop’s screen.' },
  wifi: { title: 'This is a Wi-Fi code', whatNow: 'Use your phone’s own camera to join the network.' },
  vcard: { title: 'This is a business card', whatNow: 'It is not a payment code, and we did not save it.' },
  alipay: { title: 'This is an Alipay code', whatNow: 'Chit cannot pay it. Ask the shop for its Chit code.' },
  wechat: { title: 'This is a WeChat code', whatNow: 'Chit cannot pay it. Ask the shop for its Chit code.' },
  emvco: { title: 'This is another provider’s payment code', whatNow: 'It names no Chit shop. Ask the shop for its Chit code.' },
  javascript: { title: 'There is a program in this code', whatNow: 'It may be harmful, and we did not run it. Tell the staff.' },
  intent: { title: 'This code wants to open another app', whatNow: 'We did not open it. To pay, scan the code on the shop’s screen.' },
  text: { title: 'This is plain text', whatNow: 'It is not a payment code. To pay, scan the code on the shop’s screen.' },
  invoice: { title: 'This is a charge', whatNow: 'Scan it with the customer’s phone to pay.' },
  voucher: { title: 'This is a payment slip', whatNow: 'The shop’s till scans it.' },
  receipt: { title: 'This is a receipt', whatNow: 'A receipt is for looking at; it cannot be paid again.' },
  ack: { title: 'This is a shop’s acknowledgement', whatNow: 'It proves that the shop accepted; it cannot be used to pay.' },
  note: { title: 'This is a refund note', whatNow: 'A refund arrives by itself; it is not for paying.' },
  purse: { title: 'This is the certificate of an offline purse', whatNow: 'It cannot be used to pay. Scan the shop’s code.' },
  merchant: { title: 'This is a shop’s identity', whatNow: 'It has no amount. Ask the shop to enter one and show the code.' },
};
