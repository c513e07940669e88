/**
 * Stops a phone's wallet dead at a named step, so that it can be killed just there: the worker runs on to that step and then spins
 * for ever. Patched into the running worker from outside; the app that is tested is the app that is shipped.
 */
import { expect } from '@playwright/test';
import type { Phone } from './phone.ts';

/**
 * sign: a signature is about to be made; signed: it is made, nothing of it is stored. verify: a signature is about to be checked. write: a row of
 * `table` is about to be written; put: it is in the transaction, which is not committed; committed: it is on disk, and nobody knows.
 * answered: the server has answered on `path`, and nothing of it is stored.
 */
export type Stop =
  | { readonly at: 'sign' | 'signed' | 'verify' }
  | { readonly at: 'write' | 'put' | 'committed'; readonly table: string }
  | { readonly at: 'answered'; readonly path: string };

/** From now on. Returns what resolves when the worker stands there. */
export async function stopAt(phone: Phone, stop: Stop): Promise<() => Promise<void>> {
  const page = phone.page();
  const worker = page.workers().find((one) => one.url().includes('wallet')) ?? fail('this page has a wallet worker');
  await page.evaluate(() => {
    const heard = new BroadcastChannel('stopped');
    heard.onmessage = () => (document.documentElement.dataset['stopped'] = 'yes');
  });
  await worker.evaluate(arm, stop);
  return () => expect.poll(() => page.evaluate(() => document.documentElement.dataset['stopped']), { timeout: 20_000, message: `the wallet comes to: ${stop.at}` }).toBe('yes');
}

/** Runs in the worker: must not use anything from outside. */
function arm(stop: Stop): void {
  const channel = new BroadcastChannel('stopped');
  const spin = (): void => {
    channel.postMessage('here');
    // Long enough for the message to leave; then nothing runs in this worker any more.
    const until = performance.now() + 600_000;
    while (performance.now() < until);
  };
  const store = IDBObjectStore.prototype;
  const { sign, verify } = SubtleCrypto.prototype;
  switch (stop.at) {
    case 'sign':
      SubtleCrypto.prototype.sign = function () {
        spin();
        return new Promise(() => undefined);
      };
      break;
    case 'signed':
      SubtleCrypto.prototype.sign = function (...given: Parameters<typeof sign>) {
        return sign.apply(this, given).then((signature) => {
          spin();
          return signature;
        });
      };
      break;
    case 'verify':
      SubtleCrypto.prototype.verify = function (...given: Parameters<typeof verify>) {
        spin();
        return verify.apply(this, given);
      };
      break;
    case 'answered': {
      const real = globalThis.fetch;
      globalThis.fetch = async (...given: Parameters<typeof fetch>) => {
        const reply = await real(...given);
        if (reply.url.includes(stop.path)) spin();
        return reply;
      };
      break;
    }
    case 'write':
    case 'put':
    case 'committed':
      for (const name of ['put', 'add'] as const) {
        const real = store[name];
        store[name] = function (this: IDBObjectStore, ...given: Parameters<typeof real>) {
          const ours = this.name === stop.table;
          if (ours && stop.at === 'write') spin();
          const request = real.apply(this, given);
          if (ours && stop.at === 'put') request.addEventListener('success', spin);
          if (ours && stop.at === 'committed') this.transaction.addEventListener('complete', spin);
          return request;
        };
      }
  }
}

function fail(message: string): never {
  throw new Error(message);
}
