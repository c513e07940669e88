/** The golden bytes of the protocol: produced and accepted, byte for byte. */
import { describe, expect, it } from 'vitest';
import { toHex } from '#base/bytes.ts';
import { decodeInvoice, encodeInvoice } from '#protocol/invoice.ts';
import { kidOf } from '#protocol/kid.ts';
import { compactCode, compactReceipt } from '#protocol/link.ts';
import { decodeMerchantCert, signMerchantCert, verifyMerchantCert } from '#protocol/merchant-cert.ts';
import type { KeySet } from '#protocol/objects.ts';
import { decodePurseCert, signPurseCert, verifyPurseCert } from '#protocol/purse-cert.ts';
import { decodeReceipt, signReceipt, verifyReceipt } from '#protocol/receipt.ts';
import { readScannedText } from '#protocol/scan-text.ts';
import { hash16 } from '#protocol/sha256.ts';
import { decodeVoucher, draftVoucher, signVoucher, verifyVoucher, vidOf } from '#protocol/voucher.ts';
import { bytesOf, nodeVerifier, testKey } from '../../fixtures/protocol-keys.ts';
import { vectors } from '../../fixtures/vectors.ts';

const issuer = testKey('issuer');
const iatSeconds = 0x6ab13b80;
const merchantId = bytesOf(vectors.merchant_id);
const keySet: KeySet = {
  seq: 1,
  iatSeconds,
  bytes: new Uint8Array(0),
  keys: [{ kid: kidOf(issuer.publicKey), publicKey: issuer.publicKey, uses: ['merchant', 'receipt', 'purse'], notBeforeSeconds: 0, notAfterSeconds: 2 ** 32 }],
  graceSeconds: 345_600,
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
const purseFields = {
  kid: kidOf(issuer.publicKey),
  purseId: bytesOf('67bcf78cb3ea988e'),
  audience: null,
  expSeconds: 0x6ab53000,
  iatSeconds,
  deviceKey: bytesOf(vectors.payer_pk),
  ccy: 978,
  limMinor: 5_000,
  capMinor: 2_000,
  maxCount: 40,
  statusIndex: 70_124,
  uvtMinor: null,
  uvKey: null,
};
const voucherClaims = {
  merchantId,
  iatSeconds: 0x6ab13b8f,
  invoiceHash: bytesOf(vectors.invoice_hash16),
  seq: 7,
  cumMinor: 4_321,
  amountMinor: 1_234,
  prev: bytesOf('7c1c8f8fa2b64df65dd5d4a69ae4f623'),
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

  it('makes and takes the purse certificate', async () => {
    const bytes = await signPurseCert(purseFields, (message) => issuer.sign(message));
    expect(toHex(bytes)).toBe(vectors.purse_cert);
    const cert = decodePurseCert(bytes);
    expect(cert).toEqual({ ok: true, value: { ...purseFields, bytes } });
    expect(await verifyPurseCert({ bytes }, keySet, iatSeconds, nodeVerifier)).toEqual(cert);
    expect(readScannedText(compactCode('purse', bytes))).toEqual({ ok: true, value: { kind: 'purse', cert: { ...purseFields, bytes } } });
  });

  it('makes and takes the voucher, its id and its code', async () => {
    const draft = draftVoucher({ ...voucherClaims, cert: { bytes: bytesOf(vectors.purse_cert) } });
    const bytes = await signVoucher(draft, (message) => testKey('payer').sign(message));
    expect(toHex(bytes)).toBe(vectors.voucher);
    // voucher_id16 is the hash of these very bytes, signature included. The id that the protocol goes by is not: see the README.
    expect(toHex(hash16(bytes))).toBe(vectors.voucher_id16);
    expect(toHex(draft.vid)).toBe('652130d91ea429989669ae79bec6048f');
    expect(vidOf(draft.message)).toEqual(draft.vid);
    expect(compactCode('voucher', bytes)).toBe(vectors.voucher_qr);
    const voucher = { ...voucherClaims, cert: { ...purseFields, bytes: bytesOf(vectors.purse_cert) }, stepUp: null, vid: draft.vid, bytes };
    expect(decodeVoucher(bytes)).toEqual({ ok: true, value: voucher });
    expect(await verifyVoucher({ bytes }, keySet, nodeVerifier)).toEqual({ ok: true, value: voucher });
    expect(readScannedText(vectors.voucher_qr)).toEqual({ ok: true, value: { kind: 'voucher', voucher } });
  });
});
