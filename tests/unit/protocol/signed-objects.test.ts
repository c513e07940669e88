/** Who may sign what, and what each refusal is called. */
import { describe, expect, it } from 'vitest';
import type { Bytes } from '#base/bytes.ts';
import { decodeCbor, encodeCbor, type CborMap, type CborValue } from '#protocol/cbor.ts';
import { encodeSign1, sigStructure } from '#protocol/cose.ts';
import { decodeKeySet, signKeySet, verifyKeySet } from '#protocol/keyset.ts';
import { kidOf } from '#protocol/kid.ts';
import { decodeMerchantCert, signMerchantCert, verifyMerchantCert } from '#protocol/merchant-cert.ts';
import { decodeOrder, orderDigest, signOrder, verifyOrder } from '#protocol/order.ts';
import { decodeReceipt, signReceipt, verifyReceipt } from '#protocol/receipt.ts';
import { sha256 } from '#protocol/sha256.ts';
import { bytesOf, malleate, nodeVerifier, testKey, type TestKey } from '../../fixtures/protocol-keys.ts';
import * as made from '../../fixtures/protocol-objects.ts';

const { NOW } = made;
const rogue = testKey('rogue');

/** A COSE_Sign1 with any header and claims, signed by any key. */
async function forged(key: TestKey, header: CborMap, claims: CborValue, unprotected: CborMap = new Map()): Promise<Bytes> {
  const protectedBytes = encodeCbor(header);
  const payload = encodeCbor(claims);
  const signature = await key.sign(sigStructure(protectedBytes, payload));
  return encodeCbor([protectedBytes, unprotected, payload, signature]);
}

function header(alg: CborValue, kid: Bytes): CborMap {
  return new Map<number, CborValue>([[1, alg], [4, kid]]);
}

function certClaims(changes: readonly (readonly [number, CborValue | undefined])[] = []): CborMap {
  const claims = new Map<number, CborValue>([[2, made.merchantId], [4, NOW + 100], [-65_537, [1, '街角面馆', 156, 7]]]);
  for (const [key, value] of changes) {
    if (value === undefined) claims.delete(key);
    else claims.set(key, value);
  }
  return claims;
}

function withMalleatedSignature(bytes: Bytes): Bytes {
  const value = decodeCbor(bytes);
  if (!Array.isArray(value)) throw new Error('not an envelope');
  const [protectedBytes, , payload, signature] = value as [Bytes, CborMap, Bytes, Bytes];
  return encodeSign1(protectedBytes, payload, malleate(signature));
}

const verifyCert = (bytes: Bytes, keys = made.keySet, now = NOW) => verifyMerchantCert({ bytes }, keys, now, nodeVerifier);

describe('merchant certificate', () => {
  it('verifies, with and without a terminal key', async () => {
    expect(await verifyCert(made.cert)).toEqual({ ok: true, value: { ...made.certFields, bytes: made.cert } });
    expect(await verifyCert(made.certWithKey)).toMatchObject({ ok: true, value: { terminalKey: testKey('merchant').publicKey } });
  });
  it('lives to the last second of its time', async () => {
    expect(await verifyCert(made.cert, made.keySet, made.certFields.expSeconds)).toMatchObject({ ok: true });
    expect(await verifyCert(made.cert, made.keySet, made.certFields.expSeconds + 1)).toEqual({ ok: false, error: 'E_CERT_EXPIRED' });
  });
  it('needs a key of that kid, that use, at that time', async () => {
    const foreign = made.keySetOf(made.issuerKey(rogue, ['merchant']));
    const otherUse = made.keySetOf(made.issuerKey(made.issuer, ['receipt', 'purse', 'status']));
    const tooEarly = made.keySetOf(made.issuerKey(made.issuer, ['merchant'], NOW + 1));
    const tooLate = made.keySetOf(made.issuerKey(made.issuer, ['merchant'], 0, NOW - 1));
    for (const keys of [made.keySetOf(), foreign, otherUse, tooEarly, tooLate]) {
      expect(await verifyCert(made.cert, keys)).toEqual({ ok: false, error: 'E_ISSUER' });
    }
  });
  it('case 76: a rogue issuer with a copied kid forges nothing', async () => {
    const bytes = await signMerchantCert(made.certFields, (message) => rogue.sign(message));
    expect(decodeMerchantCert(bytes)).toMatchObject({ ok: true });
    expect(await verifyCert(bytes)).toEqual({ ok: false, error: 'E_CERT_SIG' });
  });
  it('tries every key that has the kid', async () => {
    const copied = { ...made.issuerKey(rogue, ['merchant']), kid: kidOf(made.issuer.publicKey) };
    expect(await verifyCert(made.cert, made.keySetOf(copied, ...made.keySet.keys))).toMatchObject({ ok: true });
    expect(await verifyCert(made.cert, made.keySetOf(copied))).toEqual({ ok: false, error: 'E_CERT_SIG' });
  });
  it('says what the signed bytes say, not what the object around them says', async () => {
    const lying = { ...made.certFields, name: 'Bank', bytes: made.cert };
    expect(await verifyMerchantCert(lying, made.keySet, NOW, nodeVerifier)).toMatchObject({ value: { name: '街角面馆' } });
  });
});

