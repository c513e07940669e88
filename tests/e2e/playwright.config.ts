/**
 * End to end: real browser processes, a real server process, a real PostgreSQL. One worker, because the browsers share a small
 * machine: two wait for each other; no retries, because a payment that works the second time does not work.
 */
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../.cache/e2e/results',
  workers: 1,
  retries: 0,
  // What only says the same again, in the other language or of a like fault, has its own command: npm run soak.
  ...(process.env['CHIT_SOAK'] === undefined && { grepInvert: /@soak/ }),
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['./harness/count-reporter.ts'], ['json', { outputFile: '../../.cache/e2e/report.json' }]],
  globalSetup: './harness/build.ts',
});
