/** Reads the tree that the walls are checked on: every text file that belongs to Chit, as a path from the root and its text. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SKIPPED = new Set(['node_modules', 'dist', '.git', '.data', '.cache', 'test-results', 'playwright-report', 'coverage']);
const TEXT = /\.(ts|tsx|mjs|js|css|html|json|md|sql|svg|yml|yaml|txt)$|^\.(npmrc|gitignore)$|^\.ci\/run$|^(LICENSE|NOTICE)$/;

export function readTree(root) {
  return list(root, '').sort().map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

function list(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder + entry.name;
    if (SKIPPED.has(entry.name) || entry.isSymbolicLink()) return [];
    if (entry.isDirectory()) return list(root, `${path}/`);
    return TEXT.test(path) && !entry.name.endsWith('.tsbuildinfo') ? [path] : [];
  });
}

export function isCode(path) {
  return /\.(ts|tsx|mjs)$/.test(path);
}

/** Where in a text a position is, for people. */
export function lineAt(text, index) {
  return text.slice(0, index).split('\n').length;
}
