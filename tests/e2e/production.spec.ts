/** What is built for production: nothing of the desk, the lab or the faults is in it, in code, in words, in styles or in source maps. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { enDesk } from '#i18n/en/desk.ts';
import { enLab } from '#i18n/en/lab.ts';
import { zhDesk } from '#i18n/zh/desk.ts';
import { zhLab } from '#i18n/zh/lab.ts';
import { expect, test } from './harness/world.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PRODUCTION = join(ROOT, '.cache', 'production');

/** Each stands for a part of the tester's build: code of both workers and the page, pages, words, styles, sources. */
const MARKS = ['chit-lab', 'drop-reply', 'evictStorage', 'chit.lab.version', 'desk-phones', 'lab-faults', 'network-switch', 'till2', zhDesk.lead, enDesk.lead, zhLab.lead, enLab.lead, 'src/faults/', 'src/ui/lab/'];

function found(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && /\.(js|css|html|map|json|webmanifest)$/.test(entry.name));
  expect(files.length).toBeGreaterThan(30);
  const text = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('\n');
  return MARKS.filter((mark) => text.includes(mark));
}

test('[114] the tester’s build has the desk, the lab and the faults; the production build has nothing of them', () => {
  test.setTimeout(180_000);
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const built = spawnSync(process.execPath, [vite, 'build', '--mode', 'production', '--outDir', PRODUCTION, '--emptyOutDir'], { cwd: ROOT, encoding: 'utf8' });
  expect(built.status, built.stderr).toBe(0);
  expect(found(join(ROOT, 'dist'))).toEqual(MARKS);
  expect(found(PRODUCTION)).toEqual([]);
});
