/** Installs what the lock names, when what is installed is something else. Compares versions; a second call does nothing. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, Stop } from './exit-codes.mjs';
import { productNode, ROOT } from './node.mjs';
import { duration, lastLines, run, say } from './run.mjs';

const MODULES = join(ROOT, 'node_modules');

export async function ensureInstalled() {
  if (!matchesLock()) await install();
  if (productNode() === null) await npm(['rebuild', 'node', '--ignore-scripts=false'], 'Fetching the pinned Node');
  if (productNode() === null) throw new Stop(EXIT.install, 'The pinned Node could not be installed: run npm ci by hand and read what it says, or use Node 24.');
}

function matchesLock() {
  const wanted = readLock(join(ROOT, 'package-lock.json'));
  const installed = readLock(join(MODULES, '.package-lock.json'));
  if (wanted === null) throw new Stop(EXIT.install, 'package-lock.json is missing or broken: this is not a whole copy of Chit.');
  if (installed === null) return false;
  return Object.entries(wanted).every(([place, entry]) => {
    if (place === '' || entry.optional === true) return true;
    return installed[place]?.version === entry.version && existsSync(join(ROOT, place));
  });
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return null;
  }
}

async function install() {
  const total = Object.values(readLock(join(ROOT, 'package-lock.json'))).filter((entry) => entry.optional !== true).length;
  await npm(['ci', '--no-audit', '--no-fund'], `Installing about ${total} packages (npm ci)`, () => ` ${Math.min(countPackages(), total)} of ${total}`);
}

async function npm(args, title, count = () => '') {
  say(`${title} …`);
  const [command, first] = npmCommand();
  const { code, output, tookMs } = await run(command, [...first, ...args], { progress: (elapsedMs) => `  still at it:${count()}, ${duration(elapsedMs)}` });
  if (code === 0) return say(`  done in ${duration(tookMs)}`);
  if (/ENOSPC/.test(output)) throw new Stop(EXIT.diskFull, 'The disk is full: the packages need about 700 MB.');
  throw new Stop(EXIT.install, `${lastLines(output, 12)}\nnpm ${args[0]} failed with code ${code}; what it said stands above.`);
}

/** The npm that runs this script, if one does. */
function npmCommand() {
  const script = process.env.npm_execpath;
  if (script?.endsWith('.js')) return [process.execPath, [script]];
  return process.platform === 'win32' ? ['cmd', ['/c', 'npm']] : ['npm', []];
}

function countPackages() {
  try {
    const names = readdirSync(MODULES).flatMap((name) => (name.startsWith('@') ? readdirSync(join(MODULES, name)).map((inner) => `${name}/${inner}`) : [name]));
    // npm makes all folders first; a package is there when its manifest is.
    return names.filter((name) => existsSync(join(MODULES, name, 'package.json'))).length;
  } catch {
    return 0;
  }
}
