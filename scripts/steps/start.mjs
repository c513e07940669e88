/**
 * Installs, builds and runs the server, and stays as its parent: it passes signals on, ends when npm is gone, and the server
 * ends when it is gone. So a kill of any of the three leaves nothing behind that holds the port.
 */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureBuilt } from './build.mjs';
import { EXIT, Stop } from './exit-codes.mjs';
import { ensureInstalled } from './install.mjs';
import { addressAsCode, ensureCertificate, lanAddresses } from './lan.mjs';
import { productNode, ROOT, withTools } from './node.mjs';
import { watchNpm } from './npm-watch.mjs';
import { checkDataDir, checkPort } from './place.mjs';
import { say } from './run.mjs';

const PARENT_WATCH_MS = 500;
/** An address, not a path: Node reads `%` in it as an escape, and on Windows `C:` as a protocol. */
const END_WITH_PARENT = new URL('end-with-parent.mjs', import.meta.url).href;
const HELP = `npm start [-- --lan] [--production]
  --lan         serve HTTPS on this machine's addresses, and print one as a code for a phone
  --production  build and run without the demo; refuses demo data and default secrets
  PORT (8080), DATA_DIR (.data), DATABASE_URL (default: an embedded PostgreSQL in DATA_DIR)
  HOST (127.0.0.1), with --production alone`;

export async function start(args, env) {
  // Before anything that takes long: an npm that is killed during the install is missed too.
  const npmIsGone = watchNpm(env);
  const options = readOptions(args);
  if (options.help) return say(HELP);
  const port = Number(env.PORT ?? 8080);
  const host = hostOf(options, env);
  const dataDir = resolve(env.DATA_DIR || '.data');
  checkDataDir(dataDir);
  await checkPort(port, host);
  await ensureInstalled();
  await ensureBuilt(options.production ? 'production' : 'demo');
  const lan = options.lan ? await prepareLan(dataDir, port) : null;
  if (npmIsGone()) throw new Stop(EXIT.interrupted, 'npm has ended, and so the server does not start.');
  say(`Starting the server${env.DATABASE_URL ? '' : ' and its database'}; data in ${dataDir} …`);
  const serverEnv = { ...env, PORT: String(port), HOST: host, DATA_DIR: dataDir, CHIT_MODE: options.production ? 'production' : 'demo', ...lan?.env };
  return runServer(serverEnv, npmIsGone, () => (lan === null ? tellDesk(options, port) : say(lan.words)));
}

/** The demo leaves loopback by --lan alone: it has a known PIN, and some shells export HOST as the machine's name. */
export function hostOf({ lan, production }, env) {
  if (lan) return '0.0.0.0';
  return (production && env.HOST) || '127.0.0.1';
}

function readOptions(args) {
  const known = ['--lan', '--production', '--help', '-h'];
  const strange = args.find((arg) => !known.includes(arg));
  if (strange !== undefined) throw new Stop(EXIT.usage, `${strange} is not an option.\n${HELP}`);
  const options = { lan: args.includes('--lan'), production: args.includes('--production'), help: args.includes('--help') || args.includes('-h') };
  if (options.lan && options.production) throw new Stop(EXIT.usage, '--lan is for the demo: production listens on HOST, with TLS_CERT and TLS_KEY of its own.');
  return options;
}

async function prepareLan(dataDir, port) {
  const addresses = lanAddresses();
  const files = await ensureCertificate(dataDir, addresses);
  const url = `https://${addresses[0]}:${port}/`;
  const words = [
    await addressAsCode(url),
    `A phone in the same network: scan the code, or open ${addresses.map((address) => `https://${address}:${port}/`).join(' or ')}`,
    'It will warn once, because only this machine vouches for the certificate. To open the app offline on the phone too,',
    `install ${files.authority} there as a trusted certificate.`,
  ].join('\n');
  return { env: { TLS_CERT: files.cert, TLS_KEY: files.key, LAN_ADDRESSES: addresses.join(',') }, words };
}

function tellDesk(options, port) {
  if (!options.production) say(`The desk, a shopper and a till side by side: http://localhost:${port}/desk\nStop with Ctrl-C.`);
}

/** Resolves with the server's exit code. */
function runServer(env, npmIsGone, onReady) {
  const child = spawn(productNode(), ['--import', END_WITH_PARENT, `${ROOT}server/main.ts`], {
    cwd: ROOT,
    env: withTools(env),
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  createInterface(child.stdout).on('line', (line) => {
    console.log(line);
    if (line.includes('ready on http')) onReady();
  });
  passSignals(child);
  setInterval(() => npmIsGone() && child.kill('SIGTERM'), PARENT_WATCH_MS).unref();
  return new Promise((done) => {
    child.once('error', (error) => done(fail(error)));
    child.once('close', (code, signal) => done(code ?? (signal === 'SIGKILL' ? 137 : 128)));
  });
}

function fail(error) {
  console.error(error.message);
  return EXIT.failed;
}

/** A terminal sends Ctrl-C to the whole group, so the server has it already; any other sender means us alone. */
function passSignals(child) {
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGTERM'));
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGTERM'));
}
