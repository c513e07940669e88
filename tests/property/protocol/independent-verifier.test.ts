/**
 * A second reader of vouchers, written from protocol.md section 4 alone with Node's crypto and a plain CBOR library: it shares no
 * code with ours. Both must say the same of every damaged voucher, and the second one must believe our proofs of a double spend.
 * FUZZ_SEED replays; FUZZ_RUNS raises.
 */
import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto';
import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { describe, expect, it } from 'vitest';
import { toHex, type Bytes } from '#base/bytes.ts';
import { decodeCbor, encodeCbor, type CborMap, type CborValue } from '#protocol/cbor.ts';
import { verifyProof } from '#protocol/proof.ts';
import { verifyVoucher } from '#protocol/voucher.ts';
import { mutate, pick, randomOf } from '../../fixtures/mutations.ts';
import { nodeVerifier } from '../../fixtures/protocol-keys.ts';
import { GENUINE } from '../../fixtures/protocol-kinds.ts';
import * as made from '../../fixtures/protocol-objects.ts';
import * as purse from '../../fixtures/purse-objects.ts';

const RUNS = Math.min(50_000, Number(process.env.FUZZ_RUNS ?? 10_000));
const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32));

type Seen = { readonly vid: string; readonly purse: string; readonly key: string; readonly seq: number; readonly cum: number; readonly amt: number; readonly prev: string };

const isUint = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isBytes = (value: unknown, length: number): value is Uint8Array => value instanceof Uint8Array && value.length === length;
const hasKeys = (map: unknown, keys: number[], more: number[] = []): map is Map<number, unknown> =>
  map instanceof Map && keys.every((key) => map.has(key)) && [...map.keys()].every((key) => [...keys, ...more].includes(key as number));

