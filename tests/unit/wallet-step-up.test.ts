/** The passkey on a voucher, with no network: what it confirms is what is signed, and above the threshold nothing less will do. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bytes, fromBase64Url, toBase64Url } from '#base/bytes.ts';
import type { UserProof } from '#protocol/http.ts';
import { decodePurseCert, signPurseCert } from '#protocol/purse-cert.ts';
import { readScannedText } from '#protocol/scan-text.ts';
import { verifyVoucher } from '#protocol/voucher.ts';
import type { Core } from '#wallet/core.ts';
import { passkeyTrial, passkeyTried } from '#wallet/passkey-trial.ts';
import { pay } from '#wallet/pay.ts';
import { payOffline, voucherChallenge } from '#wallet/pay-by-passkey.ts';
import { signPayment } from '#wallet/sign-voucher.ts';
import { softwareAuthenticator, type Authenticator, type Ceremony } from '../fixtures/authenticator.ts';
import { PIN, type MemoryPhone, until } from '../fixtures/memory-ports.ts';
import { openPurseWorld, type PurseWorld } from '../fixtures/purse-phone.ts';

const THRESHOLD = 3_000;
const ORIGIN = 'http://shopper.chit.localhost:8080';
const SCENE = { origin: ORIGIN, rpId: 'shopper.chit.localhost' };

let world: PurseWorld;
let phone: MemoryPhone;
let key: Authenticator;
let { tab, code, sheet, rows } = {} as PurseWorld;

beforeEach(async () => {
  world = await openPurseWorld();
  ({ phone, tab, code, sheet, rows } = world);
  key = softwareAuthenticator();
});
afterEach(() => world.close());

/** A loaded purse whose certificate asks for the passkey above the threshold; nobody answers from here on. */
async function offlineCore(uvKey: Bytes | null = key.point): Promise<Core> {
  const core = await tab();
  await world.loaded(core);
  await withStepUp(uvKey);
  return core;
}

async function withStepUp(uvKey: Bytes | null): Promise<void> {
  const [row] = rows().purses;
  const cert = row === undefined ? null : decodePurseCert(fromBase64Url(row.certificate) ?? new Uint8Array());
  if (row === undefined || cert === null || !cert.ok) throw new Error('no purse');
  const issuer = world.server.options.issuer.signer('purse');
  const fields = { ...cert.value, kid: issuer.kid, uvtMinor: THRESHOLD, uvKey };
  const certificate = toBase64Url(await signPurseCert(fields, (message) => issuer.sign(message)));
  phone.disk.rows.purses.set(row.id, { ...row, certificate });
}

const word = (challenge: string, place: Omit<Ceremony, 'challenge'> = SCENE, by = key, bent: Parameters<Authenticator['get']>[1] = {}): UserProof => ({ kind: 'passkey', assertion: by.get({ ...place, challenge }, bent) });

async function challengeFor(core: Core, draftId: string): Promise<string> {
  const asked = await voucherChallenge(core, draftId);
  if (!asked.ok) throw new Error(asked.error);
  return asked.value.challenge;
}

function voucherIn(text: string) {
  const read = readScannedText(text);
  if (!read.ok || read.value.kind !== 'voucher') throw new Error('no voucher');
  return read.value.voucher;
}

