/** The main job over HTTP: two devices join, one charges, the other confirms and pays, both read their feeds. */
import { parse } from 'valibot';
import { beforeEach, describe, expect, it } from 'vitest';
import { fromBase64Url, toBase64Url } from '#base/bytes.ts';
import { confirmationCode } from '#protocol/confirmation-code.ts';
import { ConfigReply, FeedReply, MeReply, PaymentReply } from '#protocol/http.ts';
import { decodeInvoice } from '#protocol/invoice.ts';
import { checkInvariants } from '#protocol/ledger-invariants.ts';
import { verifyKeySet } from '#protocol/keyset.ts';
import { LIMITS } from '#protocol/limits.ts';
import { verifyReceipt } from '#protocol/receipt.ts';
import { chargeOf, confirm, ledgerOf, openSession, openTestServer, orderOf, pay, type JoinedDevice, type TestServer } from '../fixtures/http-server.ts';
import { suspendableShops } from '../fixtures/suspended-shops.ts';

let server: TestServer;
let shopper: JoinedDevice;
let till: JoinedDevice;

beforeEach(async () => {
  server = await openTestServer();
  shopper = await server.joined('demo-shopper');
  till = await server.joined('demo-merchant', 'till.chit.localhost:8080');
});

async function feed(device: JoinedDevice, cursor = 0): Promise<FeedReply> {
  return parse(FeedReply, (await device.ask('GET', `/v1/feed?cursor=${cursor}`)).json);
}

