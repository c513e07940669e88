/**
 * Parts of the wallet that the first screen does not need: the codecs (CBOR, COSE, hashes) and the flows that use them. They are
 * loaded on first use, by `import()` at the place that needs them, so that a start reads a third less script. Offline too: the
 * service worker stores every file. Never inside `work` of a transaction: awaiting a part would end it.
 */
import { err, type Result } from '#base/result.ts';
import { goOut } from '#base/way-out.ts';
import type { ErrorCode } from '#protocol/errors.ts';

/** Gives the part that it stands for. */
export type Part<P> = () => Promise<P>;

/** Kept once it is loaded: to ask the engine again, at every use, is not for nothing. What could not be loaded is asked for again. */
export function later<P>(read: () => Promise<P>): Part<P> {
  let kept: Promise<P> | null = null;
  return () => {
    kept ??= goOut(read).catch((cause: unknown) => {
      kept = null;
      throw cause;
    });
    return kept;
  };
}

/** Null when it cannot be loaded: no network, and the service worker has not stored it yet. Nothing was done then. */
export async function load<P>(wanted: Part<P>): Promise<P | null> {
  try {
    return await wanted();
  } catch {
    return null;
  }
}

/** For a call that a person waits for. */
export async function use<P, T>(wanted: Part<P>, work: (loaded: P) => Promise<Result<T, ErrorCode>>): Promise<Result<T, ErrorCode>> {
  const loaded = await load(wanted);
  return loaded === null ? err('OFFLINE') : work(loaded);
}