describe('a payment by passkey with no network', () => {
  it('is confirmed over the voucher itself, and carries that word above the threshold', async () => {
    const link = await code('40');
    const core = await offlineCore();
    const { draft } = await sheet(core, link);
    phone.network.up = false;
    expect(await pay(core, draft.draftId, word(draft.challenge))).toEqual({ ok: false, error: 'CONFIRM_OFFLINE' });
    const paid = await payOffline(core, draft.draftId, word(await challengeFor(core, draft.draftId)));
    if (!paid.ok) throw new Error(paid.error);
    const voucher = voucherIn(paid.value.code);
    expect(voucher).toMatchObject({ amountMinor: 4_000, seq: 1, stepUp: { suffix: 0 } });
    const { keys } = world.server.options.issuer;
    const { verifier } = world.server.options;
    expect(await verifyVoucher(voucher, keys, verifier, SCENE)).toMatchObject({ ok: true });
    expect(await verifyVoucher(voucher, keys, verifier, { ...SCENE, origin: 'https://other.example' })).toEqual({ ok: false, error: 'E_UV_REQUIRED' });
    expect(phone.disk.rows.passkeyTrial).toMatchObject({ works: true });
  });

  it('below the threshold carries nothing more than the device key', async () => {
    const link = await code('18.50');
    const core = await offlineCore();
    const { draft } = await sheet(core, link);
    phone.network.up = false;
    const paid = await payOffline(core, draft.draftId, word(await challengeFor(core, draft.draftId)));
    expect(voucherIn(paid.ok ? paid.value.code : '')).toMatchObject({ amountMinor: 1_850, stepUp: null });
  });

  it('twice tapped, or asked again later, is one voucher and the same code', async () => {
    const link = await code('40');
    const core = await offlineCore();
    const { draft } = await sheet(core, link);
    phone.network.up = false;
    const user = word(await challengeFor(core, draft.draftId));
    const [one, two] = await Promise.all([payOffline(core, draft.draftId, user), payOffline(core, draft.draftId, user)]);
    expect(one).toMatchObject({ ok: true });
    expect(two).toEqual(one);
    expect(await payOffline(core, draft.draftId, user)).toEqual(one);
    expect(await pay(core, draft.draftId, user)).toEqual(one);
    expect(rows().vouchers).toHaveLength(1);
    expect(await voucherChallenge(core, draft.draftId)).toEqual({ ok: false, error: 'INVOICE_PAID', detail: { paymentId: rows().vouchers[0]?.id } });
  });

  it.each<[string, (challenge: string) => UserProof]>([
    ['of another challenge', () => word('AAAA')],
    ['from another page', (challenge) => word(challenge, { ...SCENE, origin: 'https://chit.example' })],
    ['of another domain', (challenge) => word(challenge, { ...SCENE, rpId: 'chit.example' })],
    ['by another passkey', (challenge) => word(challenge, SCENE, softwareAuthenticator())],
    ['without the finger', (challenge) => word(challenge, SCENE, key, { userVerified: false })],
    ['that is none', () => ({ kind: 'passkey', assertion: { id: 'AA', type: 'public-key' } })],
    ['that is a PIN', () => PIN],
  ])('takes no word %s, signs nothing, and may be asked again', async (_, answer) => {
    const link = await code('40');
    const core = await offlineCore();
    const { draft } = await sheet(core, link);
    phone.network.up = false;
    const challenge = await challengeFor(core, draft.draftId);
    expect(await payOffline(core, draft.draftId, answer(challenge))).toEqual({ ok: false, error: 'PASSKEY_REFUSED' });
    expect(rows().vouchers).toEqual([]);
    expect(phone.disk.rows.passkeyTrial).toBeUndefined();
    expect(await payOffline(core, draft.draftId, word(challenge))).toMatchObject({ ok: true });
  });

  it('is asked again when another tab has paid meanwhile: a word is for one voucher alone', async () => {
    const [link, other] = [await code('40'), await code('5')];
    const core = await offlineCore();
    const { draft } = await sheet(core, link);
    const elsewhere = await tab();
    const otherSheet = await sheet(elsewhere, other);
    phone.network.up = false;
    const user = word(await challengeFor(core, draft.draftId));
    expect(await signPayment(elsewhere, otherSheet)).toMatchObject({ ok: true, value: { seq: 1 } });
    expect(await payOffline(core, draft.draftId, user)).toEqual({ ok: false, error: 'CONFIRM_OFFLINE' });
    expect(await payOffline(core, draft.draftId, user)).toEqual({ ok: false, error: 'CONFIRM_OFFLINE' });
    const paid = await payOffline(core, draft.draftId, word(await challengeFor(core, draft.draftId)));
    expect(voucherIn(paid.ok ? paid.value.code : '')).toMatchObject({ seq: 2, cumMinor: 4_500 });
    expect(rows().vouchers).toHaveLength(2);
  });
});

