/** Opens the store that the settings name: memory for tests, the operator's PostgreSQL, or our own beside the server. */
import { join } from 'node:path';
import type { Log } from '#base/log.ts';
import { startEmbeddedPostgres } from './adapters/embedded-postgres.ts';
import { readPassword, ROLE } from './adapters/postgres-cluster.ts';
import { openDatabase } from './adapters/postgres-database.ts';
import { isRefusal } from './adapters/postgres-errors.ts';
import { migrate, MigrationError } from './adapters/postgres-migrate.ts';
import { livingPostmaster } from './adapters/postmaster-file.ts';
import { StartupError } from './adapters/startup-error.ts';
import { openMemoryStore } from './adapters/store-memory.ts';
import { openPostgresStore } from './adapters/store-postgres.ts';
import { MEMORY_URL, type Config } from './config.ts';
import { StoreUnavailable, type Store } from './core/ports.ts';
import { hearStopSignals } from './stop-signals.ts';

export type OpenStore = { readonly store: Store; close(): Promise<void> };
type Where = Pick<Config, 'databaseUrl' | 'dataDir'>;

export async function openStore(where: Where, log: Log): Promise<OpenStore> {
  if (where.databaseUrl === MEMORY_URL) {
    const store = openMemoryStore();
    return { store, close: () => store.close() };
  }
  if (where.databaseUrl !== null) return openAt({ url: where.databaseUrl, called: 'The database of DATABASE_URL' }, log, async () => undefined);
  const embedded = await startEmbeddedPostgres({ dataDir: where.dataDir, log });
  return openAt({ url: embedded.url, called: embeddedIn(where) }, log, () => embedded.stop());
}

/** For a command: a store for the length of its work. Stopped before that, it does nothing; an order that has begun is carried out. */
export async function withStore<T>(where: Where, log: Log, work: (store: Store) => Promise<T>): Promise<T> {
  const signals = hearStopSignals();
  const open = await joinStore(where, log);
  try {
    if (await signals.came()) throw new StartupError('interrupted', 'Stopped before anything was done.');
    return await work(open.store);
  } finally {
    await open.close();
  }
}

/** Beside a server that runs: its embedded database; else one that is started for a moment. */
async function joinStore(where: Where, log: Log): Promise<OpenStore> {
  const running = where.databaseUrl === null ? livingPostmaster(join(where.dataDir, 'postgres')) : null;
  if (running === null) return openStore(where, log);
  const password = readPassword(join(where.dataDir, 'postgres.password'), true);
  const url = `postgres://${ROLE}:${password}@127.0.0.1:${running.port}/postgres`;
  return openAt({ url, called: embeddedIn(where) }, log, async () => undefined);
}

const embeddedIn = ({ dataDir }: Where): string => `The embedded database in ${dataDir}`;

async function openAt({ url, called }: { url: string; called: string }, log: Log, after: () => Promise<void>): Promise<OpenStore> {
  const database = openDatabase({ url, log });
  const close = async (): Promise<void> => {
    await database.close();
    await after();
  };
  try {
    for (const name of await migrate(database)) log.info('database.migrated', { name });
  } catch (thrown) {
    await close();
    throw explain(thrown, called);
  }
  return { store: openPostgresStore(database), close };
}

/** What its owner can put right, in one line; the rest is a bug. */
function explain(thrown: unknown, called: string): unknown {
  if (thrown instanceof MigrationError) return new StartupError('database', `The database does not fit this server: ${thrown.message}.`);
  if (thrown instanceof StoreUnavailable) return new StartupError('database', `${called} does not answer.`);
  if (isRefusal(thrown)) return new StartupError('database', `${called} refuses: ${thrown.message}.`);
  return thrown;
}
