/**
 * Is this the user, asked with no network? A PIN is held against what this device kept when the server last accepted it: 16 bits
 * of a slow hash, so that somebody who reads the store learns a PIN that fits one time in 65,536, and not the PIN. Five tries;
 * a try is counted, and on disk, before it is compared. Then only online. A passkey is asked in pay-by-passkey.ts.
 */
import { fromHex, toHex } from '#base/bytes.ts';
import { err, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { Core } from './core.ts';
import { type PinCheckRecord, RECORD_SCHEMA } from './records.ts';
import { write } from './writer.ts';

const SALT_BYTES = 16;
const CHECK_BYTES = 2;

/** After the server accepted this PIN. Told in the log when it cannot be kept: the PIN then works online only. */
export async function rememberPin(core: Core, pin: string): Promise<void> {
  const salt = core.ports.random.bytes(SALT_BYTES);
  const record: PinCheckRecord = { schema: RECORD_SCHEMA, salt: toHex(salt), check: await checkOf(core, pin, salt), triesLeft: LIMITS.pinTries };
  const kept = await write(core, (tx) => tx.putPinCheck(record));
  if (!kept.ok) core.ports.log.warn('pin-check.not-kept', { error: kept.error });
}

export async function checkPinOffline(core: Core, pin: string): Promise<Result<void, ErrorCode>> {
  const taken = await takeTry(core);
  if (!taken.ok) return taken;
  const tried = taken.value;
  if (tried === null) return err('PIN_NOT_HERE');
  const { salt, check, triesLeft } = tried;
  if ((await checkOf(core, pin, fromHex(salt) ?? new Uint8Array())) !== check) return err('PIN_WRONG', { triesLeft });
  return write(core, (tx) => tx.putPinCheck({ ...tried, triesLeft: LIMITS.pinTries }));
}

/** The record with one try less; null when there is none left, or nothing to compare with. */
async function takeTry(core: Core): Promise<Result<PinCheckRecord | null, ErrorCode>> {
  return write(core, async (tx) => {
    const held = await tx.pinCheck();
    if (held === undefined || held.triesLeft <= 0) return null;
    const tried = { ...held, triesLeft: held.triesLeft - 1 };
    await tx.putPinCheck(tried);
    return tried;
  });
}

async function checkOf(core: Core, pin: string, salt: Uint8Array<ArrayBuffer>): Promise<string> {
  return toHex((await core.ports.stretchPin(pin, salt)).slice(0, CHECK_BYTES));
}
