import { createMemoryDisk } from '#wallet/memory-disk.ts';
import { createMemoryStore } from '#wallet/memory-store.ts';
import { walletStoreContract } from './wallet-store.ts';

walletStoreContract('memory', async () => {
  const disk = createMemoryDisk();
  return { open: async () => createMemoryStore(disk), close: async () => undefined };
});
