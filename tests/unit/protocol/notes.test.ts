/** What tills sign: acknowledgement, void, refund. */
import { describe, expect, it } from 'vitest';
import type { Bytes } from '#base/bytes.ts';
import { decodeCbor, encodeCbor, type CborMap, type CborValue } from '#protocol/cbor.ts';
import { signMerchantCert } from '#protocol/merchant-cert.ts';
import { decodeNote, refundIdOf, signNote, verifyNote, type NoteFields } from '#protocol/note.ts';
import { bytesOf, malleate, nodeVerifier, testKey } from '../../fixtures/protocol-keys.ts';
import * as made from '../../fixtures/protocol-objects.ts';
import * as purse from '../../fixtures/purse-objects.ts';

const { NOW } = made;
const vid = bytesOf('000102030405060708090a0b0c0d0e0f');
const verify = (bytes: Bytes, keySet = made.keySet, now = NOW) => verifyNote({ bytes }, keySet, now, nodeVerifier);
const parts = (bytes: Bytes): CborValue[] => [...(decodeCbor(bytes) as readonly CborValue[])];
function withClaims(bytes: Bytes, change: (claims: Map<number | string, CborValue>) => void): Bytes {
  const all = parts(bytes);
  const claims = new Map(decodeCbor(all[2] as Bytes) as CborMap);
  change(claims);
  all[2] = encodeCbor(claims);
  return encodeCbor(all);
}

