/**
 * Every bit flip and every truncation of every object, and a seeded storm of structured mutations: no decoder throws, and
 * nothing that differs from the original is accepted. FUZZ_RUNS raises the storm, FUZZ_SEED replays it.
 */
import { describe, expect, it, vi } from 'vitest';
import { concat, equalBytes, toHex, type Bytes } from '#base/bytes.ts';
import { fromBase32, toBase32 } from '#protocol/base32.ts';
import { fromBase45, toBase45 } from '#protocol/base45.ts';
import { decodeCbor, encodeCbor, type CborValue } from '#protocol/cbor.ts';
import { parseEmvco, encodeEmvco } from '#protocol/emvco.ts';
import { decodeInvoice, encodeInvoice } from '#protocol/invoice.ts';
import { decodeKeySet, verifyKeySet } from '#protocol/keyset.ts';
import { chargeLink, compactInvoice, compactReceipt } from '#protocol/link.ts';
import { decodeMerchantCert, verifyMerchantCert } from '#protocol/merchant-cert.ts';
import { decodeOrder, verifyOrder } from '#protocol/order.ts';
import { decodeReceipt, verifyReceipt } from '#protocol/receipt.ts';
import { readScannedText } from '#protocol/scan-text.ts';
import { nodeVerifier } from '../../fixtures/protocol-keys.ts';
import * as made from '../../fixtures/protocol-objects.ts';

// Thousands of runs: a loaded machine may take its time.
vi.setConfig({ testTimeout: 60_000 });

const RUNS = Number(process.env.FUZZ_RUNS ?? 50_000);
const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32));

type Kind = { readonly name: string; readonly golden: Bytes; readonly accepts: (bytes: Bytes) => Promise<boolean> };

/** An invoice is accepted as *this* charge when its merchant verifies and it has the same hash. */
async function acceptsInvoice(bytes: Bytes): Promise<boolean> {
  const read = decodeInvoice(bytes);
  if (!read.ok) return false;
  expect(encodeInvoice(read.value)).toEqual(bytes);
  const { merchant, hash } = read.value;
  if (merchant.kind === 'id') return false;
  const verified = await verifyMerchantCert(merchant.cert, made.keySet, made.NOW, nodeVerifier);
  expect(verified.ok).toBe(equalBytes(merchant.cert.bytes, made.cert));
  const original = decodeInvoice(made.invoice);
  return verified.ok && original.ok && equalBytes(hash, original.value.hash);
}

async function acceptsSigned(decoded: { ok: boolean }, verify: () => Promise<boolean>): Promise<boolean> {
  const verified = await verify();
  if (!decoded.ok) expect(verified).toBe(false);
  return verified;
}

const kinds: readonly Kind[] = [
  {
    name: 'certificate',
    golden: made.cert,
    accepts: (bytes) => acceptsSigned(decodeMerchantCert(bytes), async () => (await verifyMerchantCert({ bytes }, made.keySet, made.NOW, nodeVerifier)).ok),
  },
  {
    name: 'certificate with a terminal key',
    golden: made.certWithKey,
    accepts: (bytes) => acceptsSigned(decodeMerchantCert(bytes), async () => (await verifyMerchantCert({ bytes }, made.keySet, made.NOW, nodeVerifier)).ok),
  },
  { name: 'invoice', golden: made.invoice, accepts: acceptsInvoice },
  { name: 'order', golden: made.order, accepts: (bytes) => acceptsSigned(decodeOrder(bytes), () => verifyOrder({ bytes }, made.payer.publicKey, nodeVerifier)) },
  {
    name: 'receipt',
    golden: made.receipt,
    accepts: (bytes) => acceptsSigned(decodeReceipt(bytes), async () => (await verifyReceipt({ bytes }, made.keySet, made.NOW, nodeVerifier)).ok),
  },
  {
    name: 'key set',
    golden: made.signedKeySet,
    accepts: (bytes) => acceptsSigned(decodeKeySet(bytes), async () => (await verifyKeySet(bytes, made.root.publicKey, 0, nodeVerifier)).ok),
  },
];

/** mulberry32: small, and the same on every machine. */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
type Random = ReturnType<typeof randomOf>;

const INTERESTING: readonly number[] = [0x00, 0x17, 0x18, 0x19, 0x1b, 0x1f, 0x20, 0x3b, 0x40, 0x5f, 0x60, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc2, 0xd2, 0xf4, 0xf6, 0xf7, 0xf9, 0xfb, 0xff];

function pick<T>(random: Random, items: readonly T[]): T {
  return items[random(items.length)] as T;
}

function mutateBytes(random: Random, bytes: Bytes): Bytes {
  const at = random(bytes.length);
  const length = 1 + random(4);
  const junk = new Uint8Array(length).map(() => (random(2) === 0 ? random(256) : pick(random, INTERESTING)));
  const copy = bytes.slice();
  switch (random(7)) {
    case 0:
      copy[at] = (copy[at] ?? 0) ^ (1 << random(8));
      return copy;
    case 1:
      copy[at] = pick(random, INTERESTING);
      return copy;
    case 2:
      return concat(bytes.slice(0, at), junk, bytes.slice(at));
    case 3:
      return concat(bytes.slice(0, at), bytes.slice(at + length));
    case 4:
      return bytes.slice(0, at);
    case 5:
      return concat(bytes, junk);
    default:
      return concat(bytes.slice(0, at), bytes.slice(random(bytes.length)));
  }
}

function oddValue(random: Random): CborValue {
  return pick<CborValue>(random, [0, -1, 1, 2, -7, -8, 2 ** 32, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, true, '', 'x', '\u202E', new Uint8Array(0), new Uint8Array(8), new Uint8Array(64), [], new Map(), [[[[[]]]]], made.payer.publicKey]);
}

