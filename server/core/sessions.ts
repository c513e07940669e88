/**
 * Sessions: three ways in, each proved by the device's key over a challenge of this server, for this host, used once. A new
 * session ends the device's earlier ones, so a cookie that was planted or copied dies with the next sign-in. Never stores
 * the secret it hands out.
 *
 *   enrol    code + new device key             ──► new device, session
 *   device   known device key                  ──► session
 *   restore  cookie + PIN or passkey + new key ──► old device revoked, new device, session
 */
import { assert } from '#base/assert.ts';
import { fromBase64Url, toBase64Url, utf8 } from '#base/bytes.ts';
import { newId } from '#base/ids.ts';
import { err, ok, type Result } from '#base/result.ts';
import { sessionProofMessage, sessionSubject, type SessionRequest } from '#protocol/http.ts';
import { LIMITS } from '#protocol/limits.ts';
import { makeChallenge, readChallenge, type Challenge } from './challenges.ts';
import { withUser, type ProofProblem } from './confirmations.ts';
import { codeHashOf } from './enrolment.ts';
import { findCaller, tokenHashOf, type Caller, type IdentityDeps } from './identity.ts';
import type { Device, Party, PasskeyScene, Tx } from './ports.ts';
import { endPursesOf } from './purses-device.ts';

const SECRET_BYTES = 32;
const PURPOSE = 'session';

export type Opened = { readonly secret: string; readonly party: Party; readonly device: Device };
export type SessionProblem = ProofProblem | 'CHALLENGE' | 'CODE_USED' | 'UNAUTHENTICATED' | 'DEVICE_REVOKED' | 'TOO_MANY_DEVICES';
type Scene = PasskeyScene & { readonly host: string };
type Opening = Result<Opened, SessionProblem>;

export function sessionChallenge(deps: IdentityDeps): string {
  return makeChallenge(deps.secret, deps.random, deps.clock.nowMs(), PURPOSE);
}

/** Null for one that is stale, foreign or made for something else. Whoever takes it must also burn it. */
export function readSessionChallenge(deps: IdentityDeps, challenge: string): Challenge | null {
  return readChallenge(deps.secret, deps.clock.nowMs(), PURPOSE, challenge);
}

/** `cookieSecret`: the session that the browser still holds, if any. */
export async function openSession(deps: IdentityDeps, request: SessionRequest, scene: Scene, cookieSecret: string | null): Promise<Opening> {
  const challenge = readSessionChallenge(deps, request.challenge);
  if (challenge === null) return err('CHALLENGE');
  const publicKey = await keyOf(deps, request);
  if (publicKey === null || !(await isProved(deps, request, scene.host, publicKey))) return err('UNAUTHENTICATED');
  const fresh = await deps.store.transaction((tx) => tx.takeChallenge(challenge.hash, challenge.expiresAtMs));
  if (!fresh) return err('CHALLENGE');
  const secret = toBase64Url(deps.random.bytes(SECRET_BYTES));
  const opened = await admit(deps, request, scene, cookieSecret, secret);
  if (opened.ok && cookieSecret !== null) await dropSession(deps, cookieSecret);
  return opened;
}

async function keyOf(deps: IdentityDeps, request: SessionRequest): Promise<string | null> {
  if (request.kind !== 'device') return request.deviceKey;
  const device = await deps.store.transaction((tx) => tx.device(request.deviceId));
  return device?.publicKey ?? null;
}

async function isProved(deps: IdentityDeps, request: SessionRequest, host: string, publicKey: string): Promise<boolean> {
  const message = sessionProofMessage(host, request.kind, sessionSubject(request), request.challenge);
  const key = fromBase64Url(publicKey);
  const proof = fromBase64Url(request.proof);
  return key !== null && proof !== null && deps.verifier.verify(key, utf8(message), proof);
}

async function admit(deps: IdentityDeps, request: SessionRequest, scene: Scene, cookieSecret: string | null, secret: string): Promise<Opening> {
  switch (request.kind) {
    case 'device':
      return deps.store.transaction(async (tx) => signIn(tx, deps, await tx.device(request.deviceId), secret));
    case 'enrol':
      return deps.store.transaction((tx) => enrol(tx, deps, request, secret));
    case 'restore':
      return restore(deps, request, scene, cookieSecret, secret);
  }
}

async function signIn(tx: Tx, deps: IdentityDeps, device: Device | null, secret: string): Promise<Opening> {
  const party = device === null ? null : await tx.party(device.partyId);
  if (device === null || party === null) return err('UNAUTHENTICATED');
  if (device.revokedAtMs !== null) return err('DEVICE_REVOKED');
  await tx.deleteSessionsOfDevice(device.id);
  const expiresAtMs = deps.clock.nowMs() + LIMITS.sessionMs;
  await tx.insertSession({ tokenHash: tokenHashOf(secret), deviceId: device.id, partyId: party.id, expiresAtMs });
  return ok({ secret, party, device });
}