describe('the shape of a merchant certificate', () => {
  it.each([
    ['EdDSA', -8, 'E_ALG'],
    ['ES384', -35, 'E_ALG'],
    ['HS256', 5, 'E_ALG'],
    ['none', 0, 'E_ALG'],
    ['a name', 'ES256', 'E_ALG'],
  ])('alg %s is refused, though the signature is good', async (_name, alg, error) => {
    const bytes = await forged(made.issuer, header(alg, made.certFields.kid), certClaims());
    expect(await verifyCert(bytes)).toEqual({ ok: false, error });
  });
  it.each<[string, CborMap, CborMap]>([
    ['no alg', new Map([[4, made.certFields.kid]]), new Map()],
    ['alg outside the signature', new Map([[4, made.certFields.kid]]), new Map([[1, -7]])],
    ['anything outside the signature', header(-7, made.certFields.kid), new Map([[1, -8]])],
    ['no kid', new Map([[1, -7]]), new Map()],
    ['a long kid', header(-7, new Uint8Array(5)), new Map()],
    ['one more header', new Map<number | string, CborValue>([...header(-7, made.certFields.kid), [3, 'x']]), new Map()],
    ['a critical header', new Map<number | string, CborValue>([...header(-7, made.certFields.kid), [2, [3]]]), new Map()],
  ])('refuses %s', async (_what, protectedHeader, unprotected) => {
    const bytes = await forged(made.issuer, protectedHeader, certClaims(), unprotected);
    expect(decodeMerchantCert(bytes)).toEqual({ ok: false, error: 'E_FORMAT' });
  });
  it.each<[string, readonly (readonly [number, CborValue | undefined])[], string]>([
    ['a later version', [[-65_537, [2, 'x', 156, 7, 'new']]], 'E_VERSION'],
    ['version 0', [[-65_537, [0, 'x', 156, 7]]], 'E_VERSION'],
    ['no version', [[-65_537, []]], 'E_FORMAT'],
    ['a field too many', [[-65_537, [1, 'x', 156, 7, 8]]], 'E_FORMAT'],
    ['a field too few', [[-65_537, [1, 'x', 156]]], 'E_FORMAT'],
    ['an empty name', [[-65_537, [1, '', 156, 7]]], 'E_FORMAT'],
    ['a name of 41 bytes', [[-65_537, [1, 'x'.repeat(41), 156, 7]]], 'E_FORMAT'],
    ['14 characters of 42 bytes', [[-65_537, [1, '面'.repeat(14), 156, 7]]], 'E_FORMAT'],
    ['a name that turns text round', [[-65_537, [1, 'Bank \u202Eknab', 156, 7]]], 'E_FORMAT'],
    ['a name with a line break', [[-65_537, [1, 'Bank\nPay', 156, 7]]], 'E_FORMAT'],
    ['a name of bytes', [[-65_537, [1, bytesOf('41'), 156, 7]]], 'E_FORMAT'],
    ['a negative currency', [[-65_537, [1, 'x', -156, 7]]], 'E_FORMAT'],
    ['a short merchant id', [[2, new Uint8Array(7)]], 'E_FORMAT'],
    ['no merchant id', [[2, undefined]], 'E_FORMAT'],
    ['a negative expiry', [[4, -1]], 'E_FORMAT'],
    ['one more claim', [[6, NOW]], 'E_FORMAT'],
    ['a key off the curve', [[8, new Map([[1, new Map<number, CborValue>([[1, 2], [-1, 1], [-2, bytesOf(`${'00'.repeat(31)}01`)], [-3, true]])]])]], 'E_FORMAT'],
    ['a key of another curve', [[8, new Map([[1, new Map<number, CborValue>([[1, 2], [-1, 2], [-2, made.payer.publicKey.slice(1)], [-3, true]])]])]], 'E_FORMAT'],
    ['an empty confirmation', [[8, new Map()]], 'E_FORMAT'],
  ])('refuses %s', async (_what, changes, error) => {
    const bytes = await forged(made.issuer, header(-7, made.certFields.kid), certClaims(changes));
    expect(decodeMerchantCert(bytes)).toEqual({ ok: false, error });
    expect(await verifyCert(bytes)).toEqual({ ok: false, error });
  });
  it('a name may be exactly 40 bytes', async () => {
    const bytes = await signMerchantCert({ ...made.certFields, name: '面'.repeat(13) + 'x' }, (message) => made.issuer.sign(message));
    expect(await verifyCert(bytes)).toMatchObject({ ok: true });
  });
});

