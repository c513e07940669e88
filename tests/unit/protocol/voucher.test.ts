/** Purse certificates and vouchers: their forms, their signatures, and everything that must not pass. */
import { describe, expect, it } from 'vitest';
import { concat, toHex, type Bytes } from '#base/bytes.ts';
import { decodeCbor, encodeCbor, type CborMap, type CborValue } from '#protocol/cbor.ts';
import { compactCode } from '#protocol/link.ts';
import { decodePurseCert, signPurseCert, verifyPurseCert, type PurseCertFields } from '#protocol/purse-cert.ts';
import { readScannedText } from '#protocol/scan-text.ts';
import { hash16 } from '#protocol/sha256.ts';
import { decodeVoucher, draftVoucher, genesisOf, signVoucher, verifyVoucher } from '#protocol/voucher.ts';
import { bytesOf, malleate, nodeVerifier, testKey } from '../../fixtures/protocol-keys.ts';
import * as made from '../../fixtures/protocol-objects.ts';
import * as purse from '../../fixtures/purse-objects.ts';

const { NOW } = made;
const rogue = testKey('rogue');
const E_FORMAT = { ok: false, error: 'E_FORMAT' };
const verifyCert = (bytes: Bytes, keySet = made.keySet, now = NOW) => verifyPurseCert({ bytes }, keySet, now, nodeVerifier);
const verify = (bytes: Bytes, keySet = made.keySet) => verifyVoucher({ bytes }, keySet, nodeVerifier);

/** The four parts of a COSE_Sign1, changed and put together again. */
function remade(bytes: Bytes, change: (parts: CborValue[]) => void): Bytes {
  const parts = [...(decodeCbor(bytes) as readonly CborValue[])];
  change(parts);
  return encodeCbor(parts);
}
function withClaims(bytes: Bytes, change: (claims: Map<number | string, CborValue>) => void): Bytes {
  return remade(bytes, (parts) => {
    const claims = new Map(decodeCbor(parts[2] as Bytes) as CborMap);
    change(claims);
    parts[2] = encodeCbor(claims);
  });
}
function withHeader(bytes: Bytes, change: (header: Map<number | string, CborValue>) => void): Bytes {
  return remade(bytes, (parts) => {
    const header = new Map(decodeCbor(parts[0] as Bytes) as CborMap);
    change(header);
    parts[0] = encodeCbor(header);
  });
}

