/**
 * A disk with no room: in this context every write into the wallet's database fails as a browser's quota does, until there is
 * room again. Stands below Dexie, so what reads the error is what ships. Reading and deleting go on, as on a real full disk.
 */
export type Writes = Pick<IDBObjectStore, 'put' | 'add'>;

/** Takes the place of `put` and `add` for all tables of this context. `fail` is told of each write that was turned away. */
export function fillDisk(tables: Writes, database: string, isFull: () => boolean, fail: (table: string) => void): void {
  for (const name of ['put', 'add'] as const) {
    const write = tables[name];
    tables[name] = function (this: IDBObjectStore, ...given: Parameters<IDBObjectStore['put']>) {
      if (!isFull() || this.transaction.db.name !== database) return write.apply(this, given);
      fail(this.name);
      throw new DOMException('no room left on this device', 'QuotaExceededError');
    };
  }
}
