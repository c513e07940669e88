/** The real server as its own process, on its own data folder and a free port: started, stopped politely, killed, started again. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ROOT = new URL('../../../', import.meta.url).pathname;
const NODE = join(ROOT, 'node_modules/.bin/node');
const READY_TIMEOUT_MS = 60_000;
const ASK_EVERY_MS = 100;
const LOG_LINES = 200;

export type ServerProcess = {
  port(): number;
  start(): Promise<void>;
  /** SIGTERM, and waits: requests under way are finished. */
  stop(): Promise<void>;
  /** SIGKILL of the server; its database goes on and is adopted at the next start. */
  kill(): Promise<void>;
  /** Its last lines, for a test that fails. */
  log(): string;
  close(): Promise<void>;
};

export async function startServer(dist: string): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'chit-e2e-'));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const lines: string[] = [];
  let child: ChildProcess | null = null;

  const start = async (): Promise<void> => {
    const env = { ...process.env, DATA_DIR: join(folder, 'data'), HOST: '127.0.0.1', PORT: String(port), MODE: 'demo', DIST_DIR: dist };
    child = spawn(NODE, ['server/main.ts'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => keepLines(lines, chunk.toString()));
    await ready(port, child, lines);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    child = null;
    if (ending === null || ending.exitCode !== null) return;
    const gone = new Promise<void>((resolve) => ending.once('exit', () => resolve()));
    ending.kill(signal);
    await gone;
  };
  await start();
  return {
    port: () => port,
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    log: () => lines.join('\n'),
    async close() {
      if (child === null) await start(); // a killed server's database has no parent: adopt it to end it
      await end('SIGTERM');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

async function ready(port: number, child: ChildProcess, lines: readonly string[]): Promise<void> {
  for (const startedMs = Date.now(); Date.now() - startedMs < READY_TIMEOUT_MS; ) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${lines.join('\n')}`);
    const isReady = await fetch(`http://127.0.0.1:${port}/readyz`).then((reply) => reply.ok, () => false);
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  throw new Error(`the server was not ready in ${READY_TIMEOUT_MS} ms:\n${lines.join('\n')}`);
}

function keepLines(lines: string[], text: string): void {
  lines.push(...text.split('\n').filter((line) => line !== ''));
  lines.splice(0, Math.max(0, lines.length - LOG_LINES));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