/** Throws for anything that is not the one encoding of its value. */
function strict(bytes: unknown): unknown {
  if (!(bytes instanceof Uint8Array) || bytes.length === 0) throw new Error('no bytes');
  const value: unknown = decode(bytes, { strict: true, useMaps: true, allowIndefinite: false, allowUndefined: false, allowNaN: false, allowInfinity: false, allowBigInt: false, rejectDuplicateMapKeys: true });
  if (Buffer.compare(encode(value, rfc8949EncodeOptions), bytes) !== 0) throw new Error('another encoding');
  return value;
}
function demand(condition: boolean): asserts condition {
  if (!condition) throw new Error('not a voucher');
}
function signedBy(point: Uint8Array, message: Uint8Array, signature: unknown): boolean {
  demand(isBytes(signature, 64));
  const spki = Buffer.concat([Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex'), point]);
  return verifySignature('sha256', message, { key: createPublicKey({ key: spki, format: 'der', type: 'spki' }), dsaEncoding: 'ieee-p1363' }, signature);
}
const structureOf = (protectedBytes: unknown, payload: unknown): Uint8Array => encode(['Signature1', protectedBytes, new Uint8Array(0), payload], rfc8949EncodeOptions);

function certificate(item: unknown): { purse: Uint8Array; point: Uint8Array; hasPasskey: boolean } {
  demand(Array.isArray(item) && item.length === 4);
  const [protectedBytes, unprotected, payload, signature] = item as unknown[];
  const header = strict(protectedBytes);
  demand(hasKeys(header, [1, 4]) && header.get(1) === -7 && isBytes(header.get(4), 4) && unprotected instanceof Map && unprotected.size === 0);
  const issuer = made.purseIssuer.publicKey;
  demand(Buffer.compare(createHash('sha256').update(issuer).digest().subarray(0, 4), header.get(4) as Uint8Array) === 0);
  const claims = strict(payload);
  demand(hasKeys(claims, [4, 6, 7, 8, -65_537], [3]) && isUint(claims.get(4)) && isUint(claims.get(6)) && isBytes(claims.get(7), 8));
  const [cnf, terms] = [claims.get(8), claims.get(-65_537)];
  demand(hasKeys(cnf, [1]) && Array.isArray(terms));
  const key = cnf.get(1);
  demand(hasKeys(key, [1, -1, -2, -3]) && key.get(1) === 2 && key.get(-1) === 1 && isBytes(key.get(-2), 32) && typeof key.get(-3) === 'boolean');
  demand(signedBy(issuer, structureOf(protectedBytes, payload), signature));
  const point = Buffer.concat([Buffer.from([key.get(-3) === true ? 3 : 2]), key.get(-2) as Uint8Array]);
  return { purse: claims.get(7) as Uint8Array, point, hasPasskey: isBytes((terms as unknown[]).at(-1), 33) };
}

/** Null when it is no genuine voucher. */
function look(bytes: Bytes): Seen | null {
  try {
    const whole = strict(bytes);
    demand(Array.isArray(whole) && whole.length === 4);
    const [protectedBytes, unprotected, payload, signature] = whole as unknown[];
    const header = strict(protectedBytes);
    demand(hasKeys(header, [1, 13]) && header.get(1) === -7 && hasKeys(unprotected, [], [-65_538]));
    const { purse: id, point, hasPasskey } = certificate(header.get(13));
    const step = (unprotected as Map<number, unknown>).get(-65_538);
    if (step !== undefined) {
      demand(hasPasskey && Array.isArray(step) && step.length === 4 && isUint(step[0]) && step[0] < 256 && isUint(step[1]) && step[1] < 2 ** 32 && isBytes(step[3], 64));
      demand(step[2] === 0 || step[2] === 1 || (typeof step[2] === 'string' && step[2].length <= 256));
    }
    const claims = strict(payload);
    demand(hasKeys(claims, [3, 6, 39, -65_537]) && isBytes(claims.get(3), 8) && isUint(claims.get(6)) && isBytes(claims.get(39), 16));
    const chain = claims.get(-65_537);
    demand(Array.isArray(chain) && chain.length === 4 && chain.slice(0, 3).every(isUint) && isBytes(chain[3], 16));
    const message = structureOf(protectedBytes, payload);
    demand(signedBy(point, message, signature));
    const [seq, cum, amt, prev] = chain as [number, number, number, Uint8Array];
    return { vid: createHash('sha256').update(message).digest('hex').slice(0, 32), purse: Buffer.from(id).toString('hex'), key: Buffer.from(point).toString('hex'), seq, cum, amt, prev: Buffer.from(prev).toString('hex') };
  } catch {
    return null;
  }
}

const passkeyCert = { bytes: await purse.purseCertOf({ uvtMinor: 1_000, uvKey: purse.passkey.publicKey }) };
const fork = await purse.voucherOf({ iatSeconds: made.NOW + 6 });
const VOUCHERS = [purse.voucher, fork, await purse.voucherOf({}, passkeyCert, { stepUpBy: purse.byPasskey }), await purse.voucherOf({ seq: 4, cumMinor: 2_000, amountMinor: 300 })];

/** Signed again by its payer after the damage, so that the shapes are all that is left to judge. */
async function resigned(bytes: Bytes): Promise<Bytes> {
  const parts = decodeCbor(bytes);
  if (!Array.isArray(parts) || parts.length !== 4) return bytes;
  const [protectedBytes, unprotected, payload] = parts as [CborValue, CborMap, CborValue];
  if (!(protectedBytes instanceof Uint8Array) || !(payload instanceof Uint8Array) || !(unprotected instanceof Map)) return bytes;
  const message = encodeCbor(['Signature1', protectedBytes, new Uint8Array(0), payload]);
  return encodeCbor([protectedBytes, unprotected, payload, await made.payer.sign(message)]);
}

describe('a second reader', () => {
  it(`says the same of ${RUNS} damaged vouchers (FUZZ_SEED=${SEED})`, { timeout: 60_000 + 4 * RUNS }, async () => {
    const random = randomOf(SEED);
    let genuine = 0;
    for (let run = 0; run < RUNS; run++) {
      const damaged = mutate(random, pick(random, VOUCHERS), GENUINE);
      const bytes = random(4) === 0 ? await resigned(damaged) : damaged;
      const [ours, theirs] = [await verifyVoucher({ bytes }, made.keySet, nodeVerifier), look(bytes)];
      const where = `${toHex(bytes)} run ${run} FUZZ_SEED=${SEED}`;
      expect(ours.ok ? toHex(ours.value.vid) : null, where).toBe(theirs?.vid ?? null);
      genuine += Number(ours.ok);
    }
    expect(genuine).toBeGreaterThan(RUNS / 500);
  });
  it('believes a proof that ours makes, and finds the contradiction itself', async () => {
    const [first = purse.voucher, , , hidden = fork] = VOUCHERS;
    for (const [one, other] of [[first, fork], [first, hidden]] as const) {
      expect(await verifyProof({ bytes: one }, { bytes: other }, made.keySet, nodeVerifier)).toMatchObject({ ok: true });
      const [a, b] = [look(one), look(other)];
      if (a === null || b === null) throw new Error('both are genuine');
      expect([a.purse, a.key]).toEqual([b.purse, b.key]);
      expect(a.vid).not.toBe(b.vid);
      expect(a.seq === b.seq || a.cum > b.cum - b.amt).toBe(true);
    }
  });
});
