/**
 * The invoice: what a till asks for. Not signed; its certificate authenticates the merchant, the payer's eyes the amount.
 * protocol.md section 4. Whether it may be paid now is asked in invoice-rules.ts.
 */
import { assert } from '#base/assert.ts';
import type { Bytes } from '#base/bytes.ts';
import { err, ok } from '#base/result.ts';
import { decodeCbor, encodeCbor, type CborValue } from './cbor.ts';
import { readMerchantCert } from './merchant-cert.ts';
import type { Decoded, Invoice, MerchantCert } from './objects.ts';
import { hash16 } from './sha256.ts';
import { isBytes, isList, isUint } from './shape.ts';
import { MERCHANT_ID_BYTES, NONCE_BYTES } from './sizes.ts';

const VERSION = 1;
const LENGTH = 8;

/** A decoded Invoice is one, too. */
export type InvoiceFields = Omit<Invoice, 'bytes' | 'hash' | 'merchant'> & {
  readonly merchant: { readonly kind: 'cert'; readonly cert: Pick<MerchantCert, 'bytes'> } | { readonly kind: 'id'; readonly merchantId: Bytes };
};

export function encodeInvoice(fields: InvoiceFields): Bytes {
  const { terminal, nonce, amountMinor, ccy, iatSeconds, ttlSeconds } = fields;
  assert(nonce.length === NONCE_BYTES, 'a nonce is 12 bytes');
  const numbers = [terminal, amountMinor, ccy, iatSeconds, ttlSeconds];
  assert(numbers.every((number) => Number.isSafeInteger(number) && number >= 0), 'an invoice holds unsigned integers');
  return encodeCbor([VERSION, terminal, nonce, amountMinor, ccy, iatSeconds, ttlSeconds, merchantItem(fields.merchant)]);
}

/** Shape only. The certificate inside is decoded, not verified. */
export function decodeInvoice(bytes: Bytes): Decoded<Invoice> {
  const value = decodeCbor(bytes);
  if (value === null || !isList(value)) return err('E_FORMAT');
  const [version, terminal, nonce, amountMinor, ccy, iatSeconds, ttlSeconds, merchantValue] = value;
  if (isUint(version) && version !== VERSION) return err('E_VERSION');
  if (version !== VERSION || value.length !== LENGTH || merchantValue === undefined) return err('E_FORMAT');
  if (!isUint(terminal) || !isBytes(nonce, NONCE_BYTES) || !isUint(amountMinor)) return err('E_FORMAT');
  if (!isUint(ccy) || !isUint(iatSeconds) || !isUint(ttlSeconds)) return err('E_FORMAT');
  const merchant = readMerchant(merchantValue);
  if (!merchant.ok) return merchant;
  const own = bytes.slice();
  return ok({ terminal, nonce, amountMinor, ccy, iatSeconds, ttlSeconds, merchant: merchant.value, bytes: own, hash: invoiceHashOf(own) });
}

/** By which vouchers, orders and tills name it. */
export function invoiceHashOf(bytes: Bytes): Bytes {
  return hash16(bytes);
}

/** Whom it pays, whichever way it names the merchant. */
export function invoiceMerchantId(invoice: Pick<Invoice, 'merchant'>): Bytes {
  return invoice.merchant.kind === 'cert' ? invoice.merchant.cert.merchantId : invoice.merchant.merchantId;
}

function merchantItem(merchant: InvoiceFields['merchant']): CborValue {
  if (merchant.kind === 'id') {
    assert(merchant.merchantId.length === MERCHANT_ID_BYTES, 'a merchant id is 8 bytes');
    return merchant.merchantId;
  }
  const item = decodeCbor(merchant.cert.bytes);
  assert(item !== null && readMerchantCert(item).ok, 'an invoice carries a whole certificate');
  return item;
}

function readMerchant(value: CborValue): Decoded<Invoice['merchant']> {
  if (isBytes(value, MERCHANT_ID_BYTES)) return ok({ kind: 'id', merchantId: value });
  const cert = readMerchantCert(value);
  return cert.ok ? ok({ kind: 'cert', cert: cert.value }) : cert;
}
