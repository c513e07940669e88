/**
 * What only a real database can get wrong: payments that meet. Each test says how often, and the same checks are run once
 * more on a store whose lock was taken away, where they must fail.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkInvariants } from '#protocol/ledger-invariants.ts';
import { merchantAccount, shopperAccount } from '#protocol/ledger.ts';
import type { Database } from '#server/adapters/postgres-database.ts';
import { LEDGER, type LedgerStatements } from '#server/adapters/postgres-statements.ts';
import { openPostgresStore } from '#server/adapters/store-postgres.ts';
import type { Settlement } from '#server/core/settlement.ts';
import { openCounter, type Counter, type Shop } from '../fixtures/counter.ts';
import { seededRandom } from '../fixtures/given.ts';
import { startTestPostgres, type TestPostgres } from '../fixtures/postgres.ts';

const CONNECTIONS = 20;
const ROUNDS = 50;
const PRICE = 700;
const SEED = Number(process.env['SEED'] ?? 20_261_123);

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

let database: Database;
beforeEach(async () => {
  database = await postgres.database({ poolSize: CONNECTIONS });
});
afterEach(() => database.close());

async function counterOn(statements: LedgerStatements = LEDGER): Promise<Counter> {
  return openCounter(openPostgresStore(database, statements), seededRandom(SEED));
}

type Round = { readonly settled: number; readonly refused: readonly string[]; readonly failed: number; readonly payerMinor: number };

function tally(outcomes: readonly PromiseSettledResult<Settlement>[], payerMinor: number): Round {
  const verdicts = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.verdict] : []));
  return {
    settled: verdicts.filter((verdict) => verdict.state === 'settled').length,
    refused: verdicts.flatMap((verdict) => (verdict.state === 'refused' ? [verdict.code] : [])),
    failed: outcomes.length - verdicts.length,
    payerMinor,
  };
}

/** A shop that has sold something: while its account is being created, all payers wait for that, and nothing meets. */
async function oldShop(counter: Counter): Promise<Shop> {
  const shop = await counter.shop('街角面馆');
  await counter.pay(await counter.shopper('王芳', 1), counter.charge(shop, 1));
  return shop;
}

/** Twenty payments at one moment by a payer who has money for one. */
async function overdraftRound(counter: Counter, shop: Shop): Promise<Round> {
  const payer = await counter.shopper('李雷', PRICE);
  const requests = await Promise.all(Array.from({ length: CONNECTIONS }, () => counter.order(payer, counter.charge(shop, PRICE))));
  for (const request of requests) await counter.confirm(payer, request);
  const outcomes = await Promise.allSettled(requests.map((request) => counter.settle(payer, request)));
  return tally(outcomes, await counter.deps.store.balance(shopperAccount(payer.party.id)));
}

const RIGHT: Round = { settled: 1, refused: Array.from({ length: CONNECTIONS - 1 }, () => 'INSUFFICIENT_FUNDS'), failed: 0, payerMinor: 0 };

