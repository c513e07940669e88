/**
 * Hints that a feed has grown, as the server's event stream gives them: at once after a posting, only to who is connected, and
 * only of a head that the listener was not told. The stream's own bytes, polls and heartbeats are tests/contract's matter.
 */
import type { Store } from '#server/core/ports.ts';
import type { LiveFeeds } from '#server/http/live.ts';

export type Listener = { readonly deviceId: string; readonly partyId: string; readonly hint: () => void; readonly ended: () => void; headSeq: number };

export type News = {
  /** For the app. */
  readonly feeds: LiveFeeds;
  listen(listener: Omit<Listener, 'headSeq'>): () => void;
};

export function openNews(store: Store): News {
  const listeners = new Set<Listener>();
  let looking: Promise<void> | null = null;
  let again = false;
  const look = async (): Promise<void> => {
    do {
      again = false;
      const heads = await store.feedHeads([...new Set([...listeners].map((listener) => listener.partyId))]);
      for (const listener of listeners) {
        const headSeq = heads.get(listener.partyId) ?? 0;
        if (headSeq <= listener.headSeq) continue;
        listener.headSeq = headSeq;
        listener.hint();
      }
    } while (again);
    looking = null;
  };
  const wake = (): void => {
    again = true;
    looking ??= look();
  };
  return {
    feeds: {
      open: () => null,
      wake,
      end(deviceId) {
        for (const listener of listeners) if (listener.deviceId === deviceId) listener.ended();
      },
      close: () => undefined,
    },
    listen(given) {
      const listener = { ...given, headSeq: -1 };
      listeners.add(listener);
      wake();
      return () => listeners.delete(listener);
    },
  };
}
