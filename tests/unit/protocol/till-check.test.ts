/** The till's check list, protocol.md 5.3: every code, and that of two faults the earlier one is told. */
import { describe, expect, it } from 'vitest';
import { toHex, type Bytes } from '#base/bytes.ts';
import { decodeCbor, encodeCbor, type CborMap, type CborValue } from '#protocol/cbor.ts';
import type { CodeError } from '#protocol/errors.ts';
import { compactCode, compactInvoice } from '#protocol/link.ts';
import { chainLink } from '#protocol/purse-rules.ts';
import type { PurseCertFields } from '#protocol/purse-cert.ts';
import { hash16 } from '#protocol/sha256.ts';
import { statusBits } from '#protocol/status-list.ts';
import { checkVoucher, checkVoucherCode, decideAtTill, verifyAtTill, type TillContext } from '#protocol/till-check.ts';
import { decodeVoucher, type VoucherClaims } from '#protocol/voucher.ts';
import { bytesOf, malleate, nodeVerifier, testKey, type TestKey } from '../../fixtures/protocol-keys.ts';
import * as made from '../../fixtures/protocol-objects.ts';
import * as purse from '../../fixtures/purse-objects.ts';

const { till } = purse;
const rogue = testKey('rogue');
const DAY = 86_400;

/** A case: what the certificate, the voucher, the signers and the till's context have wrong. */
type Fault = {
  readonly cert?: Partial<PurseCertFields>;
  readonly claims?: Partial<VoucherClaims>;
  readonly issuer?: TestKey;
  readonly payer?: TestKey;
  readonly version?: number;
  readonly alg?: number;
  readonly break?: boolean;
  readonly prefix?: string;
  readonly stepUp?: 'good' | 'wrong';
  readonly context?: Partial<TillContext>;
};

function reversioned(cert: Bytes, version: number): [Bytes, CborValue[]] {
  const parts = [...(decodeCbor(cert) as readonly CborValue[])];
  const claims = new Map(decodeCbor(parts[2] as Bytes) as CborMap);
  claims.set(-65_537, [version, ...(claims.get(-65_537) as readonly CborValue[]).slice(1)]);
  parts[2] = encodeCbor(claims);
  return [encodeCbor(['Signature1', parts[0] as Bytes, new Uint8Array(0), parts[2] as Bytes]), parts];
}

async function certOf(fault: Fault): Promise<Bytes> {
  const issuer = fault.issuer ?? made.purseIssuer;
  const cert = await purse.purseCertOf(fault.cert, issuer);
  if (fault.version === undefined) return cert;
  const [message, parts] = reversioned(cert, fault.version);
  parts[3] = await issuer.sign(message);
  return encodeCbor(parts);
}

async function codeOf(fault: Fault): Promise<string> {
  const cert = await certOf(fault);
  const stepUpBy = fault.stepUp === undefined ? null : fault.stepUp === 'good' ? purse.byPasskey : (challenge: Bytes) => purse.byPasskey(challenge.map((byte) => byte ^ 1));
  let bytes = await purse.voucherOf(fault.claims, { bytes: cert }, { signer: fault.payer ?? made.payer, stepUpBy });
  const parts = [...(decodeCbor(bytes) as readonly CborValue[])];
  if (fault.alg !== undefined) parts[0] = encodeCbor(new Map(decodeCbor(parts[0] as Bytes) as CborMap).set(1, fault.alg));
  if (fault.break === true) parts[2] = encodeCbor(new Map(decodeCbor(parts[2] as Bytes) as CborMap).set(5, 1));
  bytes = encodeCbor(parts);
  return compactCode('voucher', bytes).replace('OP1V:', fault.prefix ?? 'OP1V:');
}

const check = async (fault: Fault) => checkVoucherCode(await codeOf(fault), { ...till, ...fault.context });
const link = (bytes: Bytes) => {
  const voucher = decodeVoucher(bytes);
  if (!voucher.ok) throw new Error(voucher.error);
  return chainLink(voucher.value);
};
const fork = link(await purse.voucherOf({ iatSeconds: made.NOW + 6 }));
const invoiceHash = toHex(hash16(purse.invoice));

