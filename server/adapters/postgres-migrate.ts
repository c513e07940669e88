/**
 * Brings a database to the schema of this release. Numbered files, each in its own transaction together with the note that
 * it was done, so a runner that was killed goes on where it stopped. A released file is never edited: its hash is kept and
 * compared. A database that knows a file we do not is newer than this server, and is left alone.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Database, Sql } from './postgres-database.ts';

export class MigrationError extends Error {}

type Migration = { readonly name: string; readonly text: string; readonly hash: string };
type Done = { readonly name: string; readonly hash: string };

const RELEASED = fileURLToPath(new URL('../migrations/', import.meta.url));
const FILE = /^\d{4}_[a-z0-9_]+\.sql$/;
const LIST = 'create table if not exists schema_migrations (name text collate "C" primary key, hash text not null)';
/** A file that rewrites a table, and whoever waits for its turn meanwhile, take longer than any statement of a payment may. */
const TAKE_TIME = 'set local statement_timeout = 0';
/** Two servers that start together take turns. */
const TAKE_TURN = 'lock table schema_migrations in exclusive mode';
const READ = { name: 'migrations-read', text: 'select name, hash from schema_migrations order by name' };
const NOTE = { name: 'migrations-note', text: 'insert into schema_migrations (name, hash) values ($1, $2)' };

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => FILE.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(path.join(folder, name), 'utf8');
      return { name, text, hash: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

/** The files that still have to run; throws where the past does not match. */
function pendingMigrations(files: readonly Migration[], done: readonly Done[]): readonly Migration[] {
  for (const [index, { name, hash }] of done.entries()) {
    const file = files[index];
    if (file === undefined || file.name !== name) throw new MigrationError(`the database has migration ${name}, which this server does not know here: it is newer, or not ours`);
    if (file.hash !== hash) throw new MigrationError(`migration ${name} was changed after it was applied`);
  }
  return files.slice(done.length);
}

async function applyNext(sql: Sql, files: readonly Migration[]): Promise<string | null> {
  await sql.script(TAKE_TIME);
  await sql.script(TAKE_TURN);
  const [next] = pendingMigrations(files, await sql.query<Done>(READ, []));
  if (next === undefined) return null;
  await sql.script(next.text);
  await sql.query(NOTE, [next.name, next.hash]);
  return next.name;
}

/** `if not exists` is no lock: of two servers that make the list at one moment one may fail, and finds it made when it asks again. */
async function makeList(database: Database): Promise<void> {
  await database.script(LIST).catch(() => database.script(LIST));
}

/** Returns the names of the files that were applied now. */
export async function migrate(database: Database, folder: string = RELEASED): Promise<string[]> {
  const files = await readMigrations(folder);
  if (files.length === 0) throw new MigrationError(`no migrations in ${folder}`);
  await makeList(database);
  const applied: string[] = [];
  for (;;) {
    const name = await database.transaction((sql) => applyNext(sql, files));
    if (name === null) return applied;
    applied.push(name);
  }
}
