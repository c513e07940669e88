/** Passkeys against an authenticator that can lie: each lie is refused, and the PIN remains a way. */
import { parse } from 'valibot';
import { beforeEach, describe, expect, it } from 'vitest';
import { toBase64Url, type Bytes } from '#base/bytes.ts';
import { ChallengeReply, PasskeyOptionsReply } from '#protocol/http.ts';
import { orderDigest } from '#protocol/order.ts';
import { generateSigner } from '#server/adapters/issuer-es256.ts';
import { softwareAuthenticator, type Authenticator, type Bent, type Ceremony } from '../fixtures/authenticator.ts';
import { chargeOf, confirm, DEMO_PIN, openSession, openTestServer, orderOf, pay, type JoinedDevice, type Reply, type TestServer } from '../fixtures/http-server.ts';

const RP_ID = 'shopper.chit.localhost';
const ORIGIN = `http://${RP_ID}:8080`;
let server: TestServer;
let shopper: JoinedDevice;
let key: Authenticator;
let invoice: Bytes;
let order: Bytes;

beforeEach(async () => {
  server = await openTestServer();
  shopper = await server.joined('demo-shopper');
  key = softwareAuthenticator();
  invoice = chargeOf(server, await server.joined('demo-merchant'), 500);
  order = await orderOf(server, shopper, invoice);
});

async function options(device = shopper): Promise<string> {
  return parse(PasskeyOptionsReply, (await device.ask('POST', '/v1/passkeys/options', { json: { pin: DEMO_PIN } })).json).challenge;
}

async function register(change: Partial<Ceremony> = {}, bent?: Bent, device = shopper): Promise<Reply> {
  const made = key.create({ challenge: change.challenge ?? (await options(device)), origin: ORIGIN, rpId: RP_ID, ...change }, bent);
  return device.ask('POST', '/v1/passkeys', { json: made });
}

function confirmBy(change: Partial<Ceremony> = {}, bent?: Bent, device = shopper): Promise<Reply> {
  const assertion = key.get({ challenge: toBase64Url(orderDigest(order)), origin: ORIGIN, rpId: RP_ID, ...change }, bent);
  return confirm(device, order, { kind: 'passkey', assertion });
}

describe('registering a passkey', () => {
  it('needs the PIN, and then the passkey is named in /v1/me on this host only', async () => {
    expect((await shopper.ask('POST', '/v1/passkeys/options', { json: {} })).problem?.code).toBe('BAD_REQUEST');
    const fresh = await server.joined('new-shopper');
    expect((await fresh.ask('POST', '/v1/passkeys/options', { json: {} })).problem?.code).toBe('PIN_NOT_SET');
    expect(await register()).toMatchObject({ status: 201, json: { id: key.id } });
    expect((await shopper.ask('GET', '/v1/me')).json).toMatchObject({ account: { passkeyIds: [key.id] } });
    const elsewhere = Object.assign(server.browser('localhost:8080'), { cookie: shopper.cookie });
    expect((await elsewhere.ask('GET', '/v1/me')).json).toMatchObject({ account: { passkeyIds: [] } });
  });

  it('asks for user verification and excludes what is there', async () => {
    await register();
    const asked = await shopper.ask('POST', '/v1/passkeys/options', { json: { pin: DEMO_PIN } });
    expect(asked.json).toMatchObject({ rp: { id: RP_ID }, authenticatorSelection: { userVerification: 'required' }, excludeCredentials: [{ id: key.id }] });
  });

  it.each<[string, Partial<Ceremony>, Bent]>([
    ['another origin', { origin: 'https://evil.example' }, {}],
    ['another site', { rpId: 'evil.example' }, {}],
    ['no user verification', {}, { userVerified: false }],
  ])('refuses %s', async (_, change, bent) => {
    expect((await register(change, bent)).problem?.code).toBe('PASSKEY_REFUSED');
  });

  it('takes its challenge once, from its own account, and repeats only itself', async () => {
    const challenge = await options();
    expect((await register({ challenge })).status).toBe(201);
    expect((await register({ challenge })).status).toBe(201);
    key = softwareAuthenticator();
    expect((await register({ challenge })).problem?.code).toBe('CHALLENGE');
    const till = await server.joined('demo-merchant');
    expect((await register({ challenge: await options(till) })).problem?.code).toBe('CHALLENGE');
    const session = parse(ChallengeReply, (await shopper.ask('POST', '/v1/challenges', { json: {} })).json).challenge;
    expect((await register({ challenge: session })).problem?.code).toBe('CHALLENGE');
  });

  it('refuses garbage in every member', async () => {
    const made = key.create({ challenge: await options(), origin: ORIGIN, rpId: RP_ID });
    for (const bad of [{ ...made, response: null }, { ...made, response: 7 }, { ...made, rawId: 5 }, { id: key.id, type: 'public-key' }]) {
      expect((await shopper.ask('POST', '/v1/passkeys', { json: bad })).problem?.status).toBeLessThan(500);
    }
  });
});

describe('confirming with a passkey', () => {
  it('settles the order whose hash it signed', async () => {
    await register();
    expect((await confirmBy()).status).toBe(201);
    expect((await pay(shopper, order, invoice)).json).toMatchObject({ verdict: { state: 'settled' } });
  });

  it.each<[string, Partial<Ceremony>, Bent]>([
    ['another order', { challenge: toBase64Url(new Uint8Array(32)) }, {}],
    ['another origin', { origin: 'https://evil.example' }, {}],
    ['another site', { rpId: 'evil.example' }, {}],
    ['no user verification', {}, { userVerified: false }],
  ])('refuses %s, and the PIN still works', async (_, change, bent) => {
    await register();
    expect((await confirmBy(change, bent)).problem).toMatchObject({ status: 403, code: 'PASSKEY_REFUSED' });
    expect((await confirm(shopper, order)).status).toBe(201);
  });

  it('refuses a passkey that is unknown or of another account', async () => {
    expect((await confirmBy()).problem?.code).toBe('PASSKEY_REFUSED');
    const till = await server.joined('demo-merchant', `${RP_ID}:8080`);
    await register({}, {}, till);
    expect((await confirmBy()).problem?.code).toBe('PASSKEY_REFUSED');
  });

  it('refuses a counter that does not grow: there is a copy', async () => {
    await register({}, { signCount: 5 });
    expect((await confirmBy({}, { signCount: 6 })).status).toBe(201);
    expect((await confirmBy({}, { signCount: 6 })).problem?.code).toBe('PASSKEY_REFUSED');
    expect((await confirmBy({}, { signCount: 0 })).problem?.code).toBe('PASSKEY_REFUSED');
    expect((await confirmBy({}, { signCount: 7 })).status).toBe(201);
  });

  it('takes one assertion with a counter once, even at the same time', async () => {
    await register({}, { signCount: 1 });
    const assertion = key.get({ challenge: toBase64Url(orderDigest(order)), origin: ORIGIN, rpId: RP_ID }, { signCount: 2 });
    const replies = await Promise.all([1, 2, 3].map(() => confirm(shopper, order, { kind: 'passkey', assertion })));
    expect(replies.filter((reply) => reply.status === 201)).toHaveLength(1);
  });

  it('restores a cleared device, with the session challenge', async () => {
    await register();
    const challenge = parse(ChallengeReply, (await shopper.ask('POST', '/v1/challenges', { json: {} })).json).challenge;
    const assertion = key.get({ challenge, origin: ORIGIN, rpId: RP_ID });
    const restored = await openSession(shopper, generateSigner(), { kind: 'restore', user: { kind: 'passkey', assertion } }, { challenge });
    expect(restored.status).toBe(201);
  });
});
