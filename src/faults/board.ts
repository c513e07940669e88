/**
 * The board of one phone: what is armed on it, the same in its page, its worker and its service worker. It is a row, so that a
 * reload, a killed worker and a closed app leave it as it was; who takes a one-shot fault takes it from the row, so it happens once.
 */
import { type Armed, HEALTHY, type Once, readArmed } from './armed.ts';
import { answerOf, doneWith, openLabDatabase } from './lab-database.ts';
import type { News } from './news.ts';

export type Board = {
  /** The row has been read. A board that cannot be read is a healthy phone's. */
  readonly ready: Promise<void>;
  now(): Armed;
  arm(change: Partial<Armed>): Promise<void>;
  /** True for one caller only. */
  take(once: Once): Promise<boolean>;
  /** To every part of this phone, this one too. */
  tell(news: News): void;
  onNews(listener: (news: News) => void): () => void;
};

export type BoardSurroundings = { readonly indexedDB: IDBFactory; readonly channel: Pick<BroadcastChannel, 'postMessage' | 'addEventListener'> };

const ROW = 'armed';
const CHANNEL = 'chit-lab';

export function browserSurroundings(): BoardSurroundings {
  return { indexedDB: globalThis.indexedDB, channel: new BroadcastChannel(CHANNEL) };
}

export function openBoard({ indexedDB, channel }: BoardSurroundings): Board {
  const listeners = new Set<(news: News) => void>();
  const opened = openLabDatabase(indexedDB);
  let armed = HEALTHY;
  const hear = (news: News): void => {
    if (news.kind === 'armed') armed = readArmed(news.armed);
    for (const listener of listeners) listener(news);
  };
  const tell = (news: News): void => {
    channel.postMessage(news);
    hear(news);
  };
  /** Reads and writes in one transaction, so that two contexts never act on the same row. */
  async function change(next: (before: Armed) => Armed | null): Promise<Armed | null> {
    const transaction = (await opened).transaction('board', 'readwrite');
    const rows = transaction.objectStore('board');
    const after = next(readArmed(await answerOf(rows.get(ROW))));
    if (after !== null) rows.put(after, ROW);
    await doneWith(transaction);
    if (after !== null) tell({ kind: 'armed', armed: after });
    return after;
  }
  channel.addEventListener('message', (event) => hear((event as MessageEvent<News>).data));
  return {
    ready: readRow(opened).then(
      (row) => void (armed = row),
      () => undefined,
    ),
    now: () => armed,
    arm: async (part) => void (await change((before) => readArmed({ ...before, ...part }))),
    take: async (once) => {
      if (!armed.once.includes(once)) return false;
      return (await change((before) => (before.once.includes(once) ? { ...before, once: before.once.filter((name) => name !== once) } : null))) !== null;
    },
    tell,
    onNews(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

async function readRow(opened: Promise<IDBDatabase>): Promise<Armed> {
  const rows = (await opened).transaction('board').objectStore('board');
  return readArmed(await answerOf(rows.get(ROW)));
}
