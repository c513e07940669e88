/**
 * A seeded storm of damaged objects and texts through every reader: none throws, none that differs from the original is accepted,
 * none takes more than SLOWEST_MS. FUZZ_RUNS raises the storm, FUZZ_SEED replays it.
 */
import { expect, it } from 'vitest';
import { equalBytes, toHex, type Bytes } from '#base/bytes.ts';
import { fromBase32, toBase32 } from '#protocol/base32.ts';
import { fromBase45, toBase45 } from '#protocol/base45.ts';
import { fromBytewords, toBytewords } from '#protocol/bytewords.ts';
import { readConfirmationCode } from '#protocol/confirmation-code.ts';
import { encodeEmvco, parseEmvco } from '#protocol/emvco.ts';
import { chargeLink, COMPACT_PREFIX, compactCode, compactInvoice, compactReceipt, stickerLink } from '#protocol/link.ts';
import { readScannedText } from '#protocol/scan-text.ts';
import { checkVoucherCode } from '#protocol/till-check.ts';
import { NO_PROGRESS, receiveUr, urEncoder } from '#protocol/ur.ts';
import { mutate, mutateBytes, pick, randomOf } from '../../fixtures/mutations.ts';
import { DECODERS, GENUINE, KINDS } from '../../fixtures/protocol-kinds.ts';
import * as made from '../../fixtures/protocol-objects.ts';
import * as purse from '../../fixtures/purse-objects.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 20_000);
const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32));
const SLOWEST_MS = 50;
const AGAIN = 5;
const PREFIXES = Object.values(COMPACT_PREFIX);

/** The time of the work itself: a pause of the machine does not happen five times to the same item. */
async function timed<T>(work: () => T | Promise<T>, what: () => string): Promise<T> {
  const from = performance.now();
  const result = await work();
  let bestMs = performance.now() - from;
  for (let again = 0; bestMs > SLOWEST_MS && again < AGAIN; again++) {
    const start = performance.now();
    await work();
    bestMs = Math.min(bestMs, performance.now() - start);
  }
  if (bestMs > SLOWEST_MS) expect.fail(`${bestMs} ms: ${what()}`);
  return result;
}

/** Reads it every way. The number of readers that made sense of it. */
function readAll(mutant: Bytes): number {
  let understood = 0;
  for (const decode of DECODERS) {
    const read = decode(mutant);
    if (!read.ok) continue;
    understood++;
    if (!equalBytes(read.value.bytes, mutant)) expect.fail(`read as other bytes: ${toHex(mutant)}`);
  }
  return understood;
}

it(`case 71: a storm of ${RUNS} objects (FUZZ_SEED=${SEED})`, { timeout: 120_000 + 2 * RUNS }, async () => {
  console.log(`FUZZ_SEED=${SEED} FUZZ_RUNS=${RUNS}`);
  const random = randomOf(SEED);
  let [understood, damaged] = [0, 0];
  for (let run = 0; run < RUNS; run++) {
    const kind = pick(random, KINDS);
    const mutant = mutate(random, kind.golden, GENUINE);
    const what = (): string => `${kind.name} ${toHex(mutant)} run ${run} FUZZ_SEED=${SEED}`;
    if (GENUINE.some((golden) => equalBytes(golden, mutant))) continue;
    damaged++;
    if (await timed(() => kind.accepts(mutant), what)) expect.fail(`accepted: ${what()}`);
    understood += await timed(() => readAll(mutant), what);
    // As the camera would bring it, under a prefix that may be another's.
    const text = pick(random, PREFIXES) + toBase45(mutant);
    await timed(() => readScannedText(text), what);
    if (run % 8 === 0 && (await timed(() => checkVoucherCode(text, purse.till), what)).ok) expect.fail(`taken by the till: ${what()}`);
  }
  expect(damaged).toBeGreaterThan(RUNS * 0.95);
  // If no mutant ever decodes, the storm only tests the first check of each decoder.
  expect(understood).toBeGreaterThan(RUNS / 100);
});

const emvco = { merchantId: made.merchantId, name: 'Corner Noodles', city: 'Shenzhen', country: 'CN', category: '5812', ccy: 156, amountMinor: 1_850, reference: 'A1', terminal: 3 };
const ur = urEncoder(purse.voucher, 60);
const TEXTS: readonly string[] = [
  chargeLink('https://pay.example', made.invoice),
  stickerLink('https://pay.example', made.cert),
  compactInvoice(made.invoice),
  compactReceipt(made.receipt),
  compactCode('voucher', purse.voucher),
  compactCode('ack', purse.ack),
  compactCode('note', purse.refund),
  compactCode('note', purse.voidNote),
  compactCode('purse', purse.purseCert),
  encodeEmvco(emvco),
  ur.part(2),
  ur.part(9),
  '1234 5678',
];

/** What is read has one text. */
function readText(mutant: string): void {
  const read = readScannedText(mutant);
  const value = read.ok ? read.value : null;
  if (value?.kind === 'receipt') expect(compactReceipt(value.receipt.bytes)).toBe(mutant.trim());
  if (value?.kind === 'voucher') expect(compactCode('voucher', value.voucher.bytes)).toBe(mutant.trim());
  if (value?.kind === 'ack' || value?.kind === 'note') expect(compactCode(value.kind, value.note.bytes)).toBe(mutant.trim());
  if (value?.kind === 'purse') expect(compactCode('purse', value.cert.bytes)).toBe(mutant.trim());
  const plain45 = fromBase45(mutant);
  if (plain45 !== null) expect(toBase45(plain45)).toBe(mutant);
  const plain32 = fromBase32(mutant);
  if (plain32 !== null) expect(toBase32(plain32)).toBe(mutant);
  const words = fromBytewords(mutant);
  if (words !== null) expect(toBytewords(words)).toBe(mutant);
  const code = parseEmvco(mutant);
  if (code.ok) expect(mutant).toBe(encodeEmvco(emvco));
  const digits = readConfirmationCode(mutant);
  if (digits !== null) expect(digits).toMatch(/^[0-9]{4} [0-9]{4}$/u);
}

it(`case 71: a storm of texts (FUZZ_SEED=${SEED})`, { timeout: 120_000 + 2 * RUNS }, async () => {
  const random = randomOf(SEED + 1);
  for (let run = 0; run < RUNS / 5; run++) {
    const text = pick(random, TEXTS);
    const mutant = Buffer.from(mutateBytes(random, new Uint8Array(Buffer.from(text)))).toString(random(2) === 0 ? 'latin1' : 'utf8');
    const what = (): string => `${JSON.stringify(mutant)} run ${run} FUZZ_SEED=${SEED}`;
    await timed(() => readText(mutant), what);
    const taken = await timed(() => checkVoucherCode(mutant, purse.till), what);
    if (taken.ok && mutant.trim() !== compactCode('voucher', purse.voucher)) expect.fail(`taken by the till: ${what()}`);
    const part = await timed(() => receiveUr(NO_PROGRESS, mutant), what);
    if (part.kind === 'done' || part.kind === 'spoilt') expect.fail(`a message of nobody: ${what()}`);
  }
});
