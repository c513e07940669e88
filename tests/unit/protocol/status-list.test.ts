import { describe, expect, it } from 'vitest';
import type { Bytes } from '#base/bytes.ts';
import { decodeCbor, encodeCbor, type CborMap, type CborValue } from '#protocol/cbor.ts';
import { LIMITS } from '#protocol/limits.ts';
import { decodeStatusList, isRevoked, signStatusList, statusBits, verifyStatusList } from '#protocol/status-list.ts';
import { nodeVerifier, testKey } from '../../fixtures/protocol-keys.ts';
import * as made from '../../fixtures/protocol-objects.ts';
import { packing, statusFields, statusListBytes } from '../../fixtures/purse-objects.ts';

const sign = (message: Bytes) => made.statusIssuer.sign(message);
const verify = (bytes: Bytes, minSeq = 0, keySet = made.keySet) => verifyStatusList(bytes, keySet, minSeq, nodeVerifier, packing);
const parts = (bytes: Bytes): CborValue[] => [...(decodeCbor(bytes, LIMITS.statusListBytes) as readonly CborValue[])];

/** Signed as it is, whatever it says. */
async function resigned(change: (claims: Map<number | string, CborValue>, header: Map<number | string, CborValue>) => void): Promise<Bytes> {
  const all = parts(statusListBytes);
  const header = new Map(decodeCbor(all[0] as Bytes) as CborMap);
  const claims = new Map(decodeCbor(all[2] as Bytes, LIMITS.statusListBytes, 'text') as CborMap);
  change(claims, header);
  all[0] = encodeCbor(header);
  all[2] = encodeCbor(claims, 'text');
  all[3] = await sign(encodeCbor(['Signature1', all[0], new Uint8Array(0), all[2]]));
  return encodeCbor(all);
}
const list = (entries: [string, CborValue][]): CborValue => new Map(entries);

