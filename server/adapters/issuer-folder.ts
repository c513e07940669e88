/**
 * The issuer's key folder. A file is whole or absent: it is written aside, flushed and renamed. Only the owner may read it.
 *
 *   root.pub         the root's compressed point, base64url: what apps pin
 *   root.pem         the root's private key. Demo, or for the length of a rotation; else it lives offline
 *   keyset.cose      the newest key set, signed by the root
 *   <use>-<kid>.pem  a private key that the key set names
 */
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { fromBase64Url, toBase64Url, toHex, type Bytes } from '#base/bytes.ts';
import { ToldError, type IssuerUse } from '#server/core/ports.ts';
import { signerFromPem, type StoredSigner } from './issuer-es256.ts';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** One clear line for whoever starts the server or changes its keys. */
export class IssuerKeysError extends ToldError {
  override readonly name = 'IssuerKeysError';
}

/** Null when the file is absent. */
async function readOr(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
    if (code === 'ENOENT') return null;
    if (code === 'EACCES') throw new IssuerKeysError(`this user may not read ${file}`);
    throw thrown;
  }
}

export class IssuerFolder {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async create(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: FOLDER_MODE });
    await chmod(this.folder, FOLDER_MODE);
  }

  private async write(name: string, content: string | Uint8Array): Promise<void> {
    const aside = path.join(this.folder, `${name}.new`);
    const handle = await open(aside, 'w', FILE_MODE);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(aside, path.join(this.folder, name));
    const folder = await open(this.folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  private async signer(name: string): Promise<StoredSigner | null> {
    const pem = await readOr(path.join(this.folder, name));
    if (pem === null) return null;
    try {
      return signerFromPem(pem.toString());
    } catch {
      throw new IssuerKeysError(`${name} in ${this.folder} is no P-256 private key`);
    }
  }

  async rootKey(): Promise<Bytes | null> {
    const text = await readOr(path.join(this.folder, 'root.pub'));
    return text === null ? null : fromBase64Url(text.toString().trim());
  }

  root(): Promise<StoredSigner | null> {
    return this.signer('root.pem');
  }

  async keepRoot(root: StoredSigner): Promise<void> {
    await this.write('root.pem', root.pem);
    await this.write('root.pub', `${toBase64Url(root.publicKey)}\n`);
  }

  async keySet(): Promise<Bytes | null> {
    const bytes = await readOr(path.join(this.folder, 'keyset.cose'));
    return bytes === null ? null : new Uint8Array(bytes);
  }

  keepKeySet(bytes: Bytes): Promise<void> {
    return this.write('keyset.cose', bytes);
  }

  key(use: IssuerUse, kid: Bytes): Promise<StoredSigner | null> {
    return this.signer(`${use}-${toHex(kid)}.pem`);
  }

  keepKey(use: IssuerUse, kid: Bytes, key: StoredSigner): Promise<void> {
    return this.write(`${use}-${toHex(kid)}.pem`, key.pem);
  }
}
