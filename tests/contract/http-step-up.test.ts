/** CHIT_STEP_UP over HTTP: which passkey a purse's certificate names, what an account without one may pay, and that both are held to. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { encode } from 'cborg';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'valibot';
import { fromBase64Url, toBase64Url, toHex, type Bytes } from '#base/bytes.ts';
import { decodeInvoice } from '#protocol/invoice.ts';
import { PurseReply } from '#protocol/http-purses.ts';
import type { PurseCert, StepUp, Voucher } from '#protocol/objects.ts';
import { decodePurseCert } from '#protocol/purse-cert.ts';
import { compactStepUp } from '#protocol/step-up.ts';
import { softwareAuthenticator, type Authenticator } from '../fixtures/authenticator.ts';
import { chargeOf, DEMO_PIN, HOST, openTestServer, type JoinedDevice, type TestServer } from '../fixtures/http-server.ts';
import { askPurse, base64UrlOf, evidenceItem, openPurse, PhonePurse, textOf, topUp, verdictOf, voucherItem } from '../fixtures/purses.ts';

const ABOVE = 5_000;
const CAP = 20_000;
const PLACE = { origin: `http://${HOST}`, rpId: 'shopper.chit.localhost' };
const ID = '0123456789abcdef';

let server: TestServer;
let shopper: JoinedDevice;
let till: JoinedDevice;

async function open(stepUpMinor?: number): Promise<void> {
  server = await openTestServer({ rates: { purse: { points: 1_000, seconds: 60 } }, ...(stepUpMinor === undefined ? {} : { stepUpMinor }) });
  shopper = await server.joined('demo-shopper');
  till = await server.joined('demo-merchant', 'till.chit.localhost:8080');
}
beforeEach(() => open(ABOVE));

async function addPasskey(device = shopper): Promise<Authenticator> {
  const key = softwareAuthenticator();
  const options = await device.ask('POST', '/v1/passkeys/options', { json: { pin: DEMO_PIN } });
  const place = { origin: `http://${device.host}`, rpId: device.host.replace(/:.*/u, '') };
  const made = key.create({ ...place, challenge: (options.json as { challenge: string }).challenge });
  expect((await device.ask('POST', '/v1/passkeys', { json: made })).status).toBe(201);
  server.clock.advance(1_000);
  return key;
}

/** As another kind of authenticator leaves it. */
async function storePasskey(publicKey: Uint8Array): Promise<void> {
  const passkey = { id: toBase64Url(new Uint8Array(16)), partyId: shopper.me.account.id, publicKey: toBase64Url(new Uint8Array(publicKey)), signCount: 0, rpId: PLACE.rpId, createdAtMs: server.clock.nowMs() };
  await server.store.transaction((tx) => tx.putPasskey(passkey));
  server.clock.advance(1_000);
}

function rsaKey(): Uint8Array {
  const { n, e } = generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey.export({ format: 'jwk' });
  const bytes = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64url');
  return encode(new Map<number, number | Buffer>([[1, 3], [3, -257], [-1, bytes(n)], [-2, bytes(e)]]));
}

function certOf(view: { readonly certificate: string }): PurseCert {
  const cert = decodePurseCert(base64UrlOf(view.certificate));
  if (!cert.ok) throw new Error(cert.error);
  return cert.value;
}

/** What the phone's authenticator says of a voucher. */
const word = (key: Authenticator, bent: Parameters<Authenticator['get']>[1] = {}, place = PLACE) => (challenge: Bytes): StepUp | null => {
  const { response } = key.get({ ...place, challenge: toBase64Url(challenge) }, bent) as unknown as { response: Record<string, string> };
  const bytes = (name: string): Bytes => fromBase64Url(response[name] ?? '') ?? new Uint8Array();
  return compactStepUp({ authenticatorData: bytes('authenticatorData'), clientDataJson: bytes('clientDataJSON'), signature: bytes('signature') }, challenge, place);
};

function hashOf(amountMinor: number): Bytes {
  const invoice = decodeInvoice(chargeOf(server, till, amountMinor));
  if (!invoice.ok) throw new Error(invoice.error);
  return invoice.value.hash;
}
const sign = (purse: PhonePurse, amountMinor: number, stepUp?: (challenge: Bytes) => StepUp | null): Promise<Voucher> =>
  purse.sign(till.me.till?.merchantId ?? '', hashOf(amountMinor), amountMinor, {}, stepUp);

