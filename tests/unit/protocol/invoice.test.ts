import { describe, expect, it } from 'vitest';
import { toHex } from '#base/bytes.ts';
import { decodeCbor, encodeCbor, type CborValue } from '#protocol/cbor.ts';
import { checkInvoice } from '#protocol/invoice-rules.ts';
import { decodeInvoice, encodeInvoice, invoiceMerchantId } from '#protocol/invoice.ts';
import { LIMITS } from '#protocol/limits.ts';
import { signMerchantCert } from '#protocol/merchant-cert.ts';
import type { Invoice } from '#protocol/objects.ts';
import { bytesOf } from '../../fixtures/protocol-keys.ts';
import * as made from '../../fixtures/protocol-objects.ts';

const { NOW, CNY } = made;

function invoiceOf(changes: Partial<typeof made.invoiceFields> = {}, cert = made.cert): Invoice {
  const read = decodeInvoice(encodeInvoice({ ...made.invoiceFields, ...changes, merchant: { kind: 'cert', cert: { bytes: cert } } }));
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

/** The golden shape with one item changed. */
function changed(index: number, item: CborValue | undefined): Uint8Array<ArrayBuffer> {
  const items = [...(decodeCbor(made.invoice) as CborValue[])];
  items.splice(index, 1, ...(item === undefined ? [] : [item]));
  return encodeCbor(items);
}

describe('invoice', () => {
  it('a decoded one encodes to its own bytes', () => {
    expect(encodeInvoice(invoiceOf())).toEqual(made.invoice);
  });
  it('may name its merchant by id alone', () => {
    const bytes = encodeInvoice({ ...made.invoiceFields, merchant: { kind: 'id', merchantId: made.merchantId } });
    const read = decodeInvoice(bytes);
    expect(read).toMatchObject({ ok: true, value: { merchant: { kind: 'id', merchantId: made.merchantId } } });
    expect(read.ok && toHex(invoiceMerchantId(read.value))).toBe('e69a70ec4b9eb8d6');
    expect(toHex(invoiceMerchantId(invoiceOf()))).toBe('e69a70ec4b9eb8d6');
  });
  it('a renewed code keeps its nonce and has another hash', () => {
    const renewed = invoiceOf({ iatSeconds: NOW + 180 });
    expect(renewed.nonce).toEqual(made.nonce);
    expect(renewed.hash).not.toEqual(invoiceOf().hash);
  });
  it.each<[string, number, CborValue | undefined, string]>([
    ['a later version', 0, 2, 'E_VERSION'],
    ['version 0', 0, 0, 'E_VERSION'],
    ['a version that is no number', 0, 'one', 'E_FORMAT'],
    ['a negative version', 0, -1, 'E_FORMAT'],
    ['a negative terminal', 1, -1, 'E_FORMAT'],
    ['a short nonce', 2, new Uint8Array(11), 'E_FORMAT'],
    ['a long nonce', 2, new Uint8Array(13), 'E_FORMAT'],
    ['a negative amount', 3, -1_850, 'E_FORMAT'],
    ['an amount in text', 3, '18.50', 'E_FORMAT'],
    ['a currency in text', 4, 'CNY', 'E_FORMAT'],
    ['a negative time', 5, -1, 'E_FORMAT'],
    ['a boolean ttl', 6, true, 'E_FORMAT'],
    ['no merchant', 7, undefined, 'E_FORMAT'],
    ['a merchant id of 7 bytes', 7, new Uint8Array(7), 'E_FORMAT'],
    ['a certificate in bytes', 7, made.cert, 'E_FORMAT'],
    ['a receipt for a certificate', 7, decodeCbor(made.receipt) ?? 0, 'E_FORMAT'],
  ])('refuses %s', (_what, index, item, error) => {
    expect(decodeInvoice(changed(index, item))).toEqual({ ok: false, error });
  });
  it('refuses a ninth item, and other objects', () => {
    expect(decodeInvoice(encodeCbor([...(decodeCbor(made.invoice) as CborValue[]), 0]))).toEqual({ ok: false, error: 'E_FORMAT' });
    for (const bytes of [made.cert, made.order, made.receipt, bytesOf('a0'), bytesOf('')]) expect(decodeInvoice(bytes).ok).toBe(false);
  });
  it('takes an amount that no number can lose', () => {
    expect(decodeInvoice(changed(3, Number.MAX_SAFE_INTEGER))).toMatchObject({ value: { amountMinor: Number.MAX_SAFE_INTEGER } });
    expect(decodeInvoice(changed(3, 2 ** 32))).toMatchObject({ value: { amountMinor: 2 ** 32 } });
  });
  it.each([1.5, -1, 2 ** 53, Number.NaN])('never encodes the amount %d', (amountMinor) => {
    expect(() => invoiceOf({ amountMinor })).toThrow('unsigned integers');
  });
});

describe('checkInvoice', () => {
  const at = (nowSeconds: number, graceSeconds = 0) => ({ nowSeconds, ccy: CNY, graceSeconds });

  it('case 80: is good to the last second, then expired by one', () => {
    expect(checkInvoice(invoiceOf(), at(NOW + 180))).toEqual({ ok: true, value: invoiceOf() });
    expect(checkInvoice(invoiceOf(), at(NOW + 181))).toEqual({ ok: false, error: 'E_INVOICE_EXPIRED' });
    expect(checkInvoice(invoiceOf(), at(NOW + 210, 30))).toMatchObject({ ok: true });
    expect(checkInvoice(invoiceOf(), at(NOW + 211, 30))).toEqual({ ok: false, error: 'E_INVOICE_EXPIRED' });
  });
  it('case 43: may come from a clock that is five minutes ahead, not more', () => {
    expect(checkInvoice(invoiceOf(), at(NOW - 300))).toMatchObject({ ok: true });
    expect(checkInvoice(invoiceOf(), at(NOW - 301))).toEqual({ ok: false, error: 'E_INVOICE_FUTURE' });
  });
  it('is in the currency of the account, and of its certificate', async () => {
    expect(checkInvoice(invoiceOf(), { ...at(NOW), ccy: 978 })).toEqual({ ok: false, error: 'E_CURRENCY' });
    const euroCert = await signMerchantCert({ ...made.certFields, ccy: 978 }, (message) => made.issuer.sign(message));
    expect(checkInvoice(invoiceOf({}, euroCert), at(NOW))).toEqual({ ok: false, error: 'E_CURRENCY' });
  });
  it.each([
    [0, 'E_AMOUNT'],
    [LIMITS.amountMinor + 1, 'E_AMOUNT'],
    [Number.MAX_SAFE_INTEGER, 'E_AMOUNT'],
    [1, null],
    [LIMITS.amountMinor, null],
  ])('amount %d: %s', (amountMinor, error) => {
    expect(checkInvoice(invoiceOf({ amountMinor }), at(NOW))).toMatchObject(error === null ? { ok: true } : { ok: false, error });
  });
  it('may not ask to live longer than an hour', () => {
    expect(checkInvoice(invoiceOf({ ttlSeconds: 3_600 }), at(NOW))).toMatchObject({ ok: true });
    expect(checkInvoice(invoiceOf({ ttlSeconds: 3_601 }), at(NOW))).toEqual({ ok: false, error: 'E_FORMAT' });
  });
});
