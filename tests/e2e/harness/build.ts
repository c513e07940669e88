/** Builds the app once for all tests, in demo mode, into a folder of its own. CHIT_E2E_DIST says that somebody has done so already. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './server-process.ts';

export const DIST = process.env['CHIT_E2E_DIST'] ?? join(ROOT, '.cache/e2e/dist');

export default function build(): void {
  if (process.env['CHIT_E2E_DIST'] !== undefined) return;
  const started = Date.now();
  execFileSync(join(ROOT, 'node_modules/.bin/node'), [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--mode', 'demo', '--outDir', DIST, '--emptyOutDir', '--logLevel', 'warn'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  process.stdout.write(`Built the app in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}
