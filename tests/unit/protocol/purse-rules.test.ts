import { describe, expect, it } from 'vitest';
import { toHex, type Bytes } from '#base/bytes.ts';
import { verifyProof } from '#protocol/proof.ts';
import { beginsPurse, chainLink, checkAgainst, conflict, firstHead, isProof, nextHead, type ChainLink, type Conflict } from '#protocol/purse-rules.ts';
import { decodeVoucher, genesisOf } from '#protocol/voucher.ts';
import { bytesOf, nodeVerifier, testKey } from '../../fixtures/protocol-keys.ts';
import * as made from '../../fixtures/protocol-objects.ts';
import * as purse from '../../fixtures/purse-objects.ts';

const first: ChainLink = { vid: 'a', seq: 1, cumMinor: 300, amountMinor: 300, prev: 'genesis' };
const second: ChainLink = { vid: 'b', seq: 2, cumMinor: 500, amountMinor: 200, prev: 'a' };
const fifth: ChainLink = { vid: 'e', seq: 5, cumMinor: 900, amountMinor: 100, prev: 'd' };

describe('two vouchers', () => {
  it.each<[string, ChainLink, ChainLink, Conflict | null]>([
    ['one and the same', first, first, null],
    ['one and the same, with other numbers', first, { ...second, vid: 'a' }, null],
    ['one after the other', first, second, null],
    ['with others between them', first, fifth, null],
    ['with room for one between them', second, { ...fifth, seq: 4, cumMinor: 600 }, null],
    ['of one number', first, { ...first, vid: 'x' }, 'same-seq'],
    ['that hide a payment', second, { ...fifth, cumMinor: 599 }, 'cumulative'],
    ['of which the later has paid less', second, { ...fifth, cumMinor: 100 }, 'cumulative'],
    ['next to each other, by another name', first, { ...second, prev: 'x' }, 'broken-chain'],
    ['next to each other, with a gap in the sum', first, { ...second, cumMinor: 501 }, 'broken-chain'],
    ['next to each other, overlapping', first, { ...second, cumMinor: 499 }, 'cumulative'],
  ])('%s', (_what, one, other, expected) => {
    expect(conflict(one, other)).toBe(expected);
    expect(conflict(other, one)).toBe(expected);
  });
  it('are looked for among all that is given', () => {
    expect(checkAgainst(second, [first, fifth])).toBe(null);
    expect(checkAgainst({ ...second, vid: 'x' }, [first, second])).toEqual({ conflict: 'same-seq', other: second });
    expect(checkAgainst(second, [])).toBe(null);
  });
});

describe('a chain', () => {
  it('grows from the genesis of its purse', () => {
    const head = firstHead(purse.purseId);
    expect(head).toEqual({ seq: 0, cumMinor: 0, vid: toHex(genesisOf(purse.purseId)) });
    const next = nextHead(head, 250);
    expect(next).toEqual({ seq: 1, cumMinor: 250, amountMinor: 250, prev: head.vid });
    expect(nextHead({ ...next, vid: 'x' }, 50)).toEqual({ seq: 2, cumMinor: 300, amountMinor: 50, prev: 'x' });
    for (const amountMinor of [0, -1, 0.5, 2 ** 53]) expect(() => nextHead(head, amountMinor)).toThrow('assertion failed');
  });
  it('begins once', () => {
    const head = firstHead(purse.purseId);
    const begin = nextHead(head, 250);
    expect(beginsPurse(begin, purse.purseId)).toBe(true);
    expect(beginsPurse({ ...begin, seq: 2 }, purse.purseId)).toBe(null);
    expect(beginsPurse({ ...begin, seq: 0 }, purse.purseId)).toBe(false);
    expect(beginsPurse({ ...begin, cumMinor: 251 }, purse.purseId)).toBe(false);
    expect(beginsPurse(begin, bytesOf('ff'.repeat(8)))).toBe(false);
  });
});

describe('a proof', async () => {
  const verify = (one: Bytes, other: Bytes) => verifyProof({ bytes: one }, { bytes: other }, made.keySet, nodeVerifier);
  const fork = await purse.voucherOf({ iatSeconds: made.NOW + 6 });
  const read = (bytes: Bytes) => {
    const voucher = decodeVoucher(bytes);
    if (!voucher.ok) throw new Error(voucher.error);
    return voucher.value;
  };
  it('is two genuine vouchers of one purse that contradict each other', async () => {
    expect(await verify(purse.voucher, fork)).toMatchObject({ ok: true, value: { conflict: 'same-seq', vouchers: [{ seq: 1 }, { seq: 1 }] } });
    const hidden = await purse.voucherOf({ seq: 4, cumMinor: 2_000, amountMinor: 300 });
    expect(await verify(purse.voucher, hidden)).toMatchObject({ ok: true, value: { conflict: 'cumulative' } });
  });
  it('also under a renewed certificate', async () => {
    const renewed = await purse.voucherOf({}, { bytes: await purse.purseCertOf({ expSeconds: made.NOW + 80 * 3_600 }) });
    expect(await verify(purse.voucher, renewed)).toMatchObject({ ok: true, value: { conflict: 'same-seq' } });
  });
  it('is nothing else', async () => {
    expect(await verify(purse.voucher, purse.voucher)).toEqual({ ok: false, error: 'NO_CONFLICT' });
    const next = await purse.voucherOf({ seq: 2, cumMinor: 2_000, amountMinor: 150, prev: read(purse.voucher).vid });
    expect(await verify(purse.voucher, next)).toEqual({ ok: false, error: 'NO_CONFLICT' });
    const otherPurse = await purse.voucherOf({ iatSeconds: 1 }, { bytes: await purse.purseCertOf({ purseId: bytesOf('b1b2b3b4b5b6b7b8') }) });
    expect(await verify(purse.voucher, otherPurse)).toEqual({ ok: false, error: 'NO_CONFLICT' });
    const other = testKey('other payer');
    const otherKey = await purse.voucherOf({}, { bytes: await purse.purseCertOf({ deviceKey: other.publicKey }) }, { signer: other });
    expect(isProof(read(purse.voucher), read(otherKey))).toBe(false);
    expect(await verify(purse.voucher, otherKey)).toEqual({ ok: false, error: 'NO_CONFLICT' });
  });
  it('needs all four signatures', async () => {
    const rogue = testKey('rogue');
    const forged = await purse.voucherOf({ iatSeconds: made.NOW + 6 }, undefined, { signer: rogue });
    const issuedByRogue = await purse.voucherOf({ iatSeconds: made.NOW + 6 }, { bytes: await purse.purseCertOf({}, rogue) });
    expect(await verify(purse.voucher, forged)).toEqual({ ok: false, error: 'E_VOUCHER_SIG' });
    expect(await verify(forged, purse.voucher)).toEqual({ ok: false, error: 'E_VOUCHER_SIG' });
    expect(await verify(purse.voucher, issuedByRogue)).toEqual({ ok: false, error: 'E_CERT_SIG' });
  });
  it('is told from links in hexadecimal', () => {
    expect(chainLink(read(purse.voucher))).toMatchObject({ seq: 1, cumMinor: 1_850, amountMinor: 1_850, prev: toHex(genesisOf(purse.purseId)) });
  });
});
