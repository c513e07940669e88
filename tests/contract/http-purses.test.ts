/** Purses over HTTP: opened once however often asked, within the policy, topped up, refreshed, closed, frozen, released. */
import { parse } from 'valibot';
import { beforeEach, describe, expect, it } from 'vitest';
import { toHex } from '#base/bytes.ts';
import { silentLog } from '#base/log.ts';
import { FeedReply, MeReply } from '#protocol/http.ts';
import { PurseReply } from '#protocol/http-purses.ts';
import { checkInvariants } from '#protocol/ledger-invariants.ts';
import { reserveAccount, shopperAccount } from '#protocol/ledger.ts';
import { LIMITS } from '#protocol/limits.ts';
import { verifyPurseCert } from '#protocol/purse-cert.ts';
import { generateSigner } from '#server/adapters/issuer-es256.ts';
import { zlibPacking } from '#server/adapters/zlib-packing.ts';
import { decodeStatusList, isRevoked } from '#protocol/status-list.ts';
import { runJobs } from '#server/core/jobs.ts';
import { StoreUnavailable, type Store } from '#server/core/ports.ts';
import { softwareAuthenticator, type Bent } from '../fixtures/authenticator.ts';
import { DEMO_PIN, HOST, ledgerOf, openSession, openTestServer, type JoinedDevice, type Reply, type TestServer } from '../fixtures/http-server.ts';
import { askPurse, base64UrlOf, bytesOf, challengeFor, openPurse, PIN, syncNow, topUp, verdictOf, voucherItem } from '../fixtures/purses.ts';

const START_MINOR = LIMITS.demoShopperMinor;
const ID = '0123456789abcdef';
const TOP_UP = 'f'.repeat(32);

let server: TestServer;
let shopper: JoinedDevice;
let till: JoinedDevice;

beforeEach(async () => {
  server = await openTestServer({ rates: { purse: { points: 1_000, seconds: 60 } } });
  shopper = await server.joined('demo-shopper');
  till = await server.joined('demo-merchant', 'till.chit.localhost:8080');
});

async function money(): Promise<{ account: number; purse: number }> {
  expect(checkInvariants(await server.store.audit())).toEqual([]);
  return { account: await server.store.balance(shopperAccount(shopper.me.account.id)), purse: await server.store.balance(reserveAccount(ID)) };
}
/** The server's store, where reading such a purse breaks. */
function breaking(isBroken: (id: string) => boolean, thrown: Error): Store {
  const { store } = server.options;
  return { ...store, transaction: (work) => store.transaction((tx) => work({ ...tx, purse: async (id) => (isBroken(id) ? Promise.reject(thrown) : tx.purse(id)) })) };
}

const codeOf = (reply: Reply): string | undefined => reply.problem?.code;
const purseOf = (reply: Reply): PurseReply => parse(PurseReply, reply.json);
const feed = async (): Promise<FeedReply> => parse(FeedReply, (await shopper.ask('GET', '/v1/feed')).json);

