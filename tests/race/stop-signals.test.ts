/** A signal before the server is ready, or a command has begun: the database that was started for it does not stay behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { livingPostmaster } from '#server/adapters/postmaster-file.ts';

const SERVER = fileURLToPath(new URL('../../server/', import.meta.url));
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'chit-signals-'));
  chmodSync(dataDir, 0o755);
});
afterEach(() => {
  const left = livingPostmaster(join(dataDir, 'postgres'));
  if (left !== null) process.kill(left.pid, 'SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

/** In a group of its own, as in a terminal, where Ctrl-C reaches everybody in it. */
function launch(file: string, ...words: string[]): ChildProcess {
  const env = { ...process.env, CHIT_MODE: 'demo', HOST: '127.0.0.1', PORT: '0', DATA_DIR: dataDir, DATABASE_URL: '' };
  return spawn(process.execPath, [join(SERVER, file), ...words], { env, detached: true, stdio: 'ignore' });
}

/** The exit code after a signal that is sent as soon as this name is in the data folder. */
async function endAt(child: ChildProcess, name: string, send: (pid: number) => void): Promise<number | null> {
  const ended = once(child, 'exit');
  await expect.poll(() => existsSync(join(dataDir, name)), { interval: 2, timeout: 60_000 }).toBe(true);
  send(child.pid ?? 0);
  const [code] = (await ended) as [number | null];
  return code;
}

describe('a stop', () => {
  it('of a server whose database has just been started', async () => {
    expect(await endAt(launch('main.ts'), 'postgres/postmaster.pid', (pid) => process.kill(pid, 'SIGTERM'))).toBe(0);
    expect(livingPostmaster(join(dataDir, 'postgres'))).toBeNull();
  });

  it('by Ctrl-C while the database is being made, which ends initdb too', async () => {
    expect(await endAt(launch('main.ts'), 'postgres.new', (pid) => process.kill(-pid, 'SIGINT'))).toBe(0);
    expect(livingPostmaster(join(dataDir, 'postgres'))).toBeNull();
  });

  it('of a command, before it has done anything', async () => {
    expect(await endAt(launch('operator.ts', 'frozen'), 'postgres/postmaster.pid', (pid) => process.kill(pid, 'SIGINT'))).toBe(130);
    expect(livingPostmaster(join(dataDir, 'postgres'))).toBeNull();
  });
});
