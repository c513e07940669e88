/**
 * The shell's part of the demo build, which main.tsx loads behind that switch: the tester's door of a desk's phone, and a second
 * version of the app to update to. A production bundle contains nothing of this.
 */
import { openPhoneLab, type PageDoor, type PhoneLab } from '#faults/phone-lab.ts';
import { phoneAt } from '#faults/phones.ts';

/** Null where no phone of a desk is. */
export function phoneLabAt(page: Window, door: Pick<PageDoor, 'killWorker' | 'registerNewVersion'>): PhoneLab | null {
  if (phoneAt(page.location.hostname) === null) return null;
  return openPhoneLab({ ...door, indexedDB: page.indexedDB, nowMs: Date.now, startAnew: () => page.location.assign('/') });
}

const VERSION_KEY = 'chit.lab.version';

/**
 * The address under which this phone's service worker is registered. The same file under another address is another version to
 * the browser; the choice is kept, or the next start would find the first one to be news.
 */
export function versionNow(addresses: readonly string[], storage: Storage | null): string {
  return addresses.find((address) => address === storage?.getItem(VERSION_KEY)) ?? addresses[0] ?? '';
}

export function nextVersion(addresses: readonly string[], storage: Storage | null): string {
  const next = addresses[(addresses.indexOf(versionNow(addresses, storage)) + 1) % addresses.length] ?? '';
  storage?.setItem(VERSION_KEY, next);
  return next;
}