/** One fault for each code, in the order of the list. They do not touch each other, so that any two can be made at once. */
const FAULTS: readonly (readonly [CodeError, Fault])[] = [
  ['E_PREFIX', { prefix: 'XX1V:' }],
  ['E_FORMAT', { break: true }],
  ['E_ALG', { alg: -8 }],
  ['E_ISSUER', { context: { keySet: made.keySetOf() } }],
  ['E_CERT_SIG', { issuer: rogue }],
  ['E_VERSION', { version: 2 }],
  ['E_CLOCK_BEHIND', { context: { deviceSeconds: made.NOW - 601 } }],
  ['E_PURSE_EXPIRED', { cert: { expSeconds: made.NOW - 1 } }],
  ['E_TAB_OTHER_MERCHANT', { cert: { audience: [bytesOf('0101010101010101')] } }],
  ['E_VOUCHER_SIG', { payer: rogue }],
  ['E_MERCHANT', { claims: { merchantId: bytesOf('0101010101010101') } }],
  ['E_INVOICE_UNKNOWN', { context: { invoiceOf: () => null } }],
  ['E_AMOUNT', { claims: { amountMinor: 1_851, cumMinor: 1_851 } }],
  ['E_LIMIT', { cert: { maxCount: 0 } }],
  ['E_CHAIN', { claims: { prev: new Uint8Array(16) } }],
  ['E_UV_REQUIRED', { cert: { uvtMinor: 1_849, uvKey: purse.passkey.publicKey } }],
  ['E_REVOKED', { cert: { statusIndex: 70_125 } }],
  ['E_EQUIVOCATION', { context: { ofPurse: [{ ...fork, vid: 'ff'.repeat(16) }] } }],
  ['E_FLOOR_PURSE', { context: { unsyncedOfPurseMinor: 20_000 } }],
  ['E_FLOOR_TOTAL', { context: { unsyncedMinor: 200_000 } }],
  ['E_SYNC_FIRST', { context: { listSeenSeconds: made.NOW - 4 * DAY } }],
];

function both(one: Fault, other: Fault): Fault {
  return {
    ...one,
    ...other,
    cert: { ...one.cert, ...other.cert },
    claims: { ...one.claims, ...other.claims },
    context: { ...one.context, ...other.context },
  };
}

describe('the till', () => {
  it('takes what is in order', async () => {
    const taken = await check({});
    expect(taken).toMatchObject({ ok: true, value: { kind: 'accept', voucher: { amountMinor: 1_850 } } });
    expect(await checkVoucherCode(` ${await codeOf({})}\n`, till)).toEqual(taken);
  });
  it.each(FAULTS)('case 80: %s', async (code, fault) => {
    expect(await check(fault)).toMatchObject({ ok: false, error: code });
  });
  it('names the earlier of any two faults', async () => {
    let pairs = 0;
    for (const [i, [code, fault]] of FAULTS.entries()) {
      for (const [later, other] of FAULTS.slice(i + 1)) {
        // A tab purse has no floors, and a voucher by another key says nothing of its passkey.
        const pair = both(fault, other);
        const answer = await check(pair);
        expect(answer, `${code} before ${later}`).toMatchObject({ ok: false, error: code });
        pairs++;
      }
    }
    expect(pairs).toBe((FAULTS.length * (FAULTS.length - 1)) / 2);
  });
});

