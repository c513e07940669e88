/**
 * A phone's storage as one thing: copied whole, the device's key with it, put back later, or thrown away. A key that nobody can
 * read out is copied all the same, by structured clone: this is what a browser cannot prevent (protocol.md section 2), and what a
 * double spender does. Plain IndexedDB: the app's own adapter must not be able to do this.
 */
import { answerOf, doneWith } from './lab-database.ts';

/** As browser/database.ts has it: that module brings Dexie along, which the page must not carry. */
export const WALLET_DATABASE = 'chit';

export type StorageCopy = {
  /** Of the database's shape: a copy fits only the shape that it was taken from. */
  readonly version: number;
  readonly atMs: number;
  readonly tables: readonly { readonly name: string; readonly rows: readonly { readonly key: IDBValidKey; readonly row: unknown }[] }[];
};

/** Null when this phone has no wallet. */
export async function copyStorage(factory: IDBFactory, nowMs: number): Promise<StorageCopy | null> {
  const database = await openExisting(factory);
  if (database === null) return null;
  const names = [...database.objectStoreNames];
  const transaction = database.transaction(names);
  const tables = await Promise.all(
    names.map(async (name) => {
      const table = transaction.objectStore(name);
      const [keys, rows] = await Promise.all([answerOf(table.getAllKeys()), answerOf(table.getAll() as IDBRequest<unknown[]>)]);
      return { name, rows: keys.map((key, index) => ({ key, row: rows[index] })) };
    }),
  );
  const { version } = database;
  database.close();
  return { version, atMs: nowMs, tables };
}

/** All of it or nothing. False when this phone's database has another shape, or there is none. */
export async function putBackStorage(factory: IDBFactory, copy: StorageCopy): Promise<boolean> {
  const database = await openExisting(factory);
  if (database === null) return false;
  const names = [...database.objectStoreNames];
  const fits = database.version === copy.version && copy.tables.every(({ name }) => names.includes(name));
  if (fits) {
    const transaction = database.transaction(names, 'readwrite', { durability: 'strict' });
    for (const name of names) transaction.objectStore(name).clear();
    for (const { name, rows } of copy.tables) putRows(transaction.objectStore(name), rows);
    await doneWith(transaction);
  }
  database.close();
  return fits;
}

function putRows(table: IDBObjectStore, rows: StorageCopy['tables'][number]['rows']): void {
  for (const { key, row } of rows) {
    if (table.keyPath === null) table.put(row, key);
    else table.put(row);
  }
}

/** As a browser that needs the room: the rows are gone under the open page, the marks outside stay. */
export async function evictStorage(factory: IDBFactory): Promise<void> {
  await answerOf(factory.deleteDatabase(WALLET_DATABASE));
}

/** Opening must not bring an empty one into being. */
export async function openExisting(factory: IDBFactory): Promise<IDBDatabase | null> {
  const opening = factory.open(WALLET_DATABASE);
  opening.addEventListener('upgradeneeded', () => opening.transaction?.abort());
  try {
    const database = await answerOf(opening);
    database.addEventListener('versionchange', () => database.close());
    return database;
  } catch {
    return null;
  }
}
