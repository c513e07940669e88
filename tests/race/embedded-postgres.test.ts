import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#base/log.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#server/adapters/embedded-postgres.ts';
import { processIdentity } from '#server/adapters/processes.ts';
import { spawnPostgres } from '../fixtures/postgres-process.ts';

let home: string;
let dataDir: string;
const stops: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'chit-postgres-'));
  chmodSync(home, 0o755);
  dataDir = join(home, 'data');
});

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  rmSync(home, { recursive: true, force: true });
});

async function start(): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, log: silentLog });
  stops.push(() => postgres.stop());
  return postgres;
}

async function startInChild(): Promise<{ child: ChildProcess; url: string }> {
  const started = await spawnPostgres(dataDir);
  stops.push(async () => started.child.kill('SIGKILL'));
  return started;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

/** A commit that was acknowledged a moment before is the one that must not be lost. */
async function fill(url: string, count: number): Promise<void> {
  await query(url, 'create table if not exists coin (n int primary key)');
  await query(url, `insert into coin select generate_series(1, ${count})`);
}

function postmasterPid(): number {
  return Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

describe('embedded PostgreSQL', () => {
  it('starts on a new folder, keeps its rows over a restart, and leaves no process behind', async () => {
    const first = await start();
    await fill(first.url, 1000);
    const pid = postmasterPid();
    await first.stop();
    expect(processIdentity(pid)).toBeNull();
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
    const second = await start();
    expect(await query(second.url, 'select count(*)::int from coin')).toEqual([1000]);
  });

  it('listens on loopback only, with a password that only its owner can read', async () => {
    const { url } = await start();
    expect(await query(url, 'show listen_addresses')).toEqual(['127.0.0.1']);
    expect(await query(url, 'show unix_socket_directories')).toEqual(['']);
    expect(await query(url, 'show fsync')).toEqual(['on']);
    expect(statSync(join(dataDir, 'postgres.password')).mode & 0o777).toBe(0o600);
    const wrong = new URL(url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/);
  });

  it('adopts the postmaster that outlived a killed server, and stops it by its number', async () => {
    const { child, url } = await startInChild();
    await fill(url, 500);
    const pid = postmasterPid();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(processIdentity(pid)).not.toBeNull();
    const adopted = await start();
    expect(postmasterPid()).toBe(pid);
    expect(adopted.url).toBe(url);
    expect(await query(adopted.url, 'select count(*)::int from coin')).toEqual([500]);
    await adopted.stop();
    expect(processIdentity(pid)).toBeNull();
  });

  it('recovers every acknowledged row when server and database are killed together', async () => {
    const { child, url } = await startInChild();
    await fill(url, 500);
    const pid = postmasterPid();
    child.kill('SIGKILL');
    await once(child, 'exit');
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => processIdentity(pid)).toBeNull();
    const again = await start();
    expect(postmasterPid()).not.toBe(pid);
    expect(await query(again.url, 'select count(*)::int from coin')).toEqual([500]);
  });

  it('starts a database that died under a running server again, on the same port', async () => {
    const { url } = await start();
    await fill(url, 10);
    const pid = postmasterPid();
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => query(url, 'select count(*)::int from coin').catch(() => 'down'), { timeout: 30_000 }).toEqual([10]);
    expect(postmasterPid()).not.toBe(pid);
  });

  it('is not fooled by a note whose number belongs to somebody else', async () => {
    const first = await start();
    await fill(first.url, 10);
    await first.stop();
    // Somebody of the same user: others' numbers PostgreSQL itself knows to be no postmaster.
    const { uid, gid } = statSync(join(dataDir, 'postgres'));
    const stranger = spawn('sleep', ['600'], { uid, gid, cwd: '/' });
    stops.push(async () => stranger.kill('SIGKILL'));
    writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), `${stranger.pid}\n${dataDir}/postgres\n1\n5432\n\n127.0.0.1\n\nready\n`);
    const second = await start();
    expect(await query(second.url, 'select count(*)::int from coin')).toEqual([10]);
  });

  it('refuses a second server on the same folder, and one after a failed start', async () => {
    await start();
    await expect(start()).rejects.toThrow(/already serves this data folder/);
    await expect(start()).rejects.toMatchObject({ failure: 'dataDir', exitCode: 7 });
  });

  it('finishes a first start that was cut off in the middle of initdb', async () => {
    mkdirSync(join(dataDir, 'postgres.new', 'base'), { recursive: true });
    writeFileSync(join(dataDir, 'postgres.new', 'PG_VERSION'), '18\n');
    expect(await query((await start()).url, 'select 1')).toEqual([1]);
  });

  it('says in one line what is wrong with a folder that it cannot use', async () => {
    writeFileSync(join(home, 'data'), 'a file');
    await expect(start()).rejects.toMatchObject({ failure: 'dataDir' });
    dataDir = join(home, 'old');
    mkdirSync(join(dataDir, 'postgres'), { recursive: true });
    writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '9\n');
    await expect(start()).rejects.toThrow(/No PostgreSQL 9 .*is version 18/s);
  });

  it.runIf(process.getuid?.() === 0)('run by root: PostgreSQL is somebody else, even below a folder that only root may enter', async () => {
    chmodSync(home, 0o700);
    const { url } = await start();
    expect(await query(url, 'select 1')).toEqual([1]);
    const owner = statSync(join(dataDir, 'postgres')).uid;
    expect(owner).not.toBe(0);
    expect(statSync(`/proc/${postmasterPid()}`).uid).toBe(owner);
  });
});