/** A key that is enrolled already signs in: the reply to its enrolment was lost, or the same request comes twice at once. */
async function enrol(tx: Tx, deps: IdentityDeps, request: SessionRequest & { kind: 'enrol' }, secret: string): Promise<Opening> {
  const before = await tx.deviceByKey(request.deviceKey);
  if (before !== null) return signIn(tx, deps, before, secret);
  const enrolment = await tx.takeEnrolment(codeHashOf(request.code));
  if (enrolment === null) return asTwin(tx, deps, request, secret);
  if (enrolment.expiresAtMs <= deps.clock.nowMs()) return err('CODE_USED');
  const live = await tx.liveDevicesOfParty(enrolment.partyId);
  if (live.length >= LIMITS.devicesPerAccount) {
    await tx.insertEnrolment(enrolment);
    return err('TOO_MANY_DEVICES');
  }
  const merchant = await tx.merchantOfParty(enrolment.partyId);
  const terminal = merchant === null ? null : await tx.takeTerminal(merchant.id);
  const device = await addDevice(tx, deps, enrolment.partyId, request.deviceKey, terminal);
  if (device !== null) return signIn(tx, deps, device, secret);
  // With another code: that one was taken, this one stays good. A till's number may be left out by this, never given twice.
  await tx.insertEnrolment(enrolment);
  return asTwin(tx, deps, request, secret);
}

/** The code is gone. If it is this very key that took it while this request waited, it signs in. */
async function asTwin(tx: Tx, deps: IdentityDeps, request: SessionRequest & { kind: 'enrol' }, secret: string): Promise<Opening> {
  const twin = await tx.deviceByKey(request.deviceKey);
  return twin === null ? err('CODE_USED') : signIn(tx, deps, twin, secret);
}

/** Null when the key is a device's already. */
async function addDevice(tx: Tx, deps: IdentityDeps, partyId: string, publicKey: string, terminal: number | null): Promise<Device | null> {
  const device = { id: newId(deps.random), partyId, publicKey, terminal, createdAtMs: deps.clock.nowMs(), revokedAtMs: null };
  return (await tx.insertDevice(device)) ? device : null;
}

async function restore(
  deps: IdentityDeps,
  request: SessionRequest & { kind: 'restore' },
  scene: Scene,
  cookieSecret: string | null,
  secret: string,
): Promise<Opening> {
  const caller = cookieSecret === null ? null : await findCaller(deps, cookieSecret);
  if (caller === null) return err('UNAUTHENTICATED');
  const given = { proof: request.user, scene, challenge: request.challenge };
  return withUser(deps, caller.party.id, given, (tx) => replaceDevice(tx, deps, caller, request.deviceKey, secret));
}

/** The till keeps its number: it is the same counter, with a new key. A device that ended while its user proved is not replaced: another tab has restored it, or it was signed out. */
async function replaceDevice(tx: Tx, deps: IdentityDeps, caller: Caller, deviceKey: string, secret: string): Promise<Opening> {
  const live = await tx.liveDevicesOfParty(caller.party.id);
  if (!live.some(({ id }) => id === caller.device.id)) return err('UNAUTHENTICATED');
  const device = await addDevice(tx, deps, caller.party.id, deviceKey, caller.device.terminal);
  if (device === null) return err('UNAUTHENTICATED');
  await revoke(tx, deps, caller.device);
  return signIn(tx, deps, device, secret);
}

/** Whoever revokes has the party's devices locked, or a restore that looked a moment ago would bring the device back. */
export async function revoke(tx: Tx, deps: Pick<IdentityDeps, 'clock'>, device: Device): Promise<void> {
  await tx.revokeDevice(device.id, deps.clock.nowMs());
  await tx.deleteSessionsOfDevice(device.id);
  const party = await tx.party(device.partyId);
  assert(party !== null, 'the party of a device exists');
  await endPursesOf(tx, party, device, deps.clock.nowMs());
}

/** Signing out ends the device too: the wallet destroys its key, so nobody may use a copy of it. */
export async function signOut(deps: IdentityDeps, caller: Caller): Promise<void> {
  await deps.store.transaction(async (tx) => {
    await tx.liveDevicesOfParty(caller.party.id);
    await revoke(tx, deps, caller.device);
  });
}

async function dropSession(deps: IdentityDeps, secret: string): Promise<void> {
  await deps.store.transaction((tx) => tx.deleteSession(tokenHashOf(secret)));
}

/** For demo accounts, which many a visitor joins and none leaves: the oldest devices make room for one more. */
export async function makeRoomForDevice(tx: Tx, deps: IdentityDeps, partyId: string): Promise<void> {
  const live = await tx.liveDevicesOfParty(partyId);
  const oldestFirst = live.toSorted((a, b) => a.createdAtMs - b.createdAtMs);
  const surplus = oldestFirst.slice(0, Math.max(0, live.length - LIMITS.devicesPerAccount + 1));
  for (const device of surplus) await revoke(tx, deps, device);
}
