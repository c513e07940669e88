import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { toBase45 } from '#protocol/base45.ts';
import { encodeEmvco, parseEmvco, type EmvcoCode } from '#protocol/emvco.ts';
import { chargeLink, compactInvoice, compactReceipt, parseLink, stickerLink } from '#protocol/link.ts';
import { qrSegments } from '#protocol/qr-segments.ts';
import { readScannedText } from '#protocol/scan-text.ts';
import * as made from '../../fixtures/protocol-objects.ts';

// Thousands of runs: a loaded machine may take its time.
vi.setConfig({ testTimeout: 60_000 });

const link = chargeLink('https://pay.example', made.invoice);
const emvcoCode = {
  merchantId: made.merchantId,
  name: 'Corner Noodles',
  city: 'Shenzhen',
  country: 'CN',
  category: '5812',
  ccy: 156,
  amountMinor: 1_850 as number | null,
  reference: 'A1' as string | null,
  terminal: 3 as number | null,
};

function withChecksumOf(body: string): string {
  // Built apart from the encoder, so that a wrong encoder does not agree with itself.
  let crc = 0xffff;
  for (const byte of Buffer.from(`${body}6304`)) {
    crc ^= byte << 8;
    for (let i = 0; i < 8; i++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return `${body}6304${crc.toString(16).toUpperCase().padStart(4, '0')}`;
}

describe('readScannedText: ours', () => {
  it.each([
    ['a link', link],
    ['a link of another host', chargeLink('https://other.example:8443', made.invoice)],
    ['a link with a loud host', link.replace('https://pay.example', 'HTTPS://PAY.EXAMPLE')],
    ['a link of this machine', chargeLink('http://localhost:8080', made.invoice)],
    ['a link of the desk', chargeLink('http://till.chit.localhost:8080', made.invoice)],
    ['a link of a private address', chargeLink('https://192.168.1.7:8443', made.invoice)],
    ['the compact form', compactInvoice(made.invoice)],
    ['spaces around it', `  ${compactInvoice(made.invoice)}\r\n`],
  ])('%s is an invoice', (_what, text) => {
    expect(readScannedText(text)).toMatchObject({ ok: true, value: { kind: 'invoice', invoice: { amountMinor: 1_850 } } });
  });
  it('receipts, certificates and stickers', () => {
    expect(readScannedText(compactReceipt(made.receipt))).toMatchObject({ ok: true, value: { kind: 'receipt' } });
    expect(readScannedText(`OP1M:${toBase45(made.cert)}`)).toMatchObject({ ok: true, value: { kind: 'merchant' } });
    expect(readScannedText(stickerLink('https://pay.example', made.cert))).toMatchObject({ ok: true, value: { kind: 'merchant' } });
  });
  it.each([
    ['', 'E_EMPTY'],
    [' \n\t\u3000', 'E_EMPTY'],
    [`OP2I:${toBase45(made.invoice)}`, 'E_VERSION'],
    [compactInvoice(made.invoice).toLowerCase(), 'E_FORMAT'],
    [`oP${compactReceipt(made.receipt).slice(2)}`, 'E_FORMAT'],
    ['OP1Z:ABC', 'E_FORMAT'],
    ['OP1V:ABC', 'E_FORMAT'],
    ['OP1A:ABC', 'E_FORMAT'],
    ['OP1F:ABC', 'E_FORMAT'],
    ['OP1C:ABC', 'E_FORMAT'],
    ['OP1I:', 'E_FORMAT'],
    [compactInvoice(made.invoice).slice(0, -3), 'E_FORMAT'],
    [`OP1R:${toBase45(made.invoice)}`, 'E_FORMAT'],
    [`OP1I:${toBase45(made.receipt)}`, 'E_FORMAT'],
    [link.toLowerCase(), 'E_FORMAT'],
    [link.slice(0, -8), 'E_FORMAT'],
    [`${link}A`, 'E_FORMAT'],
    [`${link}&x=1`, 'E_FORMAT'],
    ['https://pay.example/i#', 'E_FORMAT'],
    [stickerLink('https://pay.example', made.invoice), 'E_FORMAT'],
    ['x'.repeat(1_001), 'E_TOO_LONG'],
    [`OP1I:${'0'.repeat(3_000)}`, 'E_TOO_LONG'],
    ['x'.repeat(10_000_000), 'E_TOO_LONG'],
  ])('%.60s is %s', (text, error) => {
    expect(readScannedText(text)).toEqual({ ok: false, error });
  });
});

describe('readScannedText: foreign', () => {
  it.each([
    ['https://example.com/menu', 'url'],
    ['http://pay.example/i#ABC', 'url'],
    ['https://user@pay.example/i#ABC', 'url'],
    ['https://pay.example/i?x#ABC', 'url'],
    ['https://pay.example/x/i#ABC', 'url'],
    ['https://pay.example/I#ABC', 'url'],
    ['WIFI:T:WPA;S:cafe;P:secret;;', 'wifi'],
    ['BEGIN:VCARD\nVERSION:3.0\nEND:VCARD', 'vcard'],
    ['MECARD:N:Doe;;', 'vcard'],
    ['https://qr.alipay.com/fkx00000', 'alipay'],
    ['alipays://platformapi/startapp', 'alipay'],
    ['281234567890123456', 'alipay'],
    ['wxp://f2f0abc', 'wechat'],
    ['weixin://wxpay/bizpayurl?pr=abc', 'wechat'],
    ['https://u.wechat.com/abc', 'wechat'],
    ['134567890123456789', 'wechat'],
    ['intent://scan/#Intent;scheme=x;end', 'intent'],
    ['javascript:alert(1)', 'javascript'],
    ['JaVaScRiPt:alert(1)', 'javascript'],
    ['data:text/html,<script>', 'javascript'],
    ['hello', 'text'],
    ['18.50', 'text'],
    ['HC1:6BFOXN', 'text'],
    ['https://evilalipay.com/x', 'url'],
  ])('%s is %s', (text, found) => {
    expect(readScannedText(text)).toEqual({ ok: false, error: 'E_PREFIX', detail: { found } });
  });
  it('never throws and takes no random text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 1_200 }), fc.string().map((text) => `OP1I:${text}`), fc.webUrl({ withFragments: true })), (text) => {
        expect(readScannedText(text).ok).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('links', () => {
  it('read back', () => {
    expect(parseLink(link)).toEqual({ kind: 'charge', bytes: made.invoice });
    expect(parseLink(stickerLink('https://pay.example', made.cert))).toEqual({ kind: 'sticker', bytes: made.cert });
    expect(parseLink('hello')).toBeNull();
  });
  it('have one spelling: no other letter is taken for an s', () => {
    for (const text of ['http\u017F://a.example/i#ME', 'http://localho\u017Ft/i#ME']) expect(parseLink(text)).toBeNull();
    expect(parseLink('HTTPS://A.EXAMPLE/i#ME')).not.toBeNull();
  });
  it('are drawn in two segments, compact codes in one', () => {
    const fragment = link.slice('https://pay.example/i#'.length);
    expect(qrSegments(link)).toEqual([
      { mode: 'byte', data: 'https://pay.example/i#' },
      { mode: 'alphanumeric', data: fragment },
    ]);
    expect(qrSegments('OP1I:AB C')).toEqual([{ mode: 'alphanumeric', data: 'OP1I:AB C' }]);
    expect(qrSegments('https://pay.example/')).toEqual([{ mode: 'byte', data: 'https://pay.example/' }]);
    expect(qrSegments('https://pay.example/#lower')).toEqual([{ mode: 'byte', data: 'https://pay.example/#lower' }]);
  });
});

describe('EMVCo text', () => {
  const golden = withChecksumOf(
    '000201' + '010212' + '265600329c1f7a52d0e84b6f8a3b5e2c7d41f0680116e69a70ec4b9eb8d6' + '52045812' + '5303156' + '540518.50' + '5802CN' + '5914Corner Noodles' + '6008Shenzhen' + '62110502A107013',
  );

  it('golden: dynamic, with amount and reference', () => {
    expect(encodeEmvco(emvcoCode)).toBe(golden);
    expect(parseEmvco(golden)).toEqual({ ok: true, value: emvcoCode });
    expect(readScannedText(golden)).toEqual({
      ok: true,
      value: { kind: 'emvco', merchantId: made.merchantId, name: 'Corner Noodles', amountMinor: 1_850, ccy: 156 },
    });
  });
  it('a sticker has no amount', () => {
    const sticker: EmvcoCode & { merchantId: typeof made.merchantId } = { ...emvcoCode, amountMinor: null, reference: null, terminal: null };
    const text = encodeEmvco(sticker);
    expect(text.startsWith('000201010211')).toBe(true);
    expect(parseEmvco(text)).toEqual({ ok: true, value: sticker });
  });
  it('another scheme\'s code is foreign', () => {
    const text = withChecksumOf('00020101021129300012D156000000000510A93FO3230Q52045999530384054031005802CN5904Shop6007Beijing'.replace('5303840', '5303156'));
    expect(readScannedText(text)).toEqual({ ok: false, error: 'E_PREFIX', detail: { found: 'emvco' } });
  });
  it.each([
    ['a wrong checksum', `${golden.slice(0, -4)}0000`, 'E_FORMAT'],
    ['a lower-case checksum', golden.slice(0, -4) + golden.slice(-4).toLowerCase().replace(/^[0-9]*$/u, 'zzzz'), 'E_FORMAT'],
    ['a field after the checksum', `${golden}5802CN`, 'E_FORMAT'],
    // Field 63 holds the checksum of everything but the last four characters, and yet is not the last field.
    ['a right checksum in the wrong place', '000201010211265600329c1f7a52d0e84b6f8a3b5e2c7d41f0680116e69a70ec4b9eb8d65204581253031565802CN5914Corner Noodles6008Shenzhen6304087A610800010000', 'E_FORMAT'],
    ['a field twice', withChecksumOf(`${golden.slice(0, -8)}5802CN`), 'E_FORMAT'],
    ['a length that lies', withChecksumOf(golden.slice(0, -8).replace('5914', '5999')), 'E_FORMAT'],
    ['a short merchant id of ours', withChecksumOf(golden.slice(0, -8).replace('26560032', '26540032').replace('0116e69a70ec4b9eb8d6', '0114e69a70ec4b9eb8')), 'E_FORMAT'],
    ['an unknown currency', withChecksumOf(golden.slice(0, -8).replace('5303156', '5303999')), 'E_CURRENCY'],
    ['amount zero', withChecksumOf(golden.slice(0, -8).replace('540518.50', '54040.00')), 'E_AMOUNT'],
    ['a negative amount', withChecksumOf(golden.slice(0, -8).replace('540518.50', '5405-8.50')), 'E_AMOUNT'],
    ['an exponent', withChecksumOf(golden.slice(0, -8).replace('540518.50', '54031e3')), 'E_AMOUNT'],
    ['full-width digits', withChecksumOf(golden.slice(0, -8).replace('540518.50', '5402１８')), 'E_AMOUNT'],
    ['a start without the rest', '000201', 'E_FORMAT'],
  ])('refuses %s', (_what, text, error) => {
    expect(readScannedText(text)).toEqual({ ok: false, error });
  });
});
