/**
 * All lanes in order, from quick to slow. Browsers and the database are looked for first: a machine that lacks one says so in
 * its first minute, not its tenth.
 */
import { findPostgres } from '#server/adapters/postgres-binaries.ts';
import { unprivilegedOwner } from '#server/adapters/postgres-owner.ts';
import { findChromium, findFirefox, findHeadlessShell, installDebian } from '#tests/fixtures/find-browser.ts';
import { ensureBuilt } from './build.mjs';
import { closing, side } from './check.mjs';
import { EXIT, Stop } from './exit-codes.mjs';
import { chromium, firefox, lint, property, race, runLane, sim, soakChromium, tidy, types, unit, walls } from './lanes.mjs';
import { say } from './run.mjs';

export async function test() {
  await prepare();
  say('Checking types, lint and walls beside the unit tests …');
  const results = await side([types, lint, walls, tidy], [unit]);
  await ensureBuilt('demo');
  say('Playing the simulator and histories at random beside races on a real PostgreSQL and a payment in Firefox …');
  results.push(...(await side([sim, property], [race, firefox])));
  results.push(await runLane(chromium));
  return closing(results);
}

/** What takes hours, or says again what `npm test` has said. */
export async function soak() {
  await prepare();
  await ensureBuilt('demo');
  return closing([await runLane(soakChromium)]);
}

async function prepare() {
  say('Looking for PostgreSQL, Chromium and Firefox …');
  const { postgres, major } = await ensurePostgres();
  say(`  PostgreSQL ${major}: ${postgres}`);
  process.env.CHROMIUM_PATH = await browser(findChromium);
  say(`  Chromium: ${process.env.CHROMIUM_PATH}`);
  process.env.CHROMIUM_SHELL_PATH = (await findHeadlessShell(say)) ?? process.env.CHROMIUM_PATH;
  say(`  for most tests: ${process.env.CHROMIUM_SHELL_PATH}`);
  process.env.FIREFOX_PATH = await browser(findFirefox);
  say(`  Firefox: ${process.env.FIREFOX_PATH}`);
}

async function browser(find) {
  try {
    return await find(say);
  } catch (error) {
    throw new Stop(EXIT.noBrowser, error.message);
  }
}

async function ensurePostgres() {
  const owner = unprivilegedOwner('/nonexistent');
  try {
    return await findPostgres(null, owner);
  } catch {
    installDebian('postgresql', [], say);
    return findPostgres(null, owner);
  }
}
