/**
 * Whose wallet this is: how it comes here (enrolment, restore after the browser cleared the store, or finding our own half-made
 * enrolment again) and how it goes. Must never make a device key or a wallet that nobody asked for.
 */
import { toBase64Url } from '#base/bytes.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { DemoEnrolmentRequest, EnrolmentReply, MeReply, type UserProof } from '#protocol/http.ts';
import type { Es256Signer } from '#protocol/objects.ts';
import { readMessage } from '#protocol/read-message.ts';
import type { RestoreChallenge } from './api.ts';
import { anything, ask, toResult } from './ask.ts';
import { type Core, forgetWallet } from './core.ts';
import { identityOf, keepCodeKey, learnMe } from './me.ts';
import { dropPin, rememberPin } from './offline-user.ts';
import { RECORD_SCHEMA, type TruthRecord } from './records.ts';
import { askAsMe, askForResult, freshChallenge, meQuestion, openSession, type WayIn } from './session.ts';
import { filePurses } from './purse-news.ts';
import { refreshPurses } from './tend-purses.ts';
import { hasTrust, learnConfig, trustedKeySet } from './trust.ts';
import { write, writeUnguarded } from './writer.ts';

export type Enrolment = { readonly demo: DemoEnrolmentRequest['as'] } | { readonly code: string };

export async function enrol(core: Core, how: Enrolment): Promise<Result<void, ErrorCode>> {
  const code = 'code' in how ? ok(how.code.trim()) : await demoCode(core, how.demo);
  if (!code.ok) return code;
  return enter(core, { kind: 'enrol', code: code.value });
}

async function demoCode(core: Core, as: DemoEnrolmentRequest['as']): Promise<Result<string, ErrorCode>> {
  const answer = await ask(core, {
    method: 'POST',
    path: '/v1/demo/enrolments',
    body: JSON.stringify({ as }),
    read: (json) => readMessage(EnrolmentReply, json),
  });
  const reply = toResult(answer);
  return reply.ok ? ok(reply.value.code) : reply;
}

/** What a passkey signs to restore: the session challenge, and which passkeys the account has. */
export async function restoreChallenge(core: Core): Promise<Result<RestoreChallenge, ErrorCode>> {
  const me = toResult(await ask(core, meQuestion()));
  if (!me.ok) {
    if (me.error === 'UNAUTHENTICATED') await core.ports.lock.run('enter', () => findAnswered(core));
    return me;
  }
  const challenge = await freshChallenge(core);
  if (!challenge.ok) return challenge;
  core.memory.restoreChallenge = challenge.value;
  return ok({ challenge: challenge.value, passkeyIds: me.value.account.passkeyIds, pinSet: me.value.account.pinSet });
}

/** The old session's cookie says which account; the user proves to be its owner; the old device key is revoked. */
export async function restore(core: Core, user: UserProof): Promise<Result<void, ErrorCode>> {
  const challenge = user.kind === 'passkey' ? core.memory.restoreChallenge : null;
  core.memory.restoreChallenge = null;
  return enter(core, { kind: 'restore', user, challenge });
}

/** One at a time, of all tabs: of two ways in at once, the key of the one would be kept and the device of the other signed in. */
async function enter(core: Core, way: Exclude<WayIn, { kind: 'device' }>): Promise<Result<void, ErrorCode>> {
  if (core.memory.phase !== 'welcome' && core.memory.phase !== 'cleared') return err('WRONG_MODE');
  return core.ports.lock.run('enter', () => enterAlone(core, way));
}

async function enterAlone(core: Core, way: Exclude<WayIn, { kind: 'device' }>): Promise<Result<void, ErrorCode>> {
  if (core.memory.phase === 'ready') return ok(undefined);
  const rows = core.memory.phase === 'welcome' ? await core.ports.store.read((tx) => tx.identity()) : ok(undefined);
  if (!rows.ok) return rows;
  // Another tab was let in while this one waited, and hears of it.
  if (rows.value !== undefined) return ok(undefined);
  if (!hasTrust(core) && !(await learnConfig(core))) return err('OFFLINE');
  if ((await trustedKeySet(core)) === null) return err('E_KEYSET');
  // A key whose enrolment got no answer is tried again: the server may know it already.
  const kept = await core.ports.keys.load();
  if (!kept.ok) return kept;
  if (kept.value === null) return enterWithNewKey(core, way);
  const opened = await openSession(core, kept.value, way);
  if (opened.ok) return settleIn(core, kept.value, opened.value);
  if (opened.error === 'DEVICE_REVOKED') return enterWithNewKey(core, way);
  return opened.error === 'UNAUTHENTICATED' && way.kind === 'restore' && (await findAnswered(core)) ? ok(undefined) : opened;
}

/** A restore whose answer was lost has ended the session that it was asked with, and made the kept key a device. */
async function findAnswered(core: Core): Promise<boolean> {
  const kept = core.memory.phase === 'ready' ? null : await core.ports.keys.load();
  return kept?.ok === true && kept.value !== null && takeUpAgain(core, kept.value);
}

