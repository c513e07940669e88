/** What identity counts on when requests meet: single use, exact counts, limits that hold. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openPostgresStore } from '#server/adapters/store-postgres.ts';
import type { Store } from '#server/core/ports.ts';
import { merchantOf, shopper } from '../contract/store-rows.ts';
import { startTestPostgres, type TestPostgres } from '../fixtures/postgres.ts';

const AT_ONCE = 20;
const LIMIT = 10;

let postgres: TestPostgres;
let store: Store;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  store = openPostgresStore(await postgres.database({ poolSize: AT_ONCE }));
  await store.transaction((tx) => tx.insertParty(party));
});
afterEach(() => store.close());

const party = shopper('1');
const times = <T>(work: (index: number) => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: AT_ONCE }, (_, index) => work(index)));

describe(`${AT_ONCE} requests at once`, () => {
  it('count every wrong PIN', async () => {
    const pin = { partyId: party.id, hash: 'hash', wrong: 0, lockedUntilMs: 0 };
    await store.transaction((tx) => tx.putPin(pin));
    await times(() => store.transaction(async (tx) => {
      const state = await tx.pin(party.id);
      await tx.putPin({ ...pin, wrong: (state?.wrong ?? 0) + 1 });
    }));
    expect(await store.transaction((tx) => tx.pin(party.id))).toEqual({ ...pin, wrong: AT_ONCE });
  });

  it('set the first PIN once', async () => {
    const set = await times((index) => store.transaction((tx) => tx.insertPin({ partyId: party.id, hash: `hash ${index}`, wrong: 0, lockedUntilMs: 0 })));
    expect(set.filter((first) => first)).toHaveLength(1);
    expect(await store.transaction((tx) => tx.pin(party.id))).toMatchObject({ hash: `hash ${set.indexOf(true)}` });
  });

  it('take a code and a challenge once', async () => {
    await store.transaction((tx) => tx.insertEnrolment({ codeHash: 'c', partyId: party.id, expiresAtMs: 1 }));
    const taken = await times(() => store.transaction(async (tx) => [await tx.takeEnrolment('c'), await tx.takeChallenge('d', 1)]));
    expect(taken.filter(([enrolment]) => enrolment !== null)).toHaveLength(1);
    expect(taken.filter(([, fresh]) => fresh === true)).toHaveLength(1);
  });

  it('keep a limit on devices and passkeys that is checked before the insert', async () => {
    await times((index) => store.transaction(async (tx) => {
      const devices = await tx.liveDevicesOfParty(party.id);
      if (devices.length >= LIMIT) return;
      await tx.insertDevice({ id: `d${index}`, partyId: party.id, publicKey: `k${index}`, terminal: null, createdAtMs: index, revokedAtMs: null });
    }));
    await times((index) => store.transaction(async (tx) => {
      const passkeys = await tx.passkeysOfParty(party.id);
      if (passkeys.length >= LIMIT) return;
      await tx.putPasskey({ id: `p${index}`, partyId: party.id, publicKey: 'k', signCount: 0, rpId: 'localhost', createdAtMs: index });
    }));
    const counts = await store.transaction(async (tx) => [(await tx.devicesOfParty(party.id)).length, (await tx.passkeysOfParty(party.id)).length]);
    expect(counts).toEqual([LIMIT, LIMIT]);
  });

  it('get terminals and numbers of their own', async () => {
    const merchant = merchantOf(party, 'e', 0);
    await store.transaction((tx) => tx.insertMerchant(merchant));
    const taken = await times(() => store.transaction(async (tx) => [await tx.takeTerminal(merchant.id), await tx.takeNumber('index')] as const));
    expect(taken.map(([terminal]) => terminal).sort((a, b) => a - b)).toEqual(Array.from({ length: AT_ONCE }, (_, index) => index + 1));
    expect(taken.map(([, number]) => number).sort((a, b) => a - b)).toEqual(Array.from({ length: AT_ONCE }, (_, index) => index));
  });
});
