/** What every test gets: one server behind one fault proxy, and phones that are cleared away and checked for complaints. */
import { test as base, expect } from '@playwright/test';
import { startFaultProxy } from './fault-proxy.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { createPhone } from './phone.ts';
import type { Phone, PhoneOptions } from './phone.ts';
import { startServer } from '../../fixtures/server-process.ts';
import type { ServerProcess } from '../../fixtures/server-process.ts';

export type World = { readonly server: ServerProcess; readonly proxy: FaultProxy; origin(name: string): string };
/** `line`: own: a proxy of its own, so that this phone's network can be cut while the others' stays. */
export type NewPhoneOptions = Omit<PhoneOptions, 'origin'> & { readonly line?: 'shared' | 'own' };
export type WiredPhone = Phone & { /** Its way to the server. */ readonly line: FaultProxy };
export type NewPhone = (name: 'shopper' | 'till' | 'desk', options?: NewPhoneOptions) => Promise<WiredPhone>;

/** Hosts that the desk does not use: its phones open their demo accounts by themselves, and here people open theirs by hand. */
const HOSTS = { shopper: 'payer', till: 'counter', desk: 'desk' } as const;

export const test = base.extend<{ phone: NewPhone }, { world: World }>({
  world: [
    async ({}, use) => {
      const server = await startServer();
      const proxy = await startFaultProxy(() => server.port);
      await use({ server, proxy, origin: (name) => originAt(name, proxy) });
      await proxy.close();
      await server.dispose();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  phone: async ({ world }, use, testInfo) => {
    const phones: Phone[] = [];
    const lines: FaultProxy[] = [];
    await use(async (name, { line: kind = 'shared', ...options } = {}) => {
      const line = kind === 'shared' ? world.proxy : await startFaultProxy(() => world.server.port);
      if (kind === 'own') lines.push(line);
      const made = await createPhone({ ...options, origin: originAt(HOSTS[name], line) });
      phones.push(made);
      return { ...made, line };
    });
    if (testInfo.status !== testInfo.expectedStatus) await keepEvidence(phones, testInfo.outputPath.bind(testInfo), world);
    const complaints = phones.flatMap((one) => one.complaints);
    for (const one of phones) await one.close();
    for (const line of lines) await line.close();
    expect(complaints, 'violations of the security policy, and uncaught errors').toEqual([]);
  },
});
export { expect };

function originAt(host: string, { port }: FaultProxy): string {
  return `http://${host}.chit.localhost:${port}`;
}

/** What the phones showed when the test failed, and the server's last words. */
async function keepEvidence(phones: readonly Phone[], place: (name: string) => string, world: World): Promise<void> {
  for (const [index, phone] of phones.entries()) {
    await phone.page().screenshot({ path: place(`phone-${index}.png`) }).catch(() => {});
  }
  process.stdout.write(`${world.server.output().split('\n').slice(-15).join('\n')}\nPictures: ${place('')}\n`);
}
