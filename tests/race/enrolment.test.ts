/** One device key that is enrolled several times at once, over HTTP on a real database: always the usual answer, and one device. */
import { parse } from 'valibot';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MeReply } from '#protocol/http.ts';
import { generateSigner } from '#server/adapters/issuer-es256.ts';
import { openPostgresStore } from '#server/adapters/store-postgres.ts';
import { newEnrolmentCode, openEnrolment } from '#server/core/enrolment.ts';
import type { Store } from '#server/core/ports.ts';
import { DEMO_PIN, openSession, openTestServer, type Reply, type TestServer } from '../fixtures/http-server.ts';
import { startTestPostgres, type TestPostgres } from '../fixtures/postgres.ts';

const ROUNDS = 10;
const AT_ONCE = 6;

let postgres: TestPostgres;
let store: Store;
let server: TestServer;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  store = openPostgresStore(await postgres.database({ poolSize: AT_ONCE }));
  server = await openTestServer({ store });
});
afterEach(() => store.close());

async function codesFor(partyId: string, count: number): Promise<string[]> {
  const codes = Array.from({ length: count }, () => newEnrolmentCode(server.options.random));
  await store.transaction(async (tx) => {
    for (const code of codes) await openEnrolment(tx, code, partyId, server.clock.nowMs() + 60_000);
  });
  return codes;
}

const devices = (replies: readonly Reply[]): Set<string> => new Set(replies.map((reply) => parse(MeReply, reply.json).device.id));

describe(`one key, ${AT_ONCE} enrolments at once`, () => {
  it.each([
    ['the same code', 1],
    ['a code for each', AT_ONCE],
  ])('with %s: every one signs in, one device, no other code is used up', async (_, codeCount) => {
    for (let round = 0; round < ROUNDS; round++) {
      const till = await server.joined('demo-merchant');
      const partyId = till.me.account.id;
      const codes = await codesFor(partyId, codeCount);
      const key = generateSigner();
      const all = Array.from({ length: AT_ONCE }, (__, index) => openSession(server.browser(), key, { kind: 'enrol', code: codes[index % codeCount] ?? '' }));
      const replies = await Promise.all(all);
      expect(replies.map((reply) => reply.status)).toEqual(all.map(() => 201));
      expect(devices(replies).size).toBe(1);
      const fresh = await Promise.all(codes.map((code) => openSession(server.browser(), generateSigner(), { kind: 'enrol', code })));
      expect(fresh.filter((reply) => reply.status === 201).length).toBe(codeCount - 1);
      await store.transaction(async (tx) => {
        for (const device of await tx.devicesOfParty(partyId)) await tx.revokeDevice(device.id, server.clock.nowMs());
      });
    }
  });

  it('restored twice at once is one device, and the other is told to sign in', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const shopper = await server.joined('demo-shopper');
      const key = generateSigner();
      const way = { kind: 'restore', user: { kind: 'pin', pin: DEMO_PIN } } as const;
      const twins = [shopper.cookie, shopper.cookie].map((cookie) => Object.assign(server.browser(), { cookie }));
      const replies = await Promise.all(twins.map((browser) => openSession(browser, key, way)));
      expect(replies.map((reply) => reply.problem?.code ?? reply.status).toSorted()).toEqual([201, 'UNAUTHENTICATED']);
    }
  });
});
