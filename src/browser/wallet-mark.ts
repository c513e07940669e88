/** The page's own mark that this browser had a wallet: workers cannot see localStorage, so the page passes it on. */
const MARK = 'chit.had-wallet';

export function hadWallet(storage: Storage | null): boolean {
  try {
    return storage?.getItem(MARK) === '1';
  } catch {
    return false;
  }
}

/** A browser that refuses the mark has others: Cache Storage, and the server's cookie. */
export function markWallet(storage: Storage | null, has: boolean): void {
  try {
    if (has) storage?.setItem(MARK, '1');
    else storage?.removeItem(MARK);
  } catch {
    // Full or forbidden.
  }
}