describe('order', () => {
  it('decodes to what was signed, and only that key verifies it', async () => {
    const order = decodeOrder(made.order);
    expect(order).toEqual({ ok: true, value: { ...made.orderFields, kid: kidOf(made.payer.publicKey), bytes: made.order } });
    expect(await verifyOrder({ bytes: made.order }, made.payer.publicKey, nodeVerifier)).toBe(true);
    expect(await verifyOrder({ bytes: made.order }, rogue.publicKey, nodeVerifier)).toBe(false);
  });
  it('a forged signature under the payer\'s kid is refused', async () => {
    const bytes = await signOrder(made.orderFields, { publicKey: made.payer.publicKey, sign: (message) => rogue.sign(message) });
    expect(await verifyOrder({ bytes }, made.payer.publicKey, nodeVerifier)).toBe(false);
  });
  it('a good signature under another kid is refused: the order does not name this key', async () => {
    const bytes = await signOrder(made.orderFields, { publicKey: rogue.publicKey, sign: (message) => made.payer.sign(message) });
    expect(await verifyOrder({ bytes }, made.payer.publicKey, nodeVerifier)).toBe(false);
  });
  it('the digest is over all the bytes', () => {
    expect(orderDigest(made.order)).toEqual(sha256(made.order));
  });
  it('a malleated copy verifies and has the same payment id: no second identity', async () => {
    const bytes = withMalleatedSignature(made.order);
    expect(bytes).not.toEqual(made.order);
    expect(await verifyOrder({ bytes }, made.payer.publicKey, nodeVerifier)).toBe(true);
    const order = decodeOrder(bytes);
    expect(order.ok && order.value.paymentId).toEqual(made.paymentId);
  });
});

describe('receipt', () => {
  const verify = (bytes: Bytes, keys = made.keySet, now = NOW) => verifyReceipt({ bytes }, keys, now, nodeVerifier);

  it('verifies', async () => {
    expect(await verify(made.receipt)).toEqual({ ok: true, value: { ...made.receiptFields, bytes: made.receipt } });
  });
  it('is still true when its key has retired, and not when the key came after it', async () => {
    const retired = made.keySetOf(made.issuerKey(made.receiptIssuer, ['receipt'], 0, NOW));
    const later = made.keySetOf(made.issuerKey(made.receiptIssuer, ['receipt'], NOW + 1));
    expect(await verify(made.receipt, retired, NOW + 10_000_000)).toMatchObject({ ok: true });
    expect(await verify(made.receipt, later, NOW + 10_000_000)).toEqual({ ok: false, error: 'E_ISSUER' });
  });
  it('from the future means that a clock is wrong', async () => {
    expect(await verify(made.receipt, made.keySet, NOW - 300)).toMatchObject({ ok: true });
    expect(await verify(made.receipt, made.keySet, NOW - 301)).toEqual({ ok: false, error: 'E_INVOICE_FUTURE' });
  });
  it('is nobody else\'s to sign', async () => {
    const byRogue = await signReceipt(made.receiptFields, (message) => rogue.sign(message));
    expect(await verify(byRogue)).toEqual({ ok: false, error: 'E_RECEIPT_SIG' });
    const byMerchantKey = await signReceipt({ ...made.receiptFields, kid: kidOf(made.issuer.publicKey) }, (message) => made.issuer.sign(message));
    expect(await verify(byMerchantKey)).toEqual({ ok: false, error: 'E_ISSUER' });
  });
  it.each([0, 2])('of status %i is refused: only 1 means paid', async (status) => {
    const claims = new Map<number, CborValue>([[3, made.merchantId], [6, NOW], [7, new Uint8Array(8)], [39, new Uint8Array(16)], [-65_537, [status, 1_850, 156]]]);
    const bytes = await forged(made.receiptIssuer, header(-7, made.receiptFields.kid), claims);
    expect(decodeReceipt(bytes)).toEqual({ ok: false, error: 'E_FORMAT' });
    expect(await verify(bytes)).toEqual({ ok: false, error: 'E_FORMAT' });
  });
  it('an order is no receipt, a receipt no order, and neither a certificate', () => {
    expect(decodeReceipt(made.order)).toEqual({ ok: false, error: 'E_FORMAT' });
    expect(decodeOrder(made.receipt)).toEqual({ ok: false, error: 'E_FORMAT' });
    expect(decodeMerchantCert(made.receipt)).toEqual({ ok: false, error: 'E_FORMAT' });
    expect(decodeKeySet(made.cert)).toEqual({ ok: false, error: 'E_FORMAT' });
    expect(decodeOrder(made.signedKeySet)).toEqual({ ok: false, error: 'E_FORMAT' });
  });
});

