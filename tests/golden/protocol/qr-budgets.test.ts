/**
 * The budgets of protocol.md 4.1 for what is shown offline, with the encoder that draws the codes: the golden objects to the
 * byte, and the widest that our limits allow. A code that grows by one version here is read less often at a till.
 */
import QRCode from 'qrcode';
import { describe, expect, it } from 'vitest';
import type { Bytes } from '#base/bytes.ts';
import { LIMITS } from '#protocol/limits.ts';
import { compactCode } from '#protocol/link.ts';
import { signMerchantCert } from '#protocol/merchant-cert.ts';
import { pursePolicy } from '#protocol/purse-caps.ts';
import { signPurseCert } from '#protocol/purse-cert.ts';
import { compactStepUp } from '#protocol/step-up.ts';
import { draftVoucher, signVoucher, type VoucherClaims } from '#protocol/voucher.ts';
import { bytesOf } from '../../fixtures/protocol-keys.ts';
import { certFields, issuer, merchantId, NOW, payer, purseIssuer, receiptIssuer } from '../../fixtures/protocol-objects.ts';
import { ack, ackFields, CHROME_ENDING, noteOf, passkey, purseFields, refund, refundFields, scene, voucherClaims, voucherOf, assertionOf } from '../../fixtures/purse-objects.ts';
import { vectors } from '../../fixtures/vectors.ts';

const U32 = 2 ** 32 - 1;
/** The widest of everything: seconds and indices of 32 bits, sums as large as an account, a currency of three digits. */
const widestPurse = { ...purseFields, expSeconds: U32, iatSeconds: U32, ccy: 999, limMinor: U32, capMinor: LIMITS.amountMinor, maxCount: 65_535, statusIndex: U32 };
const widestClaims: VoucherClaims = { ...voucherClaims, iatSeconds: U32, seq: 65_535, cumMinor: U32, amountMinor: LIMITS.amountMinor };
const certOf = (changes: object = {}): Promise<Bytes> => signPurseCert({ ...widestPurse, ...changes }, (message) => purseIssuer.sign(message));
const tab = [merchantId, bytesOf('0101010101010101')];

function version(kind: Parameters<typeof compactCode>[0], bytes: Bytes): number {
  return QRCode.create([{ mode: 'alphanumeric', data: compactCode(kind, bytes) }], { errorCorrectionLevel: 'L' }).version;
}
/** With a step-up of that counter, whose client data ends so. */
async function steppedUp(cert: Bytes, claims: Partial<VoucherClaims>, signCount: number, ending: string): Promise<Bytes> {
  const draft = draftVoucher({ ...widestClaims, ...claims, cert: { bytes: cert } });
  const stepUp = compactStepUp(await assertionOf(draft.challenge, { signCount, ending }), draft.challenge, scene);
  return signVoucher(draft, (message) => payer.sign(message), stepUp);
}
const widestMerchant = { ...certFields, name: '面'.repeat(13) + 'x', expSeconds: U32, ccy: 999, statusIndex: U32, terminalKey: receiptIssuer.publicKey };
const widestCert = { bytes: await signMerchantCert(widestMerchant, (message) => issuer.sign(message)) };

describe('vouchers', () => {
  it('the golden one: 313 bytes, 475 characters, v12-L', () => {
    expect(vectors.voucher.length / 2).toBe(313);
    expect(vectors.voucher_qr.length).toBe(475);
    expect(version('voucher', bytesOf(vectors.voucher))).toBe(12);
  });
  it('the widest, also of a tab of two ids: v12-L', async () => {
    const open = await voucherOf(widestClaims, { bytes: await certOf() });
    const ofTab = await voucherOf(widestClaims, { bytes: await certOf({ audience: tab }) });
    expect([open.length, ofTab.length]).toMatchInlineSnapshot(`
      [
        324,
        344,
      ]
    `);
    expect([version('voucher', open), version('voucher', ofTab)]).toEqual([12, 12]);
  });
  it('with a passkey\'s signature: v14-L, the widest that a shipped policy allows too', async () => {
    const largestCap = Math.max(...[156, 978, 840, 344, 392].map((ccy) => pursePolicy(ccy)?.capMinor ?? 0));
    const terms = { capMinor: largestCap, uvtMinor: largestCap - 1, uvKey: passkey.publicKey };
    const usual = await signPurseCert({ ...purseFields, uvtMinor: 3_000, uvKey: passkey.publicKey }, (message) => purseIssuer.sign(message));
    for (const ending of ['}', CHROME_ENDING]) {
      expect(version('voucher', await steppedUp(usual, { seq: 7, cumMinor: 4_321 }, 0, ending))).toBe(14);
      expect(version('voucher', await steppedUp(await certOf(terms), { amountMinor: largestCap }, U32, ending))).toBe(14);
    }
  });
  it('with a passkey\'s signature, and of a tab: v14-L, and with every number at its widest below the ceiling of v16', async () => {
    const usual = await signPurseCert({ ...purseFields, audience: [merchantId], uvtMinor: 3_000, uvKey: passkey.publicKey }, (message) => purseIssuer.sign(message));
    expect(version('voucher', await steppedUp(usual, { seq: 7, cumMinor: 4_321, iatSeconds: NOW, amountMinor: 3_001 }, 0, '}'))).toBe(14);
    const widest = await certOf({ audience: tab, uvtMinor: U32, uvKey: passkey.publicKey });
    expect(version('voucher', await steppedUp(widest, {}, U32, '}'))).toBe(15);
  });
  it('with the longest ending that a passkey\'s client data may have: not past v16-L, and no longer than a reader reads', async () => {
    const widest = await certOf({ audience: tab, uvtMinor: U32, uvKey: passkey.publicKey });
    for (const letter of ['x', '面']) {
      const room = LIMITS.stepUpSuffixBytes - `,"x":""}`.length;
      const voucher = await steppedUp(widest, {}, U32, `,"x":"${letter.repeat(Math.floor(room / Buffer.byteLength(letter)))}"}`);
      expect(compactCode('voucher', voucher).length).toBeLessThanOrEqual(LIMITS.codeTextChars);
      expect(version('voucher', voucher)).toBeLessThanOrEqual(16);
    }
  });
});

describe('the others', () => {
  it('a purse certificate: 171 bytes, v8-L; the widest of an open purse too', async () => {
    expect(vectors.purse_cert.length / 2).toBe(171);
    expect(version('purse', bytesOf(vectors.purse_cert))).toBe(8);
    expect(version('purse', await certOf())).toBe(8);
    expect(version('purse', await certOf({ audience: tab, uvtMinor: U32, uvKey: passkey.publicKey }))).toBeLessThanOrEqual(10);
  });
  it('an acknowledgement: v11-L, the widest v12-L at most', async () => {
    expect(version('ack', ack)).toBeLessThanOrEqual(11);
    expect(version('ack', await noteOf({ ...ackFields, cert: widestCert, iatSeconds: U32 }, receiptIssuer))).toBeLessThanOrEqual(12);
  });
  it('a refund: v12-L, also the widest', async () => {
    expect(version('note', refund)).toBeLessThanOrEqual(12);
    const widest = await noteOf({ ...refundFields, cert: widestCert, iatSeconds: U32, amountMinor: LIMITS.amountMinor, ccy: 999 } as typeof refundFields, receiptIssuer);
    expect(version('note', widest)).toBeLessThanOrEqual(12);
  });
});
