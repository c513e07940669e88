/**
 * The 8 digits that prove an online payment to a till with no network and no camera, protocol.md section 7: an HMAC under the
 * key that this terminal shares with the server, cut down as in RFC 4226. It answers this charge and amount and no other, so
 * it needs no clock. The MAC is given: its key never leaves WebCrypto.
 */
import { assert } from '#base/assert.ts';
import { concat, utf8, type Bytes } from '#base/bytes.ts';
import { HASH_BYTES } from './sizes.ts';

/** HMAC-SHA-256 under the terminal's code key. */
export type Mac = (message: Bytes) => Promise<Bytes>;
export type Confirmed = { readonly invoiceHash: Bytes; readonly amountMinor: number; readonly ccy: number };

const TAG = utf8('OP1-CC');
const SETTLED = 1;
const DIGITS = 8;
const MAC_BYTES = 32;
const LONGEST_TYPED = 40;

/** "OP1-CC" ‖ hash16(invoice) ‖ amount (4 bytes) ‖ currency (2) ‖ status (1). */
export function confirmationMessage({ invoiceHash, amountMinor, ccy }: Confirmed): Bytes {
  assert(invoiceHash.length === HASH_BYTES, 'a code is for one invoice');
  assert(Number.isSafeInteger(amountMinor) && amountMinor > 0 && amountMinor <= 0xffff_ffff, 'an amount of 4 bytes');
  assert(Number.isSafeInteger(ccy) && ccy > 0 && ccy <= 0xffff, 'a currency of 2 bytes');
  return concat(TAG, invoiceHash, bigEndian(amountMinor, 4), bigEndian(ccy, 2), new Uint8Array([SETTLED]));
}

/** "1234 5678". */
export async function confirmationCode(confirmed: Confirmed, mac: Mac): Promise<string> {
  const digits = truncate(await mac(confirmationMessage(confirmed)));
  return `${digits.slice(0, DIGITS / 2)} ${digits.slice(DIGITS / 2)}`;
}

/** What somebody typed, with or without the space, in ASCII or full-width digits; null when it is not 8 digits. */
export function readConfirmationCode(typed: string): string | null {
  if (typed.length > LONGEST_TYPED || !/^[0-9\uFF10-\uFF19\s]*$/u.test(typed)) return null;
  const digits = typed.normalize('NFKC').replace(/\s/gu, '');
  return digits.length === DIGITS ? `${digits.slice(0, DIGITS / 2)} ${digits.slice(DIGITS / 2)}` : null;
}

/** RFC 4226 section 5.3, of the last byte as RFC 6287 has it for longer MACs. */
export function truncate(mac: Bytes): string {
  assert(mac.length === MAC_BYTES, 'HMAC-SHA-256 makes 32 bytes');
  const offset = (mac.at(-1) ?? 0) & 0x0f;
  const [a = 0, b = 0, c = 0, d = 0] = mac.subarray(offset, offset + 4);
  const value = (a & 0x7f) * 2 ** 24 + (b << 16) + (c << 8) + d;
  return String(value % 10 ** DIGITS).padStart(DIGITS, '0');
}

function bigEndian(value: number, bytes: number): Bytes {
  return new Uint8Array(bytes).map((_, index) => Math.floor(value / 256 ** (bytes - 1 - index)) % 256);
}
