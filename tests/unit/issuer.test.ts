import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toHex, utf8 } from '#base/bytes.ts';
import { signKeySet, verifyKeySet } from '#protocol/keyset.ts';
import { verifyMerchantCert } from '#protocol/merchant-cert.ts';
import { createVerifier, generateSigner, signerFromPem } from '#server/adapters/issuer-es256.ts';
import { createIssuer, createIssuerKeys, rotateIssuerKey, type FileIssuer } from '#server/adapters/issuer-files.ts';
import { IssuerKeysError } from '#server/adapters/issuer-folder.ts';
import { issueTillCertificate } from '#server/core/parties-certificate.ts';
import type { IssuerUse, Merchant } from '#server/core/ports.ts';
import { START_MS } from '../fixtures/counter.ts';
import { stillClock, type StillClock } from '../fixtures/given.ts';

const DAY_MS = 86_400_000;
const verifier = createVerifier();
const merchant: Merchant = { id: 'ab'.repeat(8), partyId: '1', name: '街角面馆', ccy: 156, status: 'active', statusIndex: 7, nextTerminal: 1 };

let folder: string;
let clock: StillClock;
beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'chit-issuer-')), 'keys');
  clock = stillClock(START_MS);
});
afterEach(() => rmSync(path.dirname(folder), { recursive: true, force: true }));

const open = (allowCreate: boolean): Promise<FileIssuer> => createIssuer({ folder, clock, allowCreate });
/** As the operator does it beside a running server, which then looks. */
async function rotate(issuer: FileIssuer, use: IssuerUse): Promise<void> {
  await rotateIssuerKey({ folder, clock }, use);
  await issuer.reread();
}
const nowSeconds = (): number => Math.floor(clock.nowMs() / 1_000);
const certificate = (issuer: FileIssuer): ReturnType<typeof issueTillCertificate> => issueTillCertificate({ issuer, clock }, merchant);

describe('the issuer’s keys', () => {
  it('are made once, readable by their owner only, and found again', async () => {
    const made = await open(true);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
    const found = await open(true);
    expect([toHex(found.rootKey), toHex(found.keySet)]).toEqual([toHex(made.rootKey), toHex(made.keySet)]);
  });

  it('are never made in production: one clear line says what is missing', async () => {
    await expect(open(false)).rejects.toThrow(/^no issuer keys in .*: root.pub is missing or broken$/);
    await expect(open(false)).rejects.toBeInstanceOf(IssuerKeysError);
    await open(true);
    await expect(open(false)).resolves.toBeDefined();
  });

  it('make a folder whole that was cut short', async () => {
    const made = await open(true);
    rmSync(path.join(folder, 'keyset.cose'));
    await expect(open(false)).rejects.toThrow(/no keyset.cose/);
    const again = await open(true);
    expect(toHex(again.rootKey)).toBe(toHex(made.rootKey));
    for (const name of ['keyset.cose', 'root.pem']) rmSync(path.join(folder, name));
    await expect(open(true)).rejects.toThrow(/root.pub in .* has no root.pem beside it/);
  });

  it('are made by an operator once, and a whole folder is left alone', async () => {
    const made = await createIssuerKeys({ folder, clock });
    await expect(createIssuerKeys({ folder, clock })).rejects.toThrow(/^there are keys in .* already$/);
    expect(toHex((await open(false)).keySet)).toBe(toHex(made.keySet));
  });

  it('gain a use that the folder does not know yet, where the root is at hand', async () => {
    const made = await open(true);
    const root = signerFromPem(readFileSync(path.join(folder, 'root.pem'), 'utf8'));
    const known = made.keys.keys.filter((key) => !key.uses.includes('purse') && !key.uses.includes('status'));
    writeFileSync(path.join(folder, 'keyset.cose'), await signKeySet({ ...made.keys, keys: known }, root));
    await expect(open(false)).rejects.toThrow(/no purse key can sign now/);
    const issuer = await open(true);
    expect(issuer.keys.seq).toBe(2);
    expect(issuer.keys.keys.map((key) => key.uses)).toEqual([['merchant'], ['receipt'], ['purse'], ['status']]);
    expect([issuer.signer('purse').kid, issuer.signer('status').kid].map((kid) => kid.length)).toEqual([4, 4]);
  });

  it('are refused when the key set is not the root’s, or a private key is missing', async () => {
    await open(true);
    const other = generateSigner();
    const pub = readFileSync(path.join(folder, 'root.pub'), 'utf8');
    writeFileSync(path.join(folder, 'root.pub'), Buffer.from(other.publicKey).toString('base64url'));
    await expect(open(true)).rejects.toThrow(/not signed by root.pub/);
    writeFileSync(path.join(folder, 'root.pub'), pub);
    for (const name of readdirSync(folder).filter((each) => each.startsWith('receipt-'))) rmSync(path.join(folder, name));
    await expect(open(true)).rejects.toThrow(/no receipt key can sign now/);
  });

  it('sign a till’s certificate that the key set vouches for, and that ends in 30 days', async () => {
    const issuer = await open(true);
    const keys = await verifyKeySet(issuer.keySet, issuer.rootKey, 1, verifier);
    if (!keys.ok) throw new Error(keys.error);
    const bytes = await certificate(issuer);
    const read = await verifyMerchantCert({ bytes }, keys.value, nowSeconds(), verifier);
    expect(read).toMatchObject({ ok: true, value: { name: '街角面馆', ccy: 156, statusIndex: 7, terminalKey: null } });
    clock.advance(30 * DAY_MS + 1_000);
    expect(await verifyMerchantCert({ bytes }, keys.value, nowSeconds(), verifier)).toMatchObject({ ok: false, error: 'E_CERT_EXPIRED' });
  });
});

