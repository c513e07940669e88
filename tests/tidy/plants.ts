/**
 * One violation of every rule of the house, each in a file of its own: `path`, the text to put there, and what must be said
 * about it. Words that the walls look for are put together here, so that this file is not itself a violation.
 */
export type Plant = { readonly rule: string; readonly path: string; readonly text: string };

const join = (...parts: readonly string[]): string => parts.join('');
const from = (module: string): string => `import { x } from '${module}';\nexport const y = x;\n`;
const typesFrom = (module: string): string => `import type { x } from '${module}';\nexport type Y = x;\n`;
const longFunction = (lines: number): string => `export function planted(): number {\n  let sum = 0;\n${'  sum += 1;\n'.repeat(lines)}  return sum;\n}\n`;

/** Every forbidden step between two rooms that the table in scripts/walls/rooms.mjs knows. */
const STEPS: readonly (readonly [room: string, module: string])[] = [
  ['src/base', '#protocol/money.ts'],
  ['src/base', 'cborg'],
  ['src/protocol', '#wallet/records.ts'],
  ['src/protocol', '#i18n/translate.ts'],
  ['src/protocol', 'node:crypto'],
  ['src/wallet', '#browser/locks.ts'],
  ['src/wallet', '#ui/app-context.ts'],
  ['src/wallet', '#server/core/ports.ts'],
  ['src/wallet', 'dexie'],
  ['src/browser', '#ui/app-context.ts'],
  ['src/browser', '#faults/board.ts'],
  ['src/browser', '#wallet/payments.ts'],
  ['src/browser', '#wallet/sync.ts'],
  ['src/browser', '#wallet/api.ts'],
  ['src/browser', '#wallet/records.ts'],
  ['src/faults', '#browser/locks.ts'],
  ['src/faults', '#protocol/money.ts'],
  ['src/faults', 'dexie'],
  ['src/scan', '#wallet/records.ts'],
  ['src/scan', '#ui/app-context.ts'],
  ['src/help', '#i18n/translate.ts'],
  ['src/help', 'preact'],
  ['src/i18n', '#help/articles.ts'],
  ['src/ui', '#browser/locks.ts'],
  ['src/ui', '#faults/board.ts'],
  ['src/ui', '#ui/lab/phone-bridge.ts'],
  ['src/ui/lab', '#browser/locks.ts'],
  ['src/ui/lab', '#wallet/api.ts'],
  ['src/ui', '#wallet/api.ts'],
  ['src/ui', '#wallet/records.ts'],
  ['src/ui', '#server/core/ports.ts'],
  ['workers', '#ui/app-context.ts'],
  ['workers', '#help/articles.ts'],
  ['workers', 'node:fs'],
  ['server/core', '#server/adapters/system.ts'],
  ['server/core', '#server/http/app.ts'],
  ['server/core', '#wallet/records.ts'],
  ['server/core', 'node:crypto'],
  ['server/core', 'valibot'],
  ['server/http', '#server/adapters/system.ts'],
  ['server/http', '#ui/app-context.ts'],
  ['server/adapters', '#server/http/app.ts'],
  ['server/adapters', '#server/core/sessions.ts'],
  ['server/adapters', '#browser/locks.ts'],
];

export const steps: readonly Plant[] = STEPS.map(([room, module], index) => ({ rule: `${room} ← ${module}`, path: `${room}/planted-step-${index}.ts`, text: from(module) }));

