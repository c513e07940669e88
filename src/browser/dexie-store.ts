/** The wallet's store on IndexedDB. Only in workers: the page never opens it. */
import type { Transaction } from 'dexie';
import type { Clock } from '#base/clock.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { StorageError, StoreEvent, WalletStore, WalletTx } from '#wallet/ports.ts';
import { type Database, TABLES } from './database.ts';
import { SIGNED_OUT, walletTx } from './dexie-tx.ts';

/** Tells other contexts that something was committed. A frozen tab hears nothing; it looks again when it wakes. */
export type Announcer = { post(): void; onPost(listener: () => void): void; close(): void };

export function createDexieStore(database: Database, announcer: Announcer, clock: Clock): WalletStore {
  const listeners = new Set<(event: StoreEvent) => void>();
  const tell = (event: StoreEvent): void => {
    for (const listener of listeners) listener(event);
  };
  database.onEvent(tell);
  announcer.onPost(() => tell('changed'));
  let closed = false;
  const post = (): void => {
    // A closed channel throws.
    if (!closed) announcer.post();
  };
  /** Tells of damaged rows after the transaction: the answer to it is a write. */
  async function run<T>(mode: 'r' | 'rw', work: (tx: Transaction, damaged: () => void) => Promise<T>): Promise<Result<T, StorageError>> {
    let met = false;
    try {
      return await database.run(mode, (tx) => work(tx, () => (met = true)));
    } finally {
      if (met) tell('damaged');
    }
  }
  return {
    read: (work) => run('r', (tx, damaged) => work(walletTx(tx, damaged))),
    async write<T>(fence: number, work: (tx: WalletTx) => Promise<T>): Promise<Result<T, StorageError>> {
      const written = await run('rw', async (tx, damaged) => {
        const held = await tx.table<{ name: string; row: number }, string>('single').get('fence');
        if (held?.row !== fence) return err('NOT_WRITER');
        return ok(await work(walletTx(tx, damaged)));
      });
      if (!written.ok) return written;
      if (written.value.ok) post();
      return written.value;
    },
    takeFence: () =>
      database.run('rw', async (tx) => {
        const held = await tx.table<{ name: string; row: number }, string>('single').get('fence');
        // A database that the browser threw away and made anew must not hand out a number that an old tab still holds.
        const row = held === undefined ? clock.nowMs() : held.row + 1;
        await tx.table('single').put({ name: 'fence', row });
        return row;
      }),
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async clear() {
      const cleared = await database.run('rw', async (tx) => {
        if ((await tx.table('outbox').count()) > 0) return 'held';
        const held = await tx.table<{ name: string; row: number }, string>('single').get('fence');
        for (const table of TABLES) await tx.table(table).clear();
        // The fence goes on: whoever held one for the wallet that ended cannot write into the next.
        if (held !== undefined) await tx.table('single').put({ ...held, row: held.row + 1 });
        await tx.table('single').put({ name: SIGNED_OUT, row: true });
        return 'cleared';
      });
      if (cleared.ok && cleared.value === 'cleared') post();
      return cleared;
    },
    close() {
      closed = true;
      announcer.close();
      database.close();
    },
  };
}
