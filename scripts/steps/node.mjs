/**
 * Which Node runs what. The scripts start on whatever Node the machine has, before anything is installed; the product runs on
 * the Node that its lock pins. Must stay readable for old versions of Node, so that they can say that they are too old.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EXIT } from './exit-codes.mjs';
import { forwardSignals } from './signals.mjs';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const OLDEST = [20, 19];
const TYPESCRIPT_SINCE = 24;

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  console.error(`Node ${process.versions.node} is too old: Chit needs Node ${OLDEST.join('.')} or newer to install itself. See https://nodejs.org.`);
  process.exit(EXIT.nodeTooOld);
}

/** The pinned Node once it is installed, else this one if it can run TypeScript, else null. */
export function productNode() {
  const pinned = `${ROOT}node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`;
  if (existsSync(pinned) && spawnSync(pinned, ['--version']).status === 0) return pinned;
  return Number(process.versions.node.split('.')[0]) >= TYPESCRIPT_SINCE ? process.execPath : null;
}

/** Runs this same script again on the product's Node, unless it is running on one that can read TypeScript already. */
export async function continueOnProductNode() {
  if (Number(process.versions.node.split('.')[0]) >= TYPESCRIPT_SINCE) return;
  const node = productNode();
  if (node === null) {
    console.error('The pinned Node is not installed. Run npm ci first.');
    process.exit(EXIT.install);
  }
  await endAs(node, [...process.execArgv, ...process.argv.slice(1)]);
}

/** Another program takes our place: it has our terminal, hears the signals that we hear, and we end as it ends. */
export function endAs(program, args) {
  const child = spawn(program, args, { stdio: 'inherit', env: withTools(process.env) });
  const stop = forwardSignals(child);
  return new Promise((_, failed) => {
    child.once('error', failed);
    child.once('close', (code) => process.exit(stop() ? EXIT.interrupted : (code ?? EXIT.failed)));
  });
}

/** The installed programs come first on the path, so that what they start in turn runs on the pinned Node too. */
export function withTools(env) {
  const separator = process.platform === 'win32' ? ';' : ':';
  return { ...env, PATH: `${ROOT}node_modules/.bin${separator}${env.PATH ?? ''}` };
}
