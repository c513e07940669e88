/** Shell of the wallet: gives the core its real ports and exposes it to the one page that started this worker. */
import { expose } from 'comlink';
import { browserPorts } from '#browser/worker-ports.ts';
import { createWallet } from '#wallet/wallet.ts';

const { syncOnce: _, close: __, ...api } = createWallet(browserPorts({ rootKey: import.meta.env.VITE_ROOT_KEY ?? null, version: __CHIT_VERSION__ }));

expose({ ...api, ping: async () => true });
