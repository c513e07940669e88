/** What every test gets: one server behind one fault proxy, and phones that are cleared away and checked for complaints. */
import { test as base, expect } from '@playwright/test';
import { startFaultProxy } from './fault-proxy.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { createPhone } from './phone.ts';
import type { Phone, PhoneOptions } from './phone.ts';
import { startServer } from '../../fixtures/server-process.ts';
import type { ServerProcess } from '../../fixtures/server-process.ts';

export type World = { readonly server: ServerProcess; readonly proxy: FaultProxy; origin(name: string): string };
export type NewPhone = (name: 'shopper' | 'till' | 'desk', options?: Omit<PhoneOptions, 'origin'>) => Promise<Phone>;

/** Hosts that the desk does not use: its phones open their demo accounts by themselves, and here people open theirs by hand. */
const HOSTS = { shopper: 'payer', till: 'counter', desk: 'desk' } as const;

export const test = base.extend<{ phone: NewPhone }, { world: World }>({
  world: [
    async ({}, use) => {
      const server = await startServer();
      const proxy = await startFaultProxy(() => server.port);
      await use({ server, proxy, origin: (name) => `http://${name}.chit.localhost:${proxy.port}` });
      await proxy.close();
      await server.dispose();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  phone: async ({ world }, use, testInfo) => {
    const phones: Phone[] = [];
    await use(async (name, options = {}) => {
      const made = await createPhone({ ...options, origin: world.origin(HOSTS[name]) });
      phones.push(made);
      return made;
    });
    if (testInfo.status !== testInfo.expectedStatus) await keepEvidence(phones, testInfo.outputPath.bind(testInfo), world);
    const complaints = phones.flatMap((one) => one.complaints);
    for (const one of phones) await one.close();
    expect(complaints, 'violations of the security policy, and uncaught errors').toEqual([]);
  },
});
export { expect };

/** What the phones showed when the test failed, and the server's last words. */
async function keepEvidence(phones: readonly Phone[], place: (name: string) => string, world: World): Promise<void> {
  for (const [index, phone] of phones.entries()) {
    await phone.page().screenshot({ path: place(`phone-${index}.png`) }).catch(() => {});
  }
  process.stdout.write(`${world.server.output().split('\n').slice(-15).join('\n')}\nPictures: ${place('')}\n`);
}