describe('a purse certificate', () => {
  const ids = [bytesOf('0101010101010101'), bytesOf('0202020202020202')];
  it.each<[string, Partial<PurseCertFields>]>([
    ['an open purse', {}],
    ['a tab', { audience: [made.merchantId] }],
    ['a tab of two ids', { audience: ids }],
    ['a tab of four ids', { audience: [...ids, ...ids] }],
    ['a threshold', { uvtMinor: 3_000 }],
    ['a threshold and a passkey', { uvtMinor: 3_000, uvKey: purse.passkey.publicKey }],
    ['a passkey', { uvKey: purse.passkey.publicKey }],
    ['a threshold of nothing', { uvtMinor: 0, uvKey: purse.passkey.publicKey }],
  ])('%s is read back and verifies', async (_what, changes) => {
    const bytes = await purse.purseCertOf(changes);
    const cert = { ok: true, value: { ...purse.purseFields, ...changes, bytes } };
    expect(decodePurseCert(bytes)).toEqual(cert);
    expect(await verifyCert(bytes)).toEqual(cert);
  });

  it.each<[string, (claims: Map<number | string, CborValue>) => void]>([
    ['no expiry', (claims) => claims.delete(4)],
    ['no purse id', (claims) => claims.delete(7)],
    ['a short purse id', (claims) => claims.set(7, new Uint8Array(7))],
    ['a negative expiry', (claims) => claims.set(4, -1)],
    ['a claim of nobody', (claims) => claims.set(5, 1)],
    ['an audience of none', (claims) => claims.set(3, [])],
    ['a list of one id', (claims) => claims.set(3, [made.merchantId])],
    ['a list of five ids', (claims) => claims.set(3, Array.from({ length: 5 }, () => made.merchantId))],
    ['an audience of texts', (claims) => claims.set(3, ['a', 'b'])],
    ['a short audience', (claims) => claims.set(3, new Uint8Array(7))],
    ['no key', (claims) => claims.set(8, new Map())],
    ['a key of another curve', (claims) => claims.set(8, new Map([[1, new Map<number, CborValue>([[1, 2], [-1, 2], [-2, new Uint8Array(32)], [-3, true]])]]))],
    ['a key with a secret', (claims) => claims.set(8, new Map([[1, new Map<number, CborValue>([[1, 2], [-1, 1], [-2, new Uint8Array(32)], [-3, true], [-4, new Uint8Array(32)]])]]))],
    ['terms too short', (claims) => claims.set(-65_537, [1, 156, 1, 1, 1])],
    ['terms with a negative', (claims) => claims.set(-65_537, [1, 156, -1, 1, 1, 1])],
    ['terms with a text', (claims) => claims.set(-65_537, [1, 156, 'x', 1, 1, 1])],
    ['terms in the other order', (claims) => claims.set(-65_537, [1, 156, 1, 1, 1, 1, purse.passkey.publicKey, 5])],
    ['two thresholds', (claims) => claims.set(-65_537, [1, 156, 1, 1, 1, 1, 5, 5])],
    ['a short passkey', (claims) => claims.set(-65_537, [1, 156, 1, 1, 1, 1, 5, new Uint8Array(32)])],
    ['terms too long', (claims) => claims.set(-65_537, [1, 156, 1, 1, 1, 1, 5, purse.passkey.publicKey, 1])],
    ['a version that is no number', (claims) => claims.set(-65_537, ['1', 156, 1, 1, 1, 1])],
  ])('with %s is broken', (_what, change) => {
    expect(decodePurseCert(withClaims(purse.purseCert, change))).toEqual(E_FORMAT);
  });

  it('of a newer version says so, but only once it is known to be the issuer\'s', async () => {
    const newer = withClaims(purse.purseCert, (claims) => claims.set(-65_537, [2, 'whatever']));
    expect(decodePurseCert(newer)).toEqual({ ok: false, error: 'E_VERSION' });
    expect(await verifyCert(newer)).toEqual({ ok: false, error: 'E_CERT_SIG' });
    expect(await verifyCert(newer, made.keySetOf())).toEqual({ ok: false, error: 'E_ISSUER' });
  });

  it('is for an issuer\'s key of the right use and time', async () => {
    const keys = [
      made.keySetOf(),
      made.keySetOf(made.issuerKey(rogue, ['purse'])),
      made.keySetOf(made.issuerKey(made.purseIssuer, ['merchant', 'receipt', 'status'])),
      made.keySetOf(made.issuerKey(made.purseIssuer, ['purse'], NOW + 1)),
      made.keySetOf(made.issuerKey(made.purseIssuer, ['purse'], 0, NOW - 1)),
    ];
    for (const keySet of keys) expect(await verifyCert(purse.purseCert, keySet)).toEqual({ ok: false, error: 'E_ISSUER' });
  });
  it('by a rogue who copied the kid is forged; a key that only has the same kid is in nobody\'s way', async () => {
    const forged = await purse.purseCertOf({}, rogue);
    expect(await verifyCert(forged)).toEqual({ ok: false, error: 'E_CERT_SIG' });
    const twin = { ...made.issuerKey(rogue, ['purse']), kid: purse.purseFields.kid };
    expect(await verifyCert(purse.purseCert, made.keySetOf(twin, ...made.keySet.keys))).toMatchObject({ ok: true });
  });
  it('case 43, 80: is good until its last second, and not from the future', async () => {
    const { expSeconds, iatSeconds } = purse.purseFields;
    expect(await verifyCert(purse.purseCert, made.keySet, expSeconds)).toMatchObject({ ok: true });
    expect(await verifyCert(purse.purseCert, made.keySet, expSeconds + 1)).toEqual({ ok: false, error: 'E_PURSE_EXPIRED' });
    expect(await verifyCert(purse.purseCert, made.keySet, iatSeconds - 300)).toMatchObject({ ok: true });
    expect(await verifyCert(purse.purseCert, made.keySet, iatSeconds - 301)).toEqual({ ok: false, error: 'E_PURSE_FUTURE' });
  });
  it('is not made from nonsense', async () => {
    const bad: Partial<PurseCertFields>[] = [
      { limMinor: -1 },
      { capMinor: 1.5 },
      { purseId: new Uint8Array(7) },
      { audience: [] },
      { audience: [new Uint8Array(7)] },
      { audience: Array.from({ length: 5 }, () => made.merchantId) },
      { uvKey: new Uint8Array(32) },
      { deviceKey: new Uint8Array(33) },
    ];
    for (const changes of bad) {
      await expect((async () => signPurseCert({ ...purse.purseFields, ...changes }, (message) => made.purseIssuer.sign(message)))()).rejects.toThrow('assertion failed');
    }
  });
});

