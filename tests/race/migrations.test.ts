import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#base/log.ts';
import { openDatabase, type Database } from '#server/adapters/postgres-database.ts';
import { migrate, MigrationError } from '#server/adapters/postgres-migrate.ts';
import { startTestPostgres, type TestPostgres } from '../fixtures/postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

let database: Database;
let folder: string;
beforeEach(async () => {
  database = openDatabase({ url: await postgres.emptyDatabase(), log: silentLog });
  folder = mkdtempSync(path.join(tmpdir(), 'chit-migrations-'));
  writeFileSync(path.join(folder, '0001_one.sql'), 'create table one (n int); insert into one values (1);');
  writeFileSync(path.join(folder, '0002_two.sql'), 'create table two (n int);');
  writeFileSync(path.join(folder, 'notes.txt'), 'not a migration');
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

const ones = async (): Promise<unknown> => database.query({ name: 'ones', text: 'select n from one' }, []);

describe('migrations', () => {
  it('run once, in order', async () => {
    expect(await migrate(database, folder)).toEqual(['0001_one.sql', '0002_two.sql']);
    expect(await migrate(database, folder)).toEqual([]);
    expect(await ones()).toEqual([{ n: 1 }]);
  });

  it('of this release run on an empty database, from several servers at once', async () => {
    const ours = readdirSync(path.join(import.meta.dirname, '../../server/migrations')).filter((name) => name.endsWith('.sql')).toSorted();
    expect(ours).toContain('0001_ledger.sql');
    for (let round = 0; round < 4; round++) {
      const fresh = openDatabase({ url: await postgres.emptyDatabase(), log: silentLog });
      const runs = await Promise.all([1, 2, 3, 4].map(() => migrate(fresh)));
      expect(runs.flat().sort()).toEqual(ours);
      await fresh.close();
    }
  });

  it('of paid invoices find each one’s amount where it was paid', async () => {
    const released = path.join(import.meta.dirname, '../../server/migrations');
    const until = (last: string): void => cpSync(released, folder, { recursive: true, filter: (from) => from === released || (/\d{4}_/.test(from) && path.basename(from) < last) });
    for (const name of readdirSync(folder)) rmSync(path.join(folder, name));
    until('0008');
    await migrate(database, folder);
    // A payment that was refused bears the id of a voucher.
    const payment = (id: string, amount: number): string => `insert into payments values ('${id}', 'p', 'd', 'm', 1, 'n', 'i-${id}', ${amount}, 156, 'f', '{}');`;
    const voucher = (vid: string, amount: number, reserve: number): string =>
      `insert into vouchers values ('${vid}', 'u', 'p', 'm', 'i-${vid}', 1, 1, ${amount}, 'q', 156, 'b', true, '{}', 'o', ${reserve}, 0, false, 0, 0, 1, null, null);`;
    const paid = (id: string): string => `insert into paid_invoices values ('m', 'i-${id}', '${id}');`;
    await database.script(payment('a', 100) + voucher('b', 200, 150) + payment('b', 9) + payment('c', 300) + voucher('c', 8, 0) + ['a', 'b', 'c'].map(paid).join(''));
    until('9999');
    await migrate(database, folder);
    const amounts = { name: 'amounts', text: 'select paid_by, amount_minor from paid_invoices order by paid_by' };
    expect(await database.query(amounts, [])).toEqual([{ paid_by: 'a', amount_minor: 100 }, { paid_by: 'b', amount_minor: 200 }, { paid_by: 'c', amount_minor: 300 }]);
  });

  it('go on where a runner stopped: a file that fails leaves nothing behind', async () => {
    writeFileSync(path.join(folder, '0002_two.sql'), 'create table two (n int); select 1 / 0;');
    await expect(migrate(database, folder)).rejects.toThrow('division by zero');
    await expect(database.script('select * from two')).rejects.toThrow(/does not exist/);
    writeFileSync(path.join(folder, '0002_two.sql'), 'create table two (n int);');
    expect(await migrate(database, folder)).toEqual(['0002_two.sql']);
    expect(await ones()).toEqual([{ n: 1 }]);
  });

  it('take longer than a statement may, and wait for each other as long', async () => {
    writeFileSync(path.join(folder, '0002_two.sql'), 'create table two (n int); select pg_sleep(3);');
    const url = await postgres.emptyDatabase();
    // The driver's own limit is two seconds more.
    const hasty = [1, 2].map(() => openDatabase({ url, log: silentLog, statementTimeoutMs: 500 }));
    const runs = await Promise.all(hasty.map((each) => migrate(each, folder)));
    expect(runs.flat().sort()).toEqual(['0001_one.sql', '0002_two.sql']);
    const [one] = hasty;
    await expect(one?.script('select pg_sleep(1)')).rejects.toThrow(/statement timeout/);
    await Promise.all(hasty.map((each) => each.close()));
  });

  it('refuse a released file that was changed, and change nothing', async () => {
    await migrate(database, folder);
    writeFileSync(path.join(folder, '0001_one.sql'), 'create table one (n bigint);');
    writeFileSync(path.join(folder, '0003_three.sql'), 'create table three (n int);');
    await expect(migrate(database, folder)).rejects.toThrow(/0001_one.sql was changed/);
    await expect(database.script('select * from three')).rejects.toThrow(/does not exist/);
  });

  it('refuse a database that is newer, a file slipped in between, and an empty folder', async () => {
    await migrate(database, folder);
    const older = mkdtempSync(path.join(tmpdir(), 'chit-migrations-'));
    await expect(migrate(database, older)).rejects.toBeInstanceOf(MigrationError);
    cpSync(path.join(folder, '0001_one.sql'), path.join(older, '0001_one.sql'));
    await expect(migrate(database, older)).rejects.toThrow(/0002_two.sql, which this server does not know/);
    writeFileSync(path.join(folder, '0001_onf.sql'), 'select 1;');
    await expect(migrate(database, folder)).rejects.toBeInstanceOf(MigrationError);
    rmSync(older, { recursive: true });
  });
});
