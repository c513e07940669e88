/**
 * What a text is that was scanned, pasted, typed or opened as a link. Any text at all: never throws, never navigates, checks no
 * signature. One object has one text of each form: lower case `op1i:` is refused as broken, because no code of ours is drawn so
 * and a second spelling of the same object would only help somebody who wants two.
 */
import type { Bytes } from '#base/bytes.ts';
import { err, ok } from '#base/result.ts';
import { fromBase45 } from './base45.ts';
import { parseEmvco } from './emvco.ts';
import { foreignKind } from './foreign-code.ts';
import { decodeInvoice } from './invoice.ts';
import { LIMITS } from './limits.ts';
import { parseLink } from './link.ts';
import { decodeMerchantCert } from './merchant-cert.ts';
import { decodeNote } from './note.ts';
import type { Decoded, ScannedCode } from './objects.ts';
import { decodePurseCert } from './purse-cert.ts';
import { decodeReceipt } from './receipt.ts';
import { decodeVoucher } from './voucher.ts';

/** OP, the version, the type, and the rest. */
const PREFIX = /^OP([0-9])([A-Z]):(.*)$/su;
const PREFIX_IN_ANY_CASE = /^OP[0-9][A-Z]:/iu;
const VERSION = '1';
type Read = (bytes: Bytes) => Decoded<ScannedCode>;
const READERS = new Map<string, Read>([
  ['I', readInvoice],
  ['V', readVoucher],
  ['R', readReceipt],
  ['A', readAck],
  ['F', readVoidOrRefund],
  ['C', readPurse],
  ['M', readMerchant],
]);

export function readScannedText(text: string): Decoded<ScannedCode> {
  if (text.length > LIMITS.codeTextChars) return err('E_TOO_LONG');
  // A base45 text never ends in a space (its last digit is at most 32), so trimming cannot damage one.
  const trimmed = text.trim();
  if (trimmed === '') return err('E_EMPTY');
  const [, version, type, body] = PREFIX.exec(trimmed) ?? [];
  if (version !== undefined && type !== undefined && body !== undefined) return readPrefixed(version, type, body);
  if (PREFIX_IN_ANY_CASE.test(trimmed)) return err('E_FORMAT');
  const link = parseLink(trimmed);
  if (link !== null) return link.bytes === null ? err('E_FORMAT') : link.kind === 'charge' ? readInvoice(link.bytes) : readMerchant(link.bytes);
  return trimmed.startsWith('000201') ? readEmvco(trimmed) : err('E_PREFIX', { found: foreignKind(trimmed) });
}

function readPrefixed(version: string, type: string, body: string): Decoded<ScannedCode> {
  if (version !== VERSION) return err('E_VERSION');
  const read = READERS.get(type);
  const bytes = fromBase45(body);
  return read === undefined || bytes === null ? err('E_FORMAT') : read(bytes);
}

function readInvoice(bytes: Bytes): Decoded<ScannedCode> {
  const invoice = decodeInvoice(bytes);
  return invoice.ok ? ok({ kind: 'invoice', invoice: invoice.value }) : invoice;
}

function readReceipt(bytes: Bytes): Decoded<ScannedCode> {
  const receipt = decodeReceipt(bytes);
  return receipt.ok ? ok({ kind: 'receipt', receipt: receipt.value }) : receipt;
}

function readMerchant(bytes: Bytes): Decoded<ScannedCode> {
  const cert = decodeMerchantCert(bytes);
  return cert.ok ? ok({ kind: 'merchant', cert: cert.value }) : cert;
}

function readVoucher(bytes: Bytes): Decoded<ScannedCode> {
  const voucher = decodeVoucher(bytes);
  return voucher.ok ? ok({ kind: 'voucher', voucher: voucher.value }) : voucher;
}

function readPurse(bytes: Bytes): Decoded<ScannedCode> {
  const cert = decodePurseCert(bytes);
  return cert.ok ? ok({ kind: 'purse', cert: cert.value }) : cert;
}

/** The two prefixes of notes are not for each other's: one note has one text. */
function readAck(bytes: Bytes): Decoded<ScannedCode> {
  const note = decodeNote(bytes);
  if (!note.ok) return note;
  return note.value.kind === 'ack' ? ok({ kind: 'ack', note: note.value }) : err('E_FORMAT');
}

function readVoidOrRefund(bytes: Bytes): Decoded<ScannedCode> {
  const note = decodeNote(bytes);
  if (!note.ok) return note;
  return note.value.kind === 'ack' ? err('E_FORMAT') : ok({ kind: 'note', note: note.value });
}

/** A whole code of another scheme is foreign; a broken one that names our template is not told from it, and need not be. */
function readEmvco(text: string): Decoded<ScannedCode> {
  const code = parseEmvco(text);
  if (!code.ok) return err(code.error === 'BROKEN' ? 'E_FORMAT' : code.error === 'CURRENCY' ? 'E_CURRENCY' : 'E_AMOUNT');
  const { merchantId, name, amountMinor, ccy } = code.value;
  return merchantId === null ? err('E_PREFIX', { found: 'emvco' }) : ok({ kind: 'emvco', merchantId, name, amountMinor, ccy });
}
