/** Sessions as a thief and a user meet them: fixation, reuse, replay, revocation, restore. */
import { parse } from 'valibot';
import { beforeEach, describe, expect, it } from 'vitest';
import { ChallengeReply, EnrolmentReply, MeReply } from '#protocol/http.ts';
import { LIMITS } from '#protocol/limits.ts';
import { generateSigner } from '#server/adapters/issuer-es256.ts';
import { argon2PinHasher } from '#server/adapters/pin-hasher.ts';
import { DEMO_PIN, enrolled, openSession, openTestServer, type JoinedDevice, type TestServer } from '../fixtures/http-server.ts';

let server: TestServer;
let shopper: JoinedDevice;

beforeEach(async () => {
  server = await openTestServer();
  shopper = await server.joined('demo-shopper');
});

async function demoCode(as = 'demo-shopper'): Promise<string> {
  return parse(EnrolmentReply, (await server.browser().ask('POST', '/v1/demo/enrolments', { json: { as } })).json).code;
}

/** Another browser that holds this secret. */
function thief(secret: string | null): ReturnType<TestServer['browser']> {
  return Object.assign(server.browser(), { cookie: secret });
}

describe('enrolling', () => {
  it('takes a code once, however it is typed, and answers a repeated enrolment of the same key with a session', async () => {
    const code = await demoCode();
    const key = generateSigner();
    const first = await enrolled(server.browser(), code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o'), key);
    const repeated = await enrolled(server.browser(), code, key);
    expect(repeated.me.device).toEqual(first.me.device);
    const other = await openSession(server.browser(), generateSigner(), { kind: 'enrol', code });
    expect(other.problem).toMatchObject({ status: 410, code: 'CODE_USED' });
  });

  it('refuses codes that are out of date or invented', async () => {
    const code = await demoCode();
    server.clock.advance(LIMITS.demoEnrolmentMs);
    expect((await openSession(server.browser(), generateSigner(), { kind: 'enrol', code })).problem?.code).toBe('CODE_USED');
    expect((await openSession(server.browser(), generateSigner(), { kind: 'enrol', code: 'ABCD-EFGH-JKMN' })).problem?.code).toBe('CODE_USED');
  });

  it('keeps the code when the account is full', async () => {
    const party = shopper.me.account.id;
    for (let n = 1; n < LIMITS.devicesPerAccount; n++) await server.joined('demo-shopper');
    const { options } = server;
    const code = 'ABCD-EFGH-JKMN';
    const { openEnrolment } = await import('#server/core/enrolment.ts');
    await server.store.transaction((tx) => openEnrolment(tx, code, party, options.clock.nowMs() + 1_000));
    expect((await openSession(server.browser(), generateSigner(), { kind: 'enrol', code })).problem?.code).toBe('TOO_MANY_DEVICES');
    await shopper.ask('DELETE', '/v1/sessions/current');
    expect((await openSession(server.browser(), generateSigner(), { kind: 'enrol', code })).status).toBe(201);
  });

  it('makes room on a demo account, which many visitors join and none leaves', async () => {
    for (let n = 0; n < LIMITS.devicesPerAccount + 2; n++) {
      server.clock.advance(1_000);
      expect((await server.joined('demo-shopper')).me.account.id).toBe(shopper.me.account.id);
    }
    expect((await shopper.ask('GET', '/v1/me')).problem?.code).toBe('UNAUTHENTICATED');
  });

  it('gives each till of a shop a number of its own', async () => {
    const tills = [await server.joined('demo-merchant'), await server.joined('demo-merchant')];
    expect(tills.map((till) => till.me.till?.terminal)).toEqual([1, 2]);
  });
});

describe('a session', () => {
  it('is a new secret at each sign-in, and the one before is dead (fixation, rotation)', async () => {
    const planted = thief('A'.repeat(43));
    const device = await enrolled(planted, await demoCode());
    expect(device.cookie).not.toBe('A'.repeat(43));
    const before = device.cookie;
    await openSession(device, device.key, { kind: 'device', deviceId: device.me.device.id });
    expect(device.cookie).not.toBe(before);
    expect((await thief(before).ask('GET', '/v1/me')).problem?.code).toBe('UNAUTHENTICATED');
    expect((await device.ask('GET', '/v1/me')).status).toBe(200);
  });

  it("is one for each device: signing in elsewhere with the device's key ends it", async () => {
    expect((await openSession(server.browser(), shopper.key, { kind: 'device', deviceId: shopper.me.device.id })).status).toBe(201);
    expect((await shopper.ask('GET', '/v1/me')).problem?.code).toBe('UNAUTHENTICATED');
  });

  it('ends with sign-out, cookie and device key alike', async () => {
    const stolen = shopper.cookie;
    expect((await shopper.ask('DELETE', '/v1/sessions/current')).status).toBe(204);
    expect(shopper.cookie).toBeNull();
    expect((await thief(stolen).ask('GET', '/v1/me')).problem).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    const back = await openSession(server.browser(), shopper.key, { kind: 'device', deviceId: shopper.me.device.id });
    expect(back.problem).toMatchObject({ status: 403, code: 'DEVICE_REVOKED' });
  });

  it('ends by itself, and the device key opens a new one', async () => {
    server.clock.advance(LIMITS.sessionMs);
    expect((await shopper.ask('GET', '/v1/me')).problem?.code).toBe('UNAUTHENTICATED');
    const opened = await openSession(shopper, shopper.key, { kind: 'device', deviceId: shopper.me.device.id });
    expect(parse(MeReply, opened.json).device.id).toBe(shopper.me.device.id);
  });

  it('is not opened by another key, for another host, or for an unknown device', async () => {
    const way = { kind: 'device', deviceId: shopper.me.device.id } as const;
    expect((await openSession(server.browser(), shopper.key, way, { signer: generateSigner() })).problem?.code).toBe('UNAUTHENTICATED');
    expect((await openSession(server.browser(), shopper.key, way, { host: 'till.chit.localhost:8080' })).problem?.code).toBe('UNAUTHENTICATED');
    const unknown = { kind: 'device', deviceId: 'f'.repeat(32) } as const;
    expect((await openSession(server.browser(), shopper.key, unknown)).problem?.code).toBe('UNAUTHENTICATED');
  });

  it('takes a challenge once, in time, and only its own', async () => {
    const way = { kind: 'device', deviceId: shopper.me.device.id } as const;
    const ask = async (): Promise<string> => parse(ChallengeReply, (await shopper.ask('POST', '/v1/challenges', { json: {} })).json).challenge;
    const challenge = await ask();
    expect((await openSession(server.browser(), shopper.key, way, { challenge })).status).toBe(201);
    expect((await openSession(server.browser(), shopper.key, way, { challenge })).problem).toMatchObject({ status: 409, code: 'CHALLENGE' });
    const stale = await ask();
    server.clock.advance(LIMITS.challengeMs);
    expect((await openSession(server.browser(), shopper.key, way, { challenge: stale })).problem?.code).toBe('CHALLENGE');
    const fresh = await ask();
    for (const at of [0, 8, 20, 30, 45]) {
      const bent = `${fresh.slice(0, at)}${fresh[at] === 'A' ? 'B' : 'A'}${fresh.slice(at + 1)}`;
      expect((await openSession(server.browser(), shopper.key, way, { challenge: bent })).problem?.code).toBe('CHALLENGE');
    }
    expect((await openSession(server.browser(), shopper.key, way, { challenge: '' })).problem?.code).toBe('CHALLENGE');
  });

  it('stores only the hash of its secret', async () => {
    const { cookie } = shopper;
    const stored = await server.store.transaction((tx) => tx.session(cookie ?? ''));
    expect(stored).toBeNull();
  });

  it('is not read from two cookies of the same name', async () => {
    const both = `__Host-chit=${shopper.cookie}; __Host-chit=${'A'.repeat(43)}`;
    expect((await shopper.ask('GET', '/v1/me', { headers: { cookie: both } })).problem?.code).toBe('UNAUTHENTICATED');
  });
});

describe('restoring a cleared device', () => {
  const right = { kind: 'pin', pin: DEMO_PIN } as const;

  it('needs the old cookie and the PIN; the old key and cookie die, a till keeps its number', async () => {
    const till = await server.joined('demo-merchant');
    const oldCookie = till.cookie;
    const key = generateSigner();
    const restored = parse(MeReply, (await openSession(till, key, { kind: 'restore', user: right })).json);
    expect(restored.till?.terminal).toBe(till.me.till?.terminal);
    expect(restored.device.id).not.toBe(till.me.device.id);
    expect((await thief(oldCookie).ask('GET', '/v1/me')).problem?.code).toBe('UNAUTHENTICATED');
    const old = await openSession(server.browser(), till.key, { kind: 'device', deviceId: till.me.device.id });
    expect(old.problem?.code).toBe('DEVICE_REVOKED');
  });

  describe('while the PIN is looked at', () => {
    let meanwhile: () => Promise<unknown>;
    let till: JoinedDevice;
    const liveDevices = async (): Promise<string[]> => {
      const devices = await server.store.transaction((tx) => tx.devicesOfParty(till.me.account.id));
      return devices.filter((device) => device.revokedAtMs === null).map((device) => device.id);
    };
    beforeEach(async () => {
      meanwhile = async () => undefined;
      const verify = async (hash: string, pin: string): Promise<boolean> => {
        const doing = meanwhile;
        meanwhile = async () => undefined;
        await doing();
        return argon2PinHasher.verify(hash, pin);
      };
      server = await openTestServer({ pins: { ...argon2PinHasher, verify } });
      till = await server.joined('demo-merchant');
    });

    it('another tab restores it too: one device has the till’s number', async () => {
      const otherTab = thief(till.cookie);
      let other: unknown;
      meanwhile = async () => (other = (await openSession(otherTab, generateSigner(), { kind: 'restore', user: right })).json);
      expect((await openSession(till, generateSigner(), { kind: 'restore', user: right })).problem?.code).toBe('UNAUTHENTICATED');
      const restored = parse(MeReply, other);
      expect(restored.till?.terminal).toBe(till.me.till?.terminal);
      expect(await liveDevices()).toEqual([restored.device.id]);
    });

    it('it is signed out: it stays so', async () => {
      const otherTab = thief(till.cookie);
      meanwhile = () => otherTab.ask('DELETE', '/v1/sessions/current');
      expect((await openSession(till, generateSigner(), { kind: 'restore', user: right })).problem?.code).toBe('UNAUTHENTICATED');
      expect(await liveDevices()).toEqual([]);
    });
  });

  it('is refused without a cookie, with a wrong PIN, and with a key that is known', async () => {
    const key = generateSigner();
    expect((await openSession(server.browser(), key, { kind: 'restore', user: right })).problem?.code).toBe('UNAUTHENTICATED');
    const wrong = await openSession(shopper, key, { kind: 'restore', user: { kind: 'pin', pin: '999999' } });
    expect(wrong.problem).toMatchObject({ code: 'PIN_WRONG', triesLeft: 4 });
    expect((await openSession(shopper, shopper.key, { kind: 'restore', user: right })).problem?.code).toBe('UNAUTHENTICATED');
    expect((await shopper.ask('GET', '/v1/me')).status).toBe(200);
  });
});
