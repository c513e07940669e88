/** What the members of our HTTP messages are made of: each with its bounds, so that no message can forget them. */
import * as v from 'valibot';
import { fromBase64Url } from '#base/bytes.ts';
import { LIMITS } from './limits.ts';

export const hexId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
/** A purse's id, and every other id of 8 bytes. */
export const purseIdHex = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));
export const merchantIdHex = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));
/** What no bytes encode to, an impossible length or spare bits that are set, is not let in: whoever decodes it later relies on that. */
const decodes = v.check((text: string) => fromBase64Url(text) !== null);
export const base64Url = (maxBytes: number) =>
  v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]*$/), v.maxLength(Math.ceil((maxBytes * 4) / 3)), decodes);
export const bytesText = base64Url(1_024);
export const compressedPoint = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{44}$/));
export const signature64 = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{86}$/));
export const timeMs = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const amountMinor = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(LIMITS.amountMinor));
export const balanceMinor = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(LIMITS.balanceMinor));
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const currencyNumeric = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(999));
export const shortText = v.pipe(v.string(), v.minLength(1), v.maxLength(80));
/** An HMAC-SHA-256 key. */
export const macKey = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/), decodes);
/** What people read out: protocol.md section 7. */
export const confirmationCodeText = v.pipe(v.string(), v.regex(/^[0-9]{4} [0-9]{4}$/));
