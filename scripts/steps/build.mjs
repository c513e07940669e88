/** Builds the app, unless what stands in dist/ was built from exactly these sources in this mode. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, Stop } from './exit-codes.mjs';
import { productNode, ROOT } from './node.mjs';
import { duration, lastLines, run, say } from './run.mjs';

const SOURCES = ['index.html', 'vite.config.ts', 'package.json', 'package-lock.json', 'tsconfig.base.json', 'public', 'src', 'workers'];
const STAMP = join(ROOT, 'dist', '.stamp');

export async function ensureBuilt(mode) {
  const stamp = `${mode} ${sourcesHash()}`;
  if (readStamp() === stamp) return say('The app is built already.');
  say(`Building the app (${mode}) …`);
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const { code, output, tookMs } = await run(productNode(), [vite, 'build', '--mode', mode], { progress: (elapsedMs) => `  still building, ${duration(elapsedMs)}` });
  if (/ENOSPC/.test(output)) throw new Stop(EXIT.diskFull, 'The disk is full: dist/ could not be written.');
  if (code !== 0) throw new Stop(EXIT.build, `${lastLines(output, 30)}\nThe build failed; what it said stands above.`);
  writeFileSync(STAMP, stamp);
  say(`  done in ${duration(tookMs)}`);
}

/** Names and bytes of everything that the build reads, and the settings that it bakes in. */
function sourcesHash() {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap((name) => filesUnder(name)).sort()) hash.update(`${file}\0`).update(readFileSync(join(ROOT, file))).update('\0');
  for (const [name, value] of Object.entries(process.env).sort()) if (name.startsWith('VITE_')) hash.update(`${name}=${value}\0`);
  return hash.digest('hex');
}

function filesUnder(path) {
  if (!existsSync(join(ROOT, path))) return [];
  try {
    return readdirSync(join(ROOT, path), { withFileTypes: true }).flatMap((entry) => filesUnder(`${path}/${entry.name}`));
  } catch {
    return [path];
  }
}

function readStamp() {
  return existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : null;
}
