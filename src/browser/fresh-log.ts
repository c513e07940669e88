/**
 * Why a connection begins a new log before it writes. Chromium keeps IndexedDB in LevelDB, whose log takes each record in two writes,
 * a head and a body. A browser that is killed between them leaves a head alone at the end, which the next start forgives and writes on
 * behind; the start after that finds a wrong checksum there and throws the whole database away without a word.
 */

/** Nothing is kept in it. Deleting a database makes LevelDB put the log's rows into a table and begin another log. */
const SCRATCH_NAME = 'chit-scratch';

/** After `limitMs` at most, come what may: where it cannot be done, writing is as safe as the browser makes it. */
export function beginFreshLog(indexedDB: IDBFactory, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMs);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const opening = indexedDB.open(SCRATCH_NAME);
    opening.onerror = done;
    opening.onsuccess = () => {
      opening.result.close();
      const deleting = indexedDB.deleteDatabase(SCRATCH_NAME);
      deleting.onsuccess = done;
      deleting.onerror = done;
    };
  });
}
