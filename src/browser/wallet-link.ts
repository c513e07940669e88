/**
 * A wallet for the page that outlives its worker: starts the worker, opens the wallet in it, and when the worker dies starts
 * another and subscribes again. What was stored is there again; a confirm sheet is not, and the call that was under way says
 * WORKER_LOST.
 */
import { err } from '#base/result.ts';
import type { Environment, Snapshot, WalletApi } from '#wallet/api.ts';
import { type Connected, connectWallet } from './connect-wallet.ts';

/** A worker that dies faster than this again and again is not started for ever. */
const RESTARTS = 5;
const CALM_MS = 60_000;

export type WalletLink = {
  readonly wallet: WalletApi;
  close(): void;
};

/** `start` makes the worker; `onGone` is called when it cannot be kept alive. */
export function linkWallet(start: () => Worker, onGone: () => void): WalletLink {
  const listeners: ((snapshot: Snapshot) => void)[] = [];
  let environment: Environment | null = null;
  let restarts = 0;
  let connected = connect();
  function connect(): Connected {
    return connectWallet(start(), () => void restart());
  }
  async function restart(): Promise<void> {
    restarts += 1;
    setTimeout(() => (restarts = Math.max(0, restarts - 1)), CALM_MS);
    if (restarts > RESTARTS) return onGone();
    connected = connect();
    if (environment !== null) await connected.wallet.open(environment);
    for (const listener of listeners) await connected.wallet.subscribe(listener);
  }
  const now = (): WalletApi => connected.wallet;
  const wallet: WalletApi = {
    open(given) {
      if (environment !== null) return Promise.resolve(err('WORKER_LOST'));
      environment = given;
      return now().open(given);
    },
    subscribe(listener) {
      listeners.push(listener);
      return now().subscribe(listener);
    },
    wake: (why) => now().wake(why),
    enrol: (how) => now().enrol(how),
    restoreChallenge: () => now().restoreChallenge(),
    restore: (user) => now().restore(user),
    signOut: () => now().signOut(),
    setPin: (pin, current) => now().setPin(pin, current),
    passkeyOptions: (pin) => now().passkeyOptions(pin),
    addPasskey: (registration) => now().addPasskey(registration),
    prepare: (text) => now().prepare(text),
    pay: (draftId, user) => now().pay(draftId, user),
    discard: (draftId) => now().discard(draftId),
    charge: (amountText) => now().charge(amountText),
    cancelCharge: (saleId) => now().cancelCharge(saleId),
    dismissPaid: (saleId) => now().dismissPaid(saleId),
    records: (before) => now().records(before),
    record: (type, id) => now().record(type, id),
    report: () => now().report(),
  };
  return { wallet, close: () => connected.close() };
}
