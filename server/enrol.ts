/**
 * The operator's command: opens an account and prints a single-use code for its first device.
 *   npm run enrol -- --shopper NAME | --merchant NAME
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
import { createMerchant, createShopper } from './core/parties.ts';
import type { Tx } from './core/ports.ts';
import { withStore } from './database.ts';

const USAGE = 'Usage: npm run enrol -- --shopper NAME | --merchant NAME';
const deps = { clock: systemClock, random: systemRandom };
type Wanted = { readonly kind: 'shopper' | 'merchant'; readonly name: string };

async function enrol(wanted: Wanted): Promise<string> {
  const config = readConfig(process.env, fileURLToPath(new URL('../', import.meta.url)));
  const code = newEnrolmentCode(systemRandom);
  const opened = await withStore(config, silentLog, (store) =>
    store.transaction(async (tx) => {
      const party = await openParty(tx, wanted);
      if (party.ok) await openEnrolment(tx, code, party.value, systemClock.nowMs() + LIMITS.enrolmentMs);
      return party;
    }),
  );
  if (!opened.ok) throw new StartupError('usage', `The name cannot be used (${opened.error}).`);
  return code;
}

async function openParty(tx: Tx, { kind, name }: Wanted): Promise<Result<string, string>> {
  const wanted = { name, ccy: CNY, playMoney: false };
  if (kind === 'shopper') {
    const party = await createShopper(tx, deps, wanted);
    return party.ok ? ok(party.value.id) : party;
  }
  const shop = await createMerchant(tx, deps, wanted);
  return shop.ok ? ok(shop.value.party.id) : shop;
}

function readArguments(): Wanted {
  try {
    const { shopper, merchant } = parseArgs({ options: { shopper: { type: 'string' }, merchant: { type: 'string' } } }).values;
    if (shopper !== undefined && merchant === undefined) return { kind: 'shopper', name: shopper };
    if (merchant !== undefined && shopper === undefined) return { kind: 'merchant', name: merchant };
  } catch {
    // An unknown option: the usage line says all there is to say.
  }
  throw new StartupError('usage', USAGE);
}

try {
  const code = await enrol(readArguments());
  process.stdout.write(`${code}\nSingle use, good for ${LIMITS.enrolmentMs / 3_600_000} hours.\n`);
} catch (thrown) {
  if (!(thrown instanceof StartupError)) throw thrown;
  process.stderr.write(`${thrown.message}\n`);
  process.exitCode = thrown.exitCode;
}
