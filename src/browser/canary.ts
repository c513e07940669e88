/**
 * A mark outside IndexedDB: "this browser had a wallet". Kept in Cache Storage, which workers can reach and which browsers often
 * keep or clear apart from IndexedDB. The page's localStorage mark (wallet-mark.ts) and the server's cookie stand beside it.
 */
import type { Canary } from '#wallet/ports.ts';

const CACHE_NAME = 'chit-mark';
const MARK_PATH = '/.wallet-mark';

/** Missing or refused Cache Storage is no mark, not an error: the other marks remain. */
export function createCanary(caches: CacheStorage | undefined): Canary {
  const quietly = async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return caches === undefined ? otherwise : await work();
    } catch {
      return otherwise;
    }
  };
  return {
    seen: () => quietly(async () => (await caches?.match(MARK_PATH, { cacheName: CACHE_NAME })) !== undefined, false),
    set: () => quietly(async () => (await caches?.open(CACHE_NAME))?.put(MARK_PATH, new Response('1')), undefined),
    clear: () => quietly(async () => void (await caches?.delete(CACHE_NAME)), undefined),
  };
}
