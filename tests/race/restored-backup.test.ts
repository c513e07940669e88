/** Yesterday's backup, and a release that changes a database with money in it: nothing is lost that a phone still has, nothing is paid twice. */
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '#base/log.ts';
import type { SyncResult } from '#protocol/http-sync.ts';
import { checkInvariants } from '#protocol/ledger-invariants.ts';
import { merchantAccount, reserveAccount, shopperAccount } from '#protocol/ledger.ts';
import type { Note, Voucher } from '#protocol/objects.ts';
import { createIssuer } from '#server/adapters/issuer-files.ts';
import { openDatabase, type Database } from '#server/adapters/postgres-database.ts';
import { migrate } from '#server/adapters/postgres-migrate.ts';
import { openPostgresStore } from '#server/adapters/store-postgres.ts';
import { feedPage } from '#server/core/feed-page.ts';
import { runJobs } from '#server/core/jobs.ts';
import { START_MS } from '../fixtures/counter.ts';
import { seededRandom, stillClock } from '../fixtures/given.ts';
import { openOfflineCounter, type OfflineCounter, type Phone, type Till } from '../fixtures/offline-counter.ts';
import { startTestPostgres, type TestPostgres } from '../fixtures/postgres.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const LIM = 5_000;
const MIGRATIONS = path.join(import.meta.dirname, '../../server/migrations');

let postgres: TestPostgres;
let folder: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
  folder = mkdtempSync(path.join(tmpdir(), 'chit-backup-'));
});
afterAll(async () => {
  await postgres.stop();
  rmSync(folder, { recursive: true });
});

let opened = 0;

/** The server on a database, with the keys that it always has. */
async function serverOn(database: Database): Promise<OfflineCounter> {
  const issuer = await createIssuer({ folder: path.join(folder, 'keys'), clock: stillClock(START_MS), allowCreate: true });
  return openOfflineCounter(openPostgresStore(database), seededRandom(SEED + ++opened), 'capped', issuer);
}

async function audited(counter: OfflineCounter) {
  const audit = await counter.deps.store.audit();
  expect(checkInvariants(audit)).toEqual([]);
  return audit;
}

const nameOf = (result: SyncResult): string => `${result.verdict === 'REJECTED' ? result.reason : result.verdict}${result.dup ? ' again' : ''}`;

async function peopleAt(counter: OfflineCounter): Promise<{ till: Till; phone: Phone }> {
  const till = await counter.till('街角面馆');
  const phone = await counter.purse(await counter.shopper('李雷', 4 * LIM), LIM);
  if (phone === null) throw new Error('no purse');
  return { till, phone };
}

async function signMany(counter: OfflineCounter, phone: Phone, till: Till, amounts: readonly number[]): Promise<Voucher[]> {
  const vouchers: Voucher[] = [];
  for (const amount of amounts) vouchers.push(await counter.sign(phone, till, amount));
  return vouchers;
}

