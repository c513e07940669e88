/** The PIN's counter: the only thing that stands between six digits and a thief with time. */
import { beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '#protocol/limits.ts';
import { isWeakPin } from '#protocol/weak-pin.ts';
import { lockMs } from '#server/core/pin.ts';
import { chargeOf, confirm, DEMO_PIN, openTestServer, orderOf, type JoinedDevice, type Reply, type TestServer } from '../fixtures/http-server.ts';

const WRONG = { kind: 'pin', pin: '246813' } as const;
const RIGHT = { kind: 'pin', pin: DEMO_PIN } as const;
let server: TestServer;
let shopper: JoinedDevice;
let order: Uint8Array<ArrayBuffer>;

beforeEach(async () => {
  server = await openTestServer();
  shopper = await server.joined('demo-shopper');
  const till = await server.joined('demo-merchant');
  order = await orderOf(server, shopper, chargeOf(server, till, 500));
});

const tryWrong = (): Promise<Reply> => confirm(shopper, order, WRONG);

describe('wrong PINs', () => {
  it('count down, then lock, then lock twice as long each time', async () => {
    for (const triesLeft of [4, 3, 2, 1]) expect((await tryWrong()).problem).toMatchObject({ status: 403, code: 'PIN_WRONG', triesLeft });
    expect((await tryWrong()).problem).toMatchObject({ status: 429, code: 'PIN_LOCKED', retryAfterMs: LIMITS.pinLockMs });
    expect((await confirm(shopper, order, RIGHT)).problem?.code).toBe('PIN_LOCKED');
    server.clock.advance(LIMITS.pinLockMs);
    expect((await tryWrong()).problem).toMatchObject({ code: 'PIN_LOCKED', retryAfterMs: 2 * LIMITS.pinLockMs });
    server.clock.advance(2 * LIMITS.pinLockMs - 1);
    expect((await confirm(shopper, order, RIGHT)).problem).toMatchObject({ code: 'PIN_LOCKED', retryAfterMs: 1 });
    server.clock.advance(1);
    expect((await confirm(shopper, order, RIGHT)).status).toBe(201);
    expect((await tryWrong()).problem).toMatchObject({ code: 'PIN_WRONG', triesLeft: 4 });
  });

  it('share one counter over devices and doors, and over parallel guesses', async () => {
    const other = await server.joined('demo-shopper');
    await tryWrong();
    expect((await other.ask('POST', '/v1/pin', { json: { pin: '802539', current: WRONG.pin } })).problem).toMatchObject({ triesLeft: 3 });
    expect((await other.ask('POST', '/v1/passkeys/options', { json: { pin: WRONG.pin } })).problem).toMatchObject({ triesLeft: 2 });
    const guesses = await Promise.all(Array.from({ length: 20 }, tryWrong));
    expect(guesses.filter((guess) => guess.problem?.code === 'PIN_WRONG')).toHaveLength(1);
    expect(await server.store.transaction((tx) => tx.pin(shopper.me.account.id))).toMatchObject({ wrong: LIMITS.pinTries });
    expect((await confirm(shopper, order, RIGHT)).problem?.code).toBe('PIN_LOCKED');
  });

  it('a server clock that is set back does not shorten the lock', async () => {
    for (let n = 0; n < LIMITS.pinTries; n++) await tryWrong();
    server.clock.advance(-3_600_000);
    const locked = await confirm(shopper, order, RIGHT);
    expect(locked.problem?.retryAfterMs).toBeGreaterThan(LIMITS.pinLockMs);
  });

  it('lock nobody out while tries are left: two at one moment, of which the later one read its clock first', async () => {
    await tryWrong();
    server.clock.advance(-1);
    expect((await confirm(shopper, order, RIGHT)).status).toBe(201);
  });

  it('lock for a day at most', () => {
    expect([1, 4, 5, 6, 7].map(lockMs)).toEqual([0, 0, 60_000, 120_000, 240_000]);
    expect(lockMs(60)).toBe(LIMITS.pinLockMaxMs);
  });
});

describe('setting a PIN', () => {
  it('refuses what is easy to guess', () => {
    const weak = ['000000', '111111', '123456', '654321', '012345', '987654', '121212', '123123', '112233', '135791', '159357'];
    expect(weak.filter((pin) => !isWeakPin(pin))).toEqual([]);
    expect([DEMO_PIN, '802539', '491736'].filter(isWeakPin)).toEqual([]);
  });

  it('sets the first without, and later ones only with the one before', async () => {
    const fresh = await server.joined('new-shopper');
    expect(fresh.me.account.pinSet).toBe(false);
    const set = (json: unknown): Promise<Reply> => fresh.ask('POST', '/v1/pin', { json });
    expect((await set({ pin: '123456' })).problem).toMatchObject({ status: 422, code: 'PIN_WEAK' });
    expect((await set({ pin: '802539', current: '111222' })).problem?.code).toBe('PIN_NOT_SET');
    expect((await set({ pin: '802539' })).status).toBe(204);
    expect((await set({ pin: '491736' })).problem?.code).toBe('BAD_REQUEST');
    expect((await set({ pin: '491736', current: '111222' })).problem?.code).toBe('PIN_WRONG');
    expect((await set({ pin: '491736', current: '802539' })).status).toBe(204);
    expect((await fresh.ask('GET', '/v1/me')).json).toMatchObject({ account: { pinSet: true } });
  });

  it('is needed to confirm', async () => {
    const fresh = await server.joined('new-shopper');
    const own = await orderOf(server, fresh, chargeOf(server, await server.joined('demo-merchant'), 500));
    expect((await confirm(fresh, own, RIGHT)).problem).toMatchObject({ status: 409, code: 'PIN_NOT_SET' });
  });

  it('keeps only an Argon2id hash at the agreed cost', async () => {
    const state = await server.store.transaction((tx) => tx.pin(shopper.me.account.id));
    expect(state?.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });
});