describe('opening a purse', () => {
  it('sets the money aside and gives a certificate that the key set vouches for', async () => {
    const { purse, certificate } = purseOf(await askPurse(server, shopper, { purseId: ID, limMinor: 20_000 }));
    const expMs = server.clock.nowMs() + 72 * 3_600_000;
    expect(purse).toEqual({
      id: ID,
      kind: 'open',
      merchantId: null,
      deviceId: shopper.me.device.id,
      ccy: 156,
      state: 'active',
      limMinor: 20_000,
      capMinor: 20_000,
      maxCount: 40,
      reserveMinor: 20_000,
      headSeq: 0,
      headCumMinor: 0,
      stepUp: null,
      expMs,
      claimDeadlineMs: expMs + 96 * 3_600_000,
      certificate,
    });
    const cert = await verifyPurseCert({ bytes: base64UrlOf(certificate) }, server.options.issuer.keys, server.clock.nowMs() / 1_000, server.options.verifier);
    if (!cert.ok) throw new Error(cert.error);
    expect(cert.value).toMatchObject({ audience: null, ccy: 156, limMinor: 20_000, capMinor: 20_000, maxCount: 40, statusIndex: 0, uvtMinor: null });
    expect([toHex(cert.value.purseId), toHex(cert.value.deviceKey), cert.value.expSeconds]).toEqual([ID, toHex(shopper.key.publicKey), expMs / 1_000]);
    expect(await money()).toEqual({ account: START_MINOR - 20_000, purse: 20_000 });
    expect(await feed()).toMatchObject({ headSeq: 2, balanceMinor: START_MINOR - 20_000, changes: [{}, { kind: 'purse', event: 'opened', purse, amountMinor: 20_000, balanceMinor: START_MINOR - 20_000 }] });
  });

  it('[49, 51] is one purse however often it is asked for, with no second proof and no second money', async () => {
    const first = purseOf(await askPurse(server, shopper, { purseId: ID, limMinor: 20_000 }));
    const again = await askPurse(server, shopper, { purseId: ID, limMinor: 20_000, user: { kind: 'pin', pin: '000000' }, challenge: 'AAAA' });
    expect(purseOf(again)).toEqual(first);
    expect(await money()).toEqual({ account: START_MINOR - 20_000, purse: 20_000 });
    expect((await feed()).headSeq).toBe(2);
  });

  it('[52] refuses the same id for another purse, of the same person or another', async () => {
    await askPurse(server, shopper, { purseId: ID, limMinor: 20_000 });
    expect(codeOf(await askPurse(server, shopper, { purseId: ID, limMinor: 20_001 }))).toBe('ID_REUSED');
    expect(codeOf(await askPurse(server, shopper, { purseId: ID, limMinor: 20_000, merchantId: till.me.till?.merchantId ?? '' }))).toBe('ID_REUSED');
    const other = await server.joined('demo-shopper');
    expect(codeOf(await askPurse(server, other, { purseId: ID, limMinor: 20_000 }))).toBe('ID_REUSED');
    expect(await money()).toEqual({ account: START_MINOR - 20_000, purse: 20_000 });
  });

  it('needs the user: right PIN, fresh challenge, each good for one purse', async () => {
    const before = await ledgerOf(server);
    expect((await askPurse(server, shopper, { user: { kind: 'pin', pin: '000000' } })).problem).toMatchObject({ code: 'PIN_WRONG', triesLeft: 4 });
    expect(codeOf(await askPurse(server, shopper, { challenge: 'AAAA' }))).toBe('CHALLENGE');
    expect(codeOf(await askPurse(server, shopper, { user: { kind: 'passkey', assertion: { id: 'AAAA', type: 'public-key' } } }))).toBe('PASSKEY_REFUSED');
    expect(await ledgerOf(server)).toEqual(before);
    const challenge = await challengeFor(shopper);
    expect(codeOf(await askPurse(server, shopper, { challenge, user: { kind: 'pin', pin: '000000' } }))).toBe('PIN_WRONG');
    expect((await askPurse(server, shopper, { purseId: ID, challenge })).status).toBe(200);
    expect(codeOf(await askPurse(server, shopper, { challenge }))).toBe('CHALLENGE');
    server.clock.advance(LIMITS.challengeMs);
  });

  it('takes a passkey over the challenge, with the user verified, once', async () => {
    const key = softwareAuthenticator();
    const place = { origin: `http://${HOST}`, rpId: 'shopper.chit.localhost' };
    const options = await shopper.ask('POST', '/v1/passkeys/options', { json: { pin: DEMO_PIN } });
    const made = key.create({ ...place, challenge: (options.json as { challenge: string }).challenge });
    expect((await shopper.ask('POST', '/v1/passkeys', { json: made })).status).toBe(201);
    const challenge = await challengeFor(shopper);
    const by = (bent: Bent = {}, over = challenge) => ({ challenge, user: { kind: 'passkey', assertion: key.get({ ...place, challenge: over }, bent) } as const });
    expect(codeOf(await askPurse(server, shopper, by({ userVerified: false })))).toBe('PASSKEY_REFUSED');
    expect(codeOf(await askPurse(server, shopper, by({}, await challengeFor(shopper))))).toBe('PASSKEY_REFUSED');
    expect((await askPurse(server, shopper, { purseId: ID, ...by() })).status).toBe(200);
    expect(codeOf(await askPurse(server, shopper, by()))).toBe('CHALLENGE');
  });

  it.each([
    [50_000, null],
    [50_001, 'PURSE_LIMIT'],
  ])('[67] holds at most 500.00: %i gives %s', async (limMinor, code) => {
    expect(codeOf(await askPurse(server, shopper, { limMinor })) ?? null).toBe(code);
  });

  it('is refused for more than there is', async () => {
    expect((await askPurse(server, shopper, { limMinor: 40_000, merchantId: till.me.till?.merchantId ?? '' })).status).toBe(200);
    expect(codeOf(await askPurse(server, shopper, { limMinor: 10_001 }))).toBe('INSUFFICIENT_FUNDS');
    // And leaves nothing behind.
    expect([...(await server.store.audit()).balances.keys()].filter((account) => account.startsWith('rsv:'))).toHaveLength(1);
  });

  it('is one open purse a device, and one tab a merchant and device', async () => {
    const merchantId = till.me.till?.merchantId ?? '';
    expect((await askPurse(server, shopper, { limMinor: 100 })).status).toBe(200);
    expect(codeOf(await askPurse(server, shopper, { limMinor: 100 }))).toBe('PURSE_OPEN');
    const tab = purseOf(await askPurse(server, shopper, { limMinor: 100, merchantId }));
    expect(tab.purse).toMatchObject({ kind: 'tab', merchantId });
    const cert = await verifyPurseCert({ bytes: base64UrlOf(tab.certificate) }, server.options.issuer.keys, server.clock.nowMs() / 1_000, server.options.verifier);
    expect(cert.ok && cert.value.audience?.map(toHex)).toEqual([merchantId]);
    expect(codeOf(await askPurse(server, shopper, { limMinor: 100, merchantId }))).toBe('PURSE_OPEN');
    const second = await server.joined('demo-shopper');
    expect((await askPurse(server, second, { limMinor: 100 })).status).toBe(200);
    expect(codeOf(await askPurse(server, shopper, { limMinor: 100, merchantId: 'ab'.repeat(8) }))).toBe('MERCHANT_UNKNOWN');
  });

  it('is not for tills, nor for a frozen account', async () => {
    expect(codeOf(await askPurse(server, till))).toBe('FORBIDDEN');
    await server.store.transaction((tx) => tx.freezeParty(shopper.me.account.id));
    expect(codeOf(await askPurse(server, shopper))).toBe('ACCOUNT_FROZEN');
  });
});

