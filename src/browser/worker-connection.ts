/**
 * One wallet worker as the page sees it: the api over Comlink, and a watch over it. A call to a worker that has died would never
 * settle; here it ends as WORKER_LOST.
 */
import { proxy, type Remote, wrap } from 'comlink';
import { err, type Err } from '#base/result.ts';
import type { Snapshot, WalletApi } from '#wallet/api.ts';
import { forward } from './forward.ts';

/** What the worker exposes beside the api. */
export type WorkerApi = WalletApi & {
  ping(): Promise<true>;
  /** Asks nothing more of the network; resolves when nothing is under way. */
  rest(): Promise<void>;
};

export type Connected = {
  /** The same api; takes plain functions where Comlink would want a proxy. */
  readonly wallet: WalletApi;
  /** Ends the worker once nothing that it asked of the network is under way, or after REST_MS. No call reaches it any more. */
  rest(): Promise<void>;
  /** Ends the worker at once, for good. */
  close(): void;
};

type Lost = Err<'WORKER_LOST'>;

const HEARTBEAT_MS = 5_000;
/** Two missed answers in a row: one may be a frozen page catching up. */
const ANSWER_MS = 8_000;
const MISSES = 2;
/** Most requests take less; one without an answer must not keep the page. */
const REST_MS = 2_000;

/** `onLost` is called once, when the worker has died or does not answer: terminate is done, start another. */
export function connectWorker(worker: Worker, onLost: () => void): Connected {
  const remote = wrap<WorkerApi>(worker);
  let ended = false;
  let lose = (): void => undefined;
  const lost = new Promise<Lost>((resolve) => {
    lose = () => resolve(err('WORKER_LOST'));
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
  const rest = async (): Promise<void> => {
    const rested = remote.rest().catch(() => undefined);
    // A payment that began now would be cut off by what the page rests for.
    ended = true;
    lose();
    await Promise.race([rested, wait(REST_MS)]);
    worker.terminate();
  };
  return { wallet: guarded(remote, () => ended, lost), rest, close: end };
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

function guarded(worker: Remote<WorkerApi>, ended: () => boolean, lost: Promise<Lost>): WalletApi {
  // Every call of the api is a promise already, so over Comlink it has the same shape.
  const remote = worker as unknown as WalletApi;
  const orLost = <T>(call: () => Promise<T>): Promise<T | Lost> => (ended() ? lost : Promise.race([call(), lost]));
  const own = {
    subscribe: async (listener: (snapshot: Snapshot) => void) => void (await orLost(() => remote.subscribe(proxy((snapshot: Snapshot) => listener(snapshot))))),
    report: async () => {
      const text = await orLost(() => remote.report());
      return typeof text === 'string' ? text : '';
    },
  } satisfies Partial<WalletApi>;
  return forward<WalletApi, typeof own>(own, (name, given) => orLost(() => Reflect.apply(remote[name], null, given)));
}
