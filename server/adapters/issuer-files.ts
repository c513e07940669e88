/**
 * The issuer: signs certificates, receipts and status lists with keys from the operator's folder, under a key set that the
 * pinned root has signed. Production reads keys and never makes one: a server that invents its own root would be believed
 * by nobody, and a copy of it by everybody. Private keys never leave this file's signers.
 */
import { equalBytes, type Bytes } from '#base/bytes.ts';
import type { Clock } from '#base/clock.ts';
import { kidOf } from '#protocol/kid.ts';
import { signKeySet, verifyKeySet } from '#protocol/keyset.ts';
import { LIMITS } from '#protocol/limits.ts';
import { KEY_USES, type KeySet } from '#protocol/objects.ts';
import type { Issuer, IssuerSigner, IssuerUse } from '#server/core/ports.ts';
import { createVerifier, generateSigner, type StoredSigner } from './issuer-es256.ts';
import { IssuerFolder, IssuerKeysError } from './issuer-folder.ts';
import { firstKey, keptKeys, nextKey, signingKeys, type NewKey } from './issuer-keys.ts';

export interface FileIssuer extends Issuer {
  /** Takes up what the operator changed in the folder. Throws, and keeps what it has, when that cannot be used. */
  reread(): Promise<void>;
}

export type IssuerKeysPlace = { readonly folder: string; readonly clock: Clock };
export type IssuerOptions = IssuerKeysPlace & {
  /** In a demo. A production server passes false. */
  readonly allowCreate: boolean;
};

function nowSecondsOf(clock: Clock): number {
  return Math.floor(clock.nowMs() / 1_000);
}

async function createKeys(folder: IssuerFolder, nowSeconds: number): Promise<void> {
  await folder.create();
  const found = await folder.root();
  if (found === null && (await folder.rootKey()) !== null) throw new IssuerKeysError(`root.pub in ${folder.folder} has no root.pem beside it: apps have pinned it, so put its root.pem back`);
  const root = found ?? generateSigner();
  await folder.keepRoot(root);
  const keys: NewKey[] = [];
  for (const use of KEY_USES) {
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
    for (const use of KEY_USES.filter((each) => uses.includes(each))) {
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

/** A key that nothing can take over from begins at once: its devices fetch the new key set when they meet it, and waiting would help nobody. */
function followingKey(held: Held, use: IssuerUse, publicKey: Bytes, nowSeconds: number): NewKey {
  const present = signingKeys(held.keys, use, nowSeconds);
  return present.length === 0 ? firstKey(use, publicKey, nowSeconds) : nextKey(use, publicKey, present, nowSeconds);
}

async function rotateKey(folder: IssuerFolder, held: Held, use: IssuerUse, nowSeconds: number): Promise<void> {
  const root = await folder.root();
  if (root === null) throw new IssuerKeysError(`root.pem is needed in ${folder.folder} to rotate a key`);
  const key = generateSigner();
  const keys: NewKey[] = [...keptKeys(held.keys, nowSeconds), followingKey(held, use, key.publicKey, nowSeconds)];
  if (keys.length > LIMITS.keySetKeys) throw new IssuerKeysError(`the key set is full: ${LIMITS.keySetKeys} keys are still valid`);
  await folder.keepKey(use, kidOf(key.publicKey), key);
  await folder.keepKeySet(await signKeySet({ seq: held.keys.seq + 1, iatSeconds: nowSeconds, keys, graceSeconds: LIMITS.claimGraceSeconds }, root));
}

/** A folder from before a use existed gets its first key, which signs at once: nobody has relied on another. */
async function addMissingUses(folder: IssuerFolder, held: Held, nowSeconds: number): Promise<boolean> {
  const missing = KEY_USES.filter((use) => !held.keys.keys.some((key) => key.uses.includes(use)));
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

async function isWhole(folder: IssuerFolder): Promise<boolean> {
  return (await folder.rootKey()) !== null && (await folder.keySet()) !== null;
}

/** The operator's first act. A creation that was cut short is finished; a folder that is whole is left alone. */
export async function createIssuerKeys({ folder: place, clock }: IssuerKeysPlace): Promise<FileIssuer> {
  if (await isWhole(new IssuerFolder(place))) throw new IssuerKeysError(`there are keys in ${place} already`);
  return createIssuer({ folder: place, clock, allowCreate: true });
}

/**
 * Publishes a new key for this use. The old one signs on until the new one's time comes, and is believed to its own end. Works on
 * a folder whose keys have all lapsed, too, which no server starts on.
 */
export async function rotateIssuerKey({ folder: place, clock }: IssuerKeysPlace, use: IssuerUse): Promise<KeySet> {
  const folder = new IssuerFolder(place);
  await rotateKey(folder, await load(folder), use, nowSecondsOf(clock));
  return (await load(folder)).keys;
}

/** A key set that no app would believe is not taken up either. */
async function loadNewer(folder: IssuerFolder, held: Held): Promise<Held> {
  const found = await load(folder);
  if (!equalBytes(found.rootKey, held.rootKey)) throw new IssuerKeysError('root.pub is another one now: apps have pinned the first');
  if (found.keys.seq < held.keys.seq) throw new IssuerKeysError('keyset.cose is older than the one in use');
  return found;
}

export async function createIssuer(options: IssuerOptions): Promise<FileIssuer> {
  const { clock } = options;
  const folder = new IssuerFolder(options.folder);
  if (options.allowCreate && !(await isWhole(folder))) await createKeys(folder, nowSecondsOf(clock));
  let held = await load(folder);
  if (options.allowCreate && (await addMissingUses(folder, held, nowSecondsOf(clock)))) held = await load(folder);
  for (const use of KEY_USES) signerOf(held, use, nowSecondsOf(clock));
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
    async reread() {
      held = await loadNewer(folder, held);
    },
  };
}
