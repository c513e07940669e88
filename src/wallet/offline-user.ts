/**
 * Is this the user, asked with no network? A PIN is held against what this device kept when the server last accepted it: 16 bits
 * of a slow hash, so that somebody who reads the store is left with one PIN in 65,536, some fifteen of all, and not with the PIN. Five
 * tries, and never more than the server has left; a try is counted, and on disk, before it is compared. Then only online. A passkey is
 * asked in pay-by-passkey.ts.
 */
import { type Bytes, fromHex, toHex } from '#base/bytes.ts';
import { err, ok, type Err, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { Core } from './core.ts';
import type { WalletTx } from './ports.ts';
import { type PinCheckRecord, RECORD_SCHEMA } from './records.ts';
import { write } from './writer.ts';

const SALT_BYTES = 16;
const CHECK_BYTES = 2;

/**
 * The server has just accepted this PIN, and a purse may have to be opened by it: one that was loaded by passkey has no check yet, one
 * whose tries were used up has them again, and a PIN that was set on another phone takes the place of the old one.
 */
export async function keepPin(core: Core, pin: string): Promise<void> {
  const held = await core.ports.store.read((tx) => tx.pinCheck());
  if (!held.ok) return;
  const kept = held.value;
  const isKept = kept?.triesLeft === LIMITS.pinTries && (await checkOf(core, pin, saltOf(kept))) === kept.check;
  if (!isKept) await rememberPin(core, pin, kept);
}

/** While the server is told of a new PIN the old one is not taken here: the answer may get lost. What puts it back is returned. */
export async function dropPin(core: Core): Promise<() => Promise<void>> {
  const salt = toHex(core.ports.random.bytes(SALT_BYTES));
  const dropped = await write(core, async (tx) => {
    const held = await tx.pinCheck();
    if (held !== undefined) await tx.putPinCheck({ ...held, salt, triesLeft: 0 });
    return held;
  });
  const held = dropped.ok ? dropped.value : undefined;
  return async () => {
    if (held !== undefined) await write(core, async (tx) => ((await tx.pinCheck())?.salt === salt ? tx.putPinCheck(held) : undefined));
  };
}

/** The server counts tries too. Who has used them up there has no five more here, with the network switched off. */
export async function heedTries(core: Core, { error, detail }: Pick<Err<ErrorCode>, 'error' | 'detail'>): Promise<void> {
  const leftThere = error === 'PIN_LOCKED' ? 0 : error === 'PIN_WRONG' ? detail?.triesLeft : undefined;
  if (leftThere === undefined) return;
  await write(core, async (tx) => {
    const held = await tx.pinCheck();
    if (held !== undefined && held.triesLeft > leftThere) await tx.putPinCheck({ ...held, triesLeft: leftThere });
  });
}

/** After the server accepted this PIN, unless another check took the place of `instead` since. Told in the log when it cannot be kept: the PIN then works online only. */
export async function rememberPin(core: Core, pin: string, instead?: PinCheckRecord): Promise<void> {
  const salt = core.ports.random.bytes(SALT_BYTES);
  const record: PinCheckRecord = { schema: RECORD_SCHEMA, salt: toHex(salt), check: await checkOf(core, pin, salt), triesLeft: LIMITS.pinTries };
  const kept = await write(core, async (tx) => {
    const overtaken = instead !== undefined && (await tx.pinCheck())?.salt !== instead.salt;
    if (!overtaken) await tx.putPinCheck(record);
  });
  if (!kept.ok) core.ports.log.warn('pin-check.not-kept', { error: kept.error });
}

/** One try of a PIN: taken, and on disk, then compared; given back in the write that it allowed. */
export type PinTry = {
  take(tx: WalletTx): Promise<void>;
  /** Only after the transaction of `take` is on disk. */
  compare(): Promise<Result<void, ErrorCode>>;
  giveBack(tx: WalletTx): Promise<void>;
  /** It was right, and has not been given back. */
  owed(): boolean;
};

/**
 * `held`: what was read a moment ago. With it the slow hash begins now, while others are still being asked: until it is compared
 * it says nothing, and no try is taken for it.
 */
export function pinTry(core: Core, pin: string, held: PinCheckRecord | undefined): PinTry {
  const ahead = held === undefined ? null : { salt: held.salt, check: checkOf(core, pin, saltOf(held)) };
  let taken: PinCheckRecord | null = null;
  let owed = false;
  return {
    async take(tx) {
      taken = await takeTry(tx);
    },
    async compare() {
      if (taken === null) return err('PIN_NOT_HERE');
      const check = await (ahead?.salt === taken.salt ? ahead.check : checkOf(core, pin, saltOf(taken)));
      owed = check === taken.check;
      return owed ? ok(undefined) : err('PIN_WRONG', { triesLeft: taken.triesLeft });
    },
    async giveBack(tx) {
      owed = false;
      const now = await tx.pinCheck();
      // Another PIN since then has tries of its own.
      if (now !== undefined && now.salt === taken?.salt) await tx.putPinCheck({ ...now, triesLeft: LIMITS.pinTries });
    },
    owed: () => owed,
  };
}

/** The record with one try less; null when there is none left, or nothing to compare with. */
async function takeTry(tx: WalletTx): Promise<PinCheckRecord | null> {
  const held = await tx.pinCheck();
  if (held === undefined || held.triesLeft <= 0) return null;
  const tried = { ...held, triesLeft: held.triesLeft - 1 };
  await tx.putPinCheck(tried);
  return tried;
}

function saltOf({ salt }: PinCheckRecord): Bytes {
  return fromHex(salt) ?? new Uint8Array();
}

async function checkOf(core: Core, pin: string, salt: Bytes): Promise<string> {
  return toHex((await core.ports.stretchPin(pin, salt)).slice(0, CHECK_BYTES));
}