describe('a note', () => {
  it.each<[string, Bytes, object]>([
    ['an acknowledgement', purse.ack, { kind: 'ack', vid }],
    ['a void', purse.voidNote, { kind: 'void', vid }],
    ['a refund', purse.refund, { kind: 'refund', vid, purseId: purse.purseId, amountMinor: 850, ccy: 156 }],
  ])('%s is read back and verifies', async (_what, bytes, said) => {
    const read = decodeNote(bytes);
    expect(read).toMatchObject({ ok: true, value: { ...said, iatSeconds: NOW + 6, bytes, cert: { name: '街角面馆' } } });
    expect(await verify(bytes)).toEqual(read);
  });
  it('has an id of its own that a malleated signature does not change', () => {
    const malleated = parts(purse.refund);
    malleated[3] = malleate(malleated[3] as Bytes);
    const [one, other, another] = [decodeNote(purse.refund), decodeNote(encodeCbor(malleated)), decodeNote(purse.ack)];
    if (!one.ok || !other.ok || !another.ok) throw new Error('all are read');
    expect(other.value.noteId).toEqual(one.value.noteId);
    expect(another.value.noteId).not.toEqual(one.value.noteId);
  });
  it('of a refund has an id that its content gives', () => {
    const refund = { vid, iatSeconds: NOW + 6, amountMinor: 850, ccy: 156 };
    expect(decodeNote(purse.refund)).toMatchObject({ ok: true, value: { refundId: refundIdOf(refund) } });
    const others = [{ ...refund, iatSeconds: NOW + 7 }, { ...refund, amountMinor: 851 }, { ...refund, vid: bytesOf('ff'.repeat(16)) }, { ...refund, ccy: 978 }];
    expect(new Set([refund, ...others].map((each) => Buffer.from(refundIdOf(each)).toString('hex'))).size).toBe(5);
  });

  it('is signed by the terminal key of a genuine certificate', async () => {
    const rogue = testKey('rogue');
    expect(await verify(await purse.noteOf(purse.ackFields, rogue))).toEqual({ ok: false, error: 'E_NOTE_SIG' });
    expect(await verify(purse.ack, made.keySetOf())).toEqual({ ok: false, error: 'E_ISSUER' });
    const forged = await signMerchantCert({ ...made.certFields, terminalKey: rogue.publicKey }, (message) => rogue.sign(message));
    const byForger = await purse.noteOf({ ...purse.ackFields, cert: { bytes: forged } } as NoteFields, rogue);
    expect(await verify(byForger)).toEqual({ ok: false, error: 'E_CERT_SIG' });
  });
  it('case 43: outlives its certificate, but is not made after it, nor in the future', async () => {
    const last = await purse.noteOf({ ...purse.ackFields, iatSeconds: made.certFields.expSeconds } as NoteFields);
    const late = await purse.noteOf({ ...purse.ackFields, iatSeconds: made.certFields.expSeconds + 1 } as NoteFields);
    expect(await verify(last, made.keySet, made.certFields.expSeconds + 999)).toMatchObject({ ok: true });
    expect(await verify(late, made.keySet, made.certFields.expSeconds + 999)).toEqual({ ok: false, error: 'E_CERT_EXPIRED' });
    expect(await verify(purse.ack, made.keySet, NOW + 6 - 300)).toMatchObject({ ok: true });
    expect(await verify(purse.ack, made.keySet, NOW + 6 - 301)).toEqual({ ok: false, error: 'E_INVOICE_FUTURE' });
  });

  it.each<[string, Bytes]>([
    ['a status of nobody', withClaims(purse.ack, (claims) => claims.set(-65_537, [1, vid, 2]))],
    ['a word of nobody', withClaims(purse.ack, (claims) => claims.set(-65_537, [3, vid, 1]))],
    ['a word too long', withClaims(purse.ack, (claims) => claims.set(-65_537, [1, vid, 1, 1]))],
    ['a short voucher id', withClaims(purse.ack, (claims) => claims.set(-65_537, [1, vid.slice(1), 1]))],
    ['a refund\'s id on an acknowledgement', withClaims(purse.ack, (claims) => claims.set(7, new Uint8Array(8)))],
    ['no time', withClaims(purse.ack, (claims) => claims.delete(6))],
    ['no refund id', withClaims(purse.refund, (claims) => claims.delete(7))],
    ['no purse', withClaims(purse.refund, (claims) => claims.delete(2))],
    ['a refund of nothing', withClaims(purse.refund, (claims) => claims.set(-65_537, [2, vid, 0, 156]))],
    ['a refund of less than nothing', withClaims(purse.refund, (claims) => claims.set(-65_537, [2, vid, -5, 156]))],
    ['a claim more', withClaims(purse.refund, (claims) => claims.set(3, 1))],
    ['a voucher', purse.voucher],
    ['trailing bytes', new Uint8Array([...purse.ack, 0])],
  ])('with %s is broken', async (_what, bytes) => {
    expect(decodeNote(bytes)).toEqual({ ok: false, error: 'E_FORMAT' });
    expect(await verify(bytes)).toEqual({ ok: false, error: 'E_FORMAT' });
  });
  it('needs a certificate with a terminal key, and a signature outside of which there is nothing', () => {
    const header = new Map<number, CborValue>([[1, -7], [13, decodeCbor(made.cert) ?? 0]]);
    const without = parts(purse.ack);
    without[0] = encodeCbor(header);
    expect(decodeNote(encodeCbor(without))).toEqual({ ok: false, error: 'E_FORMAT' });
    const unprotected = parts(purse.ack);
    unprotected[1] = new Map([[-65_538, 1]]);
    expect(decodeNote(encodeCbor(unprotected))).toEqual({ ok: false, error: 'E_FORMAT' });
    const otherAlg = parts(purse.ack);
    otherAlg[0] = encodeCbor(new Map<number, CborValue>([[1, -8], [13, decodeCbor(purse.noteCert.bytes) ?? 0]]));
    expect(decodeNote(encodeCbor(otherAlg))).toEqual({ ok: false, error: 'E_ALG' });
  });
  it('is not made from nonsense', async () => {
    const bad: NoteFields[] = [
      { ...purse.ackFields, vid: new Uint8Array(15) },
      { ...purse.ackFields, cert: { bytes: made.cert } },
      { ...purse.ackFields, iatSeconds: -1 },
      { ...purse.refundFields, amountMinor: 0 } as NoteFields,
      { ...purse.refundFields, purseId: new Uint8Array(1) } as NoteFields,
    ];
    for (const fields of bad) await expect((async () => signNote(fields, (message) => purse.terminal.sign(message)))()).rejects.toThrow('assertion failed');
  });
});
