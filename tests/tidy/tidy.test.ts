/**
 * Three nets hold the walls: the compiler, the linter, and scripts/walls.mjs. Each has been seen to say "clean" after looking
 * at nothing, so a violation of every rule is planted in a copy of the tree, and each must be reported where it stands.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { companions, compiled, linted, type Plant, steps, wallsOnly } from './plants.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COPIED = ['src', 'server', 'workers', 'scripts', 'tests', 'package.json', 'package-lock.json', '.oxlintrc.json', 'tsconfig.json', 'tsconfig.base.json', 'vite.config.ts', 'vitest.config.ts'];
const NOT_FROM_PLANTS = ['src/base', 'src/protocol', 'src/wallet', 'src/i18n', 'src/help', 'src/ui', 'workers', 'server'];
let home: string;

/** A copy a net: what is planted for one (an import of the wrong room) would hide what is planted for another. */
function copyTree(): void {
  home = mkdtempSync(join(tmpdir(), 'chit-tidy-'));
  for (const name of COPIED) cpSync(join(ROOT, name), join(home, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(home, 'node_modules'), 'dir');
}

function removeTree(): void {
  rmSync(home, { recursive: true, force: true });
}

function plant(plants: readonly Omit<Plant, 'rule'>[]): void {
  for (const { path, text } of plants) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
}

function edit(path: string, change: (text: string) => string): void {
  const before = readFileSync(join(home, path), 'utf8');
  const after = change(before);
  if (after === before) throw new Error(`nothing was planted in ${path}`);
  writeFileSync(join(home, path), after);
}

/** What a tool says, a line each, with paths from the root of the copy. */
function say(program: string, args: readonly string[]): string[] {
  const env = { ...process.env, PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`, NO_COLOR: '1' };
  const done = spawnSync(program, args, { cwd: home, encoding: 'utf8', env, maxBuffer: 1e8 });
  if (done.error !== undefined) throw done.error;
  expect(done.status, `${program} must fail`).not.toBe(0);
  return `${done.stdout}${done.stderr}`.split('\n').map((line) => line.replace(`${home}/`, ''));
}

function reported(lines: readonly string[], path: string, rule: string): boolean {
  return lines.some((line) => line.startsWith(path) && line.includes(rule));
}

describe('scripts/walls.mjs', () => {
  let lines: string[];
  afterAll(removeTree);
  beforeAll(() => {
    copyTree();
    plant([...steps, ...wallsOnly, ...companions]);
    edit('package.json', (text) => text.replace('"devDependencies": {', '"devDependencies": {\n    "planted": "^1.0.0",'));
    edit('package-lock.json', (text) => text.replace('"packages": {', `"packages": {\n    "node_modules/planted": { "license": "GPL-3.0-only", "resolved": "${'https'}://x" },`));
    lines = say(process.execPath, ['scripts/walls.mjs', home]);
  });

  it.each(steps)('reports $rule', ({ path }) => {
    expect(reported(lines, path, ': wall:')).toBe(true);
  });

  it.each(wallsOnly)('reports $rule in $path', ({ path, rule }) => {
    expect(reported(lines, path, `: ${rule}:`)).toBe(true);
  });

  it('reports versions that are not exact, licences that do not fit, and a lock that names a registry', () => {
    expect(reported(lines, 'package.json', ': unpinned: planted ^1.0.0')).toBe(true);
    expect(reported(lines, 'package-lock.json', ': licence: node_modules/planted: GPL-3.0-only')).toBe(true);
    expect(reported(lines, 'package-lock.json', ': registry:')).toBe(true);
  });

  it('reports a room without a README', () => {
    rmSync(join(home, 'src/help/README.md'), { force: true });
    expect(reported(say(process.execPath, ['scripts/walls.mjs', home]), 'src/help/README.md', ': readme:')).toBe(true);
  });

  it('does not say "clean" about nothing', () => {
    const empty = mkdtempSync(join(home, 'empty-'));
    expect(say(process.execPath, ['scripts/walls.mjs', empty]).join('\n')).toMatch(/: nothing: only 0 files/);
  });

  it('looks at the tree that it stands in, whatever that folder is called', () => {
    const named = join(home, '随手付 1');
    cpSync(join(ROOT, 'scripts'), join(named, 'scripts'), { recursive: true });
    expect(say(process.execPath, [join(named, 'scripts/walls.mjs')]).join('\n')).toMatch(/随手付 1:0: nothing: only [1-9]/);
  });
});

describe('oxlint', () => {
  let lines: string[];
  afterAll(removeTree);
  beforeAll(() => {
    copyTree();
    plant([...steps, ...linted, ...wallsOnly.filter(({ rule }) => rule === 'cycle')]);
    lines = say('oxlint', ['--type-aware', '--deny-warnings', '-f', 'unix']);
  });

  it.each(steps)('reports $rule', ({ path }) => {
    expect(reported(lines, path, 'no-restricted-imports')).toBe(true);
  });

  it.each(linted)('reports $rule in $path', ({ path, rule }) => {
    expect(reported(lines, path, `(${rule})`)).toBe(true);
  });
});

describe('tsc -b', () => {
  let lines: string[];
  afterAll(removeTree);
  beforeAll(() => {
    copyTree();
    plant(compiled);
    edit('src/protocol/errors.ts', (text) => text.replace("'E_EMPTY'", "'E_EMPTY', 'E_PLANTED'"));
    edit(`src/i18n/en/${firstCatalogue()}`, (text) => text.replace(/^ {2}\w+: ['"`(].*,\n/m, ''));
    lines = say('tsc', ['-b', '--pretty', 'false', ...NOT_FROM_PLANTS]);
  });

  it.each(compiled)('reports $rule', ({ path }) => {
    expect(reported(lines, path, 'error TS')).toBe(true);
  });

  it('reports an error code without words or without a help article', () => {
    expect(lines.some((line) => line.startsWith('src/i18n/') && line.includes('E_PLANTED'))).toBe(true);
    expect(lines.some((line) => line.startsWith('src/help/') && line.includes('E_PLANTED'))).toBe(true);
  });

  it('reports a message that one language lacks', () => {
    expect(reported(lines, `src/i18n/en/${firstCatalogue()}`, 'error TS')).toBe(true);
  });
});

/** The first whose first level is plain messages, so that taking one line out leaves valid text. */
function firstCatalogue(): string {
  const names = readdirSync(join(ROOT, 'src/i18n/en')).filter((name) => name.endsWith('.ts'));
  const found = names.find((name) => /^ {2}\w+: ['"`(].*,\n/m.test(readFileSync(join(ROOT, 'src/i18n/en', name), 'utf8')));
  if (found === undefined) throw new Error('no catalogue holds a plain message');
  return found;
}