describe(`case 63: a server restored from yesterday’s backup (seed ${SEED})`, () => {
  it('takes everything again that till and phone still have: each once, and what a lost top-up carried when it is back', async () => {
    const url = await postgres.emptyDatabase();
    let database = openDatabase({ url, log: silentLog });
    await migrate(database);
    let counter = await serverOn(database);
    const { till, phone } = await peopleAt(counter);
    const yesterday = await signMany(counter, phone, till, [100, 200, 300]);
    for (const voucher of yesterday) expect(nameOf(await counter.upload(till.party.id, voucher))).toBe('SETTLED');
    await database.close();
    const backup = await postgres.copyOf(url);

    database = openDatabase({ url, log: silentLog });
    counter = await serverOn(database);
    const today = await signMany(counter, phone, till, [400, 500]);
    for (const voucher of today) expect(nameOf(await counter.upload(till.party.id, voucher))).toBe('SETTLED');
    const [first, fourth] = [yesterday[0], today[0]];
    if (first === undefined || fourth === undefined) throw new Error('nothing signed');
    const notes: Note[] = [await counter.note(till, fourth, { kind: 'refund', amountMinor: 150 }), await counter.note(till, first, { kind: 'void' })];
    for (const note of notes) await counter.bring(note);
    await counter.topUp(phone, 2_000);
    const [beyond] = await signMany(counter, phone, till, [LIM - 1_000]);
    if (beyond === undefined) throw new Error('nothing signed');
    expect(nameOf(await counter.upload(till.party.id, beyond))).toBe('SETTLED');
    const { headSeq } = await counter.deps.store.feed(till.party.id, merchantAccount(till.merchant.id), 0, 1);
    await database.close();

    database = openDatabase({ url: backup, log: silentLog });
    counter = await serverOn(database);
    const page = await feedPage(counter.deps, { party: till.party }, { cursor: headSeq });
    expect(page.cursor).toBeLessThan(headSeq);
    expect(page.cursor).toBe(page.headSeq);

    // Everybody brings all they have, in an order that chance gives, twice over.
    const random = seededRandom(SEED);
    const all = [...yesterday, ...today];
    const bringAll = async (): Promise<void> => {
      const order = [...all, ...notes].map((item) => ({ item, at: random.below(1_000) })).toSorted((a, b) => a.at - b.at);
      for (const { item } of order) {
        if ('kind' in item) await counter.bring(item);
        else await counter.upload(random.below(2) === 0 ? till.party.id : phone.owner.party.id, item);
      }
      for (const voucher of all) await counter.upload(till.party.id, voucher);
    };
    await bringAll();
    await bringAll();
    expect(nameOf(await counter.upload(till.party.id, beyond))).toBe('RETRY');
    await audited(counter);
    expect(await counter.topUp(phone, 2_000)).toBe(true);
    expect(nameOf(await counter.upload(till.party.id, beyond))).toBe('SETTLED');
    for (const voucher of [...all, beyond]) expect(nameOf(await counter.upload(till.party.id, voucher))).toMatch(/^(SETTLED|VOIDED) again$/);

    const { balance } = counter.deps.store;
    const paid = 200 + 300 + 400 + 500 - 150 + (LIM - 1_000);
    expect(await balance(merchantAccount(till.merchant.id))).toBe(paid);
    expect(await balance(reserveAccount(phone.purseId))).toBe(LIM + 2_000 - 1_500 - (LIM - 1_000));
    counter.deps.clock.advance(60 * 86_400_000);
    await runJobs({ ...counter.deps, log: silentLog }, counter.deps.clock.nowMs());
    expect(await balance(shopperAccount(phone.owner.party.id))).toBe(4 * LIM - paid);
    await audited(counter);
    await database.close();
  });
});

describe('case 99: a release over a database that holds money', () => {
  it('killed in the middle of a migration it changes nothing; run again it keeps every row, and goes on', async () => {
    const url = await postgres.emptyDatabase();
    const database = openDatabase({ url, log: silentLog, poolSize: 4 });
    const older = path.join(folder, 'older');
    cpSync(MIGRATIONS, older, { recursive: true });
    // The newest shape that this server still works on without the files after it.
    for (const name of readdirSync(older).filter((file) => file > '0009')) rmSync(path.join(older, name));
    await migrate(database, older);
    const counter = await serverOn(database);
    const { till, phone } = await peopleAt(counter);
    const vouchers = await signMany(counter, phone, till, [100, 200, 300]);
    for (const voucher of vouchers.slice(0, 2)) await counter.upload(till.party.id, voucher);
    const before = await audited(counter);

    writeFileSync(path.join(older, '0009_notes_by_merchant.sql'), 'drop index notes_by_voucher; select pg_sleep(60);');
    // Expected from the start: it may die before the killer has its own answer.
    const dying = expect(migrate(database, older)).rejects.toThrow();
    const kill = { name: 'kill', text: `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like '%pg_sleep(60)%' and pid <> pg_backend_pid()` };
    await expect.poll(async () => (await database.query(kill, [])).length, { timeout: 20_000 }).toBe(1);
    await dying;
    expect(await audited(counter)).toEqual(before);

    const rest = readdirSync(MIGRATIONS).filter((name) => name > '0009' && name.endsWith('.sql'));
    expect(await migrate(database)).toEqual(rest.toSorted());
    expect(await audited(counter)).toEqual(before);
    for (const [index, voucher] of vouchers.entries()) expect(nameOf(await counter.upload(till.party.id, voucher))).toBe(index < 2 ? 'SETTLED again' : 'SETTLED');
    await audited(counter);
    await database.close();
  });
});