describe('/v1/me', () => {
  it('names all purses of the account that are not released, with their newest certificates', async () => {
    expect(shopper.me.purses).toEqual([]);
    await openPurse(server, shopper, { purseId: ID });
    const topped = purseOf(await topUp(shopper, ID, { topUpId: TOP_UP, addMinor: 5_000 }));
    const second = await server.joined('demo-shopper');
    const { view } = await openPurse(server, second, { limMinor: 100 });
    expect(parse(MeReply, (await shopper.ask('GET', '/v1/me')).json).purses).toEqual([topped.purse, view]);
    server.clock.advance(topped.purse.claimDeadlineMs - server.clock.nowMs() + 1);
    await runJobs(server.options, server.clock.nowMs());
    const back = await shopper.ask('GET', '/v1/me');
    expect(parse(MeReply, back.json)).toMatchObject({ purses: [], account: { balanceMinor: START_MINOR } });
  });
});

describe('a purse that exists', () => {
  it('is topped up once an id: higher limit, later expiry, more payments after what was seen', async () => {
    const purse = await openPurse(server, shopper, { purseId: ID, limMinor: 10_000 });
    server.clock.advance(3_600_000);
    const topped = purseOf(await topUp(shopper, ID, { topUpId: TOP_UP, addMinor: 5_000 }));
    expect(topped.purse).toMatchObject({ limMinor: 15_000, reserveMinor: 15_000, expMs: purse.view.expMs + 3_600_000, state: 'active' });
    expect(topped.certificate).not.toBe(purse.view.certificate);
    expect(purseOf(await topUp(shopper, ID, { topUpId: TOP_UP, addMinor: 5_000, user: { kind: 'pin', pin: '000000' } })).purse).toEqual(topped.purse);
    expect(codeOf(await topUp(shopper, ID, { topUpId: TOP_UP, addMinor: 5_001 }))).toBe('ID_REUSED');
    expect(await money()).toEqual({ account: START_MINOR - 15_000, purse: 15_000 });
    expect((await feed()).changes.at(-1)).toMatchObject({ kind: 'purse', event: 'topped-up', amountMinor: 5_000, balanceMinor: START_MINOR - 15_000 });
  });

  it('[67] takes no more than it may hold', async () => {
    await openPurse(server, shopper, { purseId: ID, limMinor: 40_000 });
    expect(codeOf(await topUp(shopper, ID, { topUpId: TOP_UP, addMinor: 10_001 }))).toBe('PURSE_LIMIT');
    expect((await topUp(shopper, ID, { topUpId: TOP_UP, addMinor: 10_000 })).status).toBe(200);
    expect(await money()).toEqual({ account: 0, purse: 50_000 });
  });

  it('is refreshed without a proof: later expiry, the same money; at once again it is the same certificate', async () => {
    const { view } = await openPurse(server, shopper, { purseId: ID });
    server.clock.advance(59_000);
    const same = await shopper.ask('POST', `/v1/purses/${ID}/refresh`, { json: {} });
    expect(purseOf(same).certificate).toBe(view.certificate);
    server.clock.advance(10 * 3_600_000);
    const fresh = purseOf(await shopper.ask('POST', `/v1/purses/${ID}/refresh`, { json: {} }));
    expect(fresh.purse).toMatchObject({ limMinor: view.limMinor, reserveMinor: view.reserveMinor, expMs: view.expMs + 10 * 3_600_000 + 59_000 });
    expect(await money()).toEqual({ account: START_MINOR - 10_000, purse: 10_000 });
  });

  it('is closed by its device: no top-up, no refresh, the money stays to the claim deadline', async () => {
    await openPurse(server, shopper, { purseId: ID });
    const head = { headSeq: 2, headCum: 700, headVid: 'a'.repeat(32) };
    const closing = await shopper.ask('POST', `/v1/purses/${ID}/close`, { json: head });
    expect(purseOf(closing).purse).toMatchObject({ state: 'closing', reserveMinor: 10_000 });
    expect(purseOf(await shopper.ask('POST', `/v1/purses/${ID}/close`, { json: head })).purse.state).toBe('closing');
    expect(codeOf(await topUp(shopper, ID, { topUpId: TOP_UP, addMinor: 1 }))).toBe('PURSE_CLOSED');
    expect(codeOf(await shopper.ask('POST', `/v1/purses/${ID}/refresh`, { json: {} }))).toBe('PURSE_CLOSED');
    expect(await money()).toEqual({ account: START_MINOR - 10_000, purse: 10_000 });
    expect((await feed()).changes.filter((change) => change.kind === 'purse').map((change) => change.event)).toEqual(['opened', 'closing']);
    // It is no longer in the way of another.
    expect((await askPurse(server, shopper, { limMinor: 100 })).status).toBe(200);
  });

  it.each(['sign-out', 'restore'])('ends with its device (%s): closed, its bit set, what was signed still paid', async (way) => {
    const purse = await openPurse(server, shopper, { purseId: ID });
    const second = await server.joined('demo-shopper');
    const merchantId = till.me.till?.merchantId ?? '';
    const voucher = await purse.sign(merchantId, new Uint8Array(16), 700);
    if (way === 'sign-out') await shopper.ask('DELETE', '/v1/sessions/current');
    else expect((await openSession(shopper, generateSigner(), { kind: 'restore', user: PIN })).status).toBe(201);
    expect(parse(MeReply, (await second.ask('GET', '/v1/me')).json).purses).toMatchObject([{ id: ID, state: 'closing', reserveMinor: 10_000 }]);
    const { status } = await syncNow(till, []);
    const list = decodeStatusList(base64UrlOf(status ?? ''), zlibPacking);
    expect(list.ok && isRevoked(list.value, 0)).toBe(true);
    expect(await verdictOf(till, voucherItem(voucher))).toMatchObject({ verdict: 'SETTLED' });
    expect((await askPurse(server, second, { limMinor: 100 })).status).toBe(200);
    server.clock.advance(purse.view.claimDeadlineMs - server.clock.nowMs() + 1);
    await runJobs(server.options, server.clock.nowMs());
    expect(await money()).toMatchObject({ purse: 0 });
  });

  it('is released though another purse’s turn breaks, which is told and comes again', async () => {
    const purse = await openPurse(server, shopper, { purseId: ID, limMinor: 200 });
    const second = await openPurse(server, shopper, { limMinor: 100, merchantId: till.me.till?.merchantId ?? '' });
    server.clock.advance(purse.view.claimDeadlineMs + 86_400_000 - server.clock.nowMs());
    const told: unknown[] = [];
    const log = { ...silentLog, error: (...line: unknown[]) => void told.push(line) };
    const store = breaking((id) => id === purse.view.id, new RangeError('no such thing'));
    expect(await runJobs({ store, log }, server.clock.nowMs())).toEqual({ released: 1, letGo: 0 });
    expect(told).toEqual([['jobs.item', { id: purse.view.id, error: 'RangeError', at: expect.stringMatching(/^at /) }]]);
    expect(await server.store.balance(reserveAccount(second.view.id))).toBe(0);
    expect(await runJobs(server.options, server.clock.nowMs())).toMatchObject({ released: 1 });
  });

  it('is released though a round’s worth of older ones is slower than the store allows; a store that is away ends the round', async () => {
    const purse = await openPurse(server, shopper, { purseId: ID, limMinor: 200 });
    const older = Array.from({ length: 100 }, (_, n) => `${1_000 + n}`.padStart(16, 'f'));
    await server.store.transaction(async (tx) => {
      const row = await tx.purse(ID);
      for (const id of older) if (row !== null) await tx.insertPurse({ ...row, id, claimDeadlineMs: row.claimDeadlineMs - 1 });
    });
    server.clock.advance(purse.view.claimDeadlineMs + 1 - server.clock.nowMs());
    const tooSlow = new StoreUnavailable('the database does not answer: canceling statement due to statement timeout');
    const told: string[] = [];
    const log = { ...silentLog, warn: (event: string, facts?: object) => void told.push(`${event} ${JSON.stringify(facts)}`) };
    const store = breaking((id) => id !== ID, tooSlow);
    const left = () => server.store.balance(reserveAccount(ID));
    const away = { ...store, ping: () => Promise.reject(new StoreUnavailable('away')) };
    await expect(runJobs({ store: away, log }, server.clock.nowMs())).rejects.toThrow('away');
    expect([told.length, await left()]).toEqual([1, 200]);
    await expect(runJobs({ store, log }, server.clock.nowMs())).rejects.toBe(tooSlow);
    expect([told.length, told.at(-1), await left()]).toEqual([101, expect.stringContaining(`jobs.item {"id":"${older.at(-1)}"`), 0]);
  });

  it('is nobody else’s: another account, another device of the account, an id that is none', async () => {
    await openPurse(server, shopper, { purseId: ID });
    const stranger = await server.joined('new-shopper');
    const second = await server.joined('demo-shopper');
    for (const other of [stranger, second, till]) {
      expect(codeOf(await topUp(other, ID, { topUpId: TOP_UP, addMinor: 1 }))).toBe('NOT_FOUND');
      expect(codeOf(await other.ask('POST', `/v1/purses/${ID}/refresh`, { json: {} }))).toBe('NOT_FOUND');
      expect(codeOf(await other.ask('POST', `/v1/purses/${ID}/close`, { json: { headSeq: 0, headCum: 0, headVid: null } }))).toBe('NOT_FOUND');
    }
    expect(codeOf(await shopper.ask('POST', '/v1/purses/xyz/refresh', { json: {} }))).toBe('NOT_FOUND');
    expect(codeOf(await shopper.ask('GET', `/v1/purses/${ID}/refresh`))).toBe('METHOD_NOT_ALLOWED');
    expect(bytesOf(ID)).toHaveLength(8);
  });
});
