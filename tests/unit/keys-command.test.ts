/** `npm run keys` as an operator runs it: lines on the screen, exit codes of the README, and a folder that production starts on. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createIssuer } from '#server/adapters/issuer-files.ts';
import { systemClock } from '#server/adapters/system.ts';

const COMMAND = fileURLToPath(new URL('../../server/keys.ts', import.meta.url));
type Ran = { readonly code: number; readonly out: string; readonly err: string };

let dataDir: string;
let folder: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'chit-keys-'));
  folder = join(dataDir, 'keys');
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function run(...words: string[]): Promise<Ran> {
  const env = { ...process.env, DATA_DIR: dataDir, CHIT_KEYS_DIR: '' };
  return new Promise((resolve) => {
    execFile(process.execPath, [COMMAND, ...words], { env }, (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), out, err }));
  });
}

describe('the command for the issuer’s keys', () => {
  it('makes keys for production once, and says what to do with the root', async () => {
    const made = await run('create');
    expect(made).toMatchObject({ code: 0, err: '' });
    expect(made.out).toMatch(/^The issuer's keys are in .*\/keys\. Rotate each use before \d{4}-\d\d-\d\d\.\nMove root\.pem away from there/);
    expect(made.out).toContain(readFileSync(join(folder, 'root.pub'), 'utf8').trim());
    expect(made.out).not.toContain('PRIVATE KEY');
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    rmSync(join(folder, 'root.pem'));
    await expect(createIssuer({ folder, clock: systemClock, allowCreate: false })).resolves.toMatchObject({ keys: { seq: 1 } });
    expect(await run('create')).toEqual({ code: 10, out: '', err: `Nothing was changed: there are keys in ${folder} already.\n` });
    expect(await run('rotate', 'purse')).toEqual({ code: 10, out: '', err: `Nothing was changed: root.pem is needed in ${folder} to rotate a key.\n` });
  });

  it('rotates a key, which the server then takes up', async () => {
    expect(await run('rotate', 'purse')).toEqual({ code: 10, out: '', err: `Nothing was changed: no issuer keys in ${folder}: root.pub is missing or broken.\n` });
    const server = await createIssuer({ folder, clock: systemClock, allowCreate: true });
    const rotated = await run('rotate', 'purse');
    expect(rotated).toMatchObject({ code: 0, err: '' });
    expect(rotated.out).toMatch(/^Key set 2: a new purse key signs from \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d\. .* Rotate again before \d{4}-\d\d-\d\d\.\nTake root\.pem out of /);
    await server.reread();
    expect(server.keys.keys.filter((key) => key.uses.includes('purse'))).toHaveLength(2);
  });

  it.each([[[]], [['rotate']], [['rotate', 'root']], [['rotate', 'purse', 'receipt']], [['create', 'all']], [['--help']]])('is used wrongly: %j', async (words) => {
    const ran = await run(...words);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toMatch(/^Usage: npm run keys/);
    expect(readdirSync(dataDir)).toEqual([]);
  });
});
