import preact from '@preact/preset-vite';
import { defineConfig } from 'vitest/config';

/** Tests that replace something that every file shares, or count its calls. Each has a process of its own; all others share the loaded modules, which halves their time. */
const REPLACING = [
  'tests/unit/{base-way-out,till-screens,ui-wake-lock}.test.{ts,tsx}',
  'tests/unit/wallet-{migrations,storage,till-books,worker-connection}.test.ts',
];

const UNIT = {
  include: ['tests/{unit,contract,golden}/**/*.test.{ts,tsx}'],
  environment: 'node',
  // One less than the cores is the default, which on two is one.
  maxWorkers: 2,
  // A limit against hanging, not a bar: small machines run three things at once.
  testTimeout: 60_000,
};

/** unit* and property: everything that needs no browser and no database server. Longer runs have their own projects and scripts. */
export default defineConfig({
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false })],
  test: {
    projects: [
      { extends: true, test: { name: 'unit', ...UNIT, exclude: REPLACING, isolate: false } },
      { extends: true, test: { name: 'unit-alone', ...UNIT, include: REPLACING } },
      // A third of the time of all of these, so not in `npm run check`.
      { extends: true, test: { name: 'property', ...UNIT, include: ['tests/property/**/*.test.ts'], isolate: false } },
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
