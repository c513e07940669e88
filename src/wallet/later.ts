/**
 * Parts of the wallet that the first screen does not need: the codecs (CBOR, COSE, hashes) and the flows that use them. They are
 * loaded on first use, by `import()` at the place that needs them, so that a start reads a third less script. Offline too: the
 * service worker stores every file. Never inside `work` of a transaction: awaiting a part would end it.
 */
import { err, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';

/** Null when it cannot be loaded: no network, and the service worker has not stored it yet. Nothing was done then. */
export async function load<P>(part: Promise<P>): Promise<P | null> {
  try {
    return await part;
  } catch {
    return null;
  }
}

/** For a call that a person waits for. */
export async function use<P, T>(part: Promise<P>, work: (part: P) => Promise<Result<T, ErrorCode>>): Promise<Result<T, ErrorCode>> {
  const loaded = await load(part);
  return loaded === null ? err('OFFLINE') : work(loaded);
}