describe('step by step', () => {
  it('says what another code is', async () => {
    expect(await checkVoucherCode('', till)).toEqual({ ok: false, error: 'E_EMPTY' });
    expect(await checkVoucherCode('OP1V:' + 'A'.repeat(1_000), till)).toEqual({ ok: false, error: 'E_TOO_LONG' });
    expect(await checkVoucherCode(compactInvoice(made.invoice), till)).toEqual({ ok: false, error: 'E_WRONG_CODE', detail: { found: 'invoice' } });
    expect(await checkVoucherCode(compactCode('purse', purse.purseCert), till)).toEqual({ ok: false, error: 'E_WRONG_CODE', detail: { found: 'purse' } });
    expect(await checkVoucherCode((await codeOf({})).toLowerCase(), till)).toEqual({ ok: false, error: 'E_FORMAT' });
    expect(await checkVoucherCode('OP1V:abc', till)).toEqual({ ok: false, error: 'E_FORMAT' });
    expect(await checkVoucherCode('OP1V:', till)).toEqual({ ok: false, error: 'E_FORMAT' });
  });

  it('case 43: goes by the later of its clock and the server\'s, to the second', async () => {
    const { expSeconds, iatSeconds } = purse.purseFields;
    const at = (deviceSeconds: number, serverSeconds: number) => check({ context: { deviceSeconds, serverSeconds, listSeenSeconds: deviceSeconds, syncSeenSeconds: deviceSeconds } });
    expect(await at(made.NOW - 600, made.NOW)).toMatchObject({ ok: true });
    expect(await at(made.NOW - 601, made.NOW)).toEqual({ ok: false, error: 'E_CLOCK_BEHIND' });
    expect(await at(expSeconds, 0)).toMatchObject({ ok: true });
    expect(await at(expSeconds + 1, 0)).toEqual({ ok: false, error: 'E_PURSE_EXPIRED' });
    expect(await at(expSeconds - 300, expSeconds + 1)).toEqual({ ok: false, error: 'E_PURSE_EXPIRED' });
    expect(await at(iatSeconds - 301, 0)).toEqual({ ok: false, error: 'E_PURSE_FUTURE' });
    expect(await at(iatSeconds - 300, 0)).toMatchObject({ ok: true });
  });
  it('wants the issuer\'s key valid now', async () => {
    const retired = made.keySetOf(made.issuerKey(made.purseIssuer, ['purse'], 0, till.deviceSeconds - 1));
    expect(await check({ context: { keySet: retired } })).toEqual({ ok: false, error: 'E_ISSUER' });
  });

  it('takes a tab of its shop, or of its terminal', async () => {
    const other = bytesOf('0101010101010101');
    expect(await check({ cert: { audience: [made.merchantId] } })).toMatchObject({ ok: true });
    expect(await check({ cert: { audience: [other, made.merchantId] } })).toMatchObject({ ok: true });
    expect(await check({ cert: { audience: [other] }, context: { terminalIds: [other] } })).toMatchObject({ ok: true });
    expect(await check({ cert: { audience: [other] } })).toEqual({ ok: false, error: 'E_TAB_OTHER_MERCHANT' });
  });

  it('takes the malleated signature for the same voucher', async () => {
    const parts = [...(decodeCbor(purse.voucher) as readonly CborValue[])];
    parts[3] = malleate(parts[3] as Bytes);
    const answer = await checkVoucher(encodeCbor(parts), till);
    expect(answer).toMatchObject({ ok: true, value: { kind: 'accept' } });
    expect(answer.ok && toHex(answer.value.voucher.vid)).toBe(link(purse.voucher).vid);
  });
  it('tells a code that it took already from one whose charge is closed', async () => {
    const paidBy = (vid: string | null): Partial<TillContext> => ({ invoiceOf: (hash) => (hash === invoiceHash ? { state: 'closed', vid } : null) });
    expect(await check({ context: { ...paidBy(link(purse.voucher).vid), unsyncedOfPurseMinor: 20_000 } })).toMatchObject({ ok: true, value: { kind: 'again' } });
    expect(await check({ context: paidBy('ff'.repeat(16)) })).toEqual({ ok: false, error: 'E_INVOICE_CLOSED' });
    expect(await check({ context: paidBy(null) })).toEqual({ ok: false, error: 'E_INVOICE_CLOSED' });
  });
  it('wants amount and currency of the charge', async () => {
    const charge = (amountMinor: number, ccy: number): Partial<TillContext> => ({ invoiceOf: () => ({ state: 'open', amountMinor, ccy }) });
    for (const [amountMinor, ccy] of [[1_849, 156], [1_851, 156], [1_850, 978]] as const) {
      expect(await check({ context: charge(amountMinor, ccy) })).toEqual({ ok: false, error: 'E_AMOUNT' });
    }
  });

  it.each<[string, Fault, CodeError | null]>([
    ['a payment at the cap', { cert: { capMinor: 1_850 } }, null],
    ['a payment above the cap', { cert: { capMinor: 1_849 } }, 'E_LIMIT'],
    ['all of the purse', { cert: { limMinor: 1_850 } }, null],
    ['more than the purse', { cert: { limMinor: 1_849 } }, 'E_LIMIT'],
    ['a total below the payment', { claims: { cumMinor: 1_849, seq: 2 } }, 'E_LIMIT'],
    ['the last of the count', { cert: { maxCount: 1 } }, null],
    ['one beyond the count', { cert: { maxCount: 1 }, claims: { seq: 2, cumMinor: 3_000 } }, 'E_LIMIT'],
    ['a second that follows anything', { claims: { seq: 2, cumMinor: 3_000, prev: new Uint8Array(16) } }, null],
    ['a first that has paid before', { claims: { cumMinor: 1_851 } }, 'E_CHAIN'],
    ['number nought', { claims: { seq: 0 } }, 'E_CHAIN'],
    ['exactly the threshold', { cert: { uvtMinor: 1_850, uvKey: purse.passkey.publicKey } }, null],
    ['above the threshold, with passkey', { cert: { uvtMinor: 1_849, uvKey: purse.passkey.publicKey }, stepUp: 'good' }, null],
    ['above the threshold, another passkey\'s word', { cert: { uvtMinor: 1_849, uvKey: rogue.publicKey }, stepUp: 'good' }, 'E_UV_REQUIRED'],
    ['above the threshold, a word about something else', { cert: { uvtMinor: 1_849, uvKey: purse.passkey.publicKey }, stepUp: 'wrong' }, 'E_UV_REQUIRED'],
    ['above the threshold, and no key to ask', { cert: { uvtMinor: 1_849 } }, 'E_UV_REQUIRED'],
    ['above the threshold, with a word that no key can confirm', { cert: { uvtMinor: 1_849 }, stepUp: 'good' }, 'E_FORMAT'],
    ['below the threshold, with a needless word', { cert: { uvtMinor: 9_999, uvKey: purse.passkey.publicKey }, stepUp: 'good' }, null],
    ['below the threshold, with a wrong word', { cert: { uvtMinor: 9_999, uvKey: purse.passkey.publicKey }, stepUp: 'wrong' }, 'E_UV_REQUIRED'],
    ['a page of another origin', { cert: { uvtMinor: 0, uvKey: purse.passkey.publicKey }, stepUp: 'good', context: { scene: { ...purse.scene, origin: 'https://evil.example' } } }, 'E_UV_REQUIRED'],
    ['the neighbour of a revoked purse', { cert: { statusIndex: 70_126 } }, null],
    ['a purse younger than the list', { cert: { statusIndex: 900_000 } }, null],
    ['a revoked tab', { cert: { statusIndex: 70_125, audience: [made.merchantId] } }, 'E_REVOKED'],
  ])('%s', async (_what, fault, code) => {
    expect(await check(fault)).toMatchObject(code === null ? { ok: true, value: { kind: 'accept' } } : { ok: false, error: code });
  });

  it('keeps both vouchers of an equivocation', async () => {
    const answer = await check({ context: { ofPurse: [{ ...fork, seq: 9, cumMinor: 90_000, vid: 'aa' }, fork] } });
    expect(answer).toMatchObject({ ok: false, error: 'E_EQUIVOCATION', evidence: { otherVid: fork.vid, conflict: 'same-seq', voucher: { seq: 1 } } });
    expect(await check({ context: { ofPurse: [link(purse.voucher)] } })).toMatchObject({ ok: true });
  });

  it.each<[string, Partial<TillContext>, CodeError | null]>([
    ['as much of one purse as may be', { unsyncedOfPurseMinor: 18_150 }, null],
    ['one more', { unsyncedOfPurseMinor: 18_151 }, 'E_FLOOR_PURSE'],
    ['as much in all as may be', { unsyncedMinor: 198_150 }, null],
    ['one more in all', { unsyncedMinor: 198_151 }, 'E_FLOOR_TOTAL'],
    ['199 that wait', { pending: 199 }, null],
    ['200 that wait', { pending: 200 }, 'E_FLOOR_TOTAL'],
    ['storage that may go, half', { persisted: false, unsyncedOfPurseMinor: 8_150 }, null],
    ['storage that may go, half and one', { persisted: false, unsyncedOfPurseMinor: 8_151 }, 'E_FLOOR_PURSE'],
    ['storage that may go, 100 that wait', { persisted: false, pending: 100 }, 'E_FLOOR_TOTAL'],
    ['a list of 24 hours', { listSeenSeconds: till.deviceSeconds - DAY, unsyncedOfPurseMinor: 18_150 }, null],
    ['an amber list halves', { listSeenSeconds: till.deviceSeconds - DAY - 1, unsyncedOfPurseMinor: 8_151 }, 'E_FLOOR_PURSE'],
    ['an amber list, half', { listSeenSeconds: till.deviceSeconds - DAY - 1, unsyncedOfPurseMinor: 8_150 }, null],
    ['an amber list, in all', { listSeenSeconds: till.deviceSeconds - DAY - 1, unsyncedMinor: 98_151 }, 'E_FLOOR_TOTAL'],
    ['a list of 72 hours', { listSeenSeconds: till.deviceSeconds - 3 * DAY }, null],
    ['a stale list', { listSeenSeconds: till.deviceSeconds - 3 * DAY - 1 }, 'E_SYNC_FIRST'],
    ['a stale sync', { syncSeenSeconds: till.deviceSeconds - 3 * DAY - 1 }, 'E_SYNC_FIRST'],
    ['no list seen', { listSeenSeconds: null }, 'E_SYNC_FIRST'],
    ['no sync', { syncSeenSeconds: null }, 'E_SYNC_FIRST'],
    ['no list', { statusList: null }, 'E_SYNC_FIRST'],
    ['a list from the future', { listSeenSeconds: till.deviceSeconds + 99 }, null],
    ['an amber list and storage that may go: a quarter', { listSeenSeconds: till.deviceSeconds - DAY - 1, persisted: false, unsyncedOfPurseMinor: 3_151 }, 'E_FLOOR_PURSE'],
  ])('case 67, 68: floor of an open purse: %s', async (_what, context, code) => {
    expect(await check({ context })).toMatchObject(code === null ? { ok: true } : { ok: false, error: code });
  });
  it.each<[string, Partial<TillContext>, CodeError | null]>([
    ['any sum', { unsyncedOfPurseMinor: 99_999_999, unsyncedMinor: 99_999_999 }, null],
    ['a stale list', { listSeenSeconds: till.deviceSeconds - 9 * DAY, statusList: null }, null],
    ['no list seen', { listSeenSeconds: null }, null],
    ['200 that wait', { pending: 200 }, 'E_FLOOR_TOTAL'],
    ['keys of 30 days', { syncSeenSeconds: till.deviceSeconds - 30 * DAY }, null],
    ['keys of more', { syncSeenSeconds: till.deviceSeconds - 30 * DAY - 1 }, 'E_SYNC_FIRST'],
    ['no sync at all', { syncSeenSeconds: null }, 'E_SYNC_FIRST'],
  ])('case 67, 68: floor of a tab purse: %s', async (_what, context, code) => {
    expect(await check({ cert: { audience: [made.merchantId] }, context })).toMatchObject(code === null ? { ok: true } : { ok: false, error: code });
  });

  it('decides again, at once, against the books of the transaction', async () => {
    const verified = await verifyAtTill(purse.voucher, till);
    if (!verified.ok) throw new Error(verified.error);
    expect(decideAtTill(verified.value, till, till)).toMatchObject({ ok: true, value: { kind: 'accept' } });
    expect(decideAtTill(verified.value, till, { ...till, statusList: { ...purse.statusList, bits: statusBits(80_000, [70_124]) } })).toEqual({ ok: false, error: 'E_REVOKED' });
  });
  it('verifies two signatures, and a third only where a passkey has signed', async () => {
    let asked = 0;
    const verifier = { verify: (...args: Parameters<typeof nodeVerifier.verify>) => (asked++, nodeVerifier.verify(...args)) };
    const count = async (fault: Fault) => {
      asked = 0;
      await check({ ...fault, context: { ...fault.context, verifier } });
      return asked;
    };
    expect(await count({})).toBe(2);
    expect(await count({ cert: { uvtMinor: 1_849, uvKey: purse.passkey.publicKey } })).toBe(2);
    expect(await count({ stepUp: 'good', cert: { uvtMinor: 1_849, uvKey: purse.passkey.publicKey } })).toBe(3);
    expect(await count({ cert: { expSeconds: 1 } })).toBe(1);
    expect(await count({ break: true })).toBe(0);
  });
});
