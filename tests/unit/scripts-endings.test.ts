/** How the scripts end: nothing that they started goes on without them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { processIdentity } from '#server/adapters/processes.ts';

const STEPS = new URL('../../scripts/steps/', import.meta.url);
const step = (name: string): string => JSON.stringify(new URL(name, STEPS).href);
const running: number[] = [];
afterEach(() => {
  for (const pid of running.splice(0)) if (processIdentity(pid) !== null) process.kill(pid, 'SIGKILL');
});

async function lineOf(lines: Interface): Promise<string> {
  const [line] = (await once(lines, 'line')) as [string];
  return line;
}

/** Runs this text as a module; resolves with the process and the first line it says. */
async function launch(text: string, env: NodeJS.ProcessEnv = process.env): Promise<{ child: ChildProcess; line: string; nextLine: () => Promise<string> }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], { cwd: fileURLToPath(STEPS), env, stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(child.pid ?? 0);
  const lines = createInterface(child.stdout);
  const line = await lineOf(lines);
  return { child, line, nextLine: () => lineOf(lines) };
}

describe('the product’s Node in the place of an older one', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends when %s is sent to the older one alone', async (signal) => {
    const inner = 'console.log(process.pid); setInterval(() => {}, 1e6);';
    const { child, line } = await launch(`const { endAs } = await import(${step('node.mjs')}); await endAs(process.execPath, ['-e', ${JSON.stringify(inner)}]);`);
    running.push(Number(line));
    const ended = once(child, 'exit');
    child.kill(signal);
    expect(await ended).toEqual([130, null]);
    expect(processIdentity(Number(line))).toBeNull();
  });

  it('hands its exit code on', async () => {
    const { child } = await launch(`const { endAs } = await import(${step('node.mjs')}); await endAs(process.execPath, ['-e', 'console.log(1); process.exitCode = 9']);`);
    if (child.exitCode === null) await once(child, 'exit');
    expect(child.exitCode).toBe(9);
  });
});

describe('the watch for npm', () => {
  const watching = `
    const { watchNpm } = await import(${step('npm-watch.mjs')});
    const isGone = watchNpm(process.env);
    console.log(process.pid, isGone());
    setInterval(() => isGone() && (console.log('gone'), process.exit()), 10);`;
  const parent = `
    const { spawn } = await import('node:child_process');
    spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(watching)}], { stdio: 'inherit' });`;

  it('misses an npm that was killed without a word', async () => {
    const { child, line, nextLine } = await launch(parent, { ...process.env, npm_lifecycle_event: 'start' });
    const [pid = '', isGone] = line.split(' ');
    running.push(Number(pid));
    expect(isGone).toBe('false');
    child.kill('SIGKILL');
    expect(await nextLine()).toBe('gone');
  });
});
