/**
 * What a start finds before anything is shown: whose wallet this is, and whether the browser threw it away. Must never take a cleared store for a new wallet.
 */
import type { ErrorCode } from '#protocol/errors.ts';
import { ask } from './ask.ts';
import type { Core } from './core.ts';
import { load, later } from './later.ts';
import type { IdentityRecord, TruthRecord } from './records.ts';
import { meQuestion } from './session.ts';
import { hasTrust, learnConfig, recallTrust } from './trust.ts';

const identityPart = later(() => import('./identity.ts'));
const mendPart = later(() => import('./mend.ts'));

export async function recover(core: Core): Promise<void> {
  const rows = await core.ports.store.read(async (tx) => ({ identity: await tx.identity(), truth: await tx.truth() }));
  if (!rows.ok) return rows.error === 'STORAGE_CLEARED' ? enterPhase(core, 'cleared') : block(core, rows.error);
  const { identity, truth } = rows.value;
  if (identity === undefined || truth === undefined) return withoutRows(core);
  await withRows(core, identity, truth);
}

async function withRows(core: Core, identity: IdentityRecord, truth: TruthRecord): Promise<void> {
  const key = await core.ports.keys.load();
  if (!key.ok) return block(core, key.error);
  core.time.recall(truth.offsetMs, truth.asOfMs);
  recallTrust(core, truth);
  Object.assign(core.memory, { identity, truth, signer: key.value, feedDue: true, hurried: true });
  // Without its key this device can prove nothing: the user proves it, by restoring.
  if (key.value === null) return enterPhase(core, 'cleared');
  enterPhase(core, 'ready');
  void settleIn(core);
}

/** After the first picture: a strict write and a cache are slow, and reading leaves out what cannot be read in any case. */
async function settleIn(core: Core): Promise<void> {
  await (await load(mendPart))?.mend(core);
  await core.ports.canary.set();
  core.ring();
}

async function withoutRows(core: Core): Promise<void> {
  const had = !(await wasSignedOut(core)) && (core.memory.environment?.hadWallet === true || (await core.ports.canary.seen()));
  const reachable = await learnConfig(core);
  if (!reachable) return enterPhase(core, had ? 'cleared' : 'welcome');
  const found = await findLostWallet(core);
  if (found === 'found') return;
  enterPhase(core, had || found === 'cleared' ? 'cleared' : 'welcome');
}

/**
 * No rows here. If our key is, an enrolment or a restore was answered into the void: the server lets in a key that it knows,
 * whatever the code. If only the cookie knows an account, the browser threw our rows away: restore. Or the account was signed out
 * and the server has not heard of it.
 */
async function findLostWallet(core: Core): Promise<'found' | 'cleared' | 'none'> {
  const key = await core.ports.keys.load();
  const entry = key.ok && key.value !== null ? await load(identityPart) : null;
  if (key.ok && key.value !== null && entry !== null && (await entry.takeUpAgain(core, key.value))) return 'found';
  if (await wasSignedOut(core)) return 'none';
  const me = await ask(core, meQuestion());
  return me.kind === 'done' ? 'cleared' : 'none';
}

async function wasSignedOut(core: Core): Promise<boolean> {
  const signedOut = await core.ports.store.read((tx) => tx.signedOut());
  return signedOut.ok && signedOut.value;
}

/** A wallet that started in the dark asks again once somebody answers: the account may be known there. */
export async function lookAgain(core: Core): Promise<void> {
  if (core.memory.phase !== 'welcome' && core.memory.phase !== 'cleared') return;
  if (hasTrust(core) && core.memory.connection === 'online') return;
  if (!(await learnConfig(core))) return;
  if ((await findLostWallet(core)) === 'cleared') enterPhase(core, 'cleared');
}

function block(core: Core, code: ErrorCode): void {
  core.memory.blocked = code;
  enterPhase(core, 'blocked');
}

function enterPhase(core: Core, phase: Core['memory']['phase']): void {
  core.memory.phase = phase;
  core.changed();
}
