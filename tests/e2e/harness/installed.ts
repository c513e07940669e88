/**
 * Disks of browsers that have been here before: the app's files are stored, and nobody has an account. Installing costs a phone more
 * than all that a test does then, so it is done once a run; each phone starts on a copy.
 */
import { createPhone } from './phone.ts';
import type { Phone } from './phone.ts';

const PAGE = '/nothing-but-an-install';

export type InstalledDisks = {
  /** A disk with the app installed at these hosts. */
  of(hosts: readonly string[]): Promise<string>;
  close(): Promise<void>;
};

export function createInstalledDisks(origin: (host: string) => string): InstalledDisks {
  const made = new Map<string, Promise<{ readonly phone: Phone; readonly disk: string }>>();
  return {
    async of(hosts) {
      const key = hosts.join();
      const found = made.get(key) ?? install(hosts.map(origin));
      made.set(key, found);
      return (await found).disk;
    },
    async close() {
      for (const { phone } of await Promise.all(made.values())) await phone.close();
    },
  };
}

/** From a page of ours that is not the app: the app itself would leave rows and marks. */
async function install(origins: readonly string[]): Promise<{ readonly phone: Phone; readonly disk: string }> {
  const phone = await createPhone({ origin: origins[0] ?? '' });
  const page = phone.page();
  await page.route(`**${PAGE}`, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>install</title>' }));
  for (const origin of origins) {
    await page.goto(origin + PAGE);
    await page.evaluate(async () => {
      const { installing } = await navigator.serviceWorker.register('/service-worker.js');
      while (installing !== null && installing.state !== 'activated') {
        if (installing.state === 'redundant') throw new Error('the app cannot be installed');
        await new Promise((changed) => installing.addEventListener('statechange', changed, { once: true }));
      }
    });
  }
  await phone.turnOff();
  return { phone, disk: phone.keepDisk() };
}