/** Changes one place of the decoded tree, also inside the byte strings that hold CBOR: canonical, but not what was signed. */
function mutateTree(random: Random, value: CborValue): CborValue {
  if (random(6) === 0) return oddValue(random);
  if (Array.isArray(value) && value.length > 0) return mutateList(random, value as readonly CborValue[]);
  if (value instanceof Map && value.size > 0) return mutateMap(random, value as ReadonlyMap<number, CborValue>);
  if (value instanceof Uint8Array) {
    const inner = decodeCbor(value);
    return inner === null || typeof inner === 'number' ? mutateBytesOrEmpty(random, value) : encodeCbor(mutateTree(random, inner));
  }
  return typeof value === 'number' ? pick(random, [value + 1, Math.max(0, value - 1), -value + 0, 0]) : oddValue(random);
}

function mutateBytesOrEmpty(random: Random, bytes: Bytes): Bytes {
  return bytes.length === 0 ? new Uint8Array(1) : mutateBytes(random, bytes);
}

function mutateList(random: Random, list: readonly CborValue[]): CborValue {
  const at = random(list.length);
  const copy = [...list];
  const change = random(5);
  if (change === 0) copy.splice(at, 1);
  else if (change === 1) copy.splice(at, 0, oddValue(random));
  else copy[at] = mutateTree(random, copy[at] as CborValue);
  return copy;
}

function mutateMap(random: Random, map: ReadonlyMap<number, CborValue>): CborValue {
  const key = pick(random, [...map.keys()]);
  const copy = new Map(map);
  const change = random(5);
  if (change === 0) copy.delete(key);
  else if (change === 1) copy.set(random(50) - 10, oddValue(random));
  else copy.set(key, mutateTree(random, copy.get(key) as CborValue));
  return copy;
}

function mutate(random: Random, golden: Bytes): Bytes {
  const tree = random(2) === 0 ? decodeCbor(golden) : null;
  let bytes = tree === null ? golden : encodedOr(golden, mutateTree(random, tree));
  for (let more = random(3); more >= 0 && (tree === null || bytes.length === 0); more--) bytes = mutateBytesOrEmpty(random, bytes);
  return bytes;
}

/** A mutation may nest too deep to be encoded at all. */
function encodedOr(golden: Bytes, tree: CborValue): Bytes {
  try {
    return encodeCbor(tree);
  } catch {
    return golden.slice(1);
  }
}

describe.each(kinds)('$name', ({ golden, accepts }) => {
  it('is accepted as it is', async () => {
    expect(await accepts(golden)).toBe(true);
  });
  it('is refused with any bit flipped', async () => {
    for (let bit = 0; bit < golden.length * 8; bit++) {
      const flipped = golden.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(await accepts(flipped), `bit ${bit}`).toBe(false);
    }
  });
  it('is refused cut off anywhere', async () => {
    for (let length = 0; length < golden.length; length++) {
      expect(await accepts(golden.slice(0, length)), `first ${length}`).toBe(false);
      expect(await accepts(golden.slice(golden.length - length)), `last ${length}`).toBe(false);
    }
  });
  it('is refused with anything after it', async () => {
    for (let byte = 0; byte < 256; byte++) expect(await accepts(concat(golden, new Uint8Array([byte])))).toBe(false);
  });
});

it(`a storm of ${RUNS} mutations: none throws, none is accepted (FUZZ_SEED=${SEED})`, { timeout: 60_000 + RUNS }, async () => {
  console.log(`FUZZ_SEED=${SEED} FUZZ_RUNS=${RUNS}`);
  const random = randomOf(SEED);
  let decoded = 0;
  for (let run = 0; run < RUNS; run++) {
    const kind = pick(random, kinds);
    const mutant = mutate(random, kind.golden);
    if (equalBytes(mutant, kind.golden)) continue;
    expect(await kind.accepts(mutant), `${kind.name} ${toHex(mutant)} seed ${SEED}`).toBe(false);
    for (const decode of [decodeMerchantCert, decodeInvoice, decodeOrder, decodeReceipt, decodeKeySet]) {
      const read = decode(mutant);
      if (read.ok) decoded++;
      if (read.ok) expect(read.value.bytes).toEqual(mutant);
    }
  }
  // If no mutant ever decodes, the storm only tests the first check of each decoder.
  expect(decoded).toBeGreaterThan(RUNS / 200);
});

it(`a storm of texts: none throws, and what is read has one text (FUZZ_SEED=${SEED})`, { timeout: 60_000 + RUNS }, () => {
  const random = randomOf(SEED + 1);
  const emvco = { merchantId: made.merchantId, name: 'Corner Noodles', city: 'Shenzhen', country: 'CN', category: '5812', ccy: 156, amountMinor: 1_850, reference: 'A1', terminal: 3 };
  const texts = [chargeLink('https://pay.example', made.invoice), compactInvoice(made.invoice), compactReceipt(made.receipt), encodeEmvco(emvco)];
  for (let run = 0; run < RUNS / 5; run++) {
    const text = pick(random, texts);
    const bytes = mutateBytes(random, new Uint8Array(Buffer.from(text)));
    const mutant = Buffer.from(bytes).toString(random(2) === 0 ? 'latin1' : 'utf8');
    const read = readScannedText(mutant);
    if (read.ok && read.value.kind === 'receipt') expect(compactReceipt(read.value.receipt.bytes)).toBe(mutant.trim());
    const plain45 = fromBase45(mutant);
    if (plain45 !== null) expect(toBase45(plain45)).toBe(mutant);
    const plain32 = fromBase32(mutant);
    if (plain32 !== null) expect(toBase32(plain32)).toBe(mutant);
    const code = parseEmvco(mutant);
    if (code.ok) expect(mutant).toBe(texts[3]);
  }
});
