/** `npm run operator` as an operator runs it: words on the screen, exit codes of the README, a row for every order. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '#base/log.ts';
import { openDatabase } from '#server/adapters/postgres-database.ts';
import { openPostgresStore } from '#server/adapters/store-postgres.ts';
import { codeHashOf } from '#server/core/enrolment.ts';
import { openOfflineCounter } from '../fixtures/offline-counter.ts';
import { seededRandom } from '../fixtures/given.ts';
import { startTestPostgres, urlOf, type TestPostgres } from '../fixtures/postgres.ts';

const COMMAND = fileURLToPath(new URL('../../server/operator.ts', import.meta.url));
const ENROL = fileURLToPath(new URL('../../server/enrol.ts', import.meta.url));
type Ran = { readonly code: number; readonly out: string; readonly err: string };

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

const run = (databaseUrl: string, ...words: string[]): Promise<Ran> => runOf(COMMAND, databaseUrl, words);

function runOf(command: string, databaseUrl: string, words: readonly string[]): Promise<Ran> {
  const env = { ...process.env, DATABASE_URL: databaseUrl };
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...words], { env }, (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), out, err }));
  });
}

describe('the operator’s command', () => {
  it('lists, carries an order out once, and keeps who gave it', async () => {
    const database = await postgres.database({ poolSize: 4 });
    const url = await urlOf(postgres, database);
    const counter = await openOfflineCounter(openPostgresStore(database), seededRandom(7));
    const payer = await counter.shopper('李雷', 10_000);
    const till = await counter.till('街角面馆');
    const phone = await counter.purse(payer, 5_000);
    if (phone === null) throw new Error('no purse');
    expect(await run(url, 'frozen')).toEqual({ code: 0, out: 'No account is frozen, and there is no proof against any.\n', err: '' });
    const copy = { ...phone };
    await counter.upload(till.party.id, await counter.sign(phone, till, 300));
    await counter.upload(till.party.id, await counter.sign(copy, till, 400));

    const frozen = await run(url, 'frozen');
    expect(frozen.out).toContain(`account ${payer.party.id}  李雷  frozen\n  purse ${phone.purseId}  frozen  holds 43.00 CNY of 50.00 CNY`);
    expect(await run(url, 'unfreeze', payer.party.id, '--by', 'Wu', '--note', 'one phone, restored from a backup')).toEqual({ code: 0, out: 'Done, and noted.\n', err: '' });
    expect(await run(url, 'unfreeze', payer.party.id, '--by', 'Wu')).toEqual({ code: 2, out: '', err: 'This account is not frozen.\n' });
    expect(await run(url, 'restore', phone.purseId, '--by', 'Wu')).toMatchObject({ code: 2, err: 'This purse was spent twice: its proof keeps it revoked.\n' });
    expect((await run(url, 'orders')).out).toMatch(/^1 {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC {2}Wu {2}unfreeze [0-9a-f]{32} {2}one phone, restored from a backup\n$/);
    for (const list of ['held', 'appeals']) expect(await run(url, list)).toMatchObject({ code: 0, err: '' });
  });

  it('finds an account by its name, hands out a code for one more device, ends a device and forgets a PIN', async () => {
    const database = await postgres.database({ poolSize: 4 });
    const url = await urlOf(postgres, database);
    const store = openPostgresStore(database);
    const counter = await openOfflineCounter(store, seededRandom(8));
    const payer = await counter.shopper('李雷', 10_000);
    const { device } = await counter.till('Corner Noodles');
    const account = device.partyId;
    const phone = await counter.purse(payer, 5_000);
    if (phone === null) throw new Error('no purse');
    await store.transaction((tx) => tx.putPin({ partyId: payer.party.id, hash: '-', wrong: 0, lockedUntilMs: 0 }));

    expect((await run(url, 'accounts', 'noodles')).out).toMatch(new RegExp(`^account ${account}  Corner Noodles  merchant  active  since \\d{4}-.* UTC\n$`));
    expect((await run(url, 'devices', account)).out).toMatch(new RegExp(`^device ${device.id}  till no. 1  since \\d{4}-.* UTC\n$`));
    expect((await run(url, 'purses', payer.party.id)).out).toMatch(new RegExp(`^purse ${phone.purseId}  active  holds 50.00 CNY of 50.00 CNY, on device ${payer.session.deviceId} since `));
    expect(await run(url, 'devices', 'nobody')).toEqual({ code: 2, out: '', err: 'There is none with this id.\n' });

    const enrolled = await runOf(ENROL, url, ['--account', account, '--by', 'Wu', '--note', 'a second till']);
    expect(enrolled).toMatchObject({ code: 0, err: '' });
    expect(enrolled.out).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\nSingle use, good for \d+ hours\.\n$/);
    const [code = ''] = enrolled.out.split('\n');
    expect(await store.transaction((tx) => tx.takeEnrolment(codeHashOf(code)))).toMatchObject({ partyId: account });
    expect(await runOf(ENROL, url, ['--account', 'nobody', '--by', 'Wu'])).toEqual({ code: 2, out: '', err: 'There is no account with this id.\n' });

    expect(await run(url, 'end', device.id, '--by', 'Wu')).toEqual({ code: 0, out: 'Done, and noted.\n', err: '' });
    expect((await run(url, 'devices', account)).out).toBe('This account has no device.\n');
    expect(await run(url, 'reset-pin', payer.party.id, '--by', 'Li')).toEqual({ code: 0, out: 'Done, and noted.\n', err: '' });
    expect(await run(url, 'reset-pin', payer.party.id, '--by', 'Li')).toEqual({ code: 2, out: '', err: 'This account has no PIN.\n' });
    const orders = (await run(url, 'orders')).out;
    for (const told of [`Wu  enrol ${account}  a second till`, `Wu  end ${device.id}`, `Li  reset-pin ${payer.party.id}`]) expect(orders).toContain(told);
  });

  it.each([
    [['--account', 'x']],
    [['--account', 'x', '--by', ' ']],
    [['--account', 'x', '--shopper', '李雷', '--by', 'Wu']],
    [['--shopper', '李雷', '--by', 'Wu']],
    [[]],
  ])('enrols nobody when it is used wrongly: %j', async (words) => {
    const ran = await runOf(ENROL, 'postgres://nobody@127.0.0.1:1/none', words);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toMatch(/^(Usage: npm run enrol|--by NAME)/);
  });

  it.each([
    [[]],
    [['accounts']],
    [['devices', 'x', 'y']],
    [['purses', 'x', '--by', 'Wu']],
    [['end', 'x']],
    [['enrol', 'x', '--by', 'Wu']],
    [['melt', 'x', '--by', 'Wu']],
    [['constructor']],
    [['frozen', 'x']],
    [['frozen', '--loud']],
    [['unfreeze', '--by', 'Wu']],
    [['unfreeze', 'x']],
    [['unfreeze', 'x', '--by', ' ']],
    [['answer', 'x', '--by', 'Wu']],
  ])('is used wrongly: %j', async (words) => {
    const ran = await run('postgres://nobody@127.0.0.1:1/none', ...words);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toMatch(/^(Usage: npm run operator|--by NAME|--note TEXT)/);
  });

  it('says when the database does not answer', async () => {
    expect(await run('postgres://nobody@127.0.0.1:1/none', 'frozen')).toEqual({ code: 9, out: '', err: 'The database of DATABASE_URL does not answer.\n' });
  });

  it('says in one line what the database refuses', async () => {
    const url = new URL(await postgres.emptyDatabase());
    url.password = 'guess';
    expect(await run(url.href, 'frozen')).toEqual({ code: 9, out: '', err: 'The database of DATABASE_URL refuses: password authentication failed for user "chit".\n' });
    url.password = new URL(postgres.url).password;
    url.pathname = '/none';
    expect(await run(url.href, 'frozen')).toEqual({ code: 9, out: '', err: 'The database of DATABASE_URL refuses: database "none" does not exist.\n' });
    const admin = openDatabase({ url: postgres.url, log: silentLog });
    await admin.script("create role guest login password 'guest'");
    await admin.close();
    url.pathname = new URL(await postgres.emptyDatabase()).pathname;
    url.username = url.password = 'guest';
    expect(await run(url.href, 'frozen')).toEqual({ code: 9, out: '', err: 'The database of DATABASE_URL refuses: permission denied for schema public.\n' });
  });
});
