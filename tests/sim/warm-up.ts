/**
 * The wallet loads some of its parts when they are first used. The first `import()` of a file waits for a real disk; here every
 * part is loaded before time begins, and an import is a promise like any other.
 */
import { readdirSync } from 'node:fs';

const WALLET = new URL('../../src/wallet/', import.meta.url);

export async function loadAllParts(): Promise<void> {
  const files = readdirSync(WALLET).filter((name) => name.endsWith('.ts'));
  await Promise.all(files.map((name) => import(new URL(name, WALLET).href)));
}
