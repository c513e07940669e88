/**
 * The shopper's last snapshot, kept by the page so that a start has something to show while the wallet opens. To look at, never to
 * act on: the wallet screen alone draws it, with its age, and the wallet's first own word ends it. Never of a till, and never of a
 * wallet that was signed out, cleared or blocked.
 *
 * Stored as "build sum json". What bears the stamp of this build and the right sum was written by this very build, so it has the
 * shape of today's Snapshot; anything else (another version's, cut off, changed by hand) is as if absent.
 */
import { crc32 } from '#protocol/crc32.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { Snapshot } from '#wallet/api.ts';
import { attempt } from './attempt.ts';

export type PictureModel = {
  /** What was seen last; null when there is nothing to show. */
  recall(): Snapshot | null;
  /** Follows the wallet: keeps what a shopper's wallet shows, and forgets it when there is none any more. */
  follow(snapshot: Snapshot): void;
};

const STORE_KEY = 'chit.picture';
/** As many records as the wallet screen shows. */
const RECORDS = 5;

/** `build` differs whenever the app does. `later`: when to write it, which nobody waits for. It is forgotten at once. */
export function createPicture(store: Storage | null, build: string, later: (work: () => void) => void): PictureModel {
  let due: Snapshot | null = null;
  const keep = (): void => {
    const text = due === null ? null : writePicture(due, build);
    due = null;
    if (text !== null) attempt(() => (text.length > LIMITS.pictureChars ? store?.removeItem(STORE_KEY) : store?.setItem(STORE_KEY, text)));
  };
  return {
    recall: () => attempt(() => readPicture(store?.getItem(STORE_KEY) ?? '', build)),
    follow(snapshot) {
      if (snapshot.phase === 'starting') return;
      const waits = due !== null;
      due = isShoppers(snapshot) ? snapshot : null;
      if (due === null) attempt(() => store?.removeItem(STORE_KEY));
      else if (!waits) later(keep);
    },
  };
}

/** The connection is not kept: nobody knows it at the next start. */
export function writePicture(snapshot: Snapshot, build: string): string {
  const json = JSON.stringify({ ...snapshot, connection: 'unknown', recent: snapshot.recent.slice(0, RECORDS) } satisfies Snapshot);
  return `${build} ${sumOf(json)} ${json}`;
}

export function readPicture(text: string, build: string): Snapshot | null {
  if (text.length > LIMITS.pictureChars) return null;
  const [, writtenBy, sum, json] = /^(\S+) (\S+) (.*)$/su.exec(text) ?? [];
  if (writtenBy !== build || json === undefined || sum !== sumOf(json)) return null;
  const snapshot = JSON.parse(json) as Snapshot;
  return isShoppers(snapshot) ? snapshot : null;
}

function isShoppers(snapshot: Snapshot): boolean {
  return snapshot.phase === 'ready' && snapshot.identity?.kind === 'shopper';
}

function sumOf(json: string): string {
  return crc32(new TextEncoder().encode(json)).toString(16);
}