describe('a payment over HTTP', () => {
  it('settles once, and both feeds and the ledger agree', async () => {
    expect(shopper.me).toMatchObject({ account: { kind: 'shopper', balanceMinor: LIMITS.demoShopperMinor, playMoney: true, pinSet: true }, till: null });
    expect(till.me).toMatchObject({ account: { kind: 'merchant', name: '街角面馆' }, till: { terminal: 1 } });
    const invoice = chargeOf(server, till, 1_850);
    const order = await orderOf(server, shopper, invoice);
    server.clock.advance(1_000);
    expect((await confirm(shopper, order)).status).toBe(201);
    const first = parse(PaymentReply, (await pay(shopper, order, invoice)).json);
    const again = parse(PaymentReply, (await pay(shopper, order, invoice)).json);
    expect(first).toMatchObject({ dup: false, verdict: { state: 'settled' } });
    expect(again).toEqual({ ...first, dup: true });
    expect(await feed(shopper)).toMatchObject({ balanceMinor: LIMITS.demoShopperMinor - 1_850, headSeq: 2, cursor: 2, more: false, changes: [{ kind: 'credit' }, { kind: 'payment', direction: 'out' }] });
    expect(await feed(till)).toMatchObject({ balanceMinor: 1_850, headSeq: 1, changes: [{ kind: 'payment', direction: 'in', counterparty: '小**' }] });
    const journal = (await shopper.ask('GET', '/v1/demo/ledger')).json;
    expect(journal).toMatchObject({ sumMinor: 0, accounts: 3, postings: [{ amountMinor: 1_850 }, { amountMinor: LIMITS.demoShopperMinor }] });
    expect(await feed(till, 1)).toMatchObject({ headSeq: 1, cursor: 1, changes: [] });
    expect(checkInvariants(await server.store.audit())).toEqual([]);
  });

  it('gives a receipt that the published key set verifies', async () => {
    const invoice = chargeOf(server, till, 700);
    const order = await orderOf(server, shopper, invoice);
    await confirm(shopper, order);
    const { verdict } = parse(PaymentReply, (await pay(shopper, order, invoice)).json);
    const config = parse(ConfigReply, (await till.ask('GET', '/v1/config')).json);
    const root = fromBase64Url(config.rootKey);
    const published = fromBase64Url(config.keySet);
    const bytes = fromBase64Url(verdict.state === 'settled' ? verdict.receipt : '');
    if (root === null || published === null || bytes === null) throw new Error('not base64url');
    const keys = await verifyKeySet(published, root, 1, server.options.verifier);
    expect(keys.ok).toBe(true);
    const receipt = keys.ok && (await verifyReceipt({ bytes }, keys.value, config.nowMs / 1_000, server.options.verifier));
    expect(receipt).toMatchObject({ ok: true, value: { amountMinor: 700 } });
  });

  it('gives a code that the till makes too, with its own key and no network; no other till does', async () => {
    const second = await server.joined('demo-merchant', 'till.chit.localhost:8080');
    const invoice = chargeOf(server, till, 1_850);
    const order = await orderOf(server, shopper, invoice);
    expect(parse(PaymentReply, (await pay(shopper, order, invoice)).json).confirmationCode).toBeNull();
    const paid = await orderOf(server, shopper, invoice);
    await confirm(shopper, paid);
    const first = parse(PaymentReply, (await pay(shopper, paid, invoice)).json);
    const again = parse(PaymentReply, (await pay(shopper, paid, invoice)).json);
    const read = decodeInvoice(invoice);
    if (!read.ok) throw new Error(read.error);
    const codeAt = async (device: JoinedDevice): Promise<string> => {
      const raw = fromBase64Url(device.me.till?.codeKey ?? '') ?? new Uint8Array();
      const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
      return confirmationCode({ invoiceHash: read.value.hash, amountMinor: 1_850, ccy: 156 }, async (message) => new Uint8Array(await crypto.subtle.sign('HMAC', key, message)));
    };
    expect([first.confirmationCode, again.confirmationCode]).toEqual([await codeAt(till), await codeAt(till)]);
    expect(await codeAt(second)).not.toBe(first.confirmationCode);
    await server.store.transaction((tx) => tx.revokeDevice(till.me.device.id, server.clock.nowMs()));
    expect(parse(PaymentReply, (await pay(shopper, paid, invoice)).json)).toMatchObject({ dup: true, confirmationCode: null });
  });

  it('refuses an order that nobody confirmed, or that was confirmed too long ago, and stores the refusal', async () => {
    const invoice = chargeOf(server, till, 1_000, { ttlSeconds: 3_000 });
    const late = await orderOf(server, shopper, invoice);
    await confirm(shopper, late);
    server.clock.advance(LIMITS.confirmationMs);
    const refused = await pay(shopper, late, invoice);
    expect(refused.json).toMatchObject({ verdict: { state: 'refused', code: 'NOT_CONFIRMED' } });
    await confirm(shopper, late);
    expect((await pay(shopper, late, invoice)).json).toMatchObject({ dup: true, verdict: { code: 'NOT_CONFIRMED' } });
  });

  it('lets no device confirm or pay what another one signed', async () => {
    const stranger = await server.joined('new-shopper');
    await stranger.ask('POST', '/v1/pin', { json: { pin: '802539' } });
    const invoice = chargeOf(server, till, 1_000);
    const order = await orderOf(server, shopper, invoice);
    const before = await ledgerOf(server);
    expect((await confirm(stranger, order, { kind: 'pin', pin: '802539' })).problem?.code).toBe('BAD_REQUEST');
    expect((await pay(stranger, order, invoice)).json).toMatchObject({ verdict: { state: 'refused', code: 'SIGNATURE' } });
    expect(await ledgerOf(server)).toEqual(before);
  });

  it('does not let a till pay', async () => {
    const invoice = chargeOf(server, till, 1_000);
    const order = await orderOf(server, till, invoice);
    expect((await pay(till, order, invoice)).problem).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  it('renews the certificate of a till, later than the one before', async () => {
    server.clock.advance(5 * 86_400_000);
    const renewed = await till.ask('POST', '/v1/till/certificate', { json: {} });
    expect(renewed.json).toMatchObject({ terminal: 1, name: '街角面馆' });
    expect(renewed.json).not.toMatchObject({ certificate: till.me.till?.certificate });
    expect((await shopper.ask('POST', '/v1/till/certificate', { json: {} })).problem?.code).toBe('FORBIDDEN');
  });

  it('gives no certificate to a till whose shop is suspended, on no way', async () => {
    const { store, suspend } = suspendableShops();
    server = await openTestServer({ store });
    till = await server.joined('demo-merchant');
    expect(till.me.till?.certificate).not.toBe('');
    suspend();
    const bare = { ...till.me.till, certificate: '', noteCertificate: '' };
    expect(parse(MeReply, (await till.ask('GET', '/v1/me')).json).till).toEqual(bare);
    const back = await openSession(till, till.key, { kind: 'device', deviceId: till.me.device.id });
    expect(parse(MeReply, back.json).till).toEqual(bare);
    expect((await till.ask('POST', '/v1/till/certificate', { json: {} })).problem?.code).toBe('FORBIDDEN');
  });

  it('reads the feed page by page', async () => {
    const account = shopper.me.account.id;
    for (let n = 0; n < LIMITS.feedPage + 5; n++) {
      await server.store.transaction((tx) =>
        tx.appendFeed(account, (seq) => ({ kind: 'credit', seq, entryId: n.toString(16).padStart(32, '0'), reason: 'play-money', amountMinor: 1, ccy: 156, atMs: 1, balanceMinor: 1 })),
      );
    }
    const first = await feed(shopper);
    expect(first).toMatchObject({ cursor: LIMITS.feedPage, more: true, headSeq: LIMITS.feedPage + 6 });
    expect(await feed(shopper, first.cursor)).toMatchObject({ cursor: LIMITS.feedPage + 6, more: false });
    // A cursor from before a restored backup is ahead of the feed.
    expect(await feed(shopper, 99_999)).toMatchObject({ cursor: LIMITS.feedPage + 6, changes: [], more: false });
  });

  it('[63] tells a device whose last change is another one here to read from the start: a restored backup has grown past it', async () => {
    const { changes } = await feed(shopper);
    const { seq, atMs } = changes[0] ?? { seq: 0, atMs: 0 };
    const page = async (query: string): Promise<unknown> => (await shopper.ask('GET', `/v1/feed?${query}`)).json;
    expect(await page(`cursor=${seq}&lastAtMs=${atMs}`)).toEqual(await page(`cursor=${seq}`));
    expect(await page(`cursor=0&lastAtMs=7`)).toEqual(await page('cursor=0'));
    expect(await page(`cursor=${seq}&lastAtMs=${atMs - 1}`)).toMatchObject({ cursor: 0, headSeq: 0, more: true, changes: [] });
    expect(await page(`cursor=${seq + 9}&lastAtMs=${atMs}`)).toMatchObject({ cursor: seq, headSeq: seq, more: false, changes: [] });
  });

  it('takes nothing for an order of zero length', async () => {
    const empty = toBase64Url(new Uint8Array());
    expect((await shopper.ask('POST', '/v1/payments', { json: { order: empty, invoice: empty } })).problem?.code).toBe('BAD_REQUEST');
  });
});
