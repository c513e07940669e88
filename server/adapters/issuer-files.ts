/**
 * The issuer: signs certificates, receipts and status lists with keys from the operator's folder, under a key set that the
 * pinned root has signed. Production reads keys and never makes one: a server that invents its own root would be believed
 * by nobody, and a copy of it by everybody. Private keys never leave this file's signers.
 */
import type { Bytes } from '#base/bytes.ts';
import type { Clock } from '#base/clock.ts';
import { kidOf } from '#protocol/kid.ts';
import { signKeySet, verifyKeySet } from '#protocol/keyset.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { KeySet } from '#protocol/objects.ts';
import type { Issuer, IssuerSigner, IssuerUse } from '#server/core/ports.ts';
import { createVerifier, generateSigner, type StoredSigner } from './issuer-es256.ts';
import { IssuerFolder } from './issuer-folder.ts';
import { firstKey, keptKeys, nextKey, signingKeys, type NewKey } from './issuer-keys.ts';

export interface FileIssuer extends Issuer {
  /** Publishes a new key for this use. The old one signs on until the new one's time comes, and is believed to its own end. */
  rotate(use: IssuerUse): Promise<void>;
}

export type IssuerOptions = {
  readonly folder: string;
  readonly clock: Clock;
  /** Demo, and an operator's explicit command. A production server passes false. */
  readonly allowCreate: boolean;
};

const USES: readonly IssuerUse[] = ['merchant', 'purse', 'receipt', 'status'];

/** For the start-up: one clear line. */
export class IssuerKeysError extends Error {}

function nowSecondsOf(clock: Clock): number {
  return Math.floor(clock.nowMs() / 1_000);
}

async function createKeys(folder: IssuerFolder, nowSeconds: number): Promise<void> {
  await folder.create();
  const root = (await folder.root()) ?? generateSigner();
  await folder.keepRoot(root);
  const keys: NewKey[] = [];
  for (const use of USES) {
    const key = generateSigner();
    await folder.keepKey(use, kidOf(key.publicKey), key);
    keys.push(firstKey(use, key.publicKey, nowSeconds));
  }
  // Last: the key set is what makes the folder whole. A creation that was cut short is done again.
  await folder.keepKeySet(await signKeySet({ seq: 1, iatSeconds: nowSeconds, keys, graceSeconds: LIMITS.claimGraceSeconds }, root));
}

async function readKeySet(folder: IssuerFolder, rootKey: Bytes): Promise<KeySet> {
  const bytes = await folder.keySet();
  if (bytes === null) throw new IssuerKeysError(`no keyset.cose in ${folder.folder}`);
  const keySet = await verifyKeySet(bytes, rootKey, 0, createVerifier());
  if (!keySet.ok) throw new IssuerKeysError(`keyset.cose in ${folder.folder} is not signed by root.pub`);
  return keySet.value;
}

type Held = { readonly rootKey: Bytes; readonly keys: KeySet; readonly signers: ReadonlyMap<string, StoredSigner> };

const signerName = (use: IssuerUse, kid: Bytes): string => `${use} ${kid.join('.')}`;

async function load(folder: IssuerFolder): Promise<Held> {
  const rootKey = await folder.rootKey();
  if (rootKey === null) throw new IssuerKeysError(`no issuer keys in ${folder.folder}: root.pub is missing or broken`);
  const keys = await readKeySet(folder, rootKey);
  const signers = new Map<string, StoredSigner>();
  for (const { kid, uses } of keys.keys) {
    for (const use of USES.filter((each) => uses.includes(each))) {
      const signer = await folder.key(use, kid);
      if (signer !== null) signers.set(signerName(use, kid), signer);
    }
  }
  return { rootKey, keys, signers };
}

function signerOf(held: Held, use: IssuerUse, nowSeconds: number): IssuerSigner {
  for (const { kid } of signingKeys(held.keys, use, nowSeconds)) {
    const signer = held.signers.get(signerName(use, kid));
    if (signer !== undefined) return { kid, sign: (message) => signer.sign(message) };
  }
  throw new IssuerKeysError(`no ${use} key can sign now: rotate it, or check the server's clock`);
}

async function rotateKey(folder: IssuerFolder, held: Held, use: IssuerUse, nowSeconds: number): Promise<void> {
  const root = await folder.root();
  if (root === null) throw new IssuerKeysError(`root.pem is needed in ${folder.folder} to rotate a key`);
  const key = generateSigner();
  const keys: NewKey[] = [...keptKeys(held.keys, nowSeconds), nextKey(use, key.publicKey, nowSeconds)];
  if (keys.length > LIMITS.keySetKeys) throw new IssuerKeysError(`the key set is full: ${LIMITS.keySetKeys} keys are still valid`);
  await folder.keepKey(use, kidOf(key.publicKey), key);
  await folder.keepKeySet(await signKeySet({ seq: held.keys.seq + 1, iatSeconds: nowSeconds, keys, graceSeconds: LIMITS.claimGraceSeconds }, root));
}

/** A folder from before a use existed gets its first key, which signs at once: nobody has relied on another. */
async function addMissingUses(folder: IssuerFolder, held: Held, nowSeconds: number): Promise<boolean> {
  const missing = USES.filter((use) => !held.keys.keys.some((key) => key.uses.includes(use)));
  const root = await folder.root();
  if (missing.length === 0 || root === null) return false;
  const keys: NewKey[] = [...held.keys.keys];
  for (const use of missing) {
    const key = generateSigner();
    await folder.keepKey(use, kidOf(key.publicKey), key);
    keys.push(firstKey(use, key.publicKey, nowSeconds));
  }
  await folder.keepKeySet(await signKeySet({ ...held.keys, seq: held.keys.seq + 1, iatSeconds: nowSeconds, keys }, root));
  return true;
}

export async function createIssuer(options: IssuerOptions): Promise<FileIssuer> {
  const { clock } = options;
  const folder = new IssuerFolder(options.folder);
  const whole = (await folder.rootKey()) !== null && (await folder.keySet()) !== null;
  if (!whole && options.allowCreate) await createKeys(folder, nowSecondsOf(clock));
  let held = await load(folder);
  if (options.allowCreate && (await addMissingUses(folder, held, nowSecondsOf(clock)))) held = await load(folder);
  for (const use of USES) signerOf(held, use, nowSecondsOf(clock));
  return {
    get rootKey() {
      return held.rootKey;
    },
    get keySet() {
      return held.keys.bytes;
    },
    get keys() {
      return held.keys;
    },
    signer: (use) => signerOf(held, use, nowSecondsOf(clock)),
    async rotate(use) {
      await rotateKey(folder, held, use, nowSecondsOf(clock));
      held = await load(folder);
    },
  };
}
