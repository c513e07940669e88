/** Two tabs of one browser: what one of them learns or becomes, the other goes on with. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { signKeySet, verifyKeySet } from '#protocol/keyset.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { Es256Signer } from '#protocol/objects.ts';
import { createVerifier, generateSigner } from '#server/adapters/issuer-es256.ts';
import type { Issuer } from '#server/core/ports.ts';
import { createMemoryStore } from '#wallet/memory-store.ts';
import type { WalletStore } from '#wallet/ports.ts';
import type { Wallet } from '#wallet/wallet.ts';
import { openTestServer, type TestServer } from '../fixtures/http-server.ts';
import { createMemoryPhone, type MemoryPhone, PIN, until } from '../fixtures/memory-ports.ts';

let server: TestServer;
let phone: MemoryPhone;
let tillPhone: MemoryPhone;
let one: Wallet;
let other: Wallet;

let asleep = false;
let unheard: (() => void)[] = [];

/** A tab that the browser froze hears of what other tabs did when it is thawed. */
function slowToHear(store: WalletStore): WalletStore {
  return { ...store, onEvent: (tell) => store.onEvent((event) => (asleep ? void unheard.push(() => tell(event)) : tell(event))) };
}

function wakeUp(): void {
  asleep = false;
  for (const hear of unheard.splice(0)) hear();
}

beforeEach(async () => {
  [asleep, unheard] = [false, []];
  server = await openTestServer();
  phone = createMemoryPhone(server);
  tillPhone = createMemoryPhone(server, 'till.chit.localhost:8080');
  one = await phone.start();
  expect(await one.enrol({ demo: 'demo-shopper' })).toMatchObject({ ok: true });
  other = await phone.start({ store: slowToHear(createMemoryStore(phone.disk)) });
  await until(other, (now) => now.phase === 'ready');
});
afterEach(() => {
  phone.kill();
  tillPhone.kill();
});

/** The root signs a newer set: the old keys and one more. */
async function rotateKeys(): Promise<void> {
  const issuer = server.options.issuer as Issuer & { readonly root: Es256Signer };
  const nowSeconds = Math.floor(server.clock.nowMs() / 1_000);
  const added = { publicKey: generateSigner().publicKey, uses: ['receipt' as const], notBeforeSeconds: nowSeconds, notAfterSeconds: nowSeconds + 1_000 };
  const keySet = await signKeySet({ seq: 2, iatSeconds: nowSeconds, keys: [...issuer.keys.keys, added], graceSeconds: LIMITS.claimGraceSeconds }, issuer.root);
  const verified = await verifyKeySet(keySet, issuer.rootKey, 2, createVerifier());
  if (!verified.ok) throw new Error(verified.error);
  Object.assign(issuer, { keySet, keys: verified.value });
}

const seqOf = async (wallet: Wallet): Promise<unknown> => (JSON.parse(await wallet.report()) as { keySetSeq: unknown }).keySetSeq;

it('a wallet that is closed closes its store', async () => {
  const close = vi.fn();
  const third = await phone.start({ store: { ...createMemoryStore(phone.disk), close } });
  third.close();
  expect(close).toHaveBeenCalledTimes(1);
});

describe('two tabs', () => {
  it('believe the key set that one of them was brought', async () => {
    expect([await seqOf(one), await seqOf(other)]).toEqual([1, 1]);
    await rotateKeys();
    await one.wake('button');
    await expect.poll(() => seqOf(one)).toBe(2);
    await expect.poll(() => seqOf(other)).toBe(2);
    await other.wake('button');
    expect(await seqOf(other)).toBe(2);
  });

  it('sign with the key of the device that was set up in one of them while the other was frozen', async () => {
    const till = await tillPhone.start();
    await till.enrol({ demo: 'demo-merchant' });
    const before = phone.disk.rows.keys.signer;
    asleep = true;
    expect(await one.signOut()).toMatchObject({ ok: true });
    expect(await one.enrol({ demo: 'demo-shopper' })).toMatchObject({ ok: true });
    expect(phone.disk.rows.keys.signer).not.toBe(before);
    wakeUp();
    const charge = await till.charge('3.00');
    if (!charge.ok) throw new Error(charge.error);
    await expect.poll(async () => (await other.prepare(charge.value.link)).ok).toBe(true);
    const draft = await other.prepare(charge.value.link);
    if (!draft.ok) throw new Error(draft.error);
    expect(await other.pay(draft.value.draftId, PIN)).toMatchObject({ ok: true });
    await until(other, (now) => now.recent.some((record) => record.type === 'payment' && record.state === 'settled'));
  });
});
