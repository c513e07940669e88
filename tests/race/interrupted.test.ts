/** A test run that is ended from outside takes what it started with it: its own databases and servers, and nobody else's. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { livingPostmaster } from '#server/adapters/postmaster-file.ts';

const GONE = { timeout: 30_000 };
const fixture = (name: string): string => JSON.stringify(new URL(`../fixtures/${name}`, import.meta.url).href);
const RUNS = [
  ['a database', `const { startTestPostgres } = await import(${fixture('postgres.ts')}); console.log((await startTestPostgres()).dataDir);`, true],
  ['a server and its database', `const { startServer } = await import(${fixture('server-process.ts')}); console.log((await startServer()).dataDir);`, false],
] as const;
let dataDir = '';

afterEach(() => {
  const left = livingPostmaster(join(dataDir, 'postgres'));
  if (left !== null) process.kill(left.pid, 'SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

describe.each(RUNS)('%s', (_, text, ownFolder) => {
  it.each([
    ['that is killed', (pid: number): boolean => process.kill(pid, 'SIGKILL')],
    ['by Ctrl-C, which everybody in the terminal hears', (pid: number): boolean => process.kill(-pid, 'SIGINT')],
  ] as const)('ends with a run %s', async (__, end) => {
    const run = spawn(process.execPath, ['--input-type=module', '-e', text], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    [dataDir] = (await once(createInterface(run.stdout), 'line')) as [string];
    const clusterDir = join(dataDir, 'postgres');
    expect(livingPostmaster(clusterDir)).not.toBeNull();
    end(run.pid ?? 0);
    await expect.poll(() => livingPostmaster(clusterDir), GONE).toBeNull();
    if (ownFolder) await expect.poll(() => existsSync(dataDir), GONE).toBe(false);
  });
});