async function enterWithNewKey(core: Core, way: WayIn): Promise<Result<void, ErrorCode>> {
  const key = await core.ports.keys.create();
  if (!key.ok) return key;
  const opened = await openSession(core, key.value, way);
  return opened.ok ? settleIn(core, key.value, opened.value) : opened;
}

/** The first write: from here on there is a wallet. */
async function settleIn(core: Core, signer: Es256Signer, me: MeReply): Promise<Result<void, ErrorCode>> {
  const { keySet, rootKey } = core.memory;
  if (keySet === null || rootKey === null) return err('E_KEYSET');
  const identity = identityOf(me);
  const truth: TruthRecord = {
    schema: RECORD_SCHEMA,
    balanceMinor: me.account.balanceMinor,
    headSeq: 0,
    cursor: 0,
    asOfMs: me.nowMs,
    offsetMs: core.time.offsetMs(),
    keySet: toBase64Url(keySet.bytes),
    rootKey,
  };
  const written = await writeUnguarded(core, async (tx) => {
    await tx.putIdentity(identity);
    await tx.putTruth(truth);
    return tx.purses.all();
  });
  if (!written.ok) return written;
  await keepCodeKey(core, me);
  await core.ports.canary.set();
  const held = written.value;
  Object.assign(core.memory, { identity, truth, signer, phase: 'ready', blocked: null, feedDue: true, factsDue: held.length > 0 });
  // Rows that outlived their device tell of its purses: they are over.
  if (held.length > 0) await filePurses(core, held, me);
  core.changed();
  core.ring();
  return ok(undefined);
}

/** Our own key without rows: the server lets in a key that it knows, whatever the code. */
export async function takeUpAgain(core: Core, signer: Es256Signer): Promise<boolean> {
  if (!hasTrust(core)) await learnConfig(core);
  if ((await trustedKeySet(core)) === null) return false;
  const opened = await openSession(core, signer, { kind: 'enrol', code: 'known-key' });
  return opened.ok && (await settleIn(core, signer, opened.value)).ok;
}

/**
 * Refused while money is on its way: the only copy of those bytes is here. The store asks that itself, in the transaction in which
 * it clears. Only then does the server hear of it, which revokes the device: told before, it would refuse what was found to wait.
 */
export async function signOut(core: Core, discard = false): Promise<Result<void, ErrorCode>> {
  // A device that was switched off can bring nothing itself: what waits was carried elsewhere, or is given up on its user's word.
  if (discard && core.memory.blocked === 'DEVICE_REVOKED') {
    const dropped = await write(core, async (tx) => {
      for (const row of await tx.outbox.all()) await tx.outbox.delete(row.id);
    });
    if (!dropped.ok) return dropped;
  }
  const cleared = await core.ports.lock.run('write', () => core.ports.store.clear());
  if (!cleared.ok) return cleared;
  if (cleared.value === 'held') return err('SIGN_OUT_HELD');
  // At once: a write that waited for the lock finds nothing, and would call that cleared.
  forgetWallet(core);
  await core.ports.canary.clear();
  core.changed();
  // Unheard, it keeps a session and a device whose key is no more.
  await ask(core, { method: 'DELETE', path: '/v1/sessions/current', body: null, read: anything });
  return ok(undefined);
}

export async function setPin(core: Core, pin: string, current?: string): Promise<Result<void, ErrorCode>> {
  const body = JSON.stringify(current === undefined ? { pin } : { pin, current });
  const putBack = await dropPin(core);
  const answer = await askAsMe(core, { method: 'POST', path: '/v1/pin', body, read: anything });
  if (answer.kind === 'problem') await putBack();
  const done = await thenLearnMe(core, answer);
  if (done.ok) await renewPinCheck(core, pin);
  return done;
}

/** The old PIN must not work offline any longer. */
async function renewPinCheck(core: Core, pin: string): Promise<void> {
  const held = await core.ports.store.read((tx) => tx.pinCheck());
  if (held.ok && held.value !== undefined) await rememberPin(core, pin);
}

export function passkeyOptions(core: Core, pin: string): Promise<Result<unknown, ErrorCode>> {
  const body = JSON.stringify({ pin });
  // Read by the browser itself, so only its being an object matters here.
  const read = (json: unknown) => (typeof json === 'object' && json !== null ? json : null);
  return askForResult<unknown>(core, { method: 'POST', path: '/v1/passkeys/options', body, read });
}

export async function addPasskey(core: Core, registration: unknown): Promise<Result<void, ErrorCode>> {
  const body = JSON.stringify(registration);
  const done = await thenLearnMe(core, await askAsMe(core, { method: 'POST', path: '/v1/passkeys', body, read: anything }));
  // Their certificates name the newest passkey from here on.
  if (done.ok) await refreshPurses(core, () => true);
  return done;
}

async function thenLearnMe(core: Core, answer: Awaited<ReturnType<typeof askAsMe<true>>>): Promise<Result<void, ErrorCode>> {
  const done = toResult(answer);
  if (!done.ok) return done;
  await learnMe(core);
  return ok(undefined);
}
