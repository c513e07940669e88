/** The database port on a real server: what is retried, what is unavailable, what is a bug, and that nothing is half done. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#base/log.ts';
import { openDatabase, type Database, type Sql } from '#server/adapters/postgres-database.ts';
import { addressesOf } from '#server/adapters/postgres-hosts.ts';
import { StoreUnavailable } from '#server/core/ports.ts';
import { startTestPostgres, type TestPostgres } from '../fixtures/postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

let url: string;
let database: Database;
beforeEach(async () => {
  url = await postgres.emptyDatabase();
  database = openDatabase({ url, log: silentLog, poolSize: 12, statementTimeoutMs: 3_000 });
  await database.script('create table counts (id text primary key, n bigint not null)');
  await database.script(`insert into counts values ('a', 0), ('b', 0)`);
});
afterEach(() => database.close().catch(() => undefined));

const READ = { name: 'read', text: 'select n from counts where id = $1' };
const ADD = { name: 'add', text: 'update counts set n = n + 1 where id = $1' };
const SET = { name: 'set', text: 'update counts set n = $2 where id = $1' };
const count = async (id: string): Promise<number | undefined> => (await database.query<{ n: number }>(READ, [id]))[0]?.n;
const raise = (code: string): string => `do $$ begin raise exception 'on purpose' using errcode = '${code}'; end $$`;

describe('case 83: conflicts', () => {
  it('40001: every body runs to its end, however often it must start again', async () => {
    let runs = 0;
    let allHaveRead: () => void = () => undefined;
    const read = new Promise<void>((resolve) => {
      allHaveRead = resolve;
    });
    const addOne = (): Promise<void> =>
      database.transaction(async (sql) => {
        await sql.script('set transaction isolation level repeatable read');
        const [row] = await sql.query<{ n: number }>(READ, ['a']);
        if (++runs === 4) allHaveRead();
        await read;
        await sql.query(SET, ['a', (row?.n ?? 0) + 1]);
      });
    await Promise.all(Array.from({ length: 4 }, addOne));
    expect(await count('a')).toBe(4);
    // One of the four was the first to write; the others had read before.
    expect(runs).toBeGreaterThanOrEqual(7);
  });

  it('40P01: two bodies that lock against each other both finish', async () => {
    let runs = 0;
    let bothInside: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => {
      bothInside = resolve;
    });
    const addBoth = (first: string, second: string): Promise<void> =>
      database.transaction(async (sql) => {
        await sql.query(ADD, [first]);
        if (++runs === 2) bothInside();
        await inside;
        await sql.query(ADD, [second]);
      });
    await Promise.all([addBoth('a', 'b'), addBoth('b', 'a')]);
    expect([await count('a'), await count('b')]).toEqual([2, 2]);
    expect(runs).toBeGreaterThan(2);
  });

  it('gives up after a bounded number of turns, and says that the store is unavailable', async () => {
    let runs = 0;
    const never = database.transaction(async (sql) => {
      runs++;
      await sql.script(raise('40001'));
    });
    await expect(never).rejects.toBeInstanceOf(StoreUnavailable);
    expect(runs).toBe(10);
  });

  it('goes by the first error of a pipeline, not by the ones that it causes', async () => {
    let runs = 0;
    await database.transaction(async (sql) => {
      const [, second] = await Promise.allSettled([sql.script(runs++ === 0 ? raise('40001') : 'select 1'), sql.query(ADD, ['a'])]);
      if (second.status === 'rejected') throw second.reason;
    });
    expect([runs, await count('a')]).toEqual([2, 1]);
  });
});

describe('failures', () => {
  it('does not commit after an error that the body has swallowed', async () => {
    const quiet = database.transaction(async (sql) => {
      await sql.query(ADD, ['a']);
      await sql.script('select 1 / 0').catch(() => undefined);
    });
    await expect(quiet).rejects.toThrow('division by zero');
    expect(await count('a')).toBe(0);
  });

  it('throws a bug as it is, once, and the connection is good again', async () => {
    let runs = 0;
    const bug = database.transaction(async (sql) => {
      runs++;
      await sql.query(ADD, ['a']);
      throw new RangeError('mine');
    });
    await expect(bug).rejects.toThrow(new RangeError('mine'));
    expect([runs, await count('a')]).toEqual([1, 0]);
  });

  it('refuses an int8 that a number cannot hold', async () => {
    const large = { name: 'large', text: 'select 9007199254740993::bigint as n' };
    await expect(database.query(large, [])).rejects.toThrow(/not a safe integer/);
    expect(await count('a')).toBe(0);
  });

  async function terminateSelf(sql: Sql): Promise<void> {
    await sql.query({ name: 'terminate', text: 'select pg_terminate_backend(pg_backend_pid())' }, []);
  }

  it('says unavailable when the connection is lost, and goes on with another', async () => {
    const lost = database.transaction(async (sql) => {
      await sql.query(ADD, ['a']);
      await terminateSelf(sql);
    });
    await expect(lost).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await count('a')).toBe(0);
  });

  it('says unavailable when a statement takes too long, or no server is there', async () => {
    await expect(database.query({ name: 'sleep', text: 'select pg_sleep(10)' }, [])).rejects.toBeInstanceOf(StoreUnavailable);
    const nowhere = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', log: silentLog });
    await expect(nowhere.query(READ, ['a'])).rejects.toBeInstanceOf(StoreUnavailable);
    await nowhere.close();
  });

  it('says unavailable when all connections are taken for too long, and recovers', async () => {
    const small = openDatabase({ url, log: silentLog, poolSize: 1, connectTimeoutMs: 2_000 });
    let letGo: () => void = () => undefined;
    const holding = small.transaction(() => new Promise<void>((resolve) => {
      letGo = resolve;
    }));
    await expect(small.query(READ, ['a'])).rejects.toBeInstanceOf(StoreUnavailable);
    letGo();
    await holding;
    expect(await small.query(READ, ['a'])).toEqual([{ n: 0 }]);
    await small.close();
  });
});

describe('settings and the end', () => {
  it('closing waits for what is under way, and takes nothing new', async () => {
    const closing = openDatabase({ url, log: silentLog });
    let begun: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const working = closing.transaction(async (sql) => {
      await sql.query(ADD, ['a']);
      begun();
      await sql.query({ name: 'nap', text: 'select pg_sleep(0.2)' }, []);
    });
    await inside;
    await closing.close();
    await working;
    expect(await count('a')).toBe(1);
    await expect(closing.query(READ, ['a'])).rejects.toBeInstanceOf(StoreUnavailable);
  });

  it('keeps no prepared statements behind an old pgbouncer', async () => {
    const unnamed = openDatabase({ url, log: silentLog, namedStatements: false, poolSize: 1 });
    expect(await unnamed.query(READ, ['a'])).toEqual([{ n: 0 }]);
    expect(await unnamed.query({ name: 'left', text: 'select name from pg_prepared_statements' }, [])).toEqual([]);
    await unnamed.close();
  });
});

describe('several hosts', () => {
  it('reads them from one url', () => {
    expect(addressesOf('postgres://u:p@h1:5432,h2/db?x=1')).toEqual(['postgres://u:p@h1:5432/db?x=1', 'postgres://u:p@h2/db?x=1']);
    expect(addressesOf('postgres://u@h1/db')).toEqual(['postgres://u@h1/db']);
  });

  it('finds the one that can write, and finds it again after it was lost', async () => {
    const { host } = new URL(url);
    const several = openDatabase({ url: url.replace(host, `127.0.0.1:1,${host}`), log: silentLog });
    expect(await several.query(READ, ['a'])).toEqual([{ n: 0 }]);
    const lost = several.transaction((sql) => sql.query({ name: 'terminate', text: 'select pg_terminate_backend(pg_backend_pid())' }, []));
    await expect(lost).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await several.query(READ, ['a'])).toEqual([{ n: 0 }]);
    await several.close();
  });

  it('says unavailable when none can write', async () => {
    const none = openDatabase({ url: 'postgres://u@127.0.0.1:1,127.0.0.1:2/db', log: silentLog });
    await expect(none.query(READ, ['a'])).rejects.toBeInstanceOf(StoreUnavailable);
    await none.close();
  });
});