describe('key set', () => {
  const GRACE = 345_600;
  const E_KEYSET = { ok: false, error: 'E_KEYSET' };

  it('verifies under its root', async () => {
    const verified = await verifyKeySet(made.signedKeySet, made.root.publicKey, 0, nodeVerifier);
    expect(verified).toEqual({ ok: true, value: { ...made.keySetFields, bytes: made.signedKeySet } });
  });
  it('refuses another root, a forged root and a broken one', async () => {
    expect(await verifyKeySet(made.signedKeySet, rogue.publicKey, 0, nodeVerifier)).toEqual(E_KEYSET);
    expect(await verifyKeySet(made.signedKeySet, new Uint8Array(3), 0, nodeVerifier)).toEqual(E_KEYSET);
    const forgedSet = await signKeySet(made.keySetFields, { publicKey: made.root.publicKey, sign: (message) => rogue.sign(message) });
    expect(await verifyKeySet(forgedSet, made.root.publicKey, 0, nodeVerifier)).toEqual(E_KEYSET);
    expect(await verifyKeySet(made.signedKeySet.slice(0, -1), made.root.publicKey, 0, nodeVerifier)).toEqual(E_KEYSET);
  });
  it('says how long a purse may be claimed after its expiry', async () => {
    const bytes = await forged(made.root, header(-7, kidOf(made.root.publicKey)), new Map<number, CborValue>([[6, NOW], [-65_537, [1, 5, [], GRACE]]]));
    expect(await verifyKeySet(bytes, made.root.publicKey, 0, nodeVerifier)).toMatchObject({ ok: true, value: { keys: [], graceSeconds: GRACE } });
  });
  it('refuses to go back', async () => {
    expect(await verifyKeySet(made.signedKeySet, made.root.publicKey, 5, nodeVerifier)).toMatchObject({ ok: true });
    expect(await verifyKeySet(made.signedKeySet, made.root.publicKey, 6, nodeVerifier)).toEqual(E_KEYSET);
  });
  it.each<[string, CborValue]>([
    ['a later version', [2, 5, [], GRACE]],
    ['a key that is no point', [1, 5, [[new Uint8Array(33), [1], 0, 1]], GRACE]],
    ['a key without use', [1, 5, [[rogue.publicKey, [], 0, 1]], GRACE]],
    ['an unknown use', [1, 5, [[rogue.publicKey, [5], 0, 1]], GRACE]],
    ['use 0', [1, 5, [[rogue.publicKey, [0], 0, 1]], GRACE]],
    ['uses out of order', [1, 5, [[rogue.publicKey, [3, 1], 0, 1]], GRACE]],
    ['a use twice', [1, 5, [[rogue.publicKey, [1, 1], 0, 1]], GRACE]],
    ['a key twice', [1, 5, [[rogue.publicKey, [1], 0, 1], [rogue.publicKey, [3], 0, 1]], GRACE]],
    ['a window that ends before it begins', [1, 5, [[rogue.publicKey, [1], 2, 1]], GRACE]],
    ['too many keys', [1, 5, Array.from({ length: 17 }, (_, index) => [testKey(`many ${index}`).publicKey, [1], 0, 1]), GRACE]],
    ['a negative seq', [1, -5, [], GRACE]],
    ['no grace', [1, 5, []]],
    ['a negative grace', [1, 5, [], -1]],
    ['a grace in words', [1, 5, [], '4 days']],
    ['something more', [1, 5, [], GRACE, 0]],
  ])('refuses %s, though the root signed it', async (_what, chit) => {
    const bytes = await forged(made.root, header(-7, kidOf(made.root.publicKey)), new Map<number, CborValue>([[6, NOW], [-65_537, chit]]));
    expect(await verifyKeySet(bytes, made.root.publicKey, 0, nodeVerifier)).toEqual(E_KEYSET);
  });
});
