/**
 * The operator's command for the issuer's keys, in CHIT_KEYS_DIR or in `keys` of DATA_DIR. Needs no database; prints no private key.
 *   npm run keys -- create
 *   npm run keys -- rotate USE
 */
import { fileURLToPath } from 'node:url';
import { toBase64Url } from '#base/bytes.ts';
import { KEY_USES, type IssuerKey, type KeySet } from '#protocol/objects.ts';
import { createIssuerKeys, rotateIssuerKey } from './adapters/issuer-files.ts';
import { IssuerKeysError } from './adapters/issuer-folder.ts';
import { rotateBeforeSeconds, signsUntilSeconds } from './adapters/issuer-keys.ts';
import { fromFileError, StartupError } from './adapters/startup-error.ts';
import { systemClock } from './adapters/system.ts';
import { readConfig } from './config.ts';
import type { IssuerUse } from './core/ports.ts';

const USAGE = `Usage: npm run keys -- COMMAND
  create          makes the issuer's keys and their root, once
  rotate USE      publishes a new key; USE is ${KEY_USES.join(', ')}`;

type Wanted = { readonly kind: 'create' } | { readonly kind: 'rotate'; readonly use: IssuerUse };

function readArguments([command, word, ...more]: readonly string[]): Wanted {
  if (command === 'create' && word === undefined) return { kind: 'create' };
  const use = KEY_USES.find((each) => each === word);
  if (command === 'rotate' && use !== undefined && more.length === 0) return { kind: 'rotate', use };
  throw new StartupError('usage', USAGE);
}

async function run(wanted: Wanted): Promise<readonly string[]> {
  const folder = readConfig(process.env, fileURLToPath(new URL('../', import.meta.url))).keysDir;
  const place = { folder, clock: systemClock };
  try {
    if (wanted.kind === 'rotate') return rotatedLines(folder, wanted.use, await rotateIssuerKey(place, wanted.use));
    const { rootKey, keys } = await createIssuerKeys(place);
    return createdLines(folder, toBase64Url(rootKey), keys);
  } catch (thrown) {
    if (thrown instanceof IssuerKeysError) throw new StartupError('refused', `Nothing was changed: ${thrown.message}.`);
    throw fromFileError(thrown, folder);
  }
}

function createdLines(folder: string, root: string, { keys }: KeySet): readonly string[] {
  const until = Math.min(...keys.flatMap((key) => key.uses.map((use) => rotateBeforeSeconds(key, use))));
  return [
    `The issuer's keys are in ${folder}. Rotate each use before ${day(until)}.`,
    'Move root.pem away from there, to two places offline: only a rotation needs it, and whoever has it can speak for the issuer.',
    `Apps pin root.pub at first sight: ${root}`,
  ];
}

function rotatedLines(folder: string, use: IssuerUse, { keys, seq }: KeySet): readonly string[] {
  const newest = keys.filter((key) => key.uses.includes(use)).reduce((one: IssuerKey, other: IssuerKey) => (other.notBeforeSeconds > one.notBeforeSeconds ? other : one));
  return [
    `Key set ${seq}: a new ${use} key signs from ${day(newest.notBeforeSeconds)} to ${day(signsUntilSeconds(newest, use))}. A running server takes it up within a minute. Rotate again before ${day(rotateBeforeSeconds(newest, use))}.`,
    `Take root.pem out of ${folder} again.`,
  ];
}

function day(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().slice(0, 10);
}

try {
  const lines = await run(readArguments(process.argv.slice(2)));
  process.stdout.write(`${lines.join('\n')}\n`);
} catch (thrown) {
  if (!(thrown instanceof StartupError)) throw thrown;
  process.stderr.write(`${thrown.message}\n`);
  process.exitCode = thrown.exitCode;
}
