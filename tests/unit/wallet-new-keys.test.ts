/** The operator's keys change while phones hold the old key set. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Bytes } from '#base/bytes.ts';
import { signKeySet, verifyKeySet } from '#protocol/keyset.ts';
import { kidOf } from '#protocol/kid.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { Es256Signer } from '#protocol/objects.ts';
import { createVerifier, generateSigner } from '#server/adapters/issuer-es256.ts';
import type { Issuer, IssuerUse } from '#server/core/ports.ts';
import type { Wallet } from '#wallet/wallet.ts';
import { openTestServer, type TestServer } from '../fixtures/http-server.ts';
import { createMemoryPhone, type MemoryPhone, PIN } from '../fixtures/memory-ports.ts';

let server: TestServer;
let phones: MemoryPhone[];
let payer: Wallet;

beforeEach(async () => {
  server = await openTestServer();
  phones = [createMemoryPhone(server), createMemoryPhone(server, 'till.chit.localhost:8080')];
  payer = await started(0, 'demo-shopper');
});
afterEach(() => phones.forEach((phone) => phone.kill()));

async function started(which: number, demo: 'demo-shopper' | 'demo-merchant'): Promise<Wallet> {
  const wallet = await phones[which]?.start();
  if (wallet === undefined || !(await wallet.enrol({ demo })).ok) throw new Error('not joined');
  return wallet;
}

/** The certificates of merchants are signed by a new key from now on. */
async function rotateMerchantKey(): Promise<void> {
  const issuer = server.options.issuer as Issuer & { readonly root: Es256Signer };
  const nowSeconds = Math.floor(server.clock.nowMs() / 1_000);
  const fresh = generateSigner();
  const added = { publicKey: fresh.publicKey, uses: ['merchant' as const], notBeforeSeconds: nowSeconds, notAfterSeconds: nowSeconds + 1_000_000 };
  const keySet = await signKeySet({ seq: 2, iatSeconds: nowSeconds, keys: [...issuer.keys.keys, added], graceSeconds: LIMITS.claimGraceSeconds }, issuer.root);
  const verified = await verifyKeySet(keySet, issuer.rootKey, 2, createVerifier());
  if (!verified.ok) throw new Error(verified.error);
  const { signer } = issuer;
  const signing = (use: IssuerUse) => (use === 'merchant' ? { kid: kidOf(fresh.publicKey), sign: (message: Bytes) => fresh.sign(message) } : signer(use));
  Object.assign(issuer, { keySet, keys: verified.value, signer: signing });
}

it('a charge under a key that the payer has not heard of is paid: the phone asks which keys there are', async () => {
  await rotateMerchantKey();
  const till = await started(1, 'demo-merchant');
  const charge = await till.charge('4.00');
  if (!charge.ok) throw new Error(charge.error);
  const draft = await payer.prepare(charge.value.link);
  if (!draft.ok) throw new Error(draft.error);
  expect(await payer.pay(draft.value.draftId, PIN)).toMatchObject({ ok: true });
});

it('and is not taken while nobody can be asked', async () => {
  await rotateMerchantKey();
  const till = await started(1, 'demo-merchant');
  const charge = await till.charge('4.00');
  if (!charge.ok) throw new Error(charge.error);
  const [phone] = phones;
  if (phone !== undefined) phone.network.up = false;
  expect(await payer.prepare(charge.value.link)).toMatchObject({ ok: false, error: 'E_ISSUER' });
});
