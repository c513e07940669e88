/** What `npm start` refuses before it installs, builds or opens anything. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

type Start = { hostOf(options: { readonly lan: boolean; readonly production: boolean }, env: NodeJS.ProcessEnv): string };
const { hostOf } = (await import(new URL('../../scripts/steps/start.mjs', import.meta.url).href)) as Start;
const SCRIPT = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url));
/** Kept for documentation: no machine has it. */
const NOBODYS_ADDRESS = '203.0.113.1';
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'chit-start-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

async function start(words: readonly string[], settings: NodeJS.ProcessEnv): Promise<{ code: unknown; err: string }> {
  const child = spawn(process.execPath, [SCRIPT, ...words], { env: { ...process.env, PORT: '18087', DATA_DIR: dataDir, ...settings }, stdio: ['ignore', 'ignore', 'pipe'], timeout: 20_000 });
  const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  return { code, err };
}

describe('npm start', () => {
  it('serves production on HOST, and says so when it cannot', async () => {
    expect(await start(['--production'], { HOST: NOBODYS_ADDRESS })).toEqual({ code: 6, err: `${NOBODYS_ADDRESS}:18087 cannot be opened: EADDRNOTAVAIL.\n` });
  });

  it('keeps the demo on loopback, whatever HOST says', () => {
    const env = { HOST: NOBODYS_ADDRESS };
    expect(hostOf({ lan: false, production: false }, env)).toBe('127.0.0.1');
    expect(hostOf({ lan: false, production: true }, env)).toBe(NOBODYS_ADDRESS);
    expect(hostOf({ lan: false, production: true }, {})).toBe('127.0.0.1');
  });

  it('knows no production with --lan', async () => {
    expect(await start(['--lan', '--production'], {})).toEqual({ code: 2, err: expect.stringMatching(/^--lan is for the demo: .*\n$/) });
  });
});
