/**
 * The user's word for one order: by PIN or passkey, kept for a few minutes, looked up when the payment arrives. Comes before
 * the payment and apart from it, so that no secret is ever written into a phone's outbox. Never moves money.
 */
import { fromBase64Url, toBase64Url, toHex, type Bytes } from '#base/bytes.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { Problem } from '#protocol/errors.ts';
import type { ConfirmationRequest, UserProof } from '#protocol/http.ts';
import { LIMITS } from '#protocol/limits.ts';
import { decodeOrder, orderDigest, verifyOrder } from '#protocol/order.ts';
import type { Caller, IdentityDeps } from './identity.ts';
import { withPasskey } from './passkeys.ts';
import { withPin, type PinProblem } from './pin.ts';
import type { PasskeyScene, Tx } from './ports.ts';

export type ProofProblem = PinProblem | 'PASSKEY_REFUSED';
export type Confirmed = { readonly expiresAtMs: number };

/** Either way to prove the user; `after` runs in the transaction that counts the proof. */
export function withUser<T, E extends Problem>(
  deps: IdentityDeps,
  partyId: string,
  given: { readonly proof: UserProof; readonly scene: PasskeyScene; readonly challenge: string },
  after: (tx: Tx) => Promise<Result<T, E>>,
): Promise<Result<T, E | ProofProblem>> {
  const { proof, scene, challenge } = given;
  if (proof.kind === 'pin') return withPin(deps, partyId, proof.pin, after);
  return withPasskey(deps, partyId, { scene, challenge, assertion: proof.assertion }, after);
}

export async function confirmOrder(
  deps: IdentityDeps,
  caller: Caller,
  request: ConfirmationRequest,
  scene: PasskeyScene,
): Promise<Result<Confirmed, ProofProblem | 'BAD_REQUEST'>> {
  const order = fromBase64Url(request.order);
  if (order === null || !(await isOrderOf(deps, caller, order))) return err('BAD_REQUEST');
  const digest = orderDigest(order);
  const expiresAtMs = deps.clock.nowMs() + LIMITS.confirmationMs;
  const confirmation = {
    orderHash: toHex(digest),
    partyId: caller.party.id,
    deviceId: caller.device.id,
    method: request.user.kind,
    expiresAtMs,
  };
  const given = { proof: request.user, scene, challenge: toBase64Url(digest) };
  return withUser(deps, caller.party.id, given, async (tx) => {
    await tx.putConfirmation(confirmation);
    return ok({ expiresAtMs });
  });
}

/** Only the device itself can have its orders confirmed: nobody may confirm, or unconfirm, another's. */
async function isOrderOf(deps: IdentityDeps, caller: Caller, bytes: Bytes): Promise<boolean> {
  const order = decodeOrder(bytes);
  const deviceKey = fromBase64Url(caller.device.publicKey);
  return order.ok && deviceKey !== null && verifyOrder(order.value, deviceKey, deps.verifier);
}
