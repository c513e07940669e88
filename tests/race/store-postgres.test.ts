import { afterAll, beforeAll } from 'vitest';
import { openPostgresStore } from '#server/adapters/store-postgres.ts';
import { storeContract } from '../contract/store.ts';
import { startTestPostgres, type TestPostgres } from '../fixtures/postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

storeContract('PostgreSQL', async () => openPostgresStore(await postgres.database({ poolSize: 3 })));
