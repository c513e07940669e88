/** A server that dies at any moment leaves each payment settled with its verdict, or not there at all; asking again settles it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toBase64Url } from '#base/bytes.ts';
import { checkInvariants } from '#protocol/ledger-invariants.ts';
import { merchantAccount } from '#protocol/ledger.ts';
import { createIssuer } from '#server/adapters/issuer-files.ts';
import type { Database } from '#server/adapters/postgres-database.ts';
import { openPostgresStore } from '#server/adapters/store-postgres.ts';
import { StoreUnavailable } from '#server/core/ports.ts';
import type { Settlement } from '#server/core/settlement.ts';
import type { SettlementRequest } from '#server/core/settlement-request.ts';
import { openCounter, START_MS, type Counter, type Shop, type Shopper } from '../fixtures/counter.ts';
import { seededRandom, stillClock } from '../fixtures/given.ts';
import { startTestPostgres, urlOf, type TestPostgres } from '../fixtures/postgres.ts';
import type { SettlingJob } from '../fixtures/settling-child.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const KILLS = 12;
const JOBS = 60;
const PRICE = 100;
const CHILD = fileURLToPath(new URL('../fixtures/settling-child.ts', import.meta.url));

let postgres: TestPostgres;
let folder: string;
let database: Database;
let counter: Counter;
let payer: Shopper;
let shop: Shop;

beforeAll(async () => {
  postgres = await startTestPostgres();
  folder = mkdtempSync(path.join(tmpdir(), 'chit-keys-'));
});
afterAll(async () => {
  await postgres.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  database = await postgres.database({ poolSize: 8 });
  const issuer = await createIssuer({ folder: path.join(folder, 'keys'), clock: stillClock(START_MS), allowCreate: true });
  counter = await openCounter(openPostgresStore(database), seededRandom(SEED), issuer);
  payer = await counter.shopper('李雷', 1_000_000);
  shop = await counter.shop('街角面馆');
});
afterEach(() => database.close());

async function newRequests(count: number): Promise<SettlementRequest[]> {
  const requests = await Promise.all(Array.from({ length: count }, () => counter.order(payer, counter.charge(shop, PRICE))));
  for (const request of requests) await counter.confirm(payer, request);
  return requests;
}

function jobOf(request: SettlementRequest): SettlingJob {
  const { partyId, deviceId, devicePublicKey } = payer.session;
  return { partyId, deviceId, devicePublicKey: toBase64Url(devicePublicKey), order: toBase64Url(request.order), invoice: toBase64Url(request.invoice) };
}

/** Starts a settling process, kills it `delayMs` after its first verdict, and returns what it said. */
async function settleAndKill(url: string, requests: readonly SettlementRequest[], delayMs: number): Promise<Settlement[]> {
  const file = path.join(folder, 'jobs.json');
  writeFileSync(file, JSON.stringify(requests.map(jobOf)));
  const child = spawn(process.execPath, [CHILD, url, path.join(folder, 'keys'), file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise((resolve) => child.once('close', resolve));
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.once('close', () => reject(new Error('the child ended by itself')));
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      resolve();
    });
  });
  await pause(delayMs);
  child.kill('SIGKILL');
  await gone;
  return said.split('\n').slice(0, -1).map((line) => JSON.parse(line) as Settlement);
}

/** What was said is stored; what is stored is whole; asking again settles the rest and repeats what was decided. */
async function expectWholeAfter(requests: readonly SettlementRequest[], said: readonly Settlement[]): Promise<number> {
  const { store } = counter.deps;
  const before = await store.audit();
  expect(checkInvariants(before)).toEqual([]);
  const stored = new Map(before.payments.map((row) => [row.id, row.verdict]));
  for (const { paymentId, verdict } of said) expect(stored.get(paymentId ?? '')).toEqual(verdict);
  let repeated = 0;
  for (const request of requests) {
    const again = await counter.settle(payer, request);
    expect(again.verdict.state).toBe('settled');
    expect(again.dup).toBe(stored.has(again.paymentId ?? ''));
    if (again.dup) repeated++;
  }
  return repeated;
}

describe(`case 55: a server that dies (seed ${SEED})`, () => {
  it(`kill -9 at ${KILLS} moments: a verdict is stored whole, or nothing is`, async () => {
    const url = await urlOf(postgres, database);
    const random = seededRandom(SEED);
    let cutShort = 0;
    for (let kill = 1; kill <= KILLS; kill++) {
      const requests = await newRequests(JOBS);
      const repeated = await expectWholeAfter(requests, await settleAndKill(url, requests, random.below(60)));
      if (repeated < JOBS) cutShort++;
      expect(await counter.deps.store.balance(merchantAccount(shop.merchant.id))).toBe(kill * JOBS * PRICE);
    }
    expect(cutShort).toBeGreaterThan(KILLS / 2);
    expect(checkInvariants(await counter.deps.store.audit())).toEqual([]);
  });

  it('connections that are cut under load: unknown is never taken for refused, and asking again settles once', async () => {
    const requests = await newRequests(200);
    const cutting = { name: 'cut', text: `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()` };
    let working = true;
    const saw = (async () => {
      while (working) {
        await database.query(cutting, []).catch(() => undefined);
        await pause(5);
      }
    })();
    const outcomes = await Promise.allSettled(requests.map((request) => counter.settle(payer, request)));
    working = false;
    await saw;
    const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(lost.length).toBeGreaterThan(0);
    for (const reason of lost) expect(reason).toBeInstanceOf(StoreUnavailable);
    const said = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    await expectWholeAfter(requests, said);
    expect(await counter.deps.store.balance(merchantAccount(shop.merchant.id))).toBe(requests.length * PRICE);
    expect(checkInvariants(await counter.deps.store.audit())).toEqual([]);
  });
});
