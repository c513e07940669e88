/**
 * The tester's own database of one phone, beside the wallet's: what is armed, and kept copies of the wallet's rows. Plain
 * IndexedDB, because the page, the worker and the service worker all open it and the page carries no database library.
 */
const NAME = 'chit-lab';
const VERSION = 1;

export type LabTable = 'board' | 'copies';
const TABLES: readonly LabTable[] = ['board', 'copies'];

export async function openLabDatabase(factory: IDBFactory): Promise<IDBDatabase> {
  const opening = factory.open(NAME, VERSION);
  opening.addEventListener('upgradeneeded', () => {
    for (const table of TABLES) opening.result.createObjectStore(table);
  });
  const database = await answerOf(opening);
  database.addEventListener('versionchange', () => database.close());
  return database;
}

export function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('the request failed')));
  });
}

/** Resolves when everything in it is on disk. */
export function doneWith(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve());
    transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('the transaction was given up')));
  });
}
