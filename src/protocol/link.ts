/**
 * The link form of a charge and of a sticker (protocol.md 4.1b): any camera opens it, and the fragment never reaches a server.
 * Any host is read: a link is only a carrier, the certificate inside says whose it is, and nobody ever navigates to a scanned
 * link. Plain http is read for localhost only, where the demo lives; elsewhere it would teach people a link that a network
 * can change.
 */
import type { Bytes } from '#base/bytes.ts';
import { fromBase32, toBase32 } from './base32.ts';
import { toBase45 } from './base45.ts';

export const COMPACT_PREFIX = {
  invoice: 'OP1I:',
  voucher: 'OP1V:',
  receipt: 'OP1R:',
  ack: 'OP1A:',
  /** Voids and refunds. */
  note: 'OP1F:',
  purse: 'OP1C:',
  merchant: 'OP1M:',
} as const;

export type CodeLink = { readonly kind: 'charge' | 'sticker'; /** Null when the fragment is not base32. */ readonly bytes: Bytes | null };

/**
 * Scheme and host in any case, as RFC 3986 has it; the path and the fragment as we write them. No user part, no query. Without the flag u, with which
 * i takes the long s (U+017F) for an s.
 */
const LINK = /^(https|http):\/\/([a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?\/([im])#(.*)$/is;
const LOCAL_HOST = /^(?:.+\.)?localhost$/i;

export function chargeLink(origin: string, invoiceBytes: Bytes): string {
  return `${origin}/i#${toBase32(invoiceBytes)}`;
}

export function stickerLink(origin: string, certificateBytes: Bytes): string {
  return `${origin}/m#${toBase32(certificateBytes)}`;
}

/** Null when the text has not the form of one of our links. */
export function parseLink(text: string): CodeLink | null {
  const [, scheme = '', host = '', path = '', fragment = ''] = LINK.exec(text) ?? [];
  if (path === '' || (path !== 'i' && path !== 'm')) return null;
  if (scheme.toLowerCase() === 'http' && !LOCAL_HOST.test(host)) return null;
  const bytes = fragment === '' ? null : fromBase32(fragment);
  return { kind: path === 'i' ? 'charge' : 'sticker', bytes };
}

/** The compact form for tills without a public host, and for tests. */
export function compactInvoice(invoiceBytes: Bytes): string {
  return COMPACT_PREFIX.invoice + toBase45(invoiceBytes);
}

/** Receipts are never links: they are shown by one phone to one till. */
export function compactReceipt(receiptBytes: Bytes): string {
  return COMPACT_PREFIX.receipt + toBase45(receiptBytes);
}

/** Vouchers, acknowledgements, notes and purse certificates are shown by one screen to another, as receipts are. */
export function compactCode(kind: 'voucher' | 'ack' | 'note' | 'purse', bytes: Bytes): string {
  return COMPACT_PREFIX[kind] + toBase45(bytes);
}
