/**
 * Checks the walls that the compiler and the linter cannot see, and says how much it looked at: a check that looked at nothing
 * must not say "clean". Usage: node scripts/walls.mjs [folder]
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isCode, readTree } from './walls/files.mjs';
import { importRules } from './walls/import-rules.mjs';
import { packageRules } from './walls/package-rules.mjs';
import { textRules } from './walls/text-rules.mjs';

const FEWEST_FILES = 50;

const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));
const files = readTree(root);
const read = (path) => JSON.parse(files.find((file) => file.path === path)?.text ?? '{"packages":{}}');
const manifest = read('package.json');
const problems = [...importRules(files, manifest), ...textRules(files), ...packageRules(manifest, read('package-lock.json'))];
const looked = files.filter(({ path }) => isCode(path)).length;
if (looked < FEWEST_FILES) problems.push({ path: root, line: 0, rule: 'nothing', words: `only ${looked} files of code were found` });
for (const { path, line, rule, words } of problems) console.log(`${path}:${line}: ${rule}: ${words}`);
console.log(`Walls: ${problems.length} problems in ${looked} files of code and ${files.length - looked} others.`);
process.exitCode = problems.length === 0 ? 0 : 1;
