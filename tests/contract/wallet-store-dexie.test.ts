import { createFakeBrowser } from '../fixtures/indexed-db.ts';
import { walletStoreContract } from './wallet-store.ts';

walletStoreContract('Dexie on fake-indexeddb', async () => {
  const browser = createFakeBrowser();
  return { open: async () => browser.tab().store, close: async () => browser.close() };
});
