/**
 * The payment PIN. A six-digit PIN is only as good as its counter, so every try is counted in the store *before* the hash is
 * looked at: parallel guesses, restarts and other server processes all meet the same count. Never compares a PIN itself.
 *
 *   tries left ──wrong──► one less … ──5th wrong──► locked 1 min ──wrong──► locked 2 min, 4, 8 … 24 h
 *   any right PIN ──► all tries back
 */
import { err, ok, type Result } from '#base/result.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { Problem } from '#protocol/errors.ts';
import type { PinRequest } from '#protocol/http.ts';
import { isWeakPin } from '#protocol/weak-pin.ts';
import type { IdentityDeps } from './identity.ts';
import type { PinState, Tx } from './ports.ts';

type After<T, E extends Problem> = (tx: Tx) => Promise<Result<T, E>>;
export type PinProblem = 'PIN_WRONG' | 'PIN_LOCKED' | 'PIN_NOT_SET';

/** Runs `after` in the transaction that clears the count, when the PIN is right. */
export async function withPin<T, E extends Problem>(
  deps: IdentityDeps,
  partyId: string,
  pin: string,
  after: After<T, E>,
): Promise<Result<T, E | PinProblem>> {
  const counted = await deps.store.transaction((tx) => countTry(tx, partyId, deps.clock.nowMs()));
  if (!counted.ok) return counted;
  if (!(await deps.pins.verify(counted.value.hash, pin))) return refusal(counted.value, deps.clock.nowMs());
  return deps.store.transaction(async (tx) => {
    const state = await tx.pin(partyId);
    if (state === null || state.hash !== counted.value.hash) return err('PIN_WRONG', { triesLeft: LIMITS.pinTries });
    await tx.putPin({ ...state, wrong: 0, lockedUntilMs: 0 });
    return after(tx);
  });
}

async function countTry(tx: Tx, partyId: string, nowMs: number): Promise<Result<PinState, PinProblem>> {
  const state = await tx.pin(partyId);
  if (state === null) return err('PIN_NOT_SET');
  if (nowMs < state.lockedUntilMs) return err('PIN_LOCKED', { retryAfterMs: state.lockedUntilMs - nowMs });
  const wrong = state.wrong + 1;
  const lock = lockMs(wrong);
  // Not the time itself while tries are left: a try at the same moment, which read its clock just before, would find itself locked out.
  const next = { ...state, wrong, lockedUntilMs: lock === 0 ? 0 : nowMs + lock };
  await tx.putPin(next);
  return ok(next);
}

function refusal(state: PinState, nowMs: number): Result<never, PinProblem> {
  const triesLeft = LIMITS.pinTries - state.wrong;
  if (triesLeft > 0) return err('PIN_WRONG', { triesLeft });
  return err('PIN_LOCKED', { retryAfterMs: Math.max(0, state.lockedUntilMs - nowMs) });
}

/** 0 while tries are left; then doubles from LIMITS.pinLockMs with each further wrong PIN. */
export function lockMs(wrong: number): number {
  if (wrong < LIMITS.pinTries) return 0;
  return Math.min(LIMITS.pinLockMaxMs, LIMITS.pinLockMs * 2 ** (wrong - LIMITS.pinTries));
}

export type SetPinProblem = PinProblem | 'PIN_WEAK' | 'BAD_REQUEST';

/** Sets the first PIN, or changes it with the one before. */
export async function setPin(deps: IdentityDeps, partyId: string, request: PinRequest): Promise<Result<void, SetPinProblem>> {
  if (isWeakPin(request.pin)) return err('PIN_WEAK');
  const fresh = { partyId, hash: await deps.pins.hash(request.pin), wrong: 0, lockedUntilMs: 0 };
  if (request.current === undefined) return deps.store.transaction(async (tx) => ((await tx.insertPin(fresh)) ? ok(undefined) : err('BAD_REQUEST')));
  return withPin(deps, partyId, request.current, async (tx) => {
    await tx.putPin(fresh);
    return ok(undefined);
  });
}
