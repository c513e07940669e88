/**
 * What a failed database call means. Browsers and Dexie wrap the real reason: a full disk arrives as an AbortError with
 * QuotaExceededError inside, so the whole chain is read. Must never call a bug in our own code a storage error.
 */
import type { StorageError } from '#wallet/ports.ts';

/** `dead`: the connection is of no more use; close it, open a new one, try once more. `bug`: not storage at all. */
export type StorageTrouble = StorageError | 'dead' | 'bug';

const DEPTH = 6;

const MEANING: ReadonlyMap<string, StorageTrouble> = new Map([
  ['QuotaExceededError', 'STORAGE_FULL'],
  ['VersionError', 'STORAGE_OUTDATED'],
  ['MissingAPIError', 'STORAGE_UNSUPPORTED'],
  ['MissingApiError', 'STORAGE_UNSUPPORTED'],
  ['SecurityError', 'STORAGE_UNSUPPORTED'],
  ['InvalidStateError', 'dead'],
  ['UnknownError', 'dead'],
  ['AbortError', 'dead'],
  ['TimeoutError', 'dead'],
  ['NotFoundError', 'dead'],
  ['DatabaseClosedError', 'dead'],
  ['DatabaseClosed', 'dead'],
  ['OpenFailedError', 'dead'],
  ['TransactionInactiveError', 'dead'],
  ['PrematureCommitError', 'bug'],
  ['DataError', 'bug'],
  ['DataCloneError', 'bug'],
  ['ConstraintError', 'bug'],
]);

export function classifyStorageError(error: unknown): StorageTrouble {
  const meanings = chain(error).map((name) => MEANING.get(name));
  // The most telling reason wins, wherever in the chain it stands.
  return meanings.find((meaning) => meaning !== undefined && meaning !== 'dead') ?? meanings.find((meaning) => meaning !== undefined) ?? 'bug';
}

function chain(error: unknown): string[] {
  const names: string[] = [];
  let at: unknown = error;
  for (let depth = 0; depth < DEPTH && typeof at === 'object' && at !== null; depth++) {
    if ('name' in at && typeof at.name === 'string') names.push(at.name);
    at = 'inner' in at && at.inner !== undefined ? at.inner : 'cause' in at ? at.cause : null;
  }
  return names;
}
