/**
 * `npm run bench -- ledger`: payments posted to the ledger on a real PostgreSQL that waits for its disk, by the server's core, with no HTTP:
 * order and confirmation checked, both balances locked, verdict, postings and both feeds in one transaction. Beside it what a bare row
 * costs in the same run, and how long the invariants take over all that was posted. Exits 1 when one of them is broken.
 */
import { checkInvariants } from '#protocol/ledger-invariants.ts';
import { openPostgresStore } from '#server/adapters/store-postgres.ts';
import { openCounter, type Counter, type Shopper } from '../fixtures/counter.ts';
import { seededRandom } from '../fixtures/given.ts';
import { startTestPostgres } from '../fixtures/postgres.ts';
import type { SettlementRequest } from '#server/core/settlement-request.ts';
import { bareCommitsPerSecond, durableDatabase } from './bare-commits.ts';
import { secondsInFlight } from './in-flight.ts';

const WORKERS = 10;
const PAYMENTS = 1_000;
const SHOPPERS = 20;
const SHOPS = 4;
const PRICE = 100;

type Job = { readonly payer: Shopper; readonly request: SettlementRequest };

/** Ordered and confirmed, and not settled. */
async function prepare(counter: Counter): Promise<readonly Job[]> {
  const shops = await Promise.all(Array.from({ length: SHOPS }, (_, at) => counter.shop(`店 ${at + 1}`)));
  const shoppers = await Promise.all(Array.from({ length: SHOPPERS }, (_, at) => counter.shopper(`人 ${at + 1}`, PAYMENTS * PRICE)));
  const jobs: Job[] = [];
  for (let at = 0; at < PAYMENTS; at++) {
    const [payer, shop] = [shoppers[at % SHOPPERS], shops[at % SHOPS]];
    if (payer === undefined || shop === undefined) throw new Error('there are people and shops');
    const request = await counter.order(payer, counter.charge(shop, PRICE));
    await counter.confirm(payer, request);
    jobs.push({ payer, request });
  }
  return jobs;
}

const postgres = await startTestPostgres();
try {
  const database = await durableDatabase(postgres, WORKERS);
  const counter = await openCounter(openPostgresStore(database), seededRandom(1));
  const jobs = await prepare(counter);
  const before = (await counter.deps.store.audit()).postings.length;
  const seconds = await secondsInFlight(WORKERS, jobs, async ({ payer, request }) => {
    const { verdict } = await counter.settle(payer, request);
    if (verdict.state !== 'settled') throw new Error(`a payment is ${JSON.stringify(verdict)}`);
  });
  const audit = await counter.deps.store.audit();
  const askedFrom = performance.now();
  const broken = checkInvariants(audit);
  const askedMs = performance.now() - askedFrom;
  const perSecond = (audit.postings.length - before) / seconds;
  const bare = await bareCommitsPerSecond(database, WORKERS);
  console.log(`bench ledger postings_per_second=${Math.round(perSecond)} bare_commits_per_second=${Math.round(bare)} ratio=${(bare / perSecond).toFixed(2)} at_once=${WORKERS}`);
  console.log(`bench ledger invariants_ms=${askedMs.toFixed(1)} of_postings=${audit.postings.length} broken=${broken.length}`);
  for (const { invariant, what } of broken) console.error(`${invariant}: ${what}`);
  process.exitCode = broken.length === 0 && audit.postings.length - before === PAYMENTS ? 0 : 1;
} finally {
  await postgres.stop();
}
