/**
 * Passkeys: registration, and the check of one assertion. Asserting is bound to what is confirmed by its challenge, which the
 * caller gives; the counter moves in the same transaction as the thing it allows. Never accepts one without user verification.
 */
import { fromBase64Url, fromHex } from '#base/bytes.ts';
import { assert } from '#base/assert.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { Problem } from '#protocol/errors.ts';
import { LIMITS } from '#protocol/limits.ts';
import { makeChallenge, readChallenge, type Challenge } from './challenges.ts';
import type { Caller, IdentityDeps } from './identity.ts';
import { withPin, type PinProblem } from './pin.ts';
import type { Passkey, PasskeyScene, Tx } from './ports.ts';

type OptionsProblem = PinProblem | 'TOO_MANY_DEVICES' | 'BAD_REQUEST';
export type CreationOptions = { challenge: string; [member: string]: unknown };

/**
 * A passkey is added with the PIN, never without: whoever holds an open phone must not be able to add a finger of their own,
 * and a user whose passkey is lost must still have a way to confirm.
 */
export async function passkeyOptions(
  deps: IdentityDeps,
  caller: Caller,
  scene: PasskeyScene,
  pin: string | undefined,
): Promise<Result<CreationOptions, OptionsProblem>> {
  const known = await knownPasskeys(deps, caller.party.id, pin);
  if (!known.ok) return known;
  const challenge = fromBase64Url(makeChallenge(deps.secret, deps.random, deps.clock.nowMs(), purposeFor(caller)));
  const userId = fromHex(caller.party.id);
  assert(challenge !== null && userId !== null, 'challenges and party ids are bytes in text form');
  return ok(await deps.passkeys.options({ scene, challenge, userId, userName: caller.party.name, known: known.value }));
}

async function knownPasskeys(deps: IdentityDeps, partyId: string, pin: string | undefined): Promise<Result<string[], OptionsProblem>> {
  if (pin !== undefined) return withPin(deps, partyId, pin, (tx) => roomForOne(tx, partyId));
  const pinSet = await deps.store.transaction(async (tx) => (await tx.pin(partyId)) !== null);
  return err(pinSet ? 'BAD_REQUEST' : 'PIN_NOT_SET');
}

async function roomForOne(tx: Tx, partyId: string): Promise<Result<string[], 'TOO_MANY_DEVICES'>> {
  const passkeys = await tx.passkeysOfParty(partyId);
  return passkeys.length < LIMITS.passkeysPerAccount ? ok(passkeys.map((passkey) => passkey.id)) : err('TOO_MANY_DEVICES');
}

type AddProblem = 'PASSKEY_REFUSED' | 'CHALLENGE' | 'TOO_MANY_DEVICES';

/** The same registration twice is one passkey: the reply to the first may have been lost. */
export async function addPasskey(
  deps: IdentityDeps,
  caller: Caller,
  scene: PasskeyScene,
  response: unknown,
): Promise<Result<{ id: string }, AddProblem>> {
  const nowMs = deps.clock.nowMs();
  const asked: Challenge[] = [];
  const made = await deps.passkeys.register(response, scene, (text) => {
    const challenge = readChallenge(deps.secret, nowMs, purposeFor(caller), text);
    if (challenge !== null) asked.push(challenge);
    return challenge !== null;
  });
  const challenge = asked[0];
  if (challenge === undefined) return err('CHALLENGE');
  if (made === null) return err('PASSKEY_REFUSED');
  const passkey = { ...made, partyId: caller.party.id, rpId: scene.rpId, createdAtMs: nowMs };
  return deps.store.transaction((tx) => storePasskey(tx, passkey, challenge));
}

async function storePasskey(tx: Tx, passkey: Passkey, challenge: Challenge): Promise<Result<{ id: string }, AddProblem>> {
  const before = await tx.passkey(passkey.id);
  if (before !== null) {
    const same = before.partyId === passkey.partyId && before.publicKey === passkey.publicKey;
    return same ? ok({ id: passkey.id }) : err('PASSKEY_REFUSED');
  }
  const room = await roomForOne(tx, passkey.partyId);
  if (!room.ok) return room;
  if (!(await tx.takeChallenge(challenge.hash, challenge.expiresAtMs))) return err('CHALLENGE');
  await tx.putPasskey(passkey);
  return ok({ id: passkey.id });
}

/** Runs `after` in the transaction that moves the passkey's counter, when the assertion verifies for `challenge`. */
export async function withPasskey<T, E extends Problem>(
  deps: IdentityDeps,
  partyId: string,
  given: { readonly scene: PasskeyScene; readonly challenge: string; readonly assertion: { readonly id: string } },
  after: (tx: Tx) => Promise<Result<T, E>>,
): Promise<Result<T, E | 'PASSKEY_REFUSED'>> {
  const passkey = await deps.store.transaction((tx) => tx.passkey(given.assertion.id));
  if (passkey === null || passkey.partyId !== partyId || passkey.rpId !== given.scene.rpId) return err('PASSKEY_REFUSED');
  const seen = await deps.passkeys.assert(given.assertion, given.scene, given.challenge, passkey);
  if (seen === null) return err('PASSKEY_REFUSED');
  return deps.store.transaction(async (tx) => {
    // Locks the account's passkeys, so that one assertion is not counted by two requests at once.
    const now = (await tx.passkeysOfParty(partyId)).find((other) => other.id === passkey.id);
    if (now === undefined || !counterMoved(now.signCount, seen.signCount)) return err('PASSKEY_REFUSED');
    await tx.putPasskey({ ...now, signCount: seen.signCount });
    return after(tx);
  });
}

/** Synced passkeys always say 0; a counter that exists must grow, or there is a copy. */
function counterMoved(stored: number, seen: number): boolean {
  return (stored === 0 && seen === 0) || seen > stored;
}

function purposeFor(caller: Caller): string {
  return `passkey:${caller.party.id}`;
}
