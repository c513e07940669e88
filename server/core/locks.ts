/**
 * Which accounts a transaction must lock is sometimes known only under the locks: whose purse a voucher contradicts, which other
 * purses an account has. Locks are taken in one go, in key order, or two transactions wait for each other; so a body that needs
 * more of them says which, its transaction ends having written nothing, and another begins with all of them.
 */
import { assert } from '#base/assert.ts';
import type { LedgerAccount, Posting, Store, Tx } from './ports.ts';

export type Locked = ReadonlyMap<LedgerAccount, number>;
export type More = { readonly more: readonly LedgerAccount[] };

/** What a purse or a voucher can lead to is a few accounts away; more rounds mean that something here is wrong. */
const ROUNDS = 8;

/** `work` must have written nothing when it asks for more. */
export async function withLocks<T extends object>(
  store: Store,
  ccy: number,
  first: readonly LedgerAccount[],
  work: (tx: Tx, locked: Locked) => Promise<T | More>,
): Promise<T> {
  const accounts = new Set(first);
  for (let round = 0; round < ROUNDS; round++) {
    const done = await store.transaction(async (tx) => work(tx, await tx.lockBalances([...accounts], ccy)));
    if (!isMore(done)) return done;
    for (const account of done.more) accounts.add(account);
  }
  throw new Error('a transaction that always needs more locks');
}

/** What of these is not locked yet; null when all are. */
export function missing(locked: Locked, accounts: readonly LedgerAccount[]): More | null {
  const more = accounts.filter((account) => !locked.has(account));
  return more.length === 0 ? null : { more };
}

export function lockedMinor(locked: Locked, account: LedgerAccount): number {
  const balanceMinor = locked.get(account);
  assert(balanceMinor !== undefined, `${account} is read under its lock`);
  return balanceMinor;
}

/** Locked balances, kept up with what the transaction posts, so that everybody is told what they have at its end. */
export class Book {
  private readonly tx: Tx;
  private readonly minor: Map<LedgerAccount, number>;

  constructor(tx: Tx, locked: Locked) {
    this.tx = tx;
    this.minor = new Map(locked);
  }

  holds(account: LedgerAccount): number {
    return lockedMinor(this.minor, account);
  }

  async post(postings: readonly Posting[]): Promise<void> {
    if (postings.length === 0) return;
    await this.tx.post(postings);
    for (const { debit, credit, amountMinor } of postings) {
      this.minor.set(debit, this.holds(debit) - amountMinor);
      this.minor.set(credit, this.holds(credit) + amountMinor);
    }
  }
}

function isMore(done: object): done is More {
  return 'more' in done;
}
