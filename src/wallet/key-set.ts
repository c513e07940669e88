/** Judges a key set by the root that this wallet believes. Loaded only when keys are needed: most starts need none. */
import { fromBase64Url } from '#base/bytes.ts';
import { err, ok, type Result } from '#base/result.ts';
import { verifyKeySet } from '#protocol/keyset.ts';
import type { Es256Verifier, KeySet } from '#protocol/objects.ts';
import type { OfferedTrust } from './core.ts';

/** `pinned`: the one root key there may be, or null before the first. `minSeq`: of the set that is held. */
export type Held = { readonly pinned: string | null; readonly minSeq: number };

export async function judgeKeySet(offered: OfferedTrust, held: Held, verifier: Es256Verifier): Promise<Result<KeySet, 'E_KEYSET'>> {
  if (held.pinned !== null && held.pinned !== offered.rootKey) return err('E_KEYSET');
  const root = fromBase64Url(offered.rootKey);
  const bytes = fromBase64Url(offered.keySet);
  if (root === null || bytes === null) return err('E_KEYSET');
  const verified = await verifyKeySet(bytes, root, held.minSeq, verifier);
  return verified.ok ? ok(verified.value) : err('E_KEYSET');
}
