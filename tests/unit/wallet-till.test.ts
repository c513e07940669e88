/** A till's charges: stored before they are shown, renewed, cancelled, expired, and paid all the same. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fromHex } from '#base/bytes.ts';
import { err } from '#base/result.ts';
import { LIMITS } from '#protocol/limits.ts';
import { readScannedText } from '#protocol/scan-text.ts';
import type { Snapshot } from '#wallet/api.ts';
import { createMemoryStore } from '#wallet/memory-store.ts';
import type { Wallet } from '#wallet/wallet.ts';
import { openTestServer, type TestServer } from '../fixtures/http-server.ts';
import { createMemoryPhone, PIN, type MemoryPhone, until } from '../fixtures/memory-ports.ts';
import { suspendableShops } from '../fixtures/suspended-shops.ts';

const TTL_MS = LIMITS.invoiceTtlSeconds * 1_000;
const GRACE_MS = LIMITS.invoiceGraceSeconds * 1_000;
const RENEWED_AT_MS = TTL_MS - 45_000;

let server: TestServer;
let tillPhone: MemoryPhone;
let shopperPhone: MemoryPhone;
let till: Wallet;
let shopper: Wallet;

beforeEach(async () => {
  server = await openTestServer();
  tillPhone = createMemoryPhone(server, 'till.chit.localhost:8080');
  shopperPhone = createMemoryPhone(server);
  till = await tillPhone.start();
  shopper = await shopperPhone.start();
  await till.enrol({ demo: 'demo-merchant' });
  await shopper.enrol({ demo: 'demo-shopper' });
  server.clock.advance(1_000);
});
afterEach(() => {
  tillPhone.kill();
  shopperPhone.kill();
});

async function charged(amount = '12.34') {
  server.clock.advance(10);
  const charge = await till.charge(amount);
  if (!charge.ok) throw new Error(charge.error);
  return charge.value;
}

async function payFor(link: string): Promise<string> {
  const draft = await shopper.prepare(link);
  if (!draft.ok) throw new Error(draft.error);
  const paid = await shopper.pay(draft.value.draftId, PIN);
  if (!paid.ok) throw new Error(paid.error);
  return paid.value.paymentId;
}

/** Lets time pass in steps that a running till would see. */
async function pass(ms: number, seen: (now: Snapshot) => boolean): Promise<Snapshot> {
  server.clock.advance(ms);
  return until(till, seen);
}

