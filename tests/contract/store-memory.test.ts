import { openMemoryStore } from '#server/adapters/store-memory.ts';
import { storeContract } from './store.ts';

storeContract('memory', async () => openMemoryStore());