describe('a rotation', () => {
  it('publishes a key, signs with it two weeks later, and still believes what the old one signed', async () => {
    const issuer = await open(true);
    const oldSet = issuer.keySet;
    const oldKid = toHex(issuer.signer('merchant').kid);
    clock.advance(1_000);
    await rotate(issuer, 'merchant');
    expect(issuer.keys.seq).toBe(2);
    expect(toHex(issuer.signer('merchant').kid)).toBe(oldKid);
    clock.advance(14 * DAY_MS - 1_000);
    expect(toHex(issuer.signer('merchant').kid)).toBe(oldKid);
    const oldCertificate = await certificate(issuer);
    clock.advance(1_000);
    expect(toHex(issuer.signer('merchant').kid)).not.toBe(oldKid);
    const keys = await verifyKeySet(issuer.keySet, issuer.rootKey, 2, verifier);
    if (!keys.ok) throw new Error(keys.error);
    for (const bytes of [oldCertificate, await certificate(issuer)]) {
      expect(await verifyMerchantCert({ bytes }, keys.value, nowSeconds(), verifier)).toMatchObject({ ok: true });
    }
    expect(await verifyKeySet(oldSet, issuer.rootKey, 2, verifier)).toMatchObject({ ok: false, error: 'E_KEYSET' });
    expect(toHex((await open(false)).keySet)).toBe(toHex(issuer.keySet));
  });

  it('that comes late is taken up when the old key ends: at every second one of them signs', async () => {
    const issuer = await open(true);
    clock.advance(365 * DAY_MS);
    const oldKid = toHex(issuer.signer('merchant').kid);
    await rotate(issuer, 'merchant');
    const newest = issuer.keys.keys.filter((key) => key.uses.includes('merchant')).at(-1);
    clock.advance((newest?.notBeforeSeconds ?? 0) * 1_000 - clock.nowMs() - 1_000);
    expect(clock.nowMs()).toBeLessThan(START_MS + 370 * DAY_MS);
    expect(clock.nowMs()).toBeGreaterThan(START_MS + 369 * DAY_MS);
    expect(toHex(issuer.signer('merchant').kid)).toBe(oldKid);
    clock.advance(1_000);
    expect(toHex(issuer.signer('merchant').kid)).not.toBe(oldKid);
    await expect(certificate(issuer)).resolves.toBeDefined();
  });

  it('needs the root’s private key, which need not be here at other times', async () => {
    await open(true);
    rmSync(path.join(folder, 'root.pem'));
    const issuer = await open(false);
    await expect(rotate(issuer, 'receipt')).rejects.toThrow(/root.pem is needed/);
    expect(issuer.signer('receipt').kid).toHaveLength(4);
  });

  it('never lets a certificate outlive the key that signed it: such a key no longer signs', async () => {
    const issuer = await open(true);
    clock.advance(371 * DAY_MS);
    expect(() => issuer.signer('merchant')).toThrow(/no merchant key can sign now/);
    expect(issuer.signer('receipt').kid).toHaveLength(4);
    await rotate(issuer, 'merchant');
    clock.advance(DAY_MS);
    await expect(certificate(issuer)).resolves.toBeDefined();
    clock.advance(30 * DAY_MS);
    await rotate(issuer, 'merchant');
    expect(issuer.keys.keys.filter((key) => key.uses.includes('merchant'))).toHaveLength(2);
  });

  it('drops merchant and status keys that have ended, and keeps receipt and purse keys: slips and proofs stay true', async () => {
    const issuer = await open(true);
    clock.advance(401 * DAY_MS);
    await rotate(issuer, 'merchant');
    expect(issuer.keys.keys.map((key) => key.uses)).toEqual([['purse'], ['receipt'], ['merchant']]);
  });

  it('begins at once when nothing of this use can sign any more, and where no server starts', async () => {
    await open(true);
    clock.advance(371 * DAY_MS);
    await expect(open(false)).rejects.toThrow(/no merchant key can sign now/);
    await rotateIssuerKey({ folder, clock }, 'merchant');
    await expect(open(false)).rejects.toThrow(/no purse key can sign now/);
    await rotateIssuerKey({ folder, clock }, 'purse');
    await expect(certificate(await open(false))).resolves.toBeDefined();
  });

  it('is not taken up by a running server when the root is another one, the key set an older one, or a file broken', async () => {
    const issuer = await open(true);
    const first = readFileSync(path.join(folder, 'keyset.cose'));
    await rotate(issuer, 'status');
    const held = toHex(issuer.keySet);
    writeFileSync(path.join(folder, 'keyset.cose'), first);
    await expect(issuer.reread()).rejects.toThrow(/older than the one in use/);
    writeFileSync(path.join(folder, 'keyset.cose'), 'half');
    await expect(issuer.reread()).rejects.toBeInstanceOf(IssuerKeysError);
    rmSync(folder, { recursive: true });
    await open(true);
    await expect(issuer.reread()).rejects.toThrow(/root.pub is another one now/);
    expect(toHex(issuer.keySet)).toBe(held);
  });

  it('stops at the size of a key set', async () => {
    const issuer = await open(true);
    for (let rotation = 0; rotation < 12; rotation++) await rotate(issuer, 'receipt');
    await expect(rotate(issuer, 'receipt')).rejects.toThrow(/the key set is full/);
  });
});