describe('a charge', () => {
  it('is stored before its code is known, with exactly that code', async () => {
    const { sale, link, expiresAtMs } = await charged();
    const row = tillPhone.disk.rows.sales.get(sale.id);
    const code = readScannedText(link);
    if (!code.ok || code.value.kind !== 'invoice') throw new Error('not a charge');
    expect(code.value.invoice).toMatchObject({ amountMinor: 1_234, terminal: 1, nonce: fromHex(sale.id), ttlSeconds: LIMITS.invoiceTtlSeconds });
    expect(row).toMatchObject({ state: { kind: 'open' }, invoices: [{ expiresAtMs }] });
    expect(await until(till, (now) => now.charge !== null)).toMatchObject({ busy: true, charge: { link, sale: { state: 'open' } } });
  });

  it('is not shown when it cannot be stored', async () => {
    tillPhone.disk.fault = (kind) => (kind === 'write' ? 'STORAGE_FULL' : null);
    expect(await till.charge('1')).toEqual({ ok: false, error: 'STORAGE_FULL' });
    tillPhone.disk.fault = null;
    expect(tillPhone.disk.rows.sales.size).toBe(0);
  });

  const bad: readonly (readonly [string, string])[] = [
    ['', 'AMOUNT_EMPTY'],
    ['0', 'AMOUNT_ZERO'],
    ['0.00', 'AMOUNT_ZERO'],
    ['-1', 'AMOUNT_FORMAT'],
    ['1e3', 'AMOUNT_FORMAT'],
    ['0x10', 'AMOUNT_FORMAT'],
    ['1.005', 'AMOUNT_FORMAT'],
    ['Infinity', 'AMOUNT_FORMAT'],
    ['99999999999', 'AMOUNT_TOO_LARGE'],
  ];
  for (const [text, error] of bad) {
    it(`of "${text}" is ${error}, and stores nothing`, async () => {
      expect(await till.charge(text)).toMatchObject({ ok: false, error });
      expect(tillPhone.disk.rows.sales.size).toBe(0);
    });
  }

  it('of full-width digits is taken', async () => {
    expect((await charged('１２．５')).sale.amountMinor).toBe(1_250);
  });

  it('works without a network', async () => {
    tillPhone.network.up = false;
    expect((await charged()).link).toMatch(/^http:\/\/till\.chit\.localhost:8080\/i#/);
  });

  it('is not made while the shop is suspended', async () => {
    const { store, suspend } = suspendableShops();
    const elsewhere = await openTestServer({ store });
    suspend();
    const phone = createMemoryPhone(elsewhere, 'till.chit.localhost:8080');
    const its = await phone.start();
    await its.enrol({ demo: 'demo-merchant' });
    expect(await its.charge('1')).toEqual({ ok: false, error: 'MERCHANT_SUSPENDED' });
    phone.kill();
  });

  it('is a till\'s, not a shopper\'s; and paying is a shopper\'s', async () => {
    expect(await shopper.charge('1')).toEqual({ ok: false, error: 'WRONG_MODE' });
    expect(await till.prepare((await charged()).link)).toEqual({ ok: false, error: 'WRONG_MODE' });
  });

  it('cancels the oldest when there are too many', async () => {
    const first = await charged();
    for (let i = 0; i < LIMITS.openSales; i++) await charged();
    const open = [...tillPhone.disk.rows.sales.values()].filter((sale) => sale.state.kind === 'open');
    expect(open).toHaveLength(LIMITS.openSales);
    expect(tillPhone.disk.rows.sales.get(first.sale.id)?.state.kind).toBe('cancelled');
  });
});

describe('the code of a charge', () => {
  it('is renewed with the same sale before it runs out, and both codes are one payment', async () => {
    const first = await charged();
    const renewed = await pass(RENEWED_AT_MS, (now) => now.charge !== null && now.charge.link !== first.link);
    expect(renewed.charge).toMatchObject({ sale: { id: first.sale.id }, expiresAtMs: first.expiresAtMs + RENEWED_AT_MS });
    const ids = [await payFor(first.link)];
    await until(shopper, (now) => now.waiting === 0 && now.recent[0]?.id === ids[0] && now.recent[0]?.type === 'payment' && now.recent[0].state === 'settled');
    server.clock.advance(10);
    ids.push(await payFor(renewed.charge?.link ?? ''));
    const refused = await until(shopper, (now) => now.recent[0]?.id === ids[1] && now.recent[0]?.type === 'payment' && now.recent[0].state === 'refused');
    expect(refused.recent[0]).toMatchObject({ code: 'INVOICE_PAID', otherPaymentId: ids[0] });
    // The stream was silent for so long that it was given up; the till asks by itself.
    server.clock.advance(LIMITS.pollMs);
    await until(till, (now) => now.paidUnseen.length === 1 && now.charge === null);
  });

  it('that cannot be written now stays what it is for as long as it can be paid', async () => {
    const { sale, link } = await charged();
    tillPhone.kill();
    const store = createMemoryStore(tillPhone.disk);
    let full = true;
    till = await tillPhone.start({
      store: {
        ...store,
        write: (fence, work) =>
          store
            .write(fence, async (tx) => {
              const done = await work(tx);
              if (full && (await tx.sales.get(sale.id))?.invoices.length === 2) throw new Error('full');
              return done;
            })
            .catch(() => ((full = false), err('STORAGE_FULL'))),
      },
    });
    server.clock.advance(RENEWED_AT_MS);
    await vi.waitFor(() => expect(full).toBe(false));
    await until(till, (now) => now.waiting === 0);
    expect(tillPhone.disk.rows.sales.get(sale.id)?.state).toEqual({ kind: 'open' });
    server.clock.advance(30_000);
    await until(till, (now) => now.charge !== null && now.charge.link !== link);
  });

  it('ends with the sale when nobody renews it: the app was closed', async () => {
    const { sale } = await charged();
    tillPhone.kill();
    server.clock.advance(TTL_MS + GRACE_MS + 1_000);
    till = await tillPhone.start();
    await until(till, (now) => now.charge === null && now.recent[0]?.id === sale.id && now.recent[0].type === 'sale' && now.recent[0].state === 'expired');
  });

  it('is not renewed without end', async () => {
    await charged();
    // A till that is left alone: each step is shorter than a code.
    for (let passed = 0; passed <= LIMITS.invoiceTtlMaxSeconds * 1_000 + TTL_MS + GRACE_MS; passed += 60_000) {
      server.clock.advance(60_000);
      await until(till, (now) => now.charge === null || now.charge.expiresAtMs + GRACE_MS >= server.clock.nowMs());
    }
    expect((await until(till, (now) => now.charge === null)).recent[0]).toMatchObject({ state: 'expired' });
  }, 20_000);
});

describe('a cancelled charge', () => {
  it('is gone from the screen, cannot be cancelled twice into something else, and is paid all the same', async () => {
    const { sale, link } = await charged();
    expect(await till.cancelCharge(sale.id)).toMatchObject({ ok: true });
    await until(till, (now) => now.charge === null);
    expect(await till.cancelCharge(sale.id)).toMatchObject({ ok: true });
    expect(await till.dismissPaid(sale.id)).toEqual({ ok: false, error: 'SALE_CLOSED' });
    const id = await payFor(link);
    const paid = await until(till, (now) => now.paidUnseen.length > 0);
    expect(paid.paidUnseen[0]).toMatchObject({ id: sale.id, paymentId: id });
    expect(await till.cancelCharge(sale.id)).toEqual({ ok: false, error: 'SALE_CLOSED' });
  });

  it('of another till is unknown here', async () => {
    expect(await till.cancelCharge('00'.repeat(12))).toEqual({ ok: false, error: 'SALE_CLOSED' });
  });
});

describe('a paid sale', () => {
  it('stays on the screen over a restart until it is dismissed', async () => {
    const { sale, link } = await charged();
    await payFor(link);
    await until(till, (now) => now.paidUnseen.length === 1);
    tillPhone.kill();
    till = await tillPhone.start();
    await until(till, (now) => now.paidUnseen[0]?.id === sale.id);
    await till.dismissPaid(sale.id);
    await until(till, (now) => now.paidUnseen.length === 0);
  });

  it('is heard of by polling when the stream is dead', async () => {
    tillPhone.kill();
    void tillPhone.network.fail('GET', '/v1/events', 'error-503', 1_000);
    till = await tillPhone.start();
    await until(till, (now) => now.connection === 'online');
    const id = await payFor((await charged()).link);
    await until(shopper, (now) => now.recent[0]?.id === id && now.recent[0].type === 'payment' && now.recent[0].state === 'settled');
    expect((await until(till, () => true)).paidUnseen).toEqual([]);
    await pass(4 * LIMITS.pollMs, (now) => now.paidUnseen.length === 1);
  });

  it.each([
    ['GET', '/v1/config', 'drop-request', 0],
    ['GET', '/v1/me', 'error-503', 0],
    ['POST', '/v1/sync', 'error-503', LIMITS.listRefreshMs],
  ] as const)('is heard of while nobody answers %s %s', async (method, path, fault, afterMs) => {
    const met = tillPhone.network.fail(method, path, fault);
    void tillPhone.network.fail(method, path, fault, 100_000);
    server.clock.advance(afterMs);
    await till.wake('visible');
    await met;
    const id = await payFor((await charged()).link);
    await until(shopper, (now) => now.recent[0]?.id === id && now.recent[0].type === 'payment' && now.recent[0].state === 'settled');
    let heard = false;
    void until(till, (now) => now.paidUnseen.length === 1).then(() => (heard = true));
    // As long as a person would stand there.
    for (let passed = 0; passed < 30_000 && !heard; passed += 500) {
      server.clock.advance(500);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    expect(heard).toBe(true);
  });

  it('is asked after in a lost network by one question at a time', async () => {
    await until(till, (now) => now.connection === 'online');
    tillPhone.network.up = false;
    server.clock.advance(LIMITS.listRefreshMs);
    await until(till, (now) => now.connection === 'offline');
    server.clock.advance(60_000);
    const asked = () => tillPhone.network.sent.filter((one) => one.path !== '/v1/events').length;
    const before = asked();
    for (let i = 0; i < 120; i++) {
      server.clock.advance(500);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    expect(asked() - before).toBeLessThan(12);
  });
});
