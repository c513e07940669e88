/** The golden bytes of the protocol: produced and accepted, byte for byte. */
import { describe, expect, it } from 'vitest';
import { toHex } from '#base/bytes.ts';
import { fromBase45 } from '#protocol/base45.ts';
import { decodeInvoice, encodeInvoice } from '#protocol/invoice.ts';
import { kidOf } from '#protocol/kid.ts';
import { compactReceipt } from '#protocol/link.ts';
import { decodeMerchantCert, signMerchantCert, verifyMerchantCert } from '#protocol/merchant-cert.ts';
import type { KeySet } from '#protocol/objects.ts';
import { decodeReceipt, signReceipt, verifyReceipt } from '#protocol/receipt.ts';
import { readScannedText } from '#protocol/scan-text.ts';
import { bytesOf, nodeVerifier, testKey } from '../../fixtures/protocol-keys.ts';
import { vectors } from '../../fixtures/vectors.ts';

const issuer = testKey('issuer');
const iatSeconds = 0x6ab13b80;
const merchantId = bytesOf(vectors.merchant_id);
const keySet: KeySet = {
  seq: 1,
  iatSeconds,
  bytes: new Uint8Array(0),
  keys: [{ kid: kidOf(issuer.publicKey), publicKey: issuer.publicKey, uses: ['merchant', 'receipt'], notBeforeSeconds: 0, notAfterSeconds: 2 ** 32 }],
};
const certFields = {
  kid: kidOf(issuer.publicKey),
  merchantId,
  expSeconds: 0x6ad8c880,
  name: 'Corner Cafe Lisboa',
  ccy: 978,
  statusIndex: 70123,
  terminalKey: null,
};
const receiptFields = {
  kid: kidOf(issuer.publicKey),
  merchantId,
  iatSeconds: 0x6ab13b94,
  paymentId: bytesOf('16cf07ff25b219b8'),
  invoiceHash: bytesOf(vectors.invoice_hash16),
  amountMinor: 1234,
  ccy: 978,
};

describe('golden bytes', () => {
  it('derives the test keys', () => {
    for (const label of ['issuer', 'payer', 'merchant'] as const) {
      expect(toHex(testKey(label).secret)).toBe(vectors[`${label}_sk`]);
      expect(toHex(testKey(label).publicKey)).toBe(vectors[`${label}_pk`]);
    }
  });

  it('makes and takes the merchant certificate', async () => {
    const bytes = await signMerchantCert(certFields, (message) => issuer.sign(message));
    expect(toHex(bytes)).toBe(vectors.merchant_cert);
    const cert = decodeMerchantCert(bytes);
    expect(cert).toEqual({ ok: true, value: { ...certFields, bytes } });
    expect(await verifyMerchantCert({ bytes }, keySet, iatSeconds, nodeVerifier)).toEqual(cert);
  });

  it('makes and takes the invoice', () => {
    const fields = { terminal: 3, nonce: bytesOf('e124b51b45f2d23970a6aae7'), amountMinor: 1234, ccy: 978, iatSeconds, ttlSeconds: 180 };
    const bytes = encodeInvoice({ ...fields, merchant: { kind: 'cert', cert: { bytes: bytesOf(vectors.merchant_cert) } } });
    expect(toHex(bytes)).toBe(vectors.invoice);
    const invoice = decodeInvoice(bytes);
    if (!invoice.ok) throw new Error(invoice.error);
    expect(invoice.value).toMatchObject(fields);
    expect(toHex(invoice.value.hash)).toBe(vectors.invoice_hash16);
    expect(invoice.value.merchant).toEqual({ kind: 'cert', cert: { ...certFields, bytes: bytesOf(vectors.merchant_cert) } });
  });

  it('makes and takes the receipt and its code', async () => {
    const bytes = await signReceipt(receiptFields, (message) => issuer.sign(message));
    expect(toHex(bytes)).toBe(vectors.receipt);
    expect(compactReceipt(bytes)).toBe(vectors.receipt_qr);
    expect(decodeReceipt(bytes)).toEqual({ ok: true, value: { ...receiptFields, bytes } });
    expect(await verifyReceipt({ bytes }, keySet, iatSeconds, nodeVerifier)).toMatchObject({ ok: true });
    expect(readScannedText(vectors.receipt_qr)).toMatchObject({ ok: true, value: { kind: 'receipt', receipt: receiptFields } });
  });

  it('reads the text of a voucher, whose object comes later, and says what it is', () => {
    expect(toHex(fromBase45(vectors.voucher_qr.slice(5)) ?? new Uint8Array(0))).toBe(vectors.voucher);
    expect(readScannedText(vectors.voucher_qr)).toEqual({ ok: false, error: 'E_WRONG_CODE', detail: { found: 'voucher' } });
  });
});
