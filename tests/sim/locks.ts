/**
 * The locks of one browser, as navigator.locks gives them to all its contexts: in turn, by name, with stealing. What a dead
 * context holds is free at once; what a frozen one holds stays held, which is why stealing exists.
 */

type Grant = (lock: null) => Promise<unknown>;
type Waiter = { readonly owner: object; readonly grant: () => void; readonly refuse: () => void };
type Holder = { readonly owner: object; readonly lose: () => void };

export class BrowserLocks {
  private readonly holders = new Map<string, Holder>();
  private readonly waiters = new Map<string, Waiter[]>();
  /** Contexts that are dead. What of them still runs here for a moment takes no lock any more: it would hold it for ever. */
  private readonly gone = new WeakSet<object>();

  /** What one context sees. Of the interface, what the shipped adapter uses. */
  of(owner: object): LockManager {
    const request = (name: string, options: LockOptions, work: Grant): Promise<unknown> => this.request(owner, name, options, work);
    return { request, query: async () => ({}) } as LockManager;
  }

  /** The context is gone, and with it all that it held or waited for. */
  release(owner: object): void {
    this.gone.add(owner);
    for (const [name, waiters] of this.waiters) this.waiters.set(name, waiters.filter((waiter) => waiter.owner !== owner));
    for (const [name, holder] of [...this.holders]) if (holder.owner === owner) this.free(name, holder);
  }

  private request(owner: object, name: string, { signal, steal }: LockOptions, work: Grant): Promise<unknown> {
    if (this.gone.has(owner)) return new Promise(() => undefined);
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(new DOMException('the lock was stolen, or waited for in vain', 'AbortError'));
      const holder: Holder = { owner, lose: abort };
      const grant = (): void => {
        this.holders.set(name, holder);
        // Not in the asker's turn, as in a browser.
        void Promise.resolve()
          .then(() => work(null))
          .then(resolve, reject)
          .finally(() => this.free(name, holder));
      };
      const present = this.holders.get(name);
      if (present === undefined) return grant();
      if (steal === true) {
        grant();
        return present.lose();
      }
      const waiter: Waiter = { owner, grant, refuse: abort };
      this.queueOf(name).push(waiter);
      signal?.addEventListener('abort', () => this.giveUp(name, waiter));
    });
  }

  private queueOf(name: string): Waiter[] {
    const queue = this.waiters.get(name) ?? [];
    this.waiters.set(name, queue);
    return queue;
  }

  private giveUp(name: string, waiter: Waiter): void {
    const queue = this.queueOf(name);
    const at = queue.indexOf(waiter);
    if (at === -1) return;
    queue.splice(at, 1);
    waiter.refuse();
  }

  private free(name: string, holder: Holder): void {
    if (this.holders.get(name) !== holder) return;
    this.holders.delete(name);
    this.queueOf(name).shift()?.grant();
  }
}
