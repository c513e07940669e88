/**
 * `npm run bench -- scan`: decode rate and time of the shipped scanning path beside zxing-wasm called directly, on the same
 * generated frames in the same browser. Prints `bench scan <name>=<number>` lines; exits 1 when the shipped path reads more
 * than ALLOWED_POINTS fewer frames of a hundred.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from '@playwright/test';
import { build, loadConfigFromFile, preview, type InlineConfig } from 'vite';
import { CHROMIUM_FLAGS, findChromium } from '../fixtures/find-browser.ts';
import type { ScanBench, Tally } from './scan-page/page.ts';

const ALLOWED_POINTS = 2;
const FRAMES_PER_KIND = Number(process.env['BENCH_FRAMES'] ?? 24);
const LIVE_RUNS = 5;
const seed = Number(process.env['BENCH_SEED'] ?? 20_261_101);
const root = fileURLToPath(new URL('./scan-page', import.meta.url));
const appConfig = fileURLToPath(new URL('../../vite.config.ts', import.meta.url));

declare global {
  interface Window {
    readonly scanBench: ScanBench;
  }
}

function print(name: string, value: number): void {
  console.log(`bench scan ${name}=${Number(value.toFixed(2))}`);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const percent = (part: number, whole: number): number => (100 * part) / whole;
const sum = (tallies: readonly Tally[], pick: (tally: Tally) => number): number => tallies.reduce((total, tally) => total + pick(tally), 0);

async function run(page: Page): Promise<boolean> {
  const kinds = await page.evaluate(() => window.scanBench.kinds);
  const tallies: Tally[] = [];
  for (const kind of kinds) {
    const tally = await page.evaluate(([k, n, s]) => window.scanBench.compare(k, n, s), [kind, FRAMES_PER_KIND, seed] as const);
    tallies.push(tally);
    print(`${kind}.shipped_percent`, percent(tally.shipped, tally.frames));
    print(`${kind}.direct_percent`, percent(tally.direct, tally.frames));
  }
  const frames = sum(tallies, (tally) => tally.frames);
  const shipped = percent(sum(tallies, (tally) => tally.shipped), frames);
  const direct = percent(sum(tallies, (tally) => tally.direct), frames);
  const shippedMs = median(tallies.flatMap((tally) => tally.shippedMs));
  const directMs = median(tallies.flatMap((tally) => tally.directMs));
  print('frames', frames);
  print('shipped_percent', shipped);
  print('direct_percent', direct);
  print('points_behind', direct - shipped);
  print('shipped_ms_median', shippedMs);
  print('direct_ms_median', directMs);
  print('time_ratio', shippedMs / directMs);
  return direct - shipped <= ALLOWED_POINTS;
}

async function runLive(page: Page): Promise<boolean> {
  const runs: { readonly text: boolean; readonly ms: number }[] = [];
  for (let index = 0; index < LIVE_RUNS; index++) runs.push(await page.evaluate((s) => window.scanBench.live(s), seed + index));
  print('live_found_percent', percent(runs.filter((one) => one.text).length, runs.length));
  print('live_ms_median', median(runs.map((one) => one.ms)));
  return runs.every((one) => one.text);
}

/** The app's own aliases: what is measured is what ships. Its other plugins (service worker, manifest) have no part here. */
async function benchConfig(outDir: string): Promise<InlineConfig> {
  const app = await loadConfigFromFile({ command: 'build', mode: 'production' }, appConfig);
  const alias = app?.config.resolve?.alias;
  if (!alias) throw new Error('vite.config.ts has no aliases: the decoder would be html5-qrcode\'s own');
  const common = { root, configFile: false as const, logLevel: 'warn' as const, resolve: { alias }, worker: { format: 'es' as const } };
  return { ...common, build: { outDir, emptyOutDir: true, target: 'es2022' }, preview: { port: 0, host: '127.0.0.1' } };
}

const outDir = await mkdtemp(join(tmpdir(), 'chit-bench-scan-'));
console.log(`bench scan seed=${seed}`);
const config = await benchConfig(outDir);
await build(config);
const server = await preview(config);
const browser = await chromium.launch({ executablePath: await findChromium(), args: [...CHROMIUM_FLAGS] });
try {
  const page = await browser.newPage();
  page.on('console', (message) => message.type() === 'error' && console.error(`page: ${message.text()}`));
  page.on('pageerror', (error) => console.error(`page: ${error.message}`));
  await page.goto(server.resolvedUrls?.local[0] ?? '');
  await page.waitForFunction(() => 'scanBench' in window);
  const asGood = await run(page);
  const alive = await runLive(page);
  if (!asGood) console.error(`the shipped path is more than ${ALLOWED_POINTS} points behind`);
  if (!alive) console.error('a live scan found nothing');
  process.exitCode = asGood && alive ? 0 : 1;
} finally {
  await browser.close();
  await new Promise((closed) => server.httpServer.close(closed));
  await rm(outDir, { recursive: true, force: true });
}