describe('who may confirm', () => {
  it('above the threshold: no PIN, however right; without a passkey nobody', async () => {
    const link = await code('40');
    const core = await offlineCore();
    const { draft } = await sheet(core, link);
    phone.network.up = false;
    expect(await pay(core, draft.draftId, PIN)).toEqual({ ok: false, error: 'CONFIRM_OFFLINE' });
    await withStepUp(null);
    expect(await pay(core, draft.draftId, PIN)).toEqual({ ok: false, error: 'E_UV_REQUIRED' });
    expect(await pay(core, draft.draftId, word(draft.challenge))).toEqual({ ok: false, error: 'E_UV_REQUIRED' });
    expect(await voucherChallenge(core, draft.draftId)).toEqual({ ok: false, error: 'E_UV_REQUIRED' });
    expect(rows().vouchers).toEqual([]);
    expect(phone.disk.rows.pinCheck?.triesLeft).toBe(5);
  });

  it('below it: the PIN, or the passkey; the PIN alone where the certificate names no passkey', async () => {
    const link = await code('18.50');
    const core = await offlineCore(null);
    const { draft } = await sheet(core, link);
    phone.network.up = false;
    expect(await pay(core, draft.draftId, word(draft.challenge))).toEqual({ ok: false, error: 'CONFIRM_PIN' });
    expect(await voucherChallenge(core, draft.draftId)).toEqual({ ok: false, error: 'CONFIRM_PIN' });
    expect(await pay(core, draft.draftId, PIN)).toMatchObject({ ok: true, value: { code: expect.stringMatching(/^OP1V:/) } });
  });

  it('not the passkey that did not work here, until another one is named', async () => {
    const [small, large] = [await code('18.50'), await code('40')];
    const core = await offlineCore();
    const [cheap, dear] = [await sheet(core, small), await sheet(core, large)];
    phone.network.up = false;
    expect(await passkeyTrial(core)).toMatchObject({ ok: true });
    expect(await passkeyTried(core, null)).toEqual({ ok: true, value: false });
    expect(await pay(core, cheap.draft.draftId, word(cheap.draft.challenge))).toEqual({ ok: false, error: 'CONFIRM_PIN' });
    expect(await pay(core, dear.draft.draftId, PIN)).toEqual({ ok: false, error: 'E_UV_REQUIRED' });
    await withStepUp(softwareAuthenticator().point);
    expect(await pay(core, dear.draft.draftId, PIN)).toEqual({ ok: false, error: 'CONFIRM_OFFLINE' });
  });
});

describe('the passkey tried with no network', () => {
  it('is remembered as what it did; one challenge is good for one answer', async () => {
    const core = await offlineCore();
    const asked = await passkeyTrial(core);
    if (!asked.ok) throw new Error(asked.error);
    const { assertion } = word(asked.value.challenge) as Extract<UserProof, { kind: 'passkey' }>;
    expect(await passkeyTried(core, assertion)).toEqual({ ok: true, value: true });
    expect(phone.disk.rows.passkeyTrial).toMatchObject({ works: true, uvKey: toBase64Url(key.point) });
    expect(await passkeyTried(core, assertion)).toEqual({ ok: false, error: 'CHALLENGE' });
  });

  it('is not asked for where no purse names one', async () => {
    const core = await offlineCore(null);
    expect(await passkeyTrial(core)).toEqual({ ok: false, error: 'PASSKEY_UNSUPPORTED' });
  });
});

describe('where the operator asks for it', () => {
  it('a passkey that is added is named at once; a large payment carries its word, and the till and the server hold it to that', async () => {
    world.close();
    world = await openPurseWorld({ stepUpMinor: THRESHOLD }, 'shopper.chit.localhost:8080');
    ({ phone, tab, code, sheet, rows } = world);
    const wallet = await phone.start();
    expect(await wallet.loadPurse({ kind: 'open' }, '100', { user: PIN, challenge: null })).toMatchObject({ ok: true, value: { capMinor: THRESHOLD } });
    const options = await wallet.passkeyOptions(PIN.pin);
    if (!options.ok) throw new Error(options.error);
    expect(await wallet.addPasskey(key.create({ ...SCENE, challenge: (options.value as { challenge: string }).challenge }))).toMatchObject({ ok: true });
    await until(wallet, (now) => now.offline?.purses[0]?.capMinor === 20_000);
    const link = await code('40');
    await world.offline();
    phone.network.up = false;
    await wallet.wake('button');
    await until(wallet, (now) => now.connection === 'offline');
    const draft = await wallet.prepare(link);
    if (!draft.ok) throw new Error(draft.error);
    expect(draft.value.plan).toMatchObject({ source: 'purse', stepUp: true });
    expect(await wallet.pay(draft.value.draftId, PIN)).toEqual({ ok: false, error: 'CONFIRM_OFFLINE' });
    const asked = await wallet.voucherChallenge(draft.value.draftId);
    const paid = await wallet.payOffline(draft.value.draftId, word(asked.ok ? asked.value.challenge : ''));
    if (!paid.ok) throw new Error(paid.error);
    expect(await world.till.take(paid.value.code)).toMatchObject({ ok: true, value: { outcome: 'accepted' } });
    phone.network.up = true;
    const home = until(wallet, (now) => now.waiting === 0 && phone.disk.rows.outbox.size === 0);
    await wallet.wake('button');
    await home;
    expect(rows().vouchers).toMatchObject([{ amountMinor: 4_000, state: { kind: 'signed' } }]);
    await world.online((now) => now.till?.unsynced.count === 0);
    await wallet.wake('button');
    await until(wallet, () => rows().vouchers[0]?.state.kind === 'settled');
  });
});
