/**
 * The operator's command for what people decide: look first, then order. Every order names who gave it, and is kept with its time.
 *   npm run operator -- frozen | held | appeals | orders | accounts NAME | devices ACCOUNT | purses ACCOUNT
 *   npm run operator -- unfreeze ACCOUNT | release VOUCHER | refuse VOUCHER | revoke PURSE | restore PURSE | reset-pin ACCOUNT | end DEVICE --by NAME [--note TEXT]
 *   npm run operator -- answer APPEAL --by NAME --note TEXT
 * Works beside a running server, on DATABASE_URL or on the embedded database of DATA_DIR.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { silentLog } from '#base/log.ts';
import { StartupError } from './adapters/startup-error.ts';
import { systemClock } from './adapters/system.ts';
import { readConfig } from './config.ts';
import { answerAppeal, decideHeld, endDevice, resetPin, restorePurse, revokePurse, unfreezeAccount, type Given, type OperatorDeps, type OrderProblem, type Ordered } from './core/operator.ts';
import { accountsNamed, frozenAccounts, heldClaims, heldPurses, liveDevices, openAppeals, ordersGiven } from './core/operator-lists.ts';
import type { OperatorOrder } from './core/ports-offline.ts';
import { withStore } from './database.ts';
import { readGiven } from './operator-given.ts';
import { accountLines, appealLines, deviceLines, frozenLines, heldLines, orderLines, purseHeldLines } from './operator-words.ts';

const USAGE = `Usage: npm run operator -- COMMAND
  frozen | held | appeals | orders                                      what there is to decide, and what was decided
  accounts NAME | devices ACCOUNT | purses ACCOUNT                      the ids that orders name
  unfreeze ACCOUNT --by NAME                                            the account may pay and open purses again
  release VOUCHER --by NAME | refuse VOUCHER --by NAME                  a held claim is paid now, or not at all
  answer APPEAL --by NAME --note TEXT                                   the answer is told in the feed of who appealed
  revoke PURSE --by NAME | restore PURSE --by NAME                      tills refuse a lost purse, or take it again
  reset-pin ACCOUNT --by NAME                                           a forgotten PIN: the account chooses one anew
  end DEVICE --by NAME                                                  a stolen or surplus device is out, for good
  --note TEXT says why, with any order.`;

type Looking = (deps: OperatorDeps) => Promise<readonly string[]>;
/** Null: there is none with this id. */
type LookingAt = (deps: OperatorDeps, subject: string) => Promise<readonly string[] | null>;
type Ordering = (deps: OperatorDeps, given: Given, subject: string) => Ordered;

const LISTS: ReadonlyMap<string, Looking> = new Map(Object.entries({
  frozen: async ({ store }: OperatorDeps) => frozenLines(await frozenAccounts(store)),
  held: async ({ store }: OperatorDeps) => heldLines(await heldClaims(store)),
  appeals: async ({ store }: OperatorDeps) => appealLines(await openAppeals(store)),
  orders: async ({ store }: OperatorDeps) => orderLines(await ordersGiven(store)),
} satisfies Record<string, Looking>));
const LISTS_OF: ReadonlyMap<string, LookingAt> = new Map(Object.entries({
  accounts: async ({ store }: OperatorDeps, name: string) => accountLines(await accountsNamed(store, name)),
  async devices({ store }: OperatorDeps, account: string) {
    const devices = await liveDevices(store, account);
    return devices === null ? null : deviceLines(devices);
  },
  async purses({ store }: OperatorDeps, account: string) {
    const purses = await heldPurses(store, account);
    return purses === null ? null : purseHeldLines(purses);
  },
} satisfies Record<string, LookingAt>));
const ORDERS: ReadonlyMap<string, Ordering> = new Map(Object.entries({
  unfreeze: unfreezeAccount,
  release: (deps: OperatorDeps, given: Given, vid: string) => decideHeld(deps, given, vid, 'release'),
  refuse: (deps: OperatorDeps, given: Given, vid: string) => decideHeld(deps, given, vid, 'refuse'),
  answer: answerAppeal,
  revoke: revokePurse,
  restore: restorePurse,
  'reset-pin': resetPin,
  end: endDevice,
} satisfies Record<Exclude<OperatorOrder['kind'], 'enrol'>, Ordering>));
const WHY_NOT: Readonly<Record<OrderProblem, string>> = {
  NOT_FOUND: 'There is none with this id.',
  NOT_FROZEN: 'This account is not frozen.',
  NOT_HELD: 'This voucher is not held.',
  ANSWERED: 'This appeal was answered before.',
  RELEASED: 'This purse is over: its rest went back to its account.',
  REVOKED: 'This purse is revoked already.',
  NOT_REVOKED: 'This purse is not revoked.',
  PROVED: 'This purse was spent twice: its proof keeps it revoked.',
  DEVICE_GONE: 'The device of this purse was signed out: nobody can spend it any more.',
  NO_PIN: 'This account has no PIN.',
  ENDED: 'This device has ended already.',
};

type Wanted = { readonly kind: 'look'; readonly look: LookingAt; readonly subject: string } | { readonly kind: 'order'; readonly order: Ordering; readonly subject: string; readonly given: Given };

function readArguments(): Wanted {
  const { positionals, values } = parsed();
  const [name = '', subject = '', ...more] = positionals;
  const { by = '', note = '' } = values;
  const look = subject === '' ? LISTS.get(name) : LISTS_OF.get(name);
  if (look !== undefined && more.length === 0 && by === '' && note === '') return { kind: 'look', look, subject };
  const order = ORDERS.get(name);
  if (order === undefined || subject === '' || more.length > 0) throw new StartupError('usage', USAGE);
  const given = readGiven(values);
  if (name === 'answer' && given.note === '') throw new StartupError('usage', '--note TEXT is what an answer says: it needs one.');
  return { kind: 'order', order, subject, given };
}

function parsed(): { positionals: string[]; values: { by?: string; note?: string } } {
  try {
    return parseArgs({ allowPositionals: true, options: { by: { type: 'string' }, note: { type: 'string' } } });
  } catch {
    throw new StartupError('usage', USAGE);
  }
}

async function run(wanted: Wanted): Promise<readonly string[]> {
  const config = readConfig(process.env, fileURLToPath(new URL('../', import.meta.url)));
  return withStore(config, silentLog, async (store) => {
    const deps = { store, clock: systemClock };
    if (wanted.kind === 'look') {
      const lines = await wanted.look(deps, wanted.subject);
      if (lines === null) throw new StartupError('usage', WHY_NOT.NOT_FOUND);
      return lines;
    }
    const done = await wanted.order(deps, wanted.given, wanted.subject);
    if (!done.ok) throw new StartupError('usage', WHY_NOT[done.error]);
    return ['Done, and noted.'];
  });
}

try {
  const lines = await run(readArguments());
  process.stdout.write(`${lines.join('\n')}\n`);
} catch (thrown) {
  if (!(thrown instanceof StartupError)) throw thrown;
  process.stderr.write(`${thrown.message}\n`);
  process.exitCode = thrown.exitCode;
}
