/** The byte and QR budgets of protocol.md 4.1 and 4.1b, for the widest fields, with the encoder that draws the codes. */
import QRCode, { type QRCodeSegment } from 'qrcode';
import { describe, expect, it } from 'vitest';
import { encodeInvoice } from '#protocol/invoice.ts';
import { LIMITS } from '#protocol/limits.ts';
import { chargeLink, compactInvoice, compactReceipt, stickerLink } from '#protocol/link.ts';
import { signMerchantCert } from '#protocol/merchant-cert.ts';
import { qrSegments } from '#protocol/qr-segments.ts';
import { signReceipt } from '#protocol/receipt.ts';
import { issuer, certFields, invoice, nonce, receiptFields, receiptIssuer } from '../../fixtures/protocol-objects.ts';
import { bytesOf } from '../../fixtures/protocol-keys.ts';
import { vectors } from '../../fixtures/vectors.ts';

const widestCert = await signMerchantCert(
  { ...certFields, name: '面'.repeat(13) + 'x', expSeconds: 2 ** 32 - 1, ccy: 999, statusIndex: 2 ** 32 - 1 },
  (message) => issuer.sign(message),
);
const widestInvoice = encodeInvoice({
  terminal: 65_535,
  nonce,
  amountMinor: LIMITS.amountMinor,
  ccy: 999,
  iatSeconds: 2 ** 32 - 1,
  ttlSeconds: LIMITS.invoiceTtlMaxSeconds,
  merchant: { kind: 'cert', cert: { bytes: widestCert } },
});
const HOST = 'https://pay.shop-name.example';

function version(text: string): number {
  const segments = qrSegments(text).map((segment): QRCodeSegment =>
    segment.mode === 'byte' ? { mode: 'byte', data: Buffer.from(segment.data) } : { mode: 'alphanumeric', data: segment.data },
  );
  return QRCode.create(segments, { errorCorrectionLevel: 'L' }).version;
}

describe('budgets', () => {
  it('the golden invoice: 160 bytes, 245 characters, v8-L; as a link v9-L', () => {
    const golden = bytesOf(vectors.invoice);
    expect(golden.length).toBe(160);
    expect(compactInvoice(golden).length).toBe(245);
    expect(version(compactInvoice(golden))).toBe(8);
    expect(version(chargeLink(HOST, golden))).toBe(9);
  });
  it('our own usual invoice as a link is v9-L at most', () => {
    expect(version(chargeLink(HOST, invoice))).toBeLessThanOrEqual(9);
  });
  it('the widest invoice: 188 bytes, v9-L; as a link at most v10-L', () => {
    expect(widestInvoice.length).toBe(188);
    expect(version(compactInvoice(widestInvoice))).toBe(9);
    expect(HOST.length - 'https://'.length).toBeGreaterThanOrEqual(20);
    expect(version(chargeLink(HOST, widestInvoice))).toBeLessThanOrEqual(10);
  });
  it('mixed segments are what makes it fit', () => {
    const link = chargeLink(HOST, widestInvoice);
    expect(QRCode.create([{ mode: 'byte', data: Buffer.from(link) }], { errorCorrectionLevel: 'L' }).version).toBeGreaterThan(10);
  });
  it('a sticker is no larger than an invoice', () => {
    expect(version(stickerLink(HOST, widestCert))).toBeLessThanOrEqual(9);
  });
  it('receipts: the golden one 139 bytes, 214 characters, and the widest v7-L', async () => {
    expect(vectors.receipt.length / 2).toBe(139);
    expect(vectors.receipt_qr.length).toBe(214);
    const widest = await signReceipt(
      { ...receiptFields, iatSeconds: 2 ** 32 - 1, amountMinor: LIMITS.amountMinor, ccy: 999 },
      (message) => receiptIssuer.sign(message),
    );
    expect(version(compactReceipt(widest))).toBe(7);
  });
  it('every text fits the reader\'s limit', () => {
    expect(chargeLink(HOST, widestInvoice).length).toBeLessThan(LIMITS.codeTextChars);
  });
});