describe(`payments that meet (seed ${SEED})`, () => {
  it(`case 82: ${CONNECTIONS} payments, balance for one, ${ROUNDS} rounds: exactly one settles`, async () => {
    const counter = await counterOn();
    const shop = await oldShop(counter);
    for (let round = 0; round < ROUNDS; round++) expect(await overdraftRound(counter, shop)).toEqual(RIGHT);
    expect(checkInvariants(await counter.deps.store.audit())).toEqual([]);
  });

  it('case 51: the same bytes 1,000 times at once: one effect, one verdict', async () => {
    const counter = await counterOn();
    const payer = await counter.shopper('李雷', 10 * PRICE);
    const shop = await counter.shop('街角面馆');
    const request = await counter.order(payer, counter.charge(shop, PRICE));
    await counter.confirm(payer, request);
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => counter.settle(payer, request)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer.verdict))).size).toBe(1);
    expect(answers.filter((answer) => !answer.dup)).toHaveLength(1);
    expect(await counter.deps.store.balance(merchantAccount(shop.merchant.id))).toBe(PRICE);
    expect((await counter.deps.store.audit()).payments).toHaveLength(1);
    expect(checkInvariants(await counter.deps.store.audit())).toEqual([]);
  });

  it(`one sale paid by ${CONNECTIONS} people at once, 20 rounds: one pays`, async () => {
    const counter = await counterOn();
    const payers = await Promise.all(Array.from({ length: CONNECTIONS }, (_, index) => counter.shopper(`Payer ${index}`, 100 * PRICE)));
    const shop = await counter.shop('街角面馆');
    for (let round = 1; round <= 20; round++) {
      const charge = counter.charge(shop, PRICE);
      const outcomes = await Promise.allSettled(payers.map((payer) => counter.pay(payer, charge)));
      const { settled, refused, failed } = tally(outcomes, 0);
      expect({ settled, failed, refused: new Set(refused) }).toEqual({ settled: 1, failed: 0, refused: new Set(['INVOICE_PAID']) });
      expect(await counter.deps.store.balance(merchantAccount(shop.merchant.id))).toBe(round * PRICE);
    }
    expect(checkInvariants(await counter.deps.store.audit())).toEqual([]);
  });

  it('case 52: one id for different payments of different people at once, 20 rounds: one has it, the others are told so', async () => {
    const counter = await counterOn();
    const payers = await Promise.all(Array.from({ length: 8 }, (_, index) => counter.shopper(`Payer ${index}`, 100 * PRICE)));
    const shop = await counter.shop('街角面馆');
    for (let round = 0; round < 20; round++) {
      const paymentId = counter.random.bytes(16);
      const outcomes = await Promise.allSettled(payers.map((payer) => counter.pay(payer, counter.charge(shop, PRICE), { paymentId })));
      const { settled, refused, failed } = tally(outcomes, 0);
      expect({ settled, failed, refused: new Set(refused) }).toEqual({ settled: 1, failed: 0, refused: new Set(['ID_REUSED']) });
    }
    expect(checkInvariants(await counter.deps.store.audit())).toEqual([]);
  });

  it('many payers and many shops at once: feeds have no gaps, balances are the journal', async () => {
    const counter = await counterOn();
    const { store } = counter.deps;
    const payers = await Promise.all(Array.from({ length: 6 }, (_, index) => counter.shopper(`Payer ${index}`, 5 * PRICE)));
    const shops = await Promise.all(['A', 'B', 'C'].map((name) => counter.shop(name)));
    const pairs = Array.from({ length: 10 }, () => payers.flatMap((payer) => shops.map((shop) => [payer, shop] as const))).flat();
    await Promise.all(pairs.map(([payer, shop]) => counter.pay(payer, counter.charge(shop, PRICE))));
    for (const { party, merchant } of shops) {
      const feed = await store.feed(party.id, merchantAccount(merchant.id), 0, 1_000);
      expect(feed.changes.map((change) => change.seq)).toEqual(feed.changes.map((_, index) => index + 1));
      expect(feed.changes.at(-1)?.balanceMinor).toBe(feed.balanceMinor);
    }
    const audit = await store.audit();
    expect(audit.payments.filter((payment) => payment.verdict.state === 'settled')).toHaveLength(30);
    expect(checkInvariants(audit)).toEqual([]);
  });
});

describe('case 82: the same rounds without the lock', () => {
  const UNLOCKED = { ...LEDGER, lockAccounts: { name: 'accounts-unlocked', text: LEDGER.lockAccounts.text.replace(' for update', '') } };

  it('report a double spend where nothing else stands in its way', async () => {
    expect(UNLOCKED.lockAccounts.text).not.toBe(LEDGER.lockAccounts.text);
    await database.script('alter table accounts drop constraint funded_accounts_stay_positive');
    const counter = await counterOn(UNLOCKED);
    const shop = await oldShop(counter);
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS && rounds.every((each) => each.settled === 1); round++) rounds.push(await overdraftRound(counter, shop));
    const last = rounds.at(-1);
    expect(last?.settled).toBeGreaterThan(1);
    expect(last?.payerMinor).toBeLessThan(0);
    expect(checkInvariants(await counter.deps.store.audit()).map((violation) => violation.invariant)).toContain('I2');
  });

  it('lose verdicts to the check on the balance, which still keeps the money', async () => {
    const counter = await counterOn(UNLOCKED);
    const shop = await oldShop(counter);
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS && rounds.every((each) => each.failed === 0); round++) rounds.push(await overdraftRound(counter, shop));
    expect(rounds.at(-1)).not.toEqual(RIGHT);
    expect(rounds.at(-1)).toMatchObject({ settled: 1, payerMinor: 0 });
    expect(checkInvariants(await counter.deps.store.audit())).toEqual([]);
  });
});
