/**
 * `npm run bench -- till`: the till's complete check of a voucher's code, beside two bare WebCrypto verifications of the same
 * signatures in the same run. Best of many rounds, because a ratio of two pauses says nothing. Exits 1 above the bar.
 */
import { webcrypto } from 'node:crypto';
import { createVerifier } from '#browser/es256.ts';
import { compactCode } from '#protocol/link.ts';
import { decompressPoint } from '#protocol/p256-point.ts';
import { checkVoucherCode } from '#protocol/till-check.ts';
import { readVoucher } from '#protocol/voucher.ts';
import * as made from '../fixtures/protocol-objects.ts';
import * as purse from '../fixtures/purse-objects.ts';

const ROUNDS = 60;
const PER_ROUND = 40;
const BAR = 3;

/** As it ships. */
const verifier = createVerifier(webcrypto.subtle as SubtleCrypto);

function importKey(publicKey: Uint8Array<ArrayBuffer>): Promise<webcrypto.CryptoKey> {
  const point = decompressPoint(publicKey);
  if (point === null) throw new Error('not on the curve');
  const [x, y] = [point.x, point.y].map((coordinate) => Buffer.from(coordinate).toString('base64url'));
  return webcrypto.subtle.importKey('jwk', { kty: 'EC', crv: 'P-256', x, y }, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
}

async function bestMicroseconds(work: () => Promise<boolean>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const from = performance.now();
    for (let i = 0; i < PER_ROUND; i++) if (!(await work())) throw new Error('it is a good voucher');
    best = Math.min(best, ((performance.now() - from) * 1_000) / PER_ROUND);
  }
  return best;
}

const parts = readVoucher(purse.voucher);
if (!parts.ok) throw new Error(parts.error);
const { certEnvelope, signedMessage, signature } = parts.value;
const code = compactCode('voucher', purse.voucher);
const [issuerKey, payerKey] = [await importKey(made.purseIssuer.publicKey), await importKey(made.payer.publicKey)];
const ES256 = { name: 'ECDSA', hash: 'SHA-256' };
/** With keys that are there already. */
const bare = async (): Promise<boolean> =>
  (await webcrypto.subtle.verify(ES256, issuerKey, certEnvelope.signature, certEnvelope.signedMessage)) &&
  (await webcrypto.subtle.verify(ES256, payerKey, signature, signedMessage));
const complete = async (): Promise<boolean> => (await checkVoucherCode(code, { ...purse.till, verifier })).ok;

await bestMicroseconds(complete);
const [two, check] = [await bestMicroseconds(bare), await bestMicroseconds(complete)];
const ratio = check / two;
console.log(`bench till bareMicroseconds=${two.toFixed(0)} checkMicroseconds=${check.toFixed(0)} ratio=${ratio.toFixed(2)} bar=${BAR}`);
process.exitCode = ratio <= BAR ? 0 : 1;