describe('a voucher', () => {
  it('case 72: has an id that its signatures do not change', async () => {
    const malleated = remade(purse.voucher, (parts) => (parts[3] = malleate(parts[3] as Bytes)));
    const [one, other] = [await verify(purse.voucher), await verify(malleated)];
    if (!one.ok || !other.ok) throw new Error('both verify');
    expect(other.value.vid).toEqual(one.value.vid);
    expect(other.value.bytes).not.toEqual(one.value.bytes);
  });
  it('has the same id with the passkey\'s word and without', async () => {
    const cert = { bytes: await purse.purseCertOf({ uvtMinor: 5_000, uvKey: purse.passkey.publicKey }) };
    const [bare, steppedUp] = [decodeVoucher(await purse.voucherOf({}, cert)), decodeVoucher(await purse.voucherOf({}, cert, { stepUpBy: purse.byPasskey }))];
    if (!bare.ok || !steppedUp.ok) throw new Error('both are read');
    expect(steppedUp.value.vid).toEqual(bare.value.vid);
    expect([bare.value.stepUp, steppedUp.value.stepUp?.suffix]).toEqual([null, 0]);
  });
  it('carries no passkey\'s word that its certificate has no key for', async () => {
    expect(decodeVoucher(await purse.voucherOf({}, { bytes: purse.purseCert }, { stepUpBy: purse.byPasskey }))).toEqual(E_FORMAT);
    expect(decodeVoucher(await purse.voucherOf({}, { bytes: await purse.purseCertOf({ uvtMinor: 9 }) }, { stepUpBy: purse.byPasskey }))).toEqual(E_FORMAT);
  });
  it('is confirmed by passkey where that is asked', async () => {
    const cert = { bytes: await purse.purseCertOf({ uvtMinor: 1_849, uvKey: purse.passkey.publicKey }) };
    const confirmed = await purse.voucherOf({}, cert, { stepUpBy: purse.byPasskey });
    const ask = (bytes: Bytes, scene = purse.scene) => verifyVoucher({ bytes }, made.keySet, nodeVerifier, scene);
    expect(await ask(confirmed)).toMatchObject({ ok: true });
    expect(await ask(confirmed, { ...purse.scene, rpId: 'evil.example' })).toEqual({ ok: false, error: 'E_UV_REQUIRED' });
    expect(await ask(await purse.voucherOf({}, cert))).toEqual({ ok: false, error: 'E_UV_REQUIRED' });
    expect(await verify(await purse.voucherOf({}, cert))).toMatchObject({ ok: true });
    expect(await ask(purse.voucher)).toMatchObject({ ok: true });
  });
  it('has another id under another certificate, also of the same number', async () => {
    const renewed = await purse.voucherOf({}, { bytes: await purse.purseCertOf({ expSeconds: NOW + 80 * 3_600 }) });
    const [one, other] = [decodeVoucher(purse.voucher), decodeVoucher(renewed)];
    if (!one.ok || !other.ok) throw new Error('both are read');
    expect(other.value.vid).not.toEqual(one.value.vid);
  });
  it('begins a purse with the hash of its id', () => {
    expect(toHex(genesisOf(purse.purseId))).toBe(toHex(hash16(concat(new Uint8Array(Buffer.from('OP1-genesis')), purse.purseId))));
  });

  it.each<[string, (bytes: Bytes) => Bytes]>([
    ['nothing', () => new Uint8Array(0)],
    ['a certificate alone', () => purse.purseCert],
    ['a merchant\'s certificate', (bytes) => withHeader(bytes, (header) => header.set(13, decodeCbor(made.cert) ?? 0))],
    ['no certificate', (bytes) => withHeader(bytes, (header) => header.delete(13))],
    ['a certificate in a byte string', (bytes) => withHeader(bytes, (header) => header.set(13, purse.purseCert))],
    ['a kid too', (bytes) => withHeader(bytes, (header) => header.set(4, new Uint8Array(4)))],
    ['a header more', (bytes) => withHeader(bytes, (header) => header.set(2, 1))],
    ['an unprotected header more', (bytes) => remade(bytes, (parts) => (parts[1] = new Map([[4, new Uint8Array(4)]])))],
    ['a broken step-up', (bytes) => remade(bytes, (parts) => (parts[1] = new Map([[-65_538, [5, 0, 2, new Uint8Array(64)]]])))],
    ['a step-up of large flags', (bytes) => remade(bytes, (parts) => (parts[1] = new Map([[-65_538, [256, 0, 0, new Uint8Array(64)]]])))],
    ['a step-up of a large counter', (bytes) => remade(bytes, (parts) => (parts[1] = new Map([[-65_538, [5, 2 ** 32, 0, new Uint8Array(64)]]])))],
    ['a step-up that is long', (bytes) => remade(bytes, (parts) => (parts[1] = new Map([[-65_538, [5, 0, `,${'x'.repeat(256)}`, new Uint8Array(64)]]])))],
    ['a short step-up', (bytes) => remade(bytes, (parts) => (parts[1] = new Map([[-65_538, [5, 0, 0]]])))],
    ['no merchant', (bytes) => withClaims(bytes, (claims) => claims.delete(3))],
    ['a long merchant id', (bytes) => withClaims(bytes, (claims) => claims.set(3, new Uint8Array(9)))],
    ['a short hash', (bytes) => withClaims(bytes, (claims) => claims.set(39, new Uint8Array(15)))],
    ['a negative amount', (bytes) => withClaims(bytes, (claims) => claims.set(-65_537, [1, 1, -1, new Uint8Array(16)]))],
    ['a short chain', (bytes) => withClaims(bytes, (claims) => claims.set(-65_537, [1, 1, 1]))],
    ['a long chain', (bytes) => withClaims(bytes, (claims) => claims.set(-65_537, [1, 1, 1, new Uint8Array(16), 1]))],
    ['a short prev', (bytes) => withClaims(bytes, (claims) => claims.set(-65_537, [1, 1, 1, new Uint8Array(15)]))],
    ['a claim more', (bytes) => withClaims(bytes, (claims) => claims.set(4, 1))],
    ['another object\'s bytes', () => made.order],
    ['trailing bytes', (bytes) => concat(bytes, new Uint8Array(1))],
    ['its end cut off', (bytes) => bytes.slice(0, -1)],
    ['a broken certificate inside', (bytes) => withHeader(bytes, (header) => header.set(13, decodeCbor(withClaims(purse.purseCert, (claims) => claims.delete(6))) ?? 0))],
  ])('with %s is broken', async (_what, change) => {
    const bytes = change(purse.voucher);
    expect(decodeVoucher(bytes)).toEqual(E_FORMAT);
    expect(await verify(bytes)).toEqual(E_FORMAT);
  });

  it('of another algorithm, outside or inside, is refused as such, but broken comes first', () => {
    const outer = withHeader(purse.voucher, (header) => header.set(1, -8));
    const inner = withHeader(purse.voucher, (header) => header.set(13, decodeCbor(withHeader(purse.purseCert, (own) => own.set(1, -8))) ?? 0));
    for (const bytes of [outer, inner]) {
      expect(decodeVoucher(bytes)).toEqual({ ok: false, error: 'E_ALG' });
      expect(decodeVoucher(withClaims(bytes, (claims) => claims.delete(3)))).toEqual(E_FORMAT);
    }
    expect(decodeVoucher(withHeader(purse.voucher, (header) => header.delete(1)))).toEqual(E_FORMAT);
  });

  it('case 72: is genuine only with both signatures, and with the key of its own certificate', async () => {
    expect(await verify(purse.voucher)).toMatchObject({ ok: true, value: { seq: 1, cumMinor: 1_850 } });
    expect(await verify(await purse.voucherOf({}, undefined, { signer: rogue }))).toEqual({ ok: false, error: 'E_VOUCHER_SIG' });
    expect(await verify(await purse.voucherOf({}, { bytes: await purse.purseCertOf({}, rogue) }))).toEqual({ ok: false, error: 'E_CERT_SIG' });
    expect(await verify(purse.voucher, made.keySetOf())).toEqual({ ok: false, error: 'E_ISSUER' });
  });
  it('stays genuine when its issuer\'s key has retired, and when its purse has expired', async () => {
    const retired = made.keySetOf(made.issuerKey(made.purseIssuer, ['purse'], 0, purse.purseFields.iatSeconds));
    expect(await verify(purse.voucher, retired)).toMatchObject({ ok: true });
    const later = made.keySetOf(made.issuerKey(made.purseIssuer, ['purse'], purse.purseFields.iatSeconds + 1));
    expect(await verify(purse.voucher, later)).toEqual({ ok: false, error: 'E_ISSUER' });
  });
  it('of a key that is no point is refused, not thrown', async () => {
    const noPoint = withClaims(purse.purseCert, (claims) => {
      claims.set(8, new Map([[1, new Map<number, CborValue>([[1, 2], [-1, 1], [-2, new Uint8Array(32).fill(0xff)], [-3, true]])]]));
    });
    const parts = [...(decodeCbor(noPoint) as readonly CborValue[])];
    parts[3] = await made.purseIssuer.sign(encodeCbor(['Signature1', parts[0] as Bytes, new Uint8Array(0), parts[2] as Bytes]));
    const bytes = await purse.voucherOf({}, { bytes: encodeCbor(parts) });
    expect(decodeVoucher(bytes)).toMatchObject({ ok: true });
    expect(await verify(bytes)).toEqual({ ok: false, error: 'E_VOUCHER_SIG' });
  });
  it('is not made from nonsense', () => {
    const bad = [{ merchantId: new Uint8Array(7) }, { invoiceHash: new Uint8Array(1) }, { prev: new Uint8Array(0) }, { seq: -1 }, { amountMinor: 0.5 }, { cumMinor: 2 ** 53 }];
    for (const changes of bad) expect(() => draftVoucher({ ...purse.voucherClaims, ...changes, cert: { bytes: purse.purseCert } })).toThrow('assertion failed');
    expect(() => draftVoucher({ ...purse.voucherClaims, cert: { bytes: new Uint8Array(3) } })).toThrow('assertion failed');
    expect(() => genesisOf(new Uint8Array(7))).toThrow('assertion failed');
  });
  it('is not signed with a signature of another length', async () => {
    const draft = draftVoucher({ ...purse.voucherClaims, cert: { bytes: purse.purseCert } });
    await expect(signVoucher(draft, async () => new Uint8Array(70))).rejects.toThrow('assertion failed');
  });
});

describe('their codes', () => {
  it('say what they are, each under its own prefix only', () => {
    const codes = { voucher: purse.voucher, purse: purse.purseCert, ack: purse.ack, note: purse.refund };
    for (const kind of ['voucher', 'purse', 'ack', 'note'] as const) {
      for (const other of ['voucher', 'purse', 'ack', 'note'] as const) {
        const read = readScannedText(compactCode(other, codes[kind]));
        if (kind === other) expect(read).toMatchObject({ ok: true, value: { kind } });
        else expect(read).toEqual(E_FORMAT);
      }
    }
    expect(readScannedText(compactCode('note', purse.voidNote))).toMatchObject({ ok: true, value: { kind: 'note', note: { kind: 'void' } } });
  });
});
