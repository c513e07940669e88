/** Which trouble makes the server look for another leader, and which pool that costs. Needs no database: pools connect when asked. */
import { describe, expect, it } from 'vitest';
import { silentLog } from '#base/log.ts';
import { tellsOfLostLeader } from '#server/adapters/postgres-errors.ts';
import { LeaderPool, settingsOf } from '#server/adapters/postgres-pool.ts';

const coded = (code: string): Error => Object.assign(new Error('no'), { code });
const hosts = (list: string) => new LeaderPool(settingsOf({ url: `postgres://u:p@${list}/db`, log: silentLog }), async ([first = '']) => first);

describe('a pool of several hosts', () => {
  it('is replaced once, however many of its connections tell that it is lost', async () => {
    const leader = hosts('a,b');
    const old = await leader.current();
    leader.lost(old);
    const present = await leader.current();
    expect(present).not.toBe(old);
    leader.lost(old);
    expect(await leader.current()).toBe(present);
    await leader.close();
  });

  it('stays where there is one host', async () => {
    const leader = hosts('a');
    const only = await leader.current();
    leader.lost(only);
    expect(await leader.current()).toBe(only);
    await leader.close();
  });
});

it.each(['57P01', '57P03', '08006', '25006', 'ECONNREFUSED', 'ECONNRESET'])('%s makes it look for the leader', (code) => {
  expect(tellsOfLostLeader(coded(code))).toBe(true);
});

it.each(['57014', '55P03', '25P03', '53300', '53200', '58030', '40001', '23505'])('%s does not: the leader is where it was', (code) => {
  expect(tellsOfLostLeader(coded(code))).toBe(false);
});

it.each([
  ['Connection terminated unexpectedly', true],
  ['Connection terminated due to connection timeout', true],
  ['Query read timeout', true],
  ['timeout exceeded when trying to connect', false],
  ['a bug', false],
])('%s: %s', (message, lost) => {
  expect(tellsOfLostLeader(new Error(message))).toBe(lost);
});
