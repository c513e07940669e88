/**
 * One wallet worker as the page sees it: the api over Comlink, and a watch over it. A call to a worker that has died would never
 * settle; here it ends as WORKER_LOST.
 */
import { proxy, type Remote, wrap } from 'comlink';
import { err, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { Snapshot, WalletApi } from '#wallet/api.ts';
import { payerCalls } from './payer-calls.ts';
import { tillCalls } from './till-calls.ts';

/** What the worker exposes beside the api. */
export type WorkerApi = WalletApi & { ping(): Promise<true> };

export type Connected = {
  /** The same api; takes plain functions where Comlink would want a proxy. */
  readonly wallet: WalletApi;
  /** Ends the worker, for good. */
  close(): void;
};

const HEARTBEAT_MS = 5_000;
/** Two missed answers in a row: one may be a frozen page catching up. */
const ANSWER_MS = 8_000;
const MISSES = 2;

/** `onLost` is called once, when the worker has died or does not answer: terminate is done, start another. */
export function connectWorker(worker: Worker, onLost: () => void): Connected {
  const remote = wrap<WorkerApi>(worker);
  let ended = false;
  let lose = (): void => undefined;
  const lost = new Promise<'lost'>((resolve) => {
    lose = () => resolve('lost');
  });
  const end = (): void => {
    ended = true;
    lose();
    worker.terminate();
  };
  const fail = (): void => {
    if (ended) return;
    end();
    onLost();
  };
  let answered = false;
  // A script that cannot be loaded or started fails here; an error after that is reported by the wallet itself.
  worker.addEventListener('error', () => {
    if (!answered) fail();
  });
  void watch(remote, () => ended, () => (answered = true)).then(fail);
  return { wallet: guarded(remote, lost), close: end };
}

/** Resolves when the worker no longer answers. */
async function watch(remote: Remote<WorkerApi>, ended: () => boolean, onAnswer: () => void): Promise<void> {
  for (let misses = 0; misses < MISSES && !ended(); ) {
    const answer = await Promise.race([remote.ping().catch(() => false), wait(ANSWER_MS).then(() => false)]);
    misses = answer === true ? 0 : misses + 1;
    if (answer === true) onAnswer();
    if (misses === 0) await wait(HEARTBEAT_MS);
  }
}

function wait(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

function guarded(worker: Remote<WorkerApi>, lost: Promise<'lost'>): WalletApi {
  // Every call of the api is a promise already, so over Comlink it has the same shape.
  const remote = worker as unknown as WalletApi;
  const result = async <T>(call: Promise<Result<T, ErrorCode>>): Promise<Result<T, ErrorCode>> => {
    const first = await Promise.race([call, lost]);
    return first === 'lost' ? err('WORKER_LOST') : first;
  };
  const quiet = async (call: Promise<void>): Promise<void> => void (await Promise.race([call, lost]));
  return {
    open: (environment) => result(remote.open(environment)),
    subscribe: (listener) => quiet(remote.subscribe(proxy((snapshot: Snapshot) => listener(snapshot)))),
    wake: (why) => quiet(remote.wake(why)),
    enrol: (how) => result(remote.enrol(how)),
    restoreChallenge: () => result(remote.restoreChallenge()),
    restore: (user) => result(remote.restore(user)),
    signOut: (discard) => result(remote.signOut(discard)),
    setPin: (pin, current) => result(remote.setPin(pin, current)),
    passkeyOptions: (pin) => result(remote.passkeyOptions(pin)),
    addPasskey: (registration) => result(remote.addPasskey(registration)),
    prepare: (text) => result(remote.prepare(text)),
    pay: (draftId, user) => result(remote.pay(draftId, user)),
    discard: (draftId) => quiet(remote.discard(draftId)),
    noteKeeping: (keeping) => quiet(remote.noteKeeping(keeping)),
    ...payerCalls((ask) => result(ask(remote))),
    charge: (amountText) => result(remote.charge(amountText)),
    cancelCharge: (saleId) => result(remote.cancelCharge(saleId)),
    dismissPaid: (saleId) => result(remote.dismissPaid(saleId)),
    ...tillCalls((ask) => result(ask(remote))),
    records: (before) => result(remote.records(before)),
    record: (type, id) => result(remote.record(type, id)),
    report: async () => {
      const text = await Promise.race([remote.report(), lost]);
      return text === 'lost' ? '' : text;
    },
  };
}
