/**
 * The operator's command: opens an account and prints a single-use code for its first device; or a code for one more device of an
 * account that there is, which is an order with a name to it: whoever has the code is in the account.
 *   npm run enrol -- --shopper NAME | --merchant NAME
 *   npm run enrol -- --account ID --by NAME [--note TEXT]
 * Works beside a running server, on DATABASE_URL or on the embedded database of DATA_DIR.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { silentLog } from '#base/log.ts';
import { ok, type Result } from '#base/result.ts';
import { CNY } from '#protocol/currency.ts';
import { LIMITS } from '#protocol/limits.ts';
import { StartupError } from './adapters/startup-error.ts';
import { systemClock, systemRandom } from './adapters/system.ts';
import { readConfig } from './config.ts';
import { newEnrolmentCode, openEnrolment } from './core/enrolment.ts';
import { enrolDevice, type Given } from './core/operator.ts';
import { createMerchant, createShopper } from './core/parties.ts';
import type { Store, Tx } from './core/ports.ts';
import { withStore } from './database.ts';
import { readGiven } from './operator-given.ts';

const USAGE = `Usage: npm run enrol -- --shopper NAME | --merchant NAME    opens an account: a code for its first device
       npm run enrol -- --account ID --by NAME            a code for one more device of an account; --note TEXT says why`;
const deps = { clock: systemClock, random: systemRandom };
type New = { readonly kind: 'shopper' | 'merchant'; readonly name: string };
type Wanted = New | { readonly kind: 'account'; readonly id: string; readonly given: Given };

async function enrol(wanted: Wanted): Promise<string> {
  const config = readConfig(process.env, fileURLToPath(new URL('../', import.meta.url)));
  const code = newEnrolmentCode(systemRandom);
  await withStore(config, silentLog, (store) => (wanted.kind === 'account' ? enrolInto(store, wanted, code) : enrolNew(store, wanted, code)));
  return code;
}

async function enrolInto(store: Store, { id, given }: Wanted & { kind: 'account' }, code: string): Promise<void> {
  const done = await enrolDevice({ store, clock: systemClock }, given, id, code);
  if (!done.ok) throw new StartupError('usage', 'There is no account with this id.');
}

async function enrolNew(store: Store, wanted: New, code: string): Promise<void> {
  const opened = await store.transaction(async (tx) => {
    const party = await openParty(tx, wanted);
    if (party.ok) await openEnrolment(tx, code, party.value, systemClock.nowMs() + LIMITS.enrolmentMs);
    return party;
  });
  if (!opened.ok) throw new StartupError('usage', `The name cannot be used (${opened.error}).`);
}

async function openParty(tx: Tx, { kind, name }: New): Promise<Result<string, string>> {
  const wanted = { name, ccy: CNY, playMoney: false };
  if (kind === 'shopper') {
    const party = await createShopper(tx, deps, wanted);
    return party.ok ? ok(party.value.id) : party;
  }
  const shop = await createMerchant(tx, deps, wanted);
  return shop.ok ? ok(shop.value.party.id) : shop;
}

function readArguments(): Wanted {
  const { shopper, merchant, account, ...given } = parsed();
  const named = [shopper, merchant, account].filter((each) => each !== undefined);
  if (named.length !== 1) throw new StartupError('usage', USAGE);
  if (account !== undefined) return { kind: 'account', id: account, given: readGiven(given) };
  if (given.by !== undefined || given.note !== undefined) throw new StartupError('usage', USAGE);
  return shopper === undefined ? { kind: 'merchant', name: merchant ?? '' } : { kind: 'shopper', name: shopper };
}

function parsed() {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ options: { shopper: text, merchant: text, account: text, by: text, note: text } }).values;
  } catch {
    // An unknown option: the usage lines say all there is to say.
    throw new StartupError('usage', USAGE);
  }
}

try {
  const code = await enrol(readArguments());
  process.stdout.write(`${code}\nSingle use, good for ${LIMITS.enrolmentMs / 3_600_000} hours.\n`);
} catch (thrown) {
  if (!(thrown instanceof StartupError)) throw thrown;
  process.stderr.write(`${thrown.message}\n`);
  process.exitCode = thrown.exitCode;
}
