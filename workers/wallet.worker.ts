/**
 * Shell of the wallet: gives the core its real ports and exposes it to the one page that started this worker. The tester's build
 * puts faults between the two on the phones of a desk.
 */
import { expose } from 'comlink';
import { shutWayOut } from '#base/way-out.ts';
import { browserPorts, realWorld } from '#browser/worker-ports.ts';
import { faultyWorld } from '#faults/faulty-world.ts';
import { createWallet } from '#wallet/wallet.ts';

const faulty = import.meta.env.MODE === 'demo' ? faultyWorld(self.location.hostname, realWorld()) : null;
const build = { rootKey: import.meta.env.VITE_ROOT_KEY ?? null, version: __CHIT_VERSION__ };
const { syncOnce: _, close: __, ...api } = createWallet(browserPorts(build, faulty?.world));

expose({
  ...api,
  open: async (environment: Parameters<typeof api.open>[0]) => {
    await faulty?.ready;
    return api.open(environment);
  },
  ping: async () => true,
  rest: shutWayOut,
});
