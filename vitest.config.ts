import preact from '@preact/preset-vite';
import { defineConfig } from 'vitest/config';

/** unit: everything that needs no browser and no database server. Longer runs have their own projects and scripts. */
export default defineConfig({
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false })],
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/{unit,property,contract,golden}/**/*.test.{ts,tsx}'],
          environment: 'node',
          // One less than the cores is the default, which on two is one.
          maxWorkers: 2,
          // A limit against hanging, not a bar: small machines run three things at once.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: { name: 'tidy', include: ['tests/tidy/**/*.test.ts'], environment: 'node', testTimeout: 120_000, hookTimeout: 240_000 },
      },
      {
        extends: true,
        test: { name: 'race', include: ['tests/race/**/*.test.ts'], environment: 'node', fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 },
      },
    ],
  },
});
