/** What every test gets: one server behind one fault proxy, and phones that are cleared away and checked for complaints. */
import { test as base, expect } from '@playwright/test';
import type { TestInfo } from '@playwright/test';
import { startFaultProxy } from './fault-proxy.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { createInstalledDisks } from './installed.ts';
import type { InstalledDisks } from './installed.ts';
import { createPhone, needsWholeBrowser } from './phone.ts';
import type { Phone, PhoneOptions } from './phone.ts';
import { startServer } from '../../fixtures/server-process.ts';
import type { ServerProcess } from '../../fixtures/server-process.ts';

export type World = { readonly server: ServerProcess; readonly proxy: FaultProxy; readonly disks: InstalledDisks; origin(name: string): string };
/**
 * `line`: own: a proxy of its own, so that this phone's network can be cut while the others' stays. `fresh`: a browser that has never
 * been here; others have the app's files from an earlier visit, and no account. `at`: on whose host, where all must be on one.
 */
export type NewPhoneOptions = Omit<PhoneOptions, 'origin' | 'linePort'> & { readonly line?: 'shared' | 'own'; readonly fresh?: boolean; readonly at?: keyof typeof HOSTS };
export type WiredPhone = Phone & { /** Its way to the server. */ readonly line: FaultProxy };
export type NewPhone = (name: 'shopper' | 'till' | 'desk', options?: NewPhoneOptions) => Promise<WiredPhone>;
type Phones = { readonly phone: NewPhone; readonly made: readonly Phone[]; close(): Promise<void> };

/** Hosts that the desk does not use: its phones open their demo accounts by themselves, and here people open theirs by hand. */
const HOSTS = { shopper: 'payer', till: 'counter', desk: 'desk' } as const;
/** Where the app is stored for them: a desk has its phones' hosts in it. */
const INSTALLED_AT = { shopper: ['payer'], till: ['counter'], desk: ['shopper', 'till', 'till2', 'twin'] } as const;

/** `serverEnv`: how the operator has set the server up, for a file that `use`s another way than the default. */
export const test = base.extend<{ phone: NewPhone }, { serverEnv: Readonly<Record<string, string>>; world: World }>({
  serverEnv: [{}, { option: true, scope: 'worker' }],
  world: [
    async ({ serverEnv }, use) => {
      const server = await startServer({ env: serverEnv });
      const proxy = await startFaultProxy(() => server.port);
      const origin = (name: string): string => `http://${name}.chit.localhost:${proxy.port}`;
      const disks = createInstalledDisks(origin);
      await use({ server, proxy, disks, origin });
      await disks.close();
      await proxy.close();
      await server.dispose();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  phone: async ({ world }, use, testInfo) => {
    const phones = createPhones(world);
    await use(phones.phone);
    await keepEvidence(phones, 'phone', testInfo, world);
    const complaints = complaintsOf(phones);
    await phones.close();
    expectNone(complaints);
  },
});
export { expect };

/**
 * A scene that the tests of a file share, for those that leave it as they found it: two people with accounts take longer to come than
 * to do what most tests are about. The first test that asks for it waits until it stands. After a failed test the runner begins anew,
 * with another scene.
 */
export function sharedScene<S>(make: (phone: NewPhone) => Promise<S>): (world: World) => Promise<S> {
  let standing: { readonly phones: Phones; readonly scene: Promise<S> } | null = null;
  test.afterEach(async ({ world }, testInfo) => {
    if (standing === null) return;
    await keepEvidence(standing.phones, 'shared-phone', testInfo, world);
    expectNone(complaintsOf(standing.phones));
  });
  test.afterAll(async () => {
    await standing?.phones.close();
    standing = null;
  });
  return (world) => {
    if (standing === null) {
      const phones = createPhones(world);
      standing = { phones, scene: make(phones.phone) };
    }
    return standing.scene;
  };
}

function createPhones(world: World): Phones {
  const made: Phone[] = [];
  const lines: FaultProxy[] = [];
  return {
    made,
    async phone(name, { line: kind = 'shared', fresh = false, at = name, ...options } = {}) {
      const line = kind === 'shared' ? world.proxy : await startFaultProxy(() => world.server.port);
      if (kind === 'own') lines.push(line);
      const bare = fresh || needsWholeBrowser(options);
      const disk = options.disk ?? (bare ? undefined : await world.disks.of(INSTALLED_AT[at]));
      const phone = await createPhone({ ...options, ...(disk !== undefined && { disk }), origin: world.origin(HOSTS[at]), linePort: line.port });
      made.push(phone);
      return { ...phone, line };
    },
    async close() {
      for (const phone of made) await phone.close();
      for (const line of lines) await line.close();
    },
  };
}

function complaintsOf({ made }: Phones): string[] {
  return made.flatMap(({ complaints }) => complaints.splice(0));
}

function expectNone(complaints: readonly string[]): void {
  expect(complaints, 'violations of the security policy, and uncaught errors').toEqual([]);
}

/** Of a test that failed: what the phones showed, and the server's last words. */
async function keepEvidence({ made }: Phones, name: string, testInfo: TestInfo, world: World): Promise<void> {
  if (testInfo.status === testInfo.expectedStatus) return;
  for (const [index, phone] of made.entries()) {
    await phone.page().screenshot({ path: testInfo.outputPath(`${name}-${index}.png`) }).catch(() => {});
  }
  process.stdout.write(`${world.server.output().split('\n').slice(-15).join('\n')}\nPictures: ${testInfo.outputPath('')}\n`);
}
