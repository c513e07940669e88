/** What the database itself takes to put one row on the disk, as many at once: what every figure of ours is to be read beside. */
import type { Database } from '#server/adapters/postgres-database.ts';
import type { TestPostgres } from '../fixtures/postgres.ts';
import { secondsInFlight } from './in-flight.ts';

const ROWS = 1_000;
/** Other programs slow the machine, and none speeds it up. */
const ROUNDS = 3;
const INSERT = { name: 'bench-bare', text: 'insert into bare (n) values ($1)' };

/** A database that waits for the disk, as in production. */
export async function durableDatabase(postgres: TestPostgres, poolSize: number): Promise<Database> {
  const database = await postgres.database({ poolSize });
  await database.script('alter system set fsync = on');
  await database.script('select pg_reload_conf()');
  await database.script('create table bare (n bigint not null)');
  return database;
}

export async function bareCommitsPerSecond(database: Database, workers: number): Promise<number> {
  const rows = Array.from({ length: ROWS }, (_, n) => n);
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) best = Math.max(best, ROWS / (await secondsInFlight(workers, rows, async (n) => void (await database.query(INSERT, [n])))));
  return best;
}