/** npm packages by room are a list of what is allowed, which only scripts/walls.mjs can express. */
export const wallsOnly: readonly Plant[] = [
  { rule: 'wall', path: 'src/protocol/planted-npm.ts', text: from('hono') },
  { rule: 'wall', path: 'src/browser/planted-npm.ts', text: from('hono') },
  { rule: 'wall', path: 'src/scan/planted-npm.ts', text: from('dexie') },
  { rule: 'wall', path: 'src/ui/planted-npm.ts', text: from('dexie') },
  { rule: 'wall', path: 'workers/planted-npm.ts', text: from('preact') },
  { rule: 'wall', path: 'server/http/planted-npm.ts', text: from('pg') },
  { rule: 'wall', path: 'server/adapters/planted-npm.ts', text: from('hono') },
  { rule: 'wall', path: 'src/ui/planted-dynamic.ts', text: "export const late = (): Promise<unknown> => import('#browser/locks.ts');\n" },
  { rule: 'wall', path: 'src/protocol/planted-types.ts', text: typesFrom('#wallet/records.ts') },
  { rule: 'wall', path: 'src/browser/planted-types.ts', text: typesFrom('#wallet/sync.ts') },
  { rule: 'undeclared', path: 'src/ui/planted-undeclared.ts', text: from('left-pad') },
  { rule: 'parent', path: 'src/ui/planted-parent.ts', text: from('../protocol/money.ts') },
  { rule: 'parent', path: 'server/core/planted-parent.ts', text: from('../adapters/system.ts') },
  { rule: 'ending', path: 'src/ui/planted-ending.ts', text: from('./app-context') },
  { rule: 'barrel', path: 'src/protocol/index.ts', text: 'export const x = 1;\n' },
  { rule: 'barrel', path: 'src/protocol/planted-barrel.ts', text: "export { toHex } from '#base/bytes.ts';\n" },
  { rule: 'barrel', path: 'src/protocol/planted-star.ts', text: "export * from '#base/bytes.ts';\nexport const x = 1;\n" },
  { rule: 'cycle', path: 'src/wallet/planted-circle-a.ts', text: "import { b } from './planted-circle-b.ts';\nexport const a = (): number => b();\n" },
  { rule: 'cycle', path: 'src/wallet/planted-type-circle-a.ts', text: "import type { B } from './planted-type-circle-b.ts';\nexport type A = B | null;\n" },
  { rule: 'file-size', path: 'src/protocol/planted-size.ts', text: 'export const line = 1;\n'.replace('line', 'one') + '// a line\n'.repeat(400) },
  { rule: 'name', path: 'src/wallet/payment-manager.ts', text: 'export const x = 1;\n' },
  { rule: 'leftover', path: 'src/wallet/planted-leftover.ts', text: join('// TO', 'DO later\nexport const x = 1;\n') },
  { rule: 'cast', path: 'src/wallet/planted-cast.ts', text: join('export const x = 1 as ', 'any;\n') },
  { rule: 'silenced', path: 'src/wallet/planted-silenced.ts', text: join('// oxlint-', 'disable\nexport const x = 1;\n') },
  { rule: 'skipped', path: 'tests/unit/planted.test.ts', text: join("import { it } from 'vitest';\nit.", "skip('later', () => {});\n") },
  { rule: 'registry', path: 'planted-docs.md', text: join('Install from https://registry', '.example.org/chit\n') },
  { rule: 'workplace', path: 'planted-docs.md', text: join('See https://registry', '.example.org/ and /', 'home/somebody/chit\n') },
  { rule: 'readme', path: 'src/base/README.md', text: 'a line\n'.repeat(61) },
];

/** The other halves of the circles: reported once a circle, at its first file. */
export const companions: readonly Omit<Plant, 'rule'>[] = [
  { path: 'src/wallet/planted-circle-b.ts', text: "import { a } from './planted-circle-a.ts';\nexport const b = (): number => a();\n" },
  { path: 'src/wallet/planted-type-circle-b.ts', text: "import type { A } from './planted-type-circle-a.ts';\nexport type B = A | 1;\n" },
];

const PURE = ['src/base', 'src/protocol', 'src/wallet', 'server/core'];
const TAKEN: Readonly<Record<string, string>> = {
  Date: 'export const x = (): number => Date.now();\n',
  newDate: 'export const x = (): unknown => new Date();\n',
  random: 'export const x = (): number => Math.random();\n',
  globalThis: 'export const x = (): unknown => globalThis;\n',
  fetch: "export const x = (): unknown => fetch('/');\n",
  setTimeout: 'export const x = (): unknown => setTimeout(() => {}, 1);\n',
  setInterval: 'export const x = (): unknown => setInterval(() => {}, 1);\n',
  performance: 'export const x = (): number => performance.now();\n',
  crypto: 'export const x = (): unknown => crypto.randomUUID();\n',
  indexedDB: "export const x = (): unknown => indexedDB.open('x');\n",
  process: 'export const x = (): unknown => process.env;\n',
};

