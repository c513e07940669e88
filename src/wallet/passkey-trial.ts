/**
 * Does the passkey answer here with no network? Some do, some ask a cloud. Tried once, over a random challenge, the first time that
 * the wallet finds itself without a network; each payment that it confirmed offline proves it too. protocol.md section 6.
 */
import { type Bytes, fromBase64Url, toBase64Url } from '#base/bytes.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { Core } from './core.ts';
import { certOf } from './offline-confirm.ts';
import { passkeyWord } from './passkey-word.ts';
import type { WalletTx } from './ports.ts';
import { type PasskeyTrialRecord, RECORD_SCHEMA } from './records.ts';
import { write } from './writer.ts';

const CHALLENGE_BYTES = 32;

/** PASSKEY_UNSUPPORTED: no purse here names a passkey, so there is nothing that its answer would change. */
export async function passkeyTrial(core: Core): Promise<Result<{ readonly challenge: string }, ErrorCode>> {
  const uvKey = await keyInUse(core);
  if (!uvKey.ok) return uvKey;
  core.memory.trialChallenge = toBase64Url(core.ports.random.bytes(CHALLENGE_BYTES));
  return ok({ challenge: core.memory.trialChallenge });
}

/** Null: it did not answer. True when it works. */
export async function passkeyTried(core: Core, assertion: unknown): Promise<Result<boolean, ErrorCode>> {
  const { trialChallenge } = core.memory;
  core.memory.trialChallenge = null;
  const challenge = trialChallenge === null ? null : fromBase64Url(trialChallenge);
  if (challenge === null) return err('CHALLENGE');
  const uvKey = await keyInUse(core);
  if (!uvKey.ok) return uvKey;
  const works = (await passkeyWord(core, assertion, challenge, uvKey.value)) !== null;
  const kept = await write(core, (tx) => putTrial(tx, uvKey.value, works));
  return kept.ok ? ok(works) : kept;
}

/** In the transaction of who found it out. */
export async function putTrial(tx: WalletTx, uvKey: Bytes, works: boolean): Promise<void> {
  const record: PasskeyTrialRecord = { schema: RECORD_SCHEMA, uvKey: toBase64Url(uvKey), works };
  await tx.putPasskeyTrial(record);
}

async function keyInUse(core: Core): Promise<Result<Bytes, ErrorCode>> {
  const purses = await core.ports.store.read((tx) => tx.purses.all());
  if (!purses.ok) return purses;
  const keys = purses.value.filter(({ state }) => state.kind === 'active').map((purse) => certOf(purse)?.uvKey ?? null);
  const uvKey = keys.find((key) => key !== null) ?? null;
  return uvKey === null ? err('PASSKEY_UNSUPPORTED') : ok(uvKey);
}