describe('a status list', () => {
  it('is read back and verifies', async () => {
    const read = { ok: true, value: { ...statusFields, bytes: statusListBytes } };
    expect(decodeStatusList(statusListBytes, packing)).toEqual(read);
    expect(await verify(statusListBytes)).toEqual(read);
  });
  it('revokes exactly its bits, and nobody beyond its end', () => {
    const revoked = Array.from({ length: 80_100 }, (_, index) => index).filter((index) => isRevoked(statusFields, index));
    expect(revoked).toEqual([7, 70_125, 79_999]);
    expect([2 ** 31, 2 ** 32, 2 ** 40 + 7, Number.MAX_SAFE_INTEGER].map((index) => isRevoked(statusFields, index))).toEqual([false, false, false, false]);
  });
  it('counts bits from the lowest, as the Token Status List has it', () => {
    expect([...statusBits(16, [0, 3, 4, 5, 7, 8, 9, 13, 15])]).toEqual([0xb9, 0xa3]);
    expect(statusBits(9, []).length).toBe(2);
    for (const index of [-1, 16, 0.5]) expect(() => statusBits(16, [index])).toThrow('assertion failed');
    expect(() => statusBits(LIMITS.statusIndices + 1, [])).toThrow('assertion failed');
  });
  it('is small: a thousand of a million', async () => {
    const revoked = Array.from({ length: 1_000 }, (_, index) => (index * 1_048_573) % 1_000_000);
    const bytes = await signStatusList({ ...statusFields, bits: statusBits(1_000_000, revoked) }, sign, packing);
    expect(bytes.length).toBeLessThan(4_000);
    const read = await verify(bytes);
    expect(read.ok && revoked.every((index) => isRevoked(read.value, index))).toBe(true);
  });

  it('does not come back when it is older than ours', async () => {
    expect(await verify(statusListBytes, 812)).toMatchObject({ ok: true });
    expect(await verify(statusListBytes, 813)).toEqual({ ok: false, error: 'E_KEYSET' });
  });
  it('is signed by a status key that was valid then', async () => {
    const of = (key: typeof made.statusIssuer, uses: Parameters<typeof made.issuerKey>[1], from?: number, until?: number) => made.keySetOf(made.issuerKey(key, uses, from, until));
    expect(await verify(statusListBytes, 0, of(made.statusIssuer, ['merchant', 'purse', 'receipt']))).toEqual({ ok: false, error: 'E_ISSUER' });
    expect(await verify(statusListBytes, 0, of(made.statusIssuer, ['status'], 0, statusFields.iatSeconds))).toMatchObject({ ok: true });
    expect(await verify(statusListBytes, 0, of(made.statusIssuer, ['status'], statusFields.iatSeconds + 1))).toEqual({ ok: false, error: 'E_ISSUER' });
    const rogue = await signStatusList(statusFields, (message) => testKey('rogue').sign(message), packing);
    expect(await verify(rogue)).toEqual({ ok: false, error: 'E_CERT_SIG' });
  });
  it.each<[string, Parameters<typeof resigned>[0], string]>([
    ['a newer version', (claims) => claims.set(-65_537, [2, 1, 1]), 'E_VERSION'],
    ['no number', (claims) => claims.set(-65_537, [1]), 'E_FORMAT'],
    ['two bits each', (claims) => claims.set(65_533, list([['bits', 2], ['lst', new Uint8Array(4)]])), 'E_FORMAT'],
    ['no list', (claims) => claims.set(65_533, list([['bits', 1]])), 'E_FORMAT'],
    ['a list of text', (claims) => claims.set(65_533, list([['bits', 1], ['lst', 'x']])), 'E_FORMAT'],
    ['a list not packed', (claims) => claims.set(65_533, list([['bits', 1], ['lst', new Uint8Array([1, 2, 3])]])), 'E_FORMAT'],
    ['more in the list', (claims) => claims.set(65_533, list([['bits', 1], ['lst', new Uint8Array(4)], ['x', 1]])), 'E_FORMAT'],
    ['no place', (claims) => claims.delete(2), 'E_FORMAT'],
    ['a long place', (claims) => claims.set(2, 'x'.repeat(201)), 'E_FORMAT'],
    ['a text for a label', (claims) => claims.set('x', 1), 'E_FORMAT'],
    ['another type', (_claims, header) => header.set(16, 'application/cwt'), 'E_FORMAT'],
    ['no type', (_claims, header) => header.delete(16), 'E_FORMAT'],
    ['no kid', (_claims, header) => header.delete(4), 'E_FORMAT'],
    ['another algorithm', (_claims, header) => header.set(1, -8), 'E_ALG'],
    ['a bomb', (claims) => claims.set(65_533, list([['bits', 1], ['lst', packing.deflate(new Uint8Array(LIMITS.statusIndices / 8 + 1))]])), 'E_FORMAT'],
  ])('with %s is refused, also signed', async (_what, change, error) => {
    const bytes = await resigned(change);
    expect(decodeStatusList(bytes, packing)).toEqual({ ok: false, error });
    expect(await verify(bytes)).toEqual({ ok: false, error });
  });
  it('is not unpacked before its signature is known to be ours', async () => {
    let unpacked = 0;
    const counting = { ...packing, inflate: (packed: Bytes, maxBytes: number) => (unpacked++, packing.inflate(packed, maxBytes)) };
    const forged = await signStatusList(statusFields, (message) => testKey('rogue').sign(message), packing);
    await verifyStatusList(forged, made.keySet, 0, nodeVerifier, counting);
    expect(unpacked).toBe(0);
    await verifyStatusList(statusListBytes, made.keySet, 0, nodeVerifier, counting);
    expect(unpacked).toBe(1);
  });
  it('does not trust a port that unpacks too much', () => {
    const careless = { ...packing, inflate: () => new Uint8Array(LIMITS.statusIndices / 8 + 1) };
    expect(decodeStatusList(statusListBytes, careless)).toEqual({ ok: false, error: 'E_FORMAT' });
  });
  it('is not made larger than tills read', async () => {
    const dense = new Uint8Array(60_000).map((_, index) => (index * 7919) >> 3);
    await expect(signStatusList({ ...statusFields, bits: dense }, sign, { ...packing, deflate: (plain) => plain })).rejects.toThrow('assertion failed');
  });
});
