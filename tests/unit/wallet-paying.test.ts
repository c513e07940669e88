/** One payment through the wallet core, against the real server: whatever happens on the way, it is paid once or not at all. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '#protocol/limits.ts';
import { createMemoryStore } from '#wallet/memory-store.ts';
import type { Wallet } from '#wallet/wallet.ts';
import { encodeInvoice } from '#protocol/invoice.ts';
import { chargeLink } from '#protocol/link.ts';
import { readScannedText } from '#protocol/scan-text.ts';
import type { Fault } from '../fixtures/fake-server.ts';
import { openTestServer, type TestServer } from '../fixtures/http-server.ts';
import { createMemoryPhone, PIN, type MemoryPhone, until } from '../fixtures/memory-ports.ts';

const AMOUNT = 1_850;

let server: TestServer;
let shopperPhone: MemoryPhone;
let tillPhone: MemoryPhone;
let shopper: Wallet;
let till: Wallet;

beforeEach(async () => {
  server = await openTestServer();
  shopperPhone = createMemoryPhone(server);
  tillPhone = createMemoryPhone(server, 'till.chit.localhost:8080');
  shopper = await shopperPhone.start();
  till = await tillPhone.start();
  expect(await shopper.enrol({ demo: 'demo-shopper' })).toEqual({ ok: true, value: undefined });
  expect(await till.enrol({ demo: 'demo-merchant' })).toEqual({ ok: true, value: undefined });
  // What comes now is newer than the play money.
  server.clock.advance(1_000);
});

afterEach(() => {
  shopperPhone.kill();
  tillPhone.kill();
});

async function link(amount = '18.50'): Promise<string> {
  server.clock.advance(10);
  const charge = await till.charge(amount);
  if (!charge.ok) throw new Error(charge.error);
  return charge.value.link;
}

async function drafted(wallet = shopper): Promise<string> {
  const draft = await wallet.prepare(await link());
  if (!draft.ok) throw new Error(draft.error);
  expect(draft.value).toMatchObject({ merchantName: '街角面馆', amountMinor: AMOUNT, firstTimeMerchant: true });
  return draft.value.draftId;
}

function settledPayments() {
  return server.store.audit().then(({ payments }) => payments.filter((payment) => payment.verdict.state === 'settled'));
}

describe('a payment', () => {
  it('goes from the code to both ledgers', async () => {
    const draftId = await drafted();
    const paid = await shopper.pay(draftId, PIN);
    expect(paid).toEqual({ ok: true, value: { paymentId: draftId } });
    const slip = await until(shopper, (now) => now.recent[0]?.type === 'payment' && now.recent[0].state === 'settled' && now.balance?.amountMinor === LIMITS.demoShopperMinor - AMOUNT);
    expect(slip).toMatchObject({ waiting: 0, poisoned: 0, recent: [{ receiptVerified: true, balanceAfterMinor: LIMITS.demoShopperMinor - AMOUNT }, { type: 'credit' }] });
    const counter = await until(till, (now) => now.paidUnseen.length > 0);
    expect(counter).toMatchObject({ charge: null, paidUnseen: [{ amountMinor: AMOUNT, state: 'paid', paymentId: draftId, receiptVerified: true }] });
    expect(await till.dismissPaid(counter.paidUnseen[0]?.id ?? '')).toMatchObject({ ok: true });
    await until(till, (now) => now.paidUnseen.length === 0 && now.recent[0]?.type === 'sale' && now.recent[0].state === 'paid');
  });

  it('is one payment for a double tap, and for the same code read again', async () => {
    const code = await link();
    const first = await shopper.prepare(code);
    const again = await shopper.prepare(code);
    if (!first.ok || !again.ok) throw new Error('not prepared');
    const ids = await Promise.all([shopper.pay(first.value.draftId, PIN), shopper.pay(first.value.draftId, PIN), shopper.pay(again.value.draftId, PIN)]);
    expect(new Set(ids.map((id) => (id.ok ? id.value.paymentId : id.error))).size).toBe(1);
    await until(shopper, (now) => now.waiting === 0 && now.recent[0]?.type === 'payment' && now.recent[0].state === 'settled');
    expect(await shopper.pay(first.value.draftId, PIN)).toEqual(ids[0]);
    expect(await shopper.prepare(code)).toMatchObject({ ok: false, error: 'INVOICE_PAID', detail: { paymentId: ids[0]?.ok && ids[0].value.paymentId } });
    expect(await settledPayments()).toHaveLength(1);
  });

  it('stores nothing for a wrong PIN, and the sheet is still good', async () => {
    const draftId = await drafted();
    expect(await shopper.pay(draftId, { kind: 'pin', pin: '000000' })).toMatchObject({ ok: false, error: 'PIN_WRONG', detail: { triesLeft: 4 } });
    expect(shopperPhone.disk.rows.outbox.size + shopperPhone.disk.rows.payments.size).toBe(0);
    expect(await shopper.pay(draftId, PIN)).toMatchObject({ ok: true });
  });

  it('stores nothing when the confirmation gets no answer', async () => {
    const draftId = await drafted();
    shopperPhone.network.up = false;
    expect(await shopper.pay(draftId, PIN)).toMatchObject({ ok: false, error: 'OFFLINE' });
    expect(shopperPhone.disk.rows.outbox.size + shopperPhone.disk.rows.payments.size).toBe(0);
    expect((await until(shopper, (now) => now.connection === 'offline')).recent).toHaveLength(1);
  });

  const lost: readonly Fault[] = ['drop-request', 'drop-reply', 'captive-portal', 'error-503', 'truncated', 'proxy-403'];
  for (const fault of lost) {
    it(`stays "sending" and goes again with the same bytes after: ${fault}`, async () => {
      const draftId = await drafted();
      const met = shopperPhone.network.fail('POST', '/v1/payments', fault);
      await shopper.pay(draftId, PIN);
      await met;
      await until(shopper, (now) => now.waiting === 1 && now.recent[0]?.type === 'payment' && now.recent[0].state === 'sending');
      await shopper.wake('button');
      await until(shopper, (now) => now.waiting === 0 && now.recent[0]?.type === 'payment' && now.recent[0].state === 'settled');
      const bodies = shopperPhone.network.bodies('/v1/payments');
      expect(new Set(bodies).size).toBe(1);
      expect(bodies.length).toBeGreaterThan(fault === 'drop-reply' ? 0 : 1);
      expect(await settledPayments()).toHaveLength(1);
    });
  }

  it('waits for its time before it goes again by itself', async () => {
    const draftId = await drafted();
    const met = shopperPhone.network.fail('POST', '/v1/payments', 'error-503');
    await shopper.pay(draftId, PIN);
    await met;
    await until(shopper, () => [...shopperPhone.disk.rows.outbox.values()].some((row) => row.attempts === 1));
    const [row] = shopperPhone.disk.rows.outbox.values();
    expect(row?.nextAttemptAtMs).toBeGreaterThanOrEqual(server.clock.nowMs() + 7_000);
    expect(shopperPhone.network.bodies('/v1/payments')).toHaveLength(1);
    server.clock.advance(LIMITS.retryMaxMs);
    await until(shopper, (now) => now.waiting === 0);
    expect(shopperPhone.network.bodies('/v1/payments')).toHaveLength(2);
  });

  it('keeps the queue on 401, proves the device and goes on', async () => {
    const draftId = await drafted();
    const met = shopperPhone.network.fail('POST', '/v1/payments', 'forgotten-session');
    await shopper.pay(draftId, PIN);
    await met;
    await until(shopper, (now) => now.recent[0]?.type === 'payment' && now.recent[0].state === 'settled');
    expect(shopperPhone.network.bodies('/v1/sessions').map((body) => JSON.parse(body).kind)).toEqual(['enrol', 'device']);
  });

  it('that is 401 under a fresh session too waits for its time', async () => {
    const draftId = await drafted();
    void shopperPhone.network.fail('POST', '/v1/payments', 'forgotten-session', 100_000);
    await shopper.pay(draftId, PIN);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(shopperPhone.network.bodies('/v1/payments')).toHaveLength(2);
    expect([...shopperPhone.disk.rows.outbox.values()]).toMatchObject([{ attempts: 1, poison: null }]);
  });

  for (const fault of ['malformed', 'forbidden'] as const) {
    it(`sets aside what the server calls ${fault}, and the rest goes on`, async () => {
      const poisoned = await drafted();
      const met = shopperPhone.network.fail('POST', '/v1/payments', fault);
      await shopper.pay(poisoned, PIN);
      await met;
      await until(shopper, (now) => now.poisoned === 1 && now.waiting === 0);
      const next = await shopper.prepare(await link());
      if (!next.ok) throw new Error(next.error);
      await shopper.pay(next.value.draftId, PIN);
      await until(shopper, (now) => now.recent[0]?.id === next.value.draftId && now.recent[0].type === 'payment' && now.recent[0].state === 'settled');
      expect((await settledPayments()).map((payment) => payment.id)).toEqual([next.value.draftId]);
      expect(await shopper.signOut()).toEqual({ ok: false, error: 'SIGN_OUT_HELD' });
    });
  }

  it('holds a sign-out that began before it, and nobody is told of that', async () => {
    const draftId = await drafted();
    const paid = Promise.withResolvers<void>();
    const store = createMemoryStore(shopperPhone.disk);
    const second = await shopperPhone.start({ store: { ...store, clear: () => paid.promise.then(() => store.clear()) } });
    const out = second.signOut();
    const met = shopperPhone.network.fail('POST', '/v1/payments', 'drop-request');
    expect(await shopper.pay(draftId, PIN)).toMatchObject({ ok: true });
    await met;
    paid.resolve();
    expect(await out).toEqual({ ok: false, error: 'SIGN_OUT_HELD' });
    expect([...shopperPhone.disk.rows.outbox.values()].map((row) => row.recordId)).toEqual([draftId]);
    expect(shopperPhone.network.sent.filter((one) => one.method === 'DELETE')).toEqual([]);
    second.close();
  });

  it('of a charge that its payer has rewritten is not the sale\'s: the till goes on waiting for its own amount', async () => {
    const read = readScannedText(await link());
    if (!read.ok || read.value.kind !== 'invoice' || read.value.invoice.merchant.kind !== 'cert') throw new Error('no charge');
    const { invoice } = read.value;
    const cheap = await shopper.prepare(chargeLink('http://localhost:8080', encodeInvoice({ ...invoice, merchant: read.value.invoice.merchant, amountMinor: 1 })));
    if (!cheap.ok) throw new Error(cheap.error);
    expect(await shopper.pay(cheap.value.draftId, PIN)).toMatchObject({ ok: true });
    const seen = await until(till, (now) => now.recent.some((one) => one.type === 'sale' && one.state === 'paid'));
    expect(seen.recent.flatMap((one) => (one.type === 'sale' ? [`${one.amountMinor} ${one.state}`] : [])).toSorted()).toEqual(['1 paid', `${AMOUNT} open`]);
    expect([seen.charge?.sale.amountMinor, seen.paidUnseen]).toEqual([AMOUNT, []]);
  });

  it('whose verdict a full disk cannot take is asked about now and then, not without end, and is settled when there is room', async () => {
    const draftId = await drafted();
    const met = shopperPhone.network.fail('POST', '/v1/payments', 'drop-request');
    await shopper.pay(draftId, PIN);
    await met;
    await until(shopper, (now) => now.waiting === 1);
    const before = shopperPhone.network.bodies('/v1/payments').length;
    shopperPhone.disk.fault = (kind) => (kind === 'write' ? 'STORAGE_FULL' : null);
    await shopper.wake('button');
    await expect.poll(() => shopperPhone.network.bodies('/v1/payments').length).toBe(before + 1);
    await shopper.wake('button');
    await expect.poll(() => shopperPhone.network.bodies('/v1/payments').length).toBe(before + 2);
    shopperPhone.disk.fault = null;
    await shopper.wake('button');
    await until(shopper, (now) => now.waiting === 0 && now.recent[0]?.type === 'payment' && now.recent[0].state === 'settled');
  });

  it('cannot begin while the server is told of a sign-out', async () => {
    const draftId = await drafted();
    const telling = shopperPhone.network.hold('DELETE', '/v1/sessions/current');
    const out = shopper.signOut();
    await telling.reached;
    expect(await shopper.pay(draftId, PIN)).toEqual({ ok: false, error: 'NOT_SIGNED_IN' });
    telling.release();
    expect(await out).toEqual({ ok: true, value: undefined });
  });

  it('refused is final; the same charge may be tried again, and is another payment', async () => {
    const code = await link();
    const other = createMemoryPhone(server, 'localhost:8080');
    const rich = await other.start();
    await rich.enrol({ demo: 'new-shopper' });
    expect(await rich.setPin('482915')).toMatchObject({ ok: true });
    server.clock.advance(10);
    const first = await rich.prepare(code);
    const mine = await shopper.prepare(code);
    if (!first.ok || !mine.ok) throw new Error('not prepared');
    await rich.pay(first.value.draftId, { kind: 'pin', pin: '482915' });
    await until(rich, (now) => now.recent[0]?.type === 'payment' && now.recent[0].state === 'settled');
    await shopper.pay(mine.value.draftId, PIN);
    const refused = await until(shopper, (now) => now.recent[0]?.type === 'payment' && now.recent[0].state === 'refused');
    expect(refused).toMatchObject({ waiting: 0, recent: [{ code: 'INVOICE_PAID', otherPaymentId: null }, {}] });
    const again = await shopper.prepare(code);
    expect(again).toMatchObject({ ok: true });
    expect(again.ok && again.value.draftId).not.toBe(mine.value.draftId);
    other.kill();
  });
});

describe('a killed app', () => {
  it('case 15: between the confirmation and the write has promised nothing', async () => {
    const draftId = await drafted();
    const before = shopperPhone.disk.commits;
    shopperPhone.disk.fault = (kind) => (kind === 'write' ? 'STORAGE_BROKEN' : null);
    expect(await shopper.pay(draftId, PIN)).toMatchObject({ ok: false, error: 'STORAGE_BROKEN' });
    shopperPhone.kill();
    shopperPhone.disk.fault = null;
    const again = await shopperPhone.start();
    await until(again, (now) => now.phase === 'ready' && now.connection === 'online');
    expect(shopperPhone.network.bodies('/v1/payments')).toEqual([]);
    expect(shopperPhone.disk.rows.payments.size).toBe(0);
    expect(shopperPhone.disk.commits).toBeGreaterThanOrEqual(before);
    expect(await settledPayments()).toEqual([]);
  });

  it('case 15: after the write and before the sending sends exactly the stored bytes', async () => {
    const draftId = await drafted();
    const gate = shopperPhone.network.hold('POST', '/v1/payments');
    await shopper.pay(draftId, PIN);
    await gate.reached;
    const [stored] = shopperPhone.disk.rows.outbox.values();
    shopperPhone.kill();
    const again = await shopperPhone.start();
    await until(again, (now) => now.recent[0]?.type === 'payment' && now.recent[0].state === 'settled' && now.waiting === 0);
    expect(shopperPhone.network.bodies('/v1/payments')).toEqual([stored?.body, stored?.body]);
    gate.release();
    expect(await settledPayments()).toMatchObject([{ id: draftId }]);
  });

  it('case 15: finds the verdict after a restart though the first reply was lost', async () => {
    const draftId = await drafted();
    const met = shopperPhone.network.fail('POST', '/v1/payments', 'drop-reply');
    await shopper.pay(draftId, PIN);
    await met;
    shopperPhone.kill();
    const again = await shopperPhone.start();
    const seen = await until(again, (now) => now.recent[0]?.type === 'payment' && now.recent[0].state === 'settled' && now.waiting === 0);
    expect(seen.recent[0]?.id).toBe(draftId);
    expect(await settledPayments()).toHaveLength(1);
  });
});

describe('two tabs', () => {
  it('pay one charge once', async () => {
    const second = await shopperPhone.start();
    const code = await link();
    const [here, there] = [await shopper.prepare(code), await second.prepare(code)];
    if (!here.ok || !there.ok) throw new Error('not prepared');
    const [one, two] = await Promise.all([shopper.pay(here.value.draftId, PIN), second.pay(there.value.draftId, PIN)]);
    expect(one).toMatchObject({ ok: true });
    expect(two).toEqual(one);
    await Promise.all([shopper, second].map((tab) => until(tab, (now) => now.waiting === 0 && now.recent[0]?.type === 'payment' && now.recent[0].state === 'settled')));
    expect(shopperPhone.disk.rows.payments.size).toBe(1);
    expect(await settledPayments()).toHaveLength(1);
  });

  it('case 25: pay two charges at once with a balance for one: one is paid, the other is told why not', async () => {
    const second = await shopperPhone.start();
    const ask = async (tab: Wallet, amount: string): Promise<string> => {
      const draft = await tab.prepare(await link(amount));
      if (!draft.ok) throw new Error(draft.error);
      return draft.value.draftId;
    };
    const drafts = [await ask(shopper, '300'), await ask(second, '400')] as const;
    const paid = await Promise.all([shopper.pay(drafts[0], PIN), second.pay(drafts[1], PIN)]);
    expect(paid).toMatchObject([{ ok: true }, { ok: true }]);
    const seen = await until(shopper, (now) => now.waiting === 0 && now.recent.length === 3 && now.recent.every((one) => one.type !== 'payment' || one.state !== 'sending'));
    const states = seen.recent.flatMap((one) => (one.type === 'payment' ? [[one.state, one.code]] : []));
    expect(states.toSorted()).toEqual([['refused', 'INSUFFICIENT_FUNDS'], ['settled', null]]);
    expect(await settledPayments()).toHaveLength(1);
    second.close();
  });

  it('case 26: empty the outbox at once: the same bytes for each item, and one effect', async () => {
    const draftId = await drafted();
    const lost = shopperPhone.network.fail('POST', '/v1/payments', 'drop-request');
    await shopper.pay(draftId, PIN);
    await lost;
    const second = await shopperPhone.start();
    await Promise.all([shopper.wake('button'), second.wake('button')]);
    await Promise.all([shopper, second].map((tab) => until(tab, (now) => now.waiting === 0 && now.recent[0]?.type === 'payment' && now.recent[0].state === 'settled')));
    expect(new Set(shopperPhone.network.bodies('/v1/payments')).size).toBe(1);
    expect(await settledPayments()).toMatchObject([{ id: draftId }]);
    second.close();
  });

  it('both know when one signs out, and when one signs in', async () => {
    const second = await shopperPhone.start();
    expect(await shopper.signOut()).toMatchObject({ ok: true });
    await until(second, (now) => now.phase === 'welcome');
    await second.enrol({ demo: 'demo-shopper' });
    await until(shopper, (now) => now.phase === 'ready' && now.identity?.kind === 'shopper');
  });
});
