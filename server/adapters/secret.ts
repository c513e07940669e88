/**
 * The server's secret: 32 random bytes in a file that only its owner may read. In demo mode it is made at the first start;
 * in production the operator brings it, because several server processes must share one and a backup must hold it.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { err, ok, type Result } from '#base/result.ts';
import type { ServerSecret } from '#server/core/ports.ts';

const SECRET_BYTES = 32;
export type SecretFault = 'MISSING' | 'SHORT' | 'DEFAULT' | 'READABLE_BY_OTHERS';

export function secretOf(key: Uint8Array): ServerSecret {
  return { mac: (bytes) => new Uint8Array(createHmac('sha256', key).update(bytes).digest()) };
}

export function readSecretFile(path: string): Result<ServerSecret, SecretFault> {
  let key: Uint8Array;
  try {
    key = readFileSync(path);
    if ((statSync(path).mode & 0o077) !== 0 && process.platform !== 'win32') return err('READABLE_BY_OTHERS');
  } catch {
    return err('MISSING');
  }
  if (key.length < SECRET_BYTES) return err('SHORT');
  return new Set(key).size < 8 ? err('DEFAULT') : ok(secretOf(key));
}

/** Made once: `wx` lets only one of two starting processes write it. */
export function readOrMakeSecretFile(path: string): Result<ServerSecret, SecretFault> {
  try {
    writeFileSync(path, randomBytes(SECRET_BYTES), { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
  }
  return readSecretFile(path);
}
