/** A server that dies at a named point of a sync batch: each voucher is settled with its verdict, or not there; sent again, all are. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toBase64Url } from '#base/bytes.ts';
import type { SyncResult } from '#protocol/http-sync.ts';
import { checkInvariants } from '#protocol/ledger-invariants.ts';
import { merchantAccount, reserveAccount } from '#protocol/ledger.ts';
import type { Voucher } from '#protocol/objects.ts';
import { createIssuer } from '#server/adapters/issuer-files.ts';
import type { Database } from '#server/adapters/postgres-database.ts';
import { openPostgresStore } from '#server/adapters/store-postgres.ts';
import { seededRandom, stillClock } from '../fixtures/given.ts';
import { START_MS } from '../fixtures/counter.ts';
import { openOfflineCounter, type OfflineCounter, type Phone, type Till } from '../fixtures/offline-counter.ts';
import { startTestPostgres, urlOf, type TestPostgres } from '../fixtures/postgres.ts';
import type { Point, SyncingJob } from '../fixtures/syncing-child.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const ITEMS = 7;
const LAST = ITEMS - 1;
const PRICE = 100;
const LIM = 5_000;
const CHILD = fileURLToPath(new URL('../fixtures/syncing-child.ts', import.meta.url));

let postgres: TestPostgres;
let folder: string;
let database: Database;
let counter: OfflineCounter;
let till: Till;
let phone: Phone;
let vouchers: Voucher[];

beforeAll(async () => {
  postgres = await startTestPostgres();
  folder = mkdtempSync(path.join(tmpdir(), 'chit-keys-'));
});
afterAll(async () => {
  await postgres.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  database = await postgres.database({ poolSize: 4 });
  const issuer = await createIssuer({ folder: path.join(folder, 'keys'), clock: stillClock(START_MS), allowCreate: true });
  counter = await openOfflineCounter(openPostgresStore(database), seededRandom(SEED), 'capped', issuer);
  till = await counter.till('街角面馆');
  const made = await counter.purse(await counter.shopper('李雷', 2 * LIM), LIM);
  if (made === null) throw new Error('no purse');
  phone = made;
  vouchers = [];
  for (let index = 0; index < ITEMS; index++) vouchers.push(await counter.sign(phone, till, PRICE));
});
afterEach(() => database.close());

/** What the process said before it died, and whether it was killed. */
async function syncInChild(point: Point, item: number): Promise<{ said: string; signal: NodeJS.Signals | null }> {
  const items = vouchers.map((voucher) => ({ k: 'V', o: toBase64Url(voucher.bytes) }));
  const job: SyncingJob = { partyId: till.party.id, deviceId: till.device.id, request: { cursor: 0, statusSeq: 0, keySetSeq: 0, items }, point, item };
  const file = path.join(folder, 'job.json');
  writeFileSync(file, JSON.stringify(job));
  const child = spawn(process.execPath, [CHILD, await urlOf(postgres, database), path.join(folder, 'keys'), file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { said, signal };
}

const again = (): Promise<SyncResult[]> => Promise.all(vouchers.map((voucher) => counter.upload(till.party.id, voucher)));
const money = async (): Promise<number[]> => {
  const { store } = counter.deps;
  expect(checkInvariants(await store.audit())).toEqual([]);
  return [await store.balance(merchantAccount(till.merchant.id)), await store.balance(reserveAccount(phone.purseId))];
};

describe(`case 55: a server that dies in a sync batch (seed ${SEED})`, () => {
  it.each<[Point, number, number]>([
    ['rows written, not committed', 0, 0],
    ['rows written, not committed', 3, 3],
    ['rows written, not committed', LAST, LAST],
    ['committed, before the next item', 0, 1],
    ['committed, before the next item', 3, 4],
    ['committed, before the next item', LAST, ITEMS],
    ['all committed, before the reply', 0, ITEMS],
  ])('%s (item %i): %i are settled, the rest when they come again, each once', async (point, item, settled) => {
    expect(await syncInChild(point, item)).toEqual({ said: '', signal: 'SIGKILL' });
    expect(await money()).toEqual([settled * PRICE, LIM - settled * PRICE]);
    const results = await again();
    expect(results.map((result) => [result.verdict, result.dup])).toEqual(vouchers.map((_, index) => ['SETTLED', index < settled]));
    expect(await money()).toEqual([ITEMS * PRICE, LIM - ITEMS * PRICE]);
    expect((await again()).every((result) => result.dup)).toBe(true);
  });

  it('and one that lives says what is stored', async () => {
    const { said, signal } = await syncInChild('never', 0);
    expect(signal).toBeNull();
    const results = JSON.parse(said) as SyncResult[];
    expect(results.map((result) => result.verdict)).toEqual(vouchers.map(() => 'SETTLED'));
    expect(await again()).toEqual(results.map((result) => ({ ...result, dup: true })));
    expect(await money()).toEqual([ITEMS * PRICE, LIM - ITEMS * PRICE]);
  });
});
