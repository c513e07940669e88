/**
 * The key of a till's confirmation codes, as WebCrypto keeps it: imported once from the server's text, never readable again, and
 * cleared with the database. Whether a text is the same key is asked by what both make of one message.
 */
import { equalBytes, fromBase64Url, utf8, type Bytes } from '#base/bytes.ts';
import { assert } from '#base/assert.ts';
import { ok, type Result } from '#base/result.ts';
import type { Mac } from '#protocol/confirmation-code.ts';
import type { CodeKeys, StorageError } from '#wallet/ports.ts';
import type { Database } from './database.ts';

const HMAC = { name: 'HMAC', hash: 'SHA-256' } as const;
const KEY_NAME = 'code';
const PROBE = utf8('which key is this');

type KeyRow = { readonly name: string; readonly key: CryptoKey };

export function createCodeKeys(database: Database, subtle: SubtleCrypto): CodeKeys {
  const macOf = (key: CryptoKey): Mac => async (message) => new Uint8Array(await subtle.sign('HMAC', key, message));
  const load = async (): Promise<Result<Mac | null, StorageError>> => {
    const row = await database.run('r', (tx) => tx.table<KeyRow, string>('keys').get(KEY_NAME));
    if (!row.ok) return row;
    return ok(row.value === undefined ? null : macOf(row.value.key));
  };
  return {
    load,
    async keep(keyText) {
      const key = await subtle.importKey('raw', bytesOf(keyText), HMAC, false, ['sign']);
      const held = await load();
      if (!held.ok) return held;
      if (held.value !== null && equalBytes(await held.value(PROBE), await macOf(key)(PROBE))) return ok(undefined);
      return database.run('rw', async (tx) => void (await tx.table('keys').put({ name: KEY_NAME, key })));
    },
  };
}

function bytesOf(text: string): Bytes {
  const bytes = fromBase64Url(text);
  assert(bytes !== null, 'the reply was read by its schema');
  return bytes;
}