describe('the verifier', () => {
  it('knows good from bad, and never throws', async () => {
    const signer = generateSigner();
    const message = utf8('18.50 to Noodles');
    const signature = await signer.sign(message);
    expect(await verifier.verify(signer.publicKey, message, signature)).toBe(true);
    expect(await verifier.verify(generateSigner().publicKey, message, signature)).toBe(false);
    expect(await verifier.verify(signer.publicKey, utf8('98.50 to Noodles'), signature)).toBe(false);
    for (const bad of [new Uint8Array(64), new Uint8Array(64).fill(255), new Uint8Array(63), new Uint8Array()]) {
      expect(await verifier.verify(signer.publicKey, message, bad)).toBe(false);
    }
    for (const bad of [new Uint8Array(33), new Uint8Array(33).fill(255), new Uint8Array(32), signer.publicKey.slice(0, 32)]) {
      expect(await verifier.verify(bad, message, signature)).toBe(false);
    }
  });

  it('keeps a bounded number of keys, the most recently used', async () => {
    const small = createVerifier(3);
    const message = utf8('x');
    const signers = Array.from({ length: 5 }, () => generateSigner());
    for (const signer of signers) expect(await small.verify(signer.publicKey, message, await signer.sign(message))).toBe(true);
    expect(small.cachedKeys).toBe(3);
    for (const signer of signers) expect(await small.verify(signer.publicKey, message, await signer.sign(message))).toBe(true);
  });

  it('takes P-256 private keys only', () => {
    expect(() => signerFromPem('no key')).toThrow();
  });
});