describe('a certificate', () => {
  it('asks for no passkey while there is no threshold, or one that no payment can be above', async () => {
    for (const threshold of [undefined, CAP]) {
      await open(threshold);
      await addPasskey();
      const { view } = await openPurse(server, shopper);
      expect(certOf(view)).toMatchObject({ capMinor: CAP, uvtMinor: null, uvKey: null });
      expect(view.stepUp).toBeNull();
    }
  });

  it('names the newest passkey of the account that can be used from its host', async () => {
    await addPasskey();
    const newest = await addPasskey();
    const elsewhere = await server.joined('demo-shopper', 'phone.chit.localhost:8080');
    await addPasskey(elsewhere);
    const purse = await openPurse(server, shopper);
    expect(certOf(purse.view)).toMatchObject({ capMinor: CAP, uvtMinor: ABOVE });
    expect(purse.view).toMatchObject({ capMinor: CAP, stepUp: { aboveMinor: ABOVE, passkey: true } });
    expect(await verdictOf(till, voucherItem(await sign(purse, ABOVE + 1, word(newest))))).toMatchObject({ verdict: 'SETTLED' });
  });

  it.each<[string, () => Promise<unknown>]>([
    ['no passkey', async () => undefined],
    ['an RSA passkey only', () => storePasskey(rsaKey())],
    ['a passkey whose key cannot be read', () => storePasskey(createHash('sha256').update('key').digest())],
    ['a passkey of another host only', async () => addPasskey(await server.joined('demo-shopper', 'phone.chit.localhost:8080'))],
  ])('of an account with %s allows no payment above the threshold, and says so', async (_, prepare) => {
    await prepare();
    const purse = await openPurse(server, shopper, { limMinor: 15_000 });
    expect(certOf(purse.view)).toMatchObject({ limMinor: 15_000, capMinor: ABOVE, uvtMinor: ABOVE, uvKey: null });
    expect(purse.view).toMatchObject({ capMinor: ABOVE, stepUp: { aboveMinor: ABOVE, passkey: false } });
    expect(await verdictOf(till, voucherItem(await sign(purse, ABOVE)))).toMatchObject({ verdict: 'SETTLED' });
    expect(await verdictOf(till, voucherItem(await sign(purse, ABOVE + 1)))).toMatchObject({ verdict: 'REJECTED', reason: 'SIGNATURE' });
  });

  it('takes up a passkey at the next refresh, at once, and a newer one at the next top-up', async () => {
    await askPurse(server, shopper, { purseId: ID });
    const refresh = async () => parse(PurseReply, (await shopper.ask('POST', `/v1/purses/${ID}/refresh`, { json: {} })).json).purse;
    expect((await refresh()).stepUp).toEqual({ aboveMinor: ABOVE, passkey: false });
    await addPasskey();
    const withKey = await refresh();
    expect(withKey).toMatchObject({ capMinor: CAP, stepUp: { aboveMinor: ABOVE, passkey: true } });
    expect((await refresh()).certificate).toBe(withKey.certificate);
    const newer = await addPasskey();
    const { purse: view } = parse(PurseReply, (await topUp(shopper, ID, { topUpId: 'f'.repeat(32), addMinor: 5_000 })).json);
    expect(toHex(certOf(view).uvKey ?? new Uint8Array())).not.toBe(toHex(certOf(withKey).uvKey ?? new Uint8Array()));
    const purse = new PhonePurse(shopper.key, view);
    expect(await verdictOf(till, voucherItem(await sign(purse, ABOVE + 1, word(newer))))).toMatchObject({ verdict: 'SETTLED' });
  });
});

describe('a voucher above the threshold', () => {
  let key: Authenticator;
  let purse: PhonePurse;
  beforeEach(async () => {
    key = await addPasskey();
    purse = await openPurse(server, shopper, { limMinor: 30_000 });
  });

  it.each<[string, () => Parameters<typeof sign>[2]]>([
    ['with no word of the passkey', () => undefined],
    ['with the word of another passkey', () => word(softwareAuthenticator())],
    ['with a word that was said to another site', () => word(key, {}, { origin: 'https://evil.example', rpId: 'evil.example' })],
    ['with a word about something else', () => () => word(key)(new Uint8Array(32))],
  ])('%s is not genuine, whoever brings it, and is not kept', async (_, make) => {
    const voucher = await sign(purse, ABOVE + 1, make());
    for (const bringer of [till, shopper]) expect(await verdictOf(bringer, voucherItem(voucher))).toMatchObject({ verdict: 'REJECTED', reason: 'SIGNATURE', dup: false });
    expect(await verdictOf(till, evidenceItem(voucher))).toMatchObject({ reason: 'SIGNATURE', dup: false });
    expect(await server.store.transaction((tx) => tx.voucher(toHex(voucher.vid)))).toBeNull();
  });

  it('that lost its passkey’s word on the way does not stand in the way of the whole one', async () => {
    const before = purse.fork();
    const hash = hashOf(ABOVE + 1);
    const merchantId = till.me.till?.merchantId ?? '';
    const whole = await purse.sign(merchantId, hash, ABOVE + 1, {}, word(key));
    const bare = await before.sign(merchantId, hash, ABOVE + 1);
    expect(toHex(bare.vid)).toBe(toHex(whole.vid));
    expect(textOf(bare)).not.toBe(textOf(whole));
    expect(await verdictOf(shopper, voucherItem(bare))).toMatchObject({ verdict: 'REJECTED', reason: 'SIGNATURE' });
    expect(await verdictOf(till, voucherItem(whole))).toMatchObject({ verdict: 'SETTLED', dup: false });
  });

  it('is one only above it: at the threshold nothing is asked', async () => {
    expect(await verdictOf(till, voucherItem(await sign(purse, ABOVE)))).toMatchObject({ verdict: 'SETTLED' });
  });

  it('is claimed by a tap after its payer reported it', async () => {
    const voucher = await sign(purse, ABOVE + 1, word(key));
    expect(await verdictOf(shopper, voucherItem(voucher))).toMatchObject({ verdict: 'PAYER_REPORTED' });
    expect(await verdictOf(till, { k: 'C', id: toHex(voucher.vid) })).toMatchObject({ verdict: 'SETTLED' });
  });
});
