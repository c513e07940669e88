/**
 * The way out of a worker: what it asks of the network passes here, so that the worker can be ended with nothing under way. One for
 * each worker, as the module is: what waits in one worker is ended with it.
 */
const underWay = new Set<Promise<unknown>>();
let shut = false;

/** `ask`. Once the way is shut nothing is asked any more, and no answer comes: who waits for one is ended with the worker. */
export function goOut<T>(ask: () => Promise<T>): Promise<T> {
  if (shut) return new Promise(() => undefined);
  const asked = ask();
  underWay.add(asked);
  const answered = (): boolean => underWay.delete(asked);
  asked.then(answered, answered);
  return asked;
}

/** For good. Resolves when what is under way has its answer. */
export async function shutWayOut(): Promise<void> {
  shut = true;
  await Promise.allSettled(underWay);
}
