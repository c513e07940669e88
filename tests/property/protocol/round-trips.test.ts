/** Laws: what is written is read back, and one value has one text or byte string. fast-check prints its seed on failure. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Bytes } from '#base/bytes.ts';
import { fromBase32, toBase32 } from '#protocol/base32.ts';
import { fromBase45, toBase45 } from '#protocol/base45.ts';
import { decodeCbor, encodeCbor, type CborValue } from '#protocol/cbor.ts';
import { encodeEmvco, parseEmvco } from '#protocol/emvco.ts';
import { decodeInvoice, encodeInvoice } from '#protocol/invoice.ts';
import { decodeKeySet, signKeySet, verifyKeySet } from '#protocol/keyset.ts';
import { kidOf } from '#protocol/kid.ts';
import { LIMITS } from '#protocol/limits.ts';
import { chargeLink, compactCode, compactInvoice, parseLink } from '#protocol/link.ts';
import { decodeMerchantCert, signMerchantCert, verifyMerchantCert } from '#protocol/merchant-cert.ts';
import { isReadableName } from '#protocol/merchant-name.ts';
import { decodeNote, signNote, verifyNote, type NoteFields } from '#protocol/note.ts';
import { decodeOrder, signOrder, verifyOrder } from '#protocol/order.ts';
import { decodePurseCert, signPurseCert } from '#protocol/purse-cert.ts';
import { decodeReceipt, signReceipt, verifyReceipt } from '#protocol/receipt.ts';
import { readScannedText } from '#protocol/scan-text.ts';
import { decodeVoucher, draftVoucher, signVoucher, verifyVoucher } from '#protocol/voucher.ts';
import { nodeVerifier, testKey } from '../../fixtures/protocol-keys.ts';
import * as made from '../../fixtures/protocol-objects.ts';

// Thousands of runs: a loaded machine may take its time.
vi.setConfig({ testTimeout: 60_000 });

const bytes = (size: number): fc.Arbitrary<Bytes> => fc.uint8Array({ minLength: size, maxLength: size }).map((array) => new Uint8Array(array));
const anyBytes = fc.uint8Array({ maxLength: 300 }).map((array) => new Uint8Array(array) as Bytes);
const uint = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constantFrom(0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER));
const name = fc.oneof(fc.string({ minLength: 1, maxLength: 40 }), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 13 })).filter(isReadableName);
const { value: cborValue } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.maxSafeInteger().map((number) => number + 0),
    fc.boolean(),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    anyBytes,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(fc.maxSafeInteger().map((number) => number + 0), tie('value')), { maxLength: 5 }).map((entries) => new Map(entries)),
  ),
}));
const paymentFields = fc.record({ merchantId: bytes(8), iatSeconds: uint, invoiceHash: bytes(16), amountMinor: uint, ccy: uint });

describe('round trips of encodings', () => {
  it('base45 and base32', () => {
    fc.assert(
      fc.property(anyBytes, (plain) => {
        expect(fromBase45(toBase45(plain))).toEqual(plain);
        expect(fromBase32(toBase32(plain))).toEqual(plain);
        expect(toBase45(plain).endsWith(' ')).toBe(false);
      }),
    );
  });
  it('any text that base45 or base32 takes is the only text of its bytes', () => {
    const text45 = fc.string({ unit: fc.constantFrom(...Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:')), maxLength: 12 });
    const text32 = fc.string({ unit: fc.constantFrom(...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')), maxLength: 17 });
    fc.assert(
      fc.property(text45, text32, (a, b) => {
        const [plainA, plainB] = [fromBase45(a), fromBase32(b)];
        if (plainA !== null) expect(toBase45(plainA)).toBe(a);
        if (plainB !== null) expect(toBase32(plainB)).toBe(b);
      }),
      { numRuns: 2_000 },
    );
  });
  it('cbor', () => {
    fc.assert(
      fc.property(cborValue, (value) => {
        const encoded = encodeCbor(value);
        fc.pre(encoded.length <= LIMITS.objectBytes);
        const decoded = decodeCbor(encoded);
        expect(decoded).toEqual(value);
        expect(encodeCbor(decoded ?? 0)).toEqual(encoded);
      }),
    );
  });
  it('any bytes that cbor takes are the only bytes of their value', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }).map((array) => new Uint8Array(array)), (input) => {
        const value = decodeCbor(input);
        if (value !== null) expect(encodeCbor(value)).toEqual(input);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('round trips of signed objects', () => {
  it('certificate and invoice', async () => {
    const terminalKey = fc.option(fc.nat(5).map((index) => testKey(`terminal ${index}`).publicKey));
    const certificate = fc.record({ merchantId: bytes(8), expSeconds: uint.filter((seconds) => seconds >= made.NOW), name, ccy: uint, statusIndex: uint, terminalKey });
    const charge = fc.record({ terminal: uint, nonce: bytes(12), amountMinor: uint, ccy: uint, iatSeconds: uint, ttlSeconds: uint });
    await fc.assert(
      fc.asyncProperty(certificate, charge, async (fields, invoiceFields) => {
        const full = { ...fields, kid: made.certFields.kid };
        const cert = await signMerchantCert(full, (message) => made.issuer.sign(message));
        expect(decodeMerchantCert(cert)).toEqual({ ok: true, value: { ...full, bytes: cert } });
        expect((await verifyMerchantCert({ bytes: cert }, made.keySet, made.NOW, nodeVerifier)).ok).toBe(true);
        const invoice = encodeInvoice({ ...invoiceFields, merchant: { kind: 'cert', cert: { bytes: cert } } });
        const read = decodeInvoice(invoice);
        expect(read).toMatchObject({ ok: true, value: { ...invoiceFields, merchant: { kind: 'cert', cert: { ...full, bytes: cert } } } });
        expect(read.ok && encodeInvoice(read.value)).toEqual(invoice);
        expect(parseLink(chargeLink('https://a.example', invoice))).toEqual({ kind: 'charge', bytes: invoice });
        expect(readScannedText(compactInvoice(invoice))).toMatchObject({ ok: true, value: { kind: 'invoice' } });
      }),
    );
  });
  it('order', async () => {
    await fc.assert(
      fc.asyncProperty(paymentFields, bytes(16), async (fields, paymentId) => {
        const order = await signOrder({ ...fields, paymentId }, made.payer);
        expect(decodeOrder(order)).toMatchObject({ ok: true, value: { ...fields, paymentId, bytes: order } });
        expect(await verifyOrder({ bytes: order }, made.payer.publicKey, nodeVerifier)).toBe(true);
      }),
    );
  });
  it('receipt', async () => {
    await fc.assert(
      fc.asyncProperty(paymentFields, bytes(8), async (fields, paymentId) => {
        const full = { ...fields, iatSeconds: made.NOW, paymentId, kid: made.receiptFields.kid };
        const receipt = await signReceipt(full, (message) => made.receiptIssuer.sign(message));
        expect(decodeReceipt(receipt)).toEqual({ ok: true, value: { ...full, bytes: receipt } });
        expect((await verifyReceipt({ bytes: receipt }, made.keySet, made.NOW, nodeVerifier)).ok).toBe(true);
      }),
    );
  });
  it('purse certificate and voucher', async () => {
    const audience = fc.option(fc.array(bytes(8), { minLength: 1, maxLength: LIMITS.purseAudience }));
    const terms = { purseId: bytes(8), audience, ccy: uint, limMinor: uint, capMinor: uint, maxCount: uint, statusIndex: uint, uvtMinor: fc.option(uint) };
    const certificate = fc.record({ ...terms, uvKey: fc.constantFrom(null, testKey('passkey').publicKey), expSeconds: uint, deviceKey: fc.constant(made.payer.publicKey) });
    const claims = fc.record({ merchantId: bytes(8), iatSeconds: uint, invoiceHash: bytes(16), seq: uint, cumMinor: uint, amountMinor: uint, prev: bytes(16) });
    await fc.assert(
      fc.asyncProperty(certificate, claims, async (fields, voucher) => {
        const full = { ...fields, iatSeconds: made.NOW, kid: kidOf(made.purseIssuer.publicKey) };
        const cert = await signPurseCert(full, (message) => made.purseIssuer.sign(message));
        expect(decodePurseCert(cert)).toEqual({ ok: true, value: { ...full, bytes: cert } });
        const draft = draftVoucher({ ...voucher, cert: { bytes: cert } });
        const signed = await signVoucher(draft, (message) => made.payer.sign(message));
        const read = { ok: true, value: { ...voucher, cert: { ...full, bytes: cert }, stepUp: null, vid: draft.vid, bytes: signed } };
        expect(decodeVoucher(signed)).toEqual(read);
        expect(await verifyVoucher({ bytes: signed }, made.keySet, nodeVerifier)).toEqual(read);
        expect(readScannedText(compactCode('voucher', signed))).toMatchObject({ ok: true, value: { kind: 'voucher' } });
      }),
    );
  });
  it('notes', async () => {
    const note = fc.record({ kind: fc.constantFrom('ack', 'void', 'refund'), vid: bytes(16), purseId: bytes(8), amountMinor: uint.filter((minor) => minor > 0), ccy: uint });
    await fc.assert(
      fc.asyncProperty(note, async ({ kind, vid, ...refund }) => {
        const base = { kind, vid, iatSeconds: made.NOW, cert: { bytes: made.certWithKey } };
        const fields = (kind === 'refund' ? { ...base, ...refund } : base) as NoteFields;
        const signed = await signNote(fields, (message) => testKey('merchant').sign(message));
        const said = kind === 'refund' ? { kind, vid, ...refund } : { kind, vid };
        expect(decodeNote(signed)).toMatchObject({ ok: true, value: { ...said, bytes: signed } });
        expect(await verifyNote({ bytes: signed }, made.keySet, made.NOW, nodeVerifier)).toMatchObject({ ok: true, value: said });
      }),
    );
  });
  it('key set', async () => {
    const uses = fc.subarray(['merchant', 'purse', 'receipt', 'status'] as const, { minLength: 1 });
    const window = fc.tuple(uint, uint).map(([a, b]) => ({ notBeforeSeconds: Math.min(a, b), notAfterSeconds: Math.max(a, b) }));
    const keys = fc.array(fc.tuple(uses, window), { maxLength: LIMITS.keySetKeys });
    await fc.assert(
      fc.asyncProperty(uint, uint, uint, keys, async (seq, iatSeconds, graceSeconds, list) => {
        const fields = { seq, iatSeconds, graceSeconds, keys: list.map(([use, times], index) => made.issuerKey(testKey(`key ${index}`), use, times.notBeforeSeconds, times.notAfterSeconds)) };
        const signed = await signKeySet(fields, made.root);
        expect(decodeKeySet(signed)).toEqual({ ok: true, value: { ...fields, bytes: signed } });
        expect((await verifyKeySet(signed, made.root.publicKey, seq, nodeVerifier)).ok).toBe(true);
        expect(signed.length).toBeLessThanOrEqual(LIMITS.objectBytes);
      }),
      { numRuns: 30 },
    );
  });
});

describe('round trips of texts', () => {
  it('EMVCo text', () => {
    const ascii = (maxLength: number) => fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)), minLength: 1, maxLength });
    const code = fc.record({
      merchantId: bytes(8),
      name: ascii(25),
      city: ascii(15),
      country: fc.constantFrom('CN', 'PT'),
      category: fc.constantFrom('5812', '0000'),
      ccy: fc.constantFrom(156, 392, 978),
      amountMinor: fc.option(fc.integer({ min: 1, max: LIMITS.amountMinor })),
      reference: fc.option(ascii(25)),
      terminal: fc.option(fc.nat()),
    });
    fc.assert(
      fc.property(code, (fields) => {
        expect(parseEmvco(encodeEmvco(fields))).toEqual({ ok: true, value: fields });
      }),
    );
  });
});
