/** Looks before the server leaps: is the data folder writable, is there room, is the port free? */
import { existsSync, mkdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EXIT, Stop } from './exit-codes.mjs';
import { say } from './run.mjs';

/** A new database takes 40 MB, and its write-ahead log may grow before it is recycled. */
const ROOM_NEEDED_MB = 150;
/** A server that was told to end a moment ago needs this long at most to let go. */
const PORT_WAIT_MS = 8_000;

export function checkDataDir(dataDir) {
  const probe = join(dataDir, `.probe-${process.pid}`);
  try {
    makeFolder(dataDir);
    writeFileSync(probe, 'x');
    rmSync(probe);
  } catch (error) {
    if (error.code === 'ENOSPC' || error.code === 'EDQUOT') throw diskFull(dataDir);
    const why = { EACCES: 'no permission', EPERM: 'no permission', EROFS: 'the disk is read-only', ENOENT: 'no folder can be made there', EEXIST: 'it is a file', ENOTDIR: 'a part of the path is a file' }[error.code];
    throw new Stop(EXIT.dataDir, `DATA_DIR ${dataDir} cannot be written: ${why ?? error.message}.`);
  }
  const { bavail, bsize } = statfsSync(dataDir);
  if ((bavail * bsize) / 1e6 < ROOM_NEEDED_MB) throw diskFull(dataDir);
}

/** Step by step: mkdir's own recursion never ends where a file system takes no folders (/proc). */
function makeFolder(folder) {
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  mkdirSync(folder);
}

function diskFull(dataDir) {
  return new Stop(EXIT.diskFull, `The disk is full: the database in ${dataDir} needs at least ${ROOM_NEEDED_MB} MB free.`);
}

export async function checkPort(port, host) {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Stop(EXIT.usage, `PORT must be a number from 1 to 65535, not "${process.env.PORT}".`);
  for (let waitedMs = 0; ; waitedMs += 500) {
    const problem = await tryListen(port, host);
    if (problem === null) return;
    if (problem === 'EACCES') throw new Stop(EXIT.portTaken, `Port ${port} may not be opened by this user. Set PORT to a number above 1023.`);
    if (problem !== 'EADDRINUSE') throw new Stop(EXIT.portTaken, `${host}:${port} cannot be opened: ${problem}.`);
    if (waitedMs >= PORT_WAIT_MS) throw new Stop(EXIT.portTaken, `Port ${port} is taken by another program. Stop it, or set PORT, for example: PORT=8081 npm start`);
    if (waitedMs === 0) say(`Port ${port} is taken; waiting a moment in case it is an earlier server that is ending …`);
    await delay(500);
  }
}

function tryListen(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(error.code));
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}