const taken: readonly Plant[] = PURE.flatMap((room) =>
  Object.entries(TAKEN).map(([name, text]) => ({ rule: name === 'random' ? 'no-restricted-properties' : 'no-restricted-globals', path: `${room}/planted-taken-${name}.ts`, text })),
);

const SWITCH = `export function planted(state: 'a' | 'b'): void {
  switch (state) {
    case 'a':
      break;
  }
}
`;

export const linted: readonly Plant[] = [
  ...taken,
  // The compiler cannot tell: the types of a package bring Node's along.
  { rule: 'no-restricted-globals', path: 'src/ui/planted-node.ts', text: 'export const x = process.pid;\n' },
  { rule: 'no-restricted-globals', path: 'src/scan/planted-node.ts', text: "export const x = Buffer.from('x');\n" },
  { rule: 'no-floating-promises', path: 'src/wallet/planted-floating.ts', text: 'export function planted(work: () => Promise<void>): void {\n  work();\n}\n' },
  { rule: 'no-misused-promises', path: 'src/wallet/planted-misused.ts', text: 'export function planted(work: () => Promise<boolean>): number {\n  return work() ? 1 : 2;\n}\n' },
  { rule: 'switch-exhaustiveness-check', path: 'src/wallet/planted-switch.ts', text: SWITCH },
  { rule: 'no-explicit-any', path: 'src/wallet/planted-any.ts', text: join('export const x = 1 as ', 'any;\n') },
  { rule: 'ban-ts-comment', path: 'src/wallet/planted-comment.ts', text: join('// @ts-', "ignore\nexport const x: number = '';\n") },
  { rule: 'no-non-null-assertion', path: 'src/wallet/planted-bang.ts', text: 'export const x = (list: number[]): number => list[0]!;\n' },
  { rule: 'no-default-export', path: 'src/wallet/planted-default.ts', text: 'export default 1;\n' },
  { rule: 'no-cycle', path: 'src/wallet/planted-circle-b.ts', text: companions[0]?.text ?? '' },
  { rule: 'no-cycle', path: 'src/wallet/planted-type-circle-b.ts', text: companions[1]?.text ?? '' },
  { rule: 'max-lines-per-function', path: 'src/wallet/planted-long.ts', text: longFunction(71) },
  { rule: 'max-lines', path: 'src/protocol/planted-size.ts', text: 'export const one = 1;\n' + '// a line\n'.repeat(400) },
];

/** What only the compiler sees: each room knows its own surroundings and no others. */
export const compiled: readonly Plant[] = [
  { rule: 'no DOM in base', path: 'src/base/planted-lib.ts', text: "export const x = document.title;\n" },
  { rule: 'no DOM in protocol', path: 'src/protocol/planted-lib.ts', text: 'export const x = location.href;\n' },
  { rule: 'no DOM in the wallet', path: 'src/wallet/planted-lib.ts', text: "export const x = localStorage.getItem('x');\n" },
  { rule: 'no Node in the wallet', path: 'src/wallet/planted-node.ts', text: 'export const x = process.pid;\n' },
  { rule: 'no DOM on the server', path: 'server/core/planted-lib.ts', text: 'export const x = document.title;\n' },
  { rule: 'no page in a worker', path: 'workers/planted-lib.ts', text: 'export const x = document.title;\n' },
  { rule: 'a state without its case', path: 'src/wallet/planted-state.ts', text: "import { unreachable } from '#base/assert.ts';\nexport function planted(state: 'a' | 'b'): number {\n  switch (state) {\n    case 'a':\n      return 1;\n    default:\n      return unreachable(state);\n  }\n}\n" },
  { rule: 'an unchecked index', path: 'src/wallet/planted-index.ts', text: 'export const x = (list: number[]): number => list[0];\n' },
  { rule: 'syntax that cannot be erased', path: 'src/wallet/planted-enum.ts', text: 'export enum Planted { A }\n' },
];
