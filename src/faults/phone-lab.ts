/**
 * What a tester may do to a phone from its page: arm faults, and the deeds that happen at once. Given to the desk's bridge by the
 * shell, which alone can end the worker, load the page again and register a service worker.
 */
import type { Armed } from './armed.ts';
import { type Board, browserSurroundings, openBoard } from './board.ts';
import { answerOf, doneWith, openLabDatabase } from './lab-database.ts';
import type { Deed } from './news.ts';
import { type OpenTable, readOpenRows } from './open-rows.ts';
import { copyStorage, evictStorage, putBackStorage, type StorageCopy } from './storage-copy.ts';

export type PhoneLab = {
  readonly board: Pick<Board, 'ready' | 'now' | 'onNews'>;
  arm(change: Partial<Armed>): Promise<void>;
  killWorker(): void;
  /** The browser needs the room. */
  evict(): Promise<void>;
  /** Keeps a copy of the storage as it is now, for rollBack. Null: there is nothing to keep. */
  keep(): Promise<number | null>;
  keptAtMs(): Promise<number | null>;
  /** The storage as it was kept; then start the app on it anew. False: nothing is kept, or its shape is another. */
  rollBack(): Promise<boolean>;
  copy(): Promise<StorageCopy | null>;
  /** This phone becomes the one that was copied, key and all; then start the app on it anew. */
  become(copy: StorageCopy): Promise<boolean>;
  /** Another version of the app is there. */
  newVersion(): Promise<void>;
  rows(): Promise<readonly OpenTable[]>;
  /** From the first screen: what was open may not be there any more. */
  startAnew(): void;
};

export type PageDoor = {
  readonly indexedDB: IDBFactory;
  nowMs(): number;
  /** From the first screen: what was open may not be there any more. */
  startAnew(): void;
  killWorker(): void;
  registerNewVersion(): Promise<void>;
};

const KEPT = 'kept';

export function openPhoneLab(page: PageDoor, board: Board = openBoard(browserSurroundings())): PhoneLab {
  const { indexedDB } = page;
  const fired = (fault: Deed, what = ''): void => board.tell({ kind: 'fired', fault, what, atMs: page.nowMs() });
  async function replaceWith(copy: StorageCopy, fault: Deed): Promise<boolean> {
    // What still runs would write what it remembers over what is put back.
    page.killWorker();
    if (!(await putBackStorage(indexedDB, copy))) return false;
    fired(fault, new Date(copy.atMs).toISOString());
    return true;
  }
  return {
    board,
    arm: board.arm,
    killWorker() {
      page.killWorker();
      fired('kill-worker');
    },
    async evict() {
      await evictStorage(indexedDB);
      fired('evict');
    },
    async keep() {
      const copy = await copyStorage(indexedDB, page.nowMs());
      if (copy !== null) await putCopy(indexedDB, copy);
      return copy?.atMs ?? null;
    },
    keptAtMs: async () => (await keptCopy(indexedDB))?.atMs ?? null,
    async rollBack() {
      const copy = await keptCopy(indexedDB);
      return copy !== null && replaceWith(copy, 'roll-back');
    },
    copy: () => copyStorage(indexedDB, page.nowMs()),
    become: (copy) => replaceWith(copy, 'become'),
    async newVersion() {
      await page.registerNewVersion();
      fired('new-version');
    },
    rows: () => readOpenRows(indexedDB),
    startAnew: page.startAnew,
  };
}

async function putCopy(factory: IDBFactory, copy: StorageCopy): Promise<void> {
  const database = await openLabDatabase(factory);
  const transaction = database.transaction('copies', 'readwrite');
  transaction.objectStore('copies').put(copy, KEPT);
  await doneWith(transaction);
  database.close();
}

async function keptCopy(factory: IDBFactory): Promise<StorageCopy | null> {
  const database = await openLabDatabase(factory);
  const kept = (await answerOf(database.transaction('copies').objectStore('copies').get(KEPT))) as StorageCopy | undefined;
  database.close();
  return kept ?? null;
}
