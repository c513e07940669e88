/** Three places name the exit codes: the scripts, the server, and the README that people read. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EXIT as SERVER } from '#server/adapters/startup-error.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

function scriptCodes(): Record<string, number> {
  const text = readFileSync(`${ROOT}scripts/steps/exit-codes.mjs`, 'utf8');
  return Object.fromEntries([...text.matchAll(/^ {2}(\w+): (\d+),$/gm)].map(([, name = '', code]) => [name, Number(code)]));
}

describe('exit codes', () => {
  it('mean the same in the server and in the scripts', () => {
    expect(scriptCodes()).toMatchObject(SERVER);
  });

  it('are all in the README, each once', () => {
    const listed = [...readFileSync(`${ROOT}README.md`, 'utf8').matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
    expect(listed).toEqual(Object.values(scriptCodes()));
  });
});
