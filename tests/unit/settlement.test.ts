import { beforeEach, describe, expect, it } from 'vitest';
import { fromBase64Url, toHex } from '#base/bytes.ts';
import { checkInvariants } from '#protocol/ledger-invariants.ts';
import { merchantAccount, shopperAccount } from '#protocol/ledger.ts';
import { orderDigest } from '#protocol/order.ts';
import { verifyReceipt } from '#protocol/receipt.ts';
import { openMemoryStore } from '#server/adapters/store-memory.ts';
import type { Store } from '#server/core/ports.ts';
import { settlePayment } from '#server/core/settlement.ts';
import { CNY, openCounter, START_MS, type Charge, type Counter, type Shop, type Shopper } from '../fixtures/counter.ts';
import { seededRandom } from '../fixtures/given.ts';

let store: Store;
let counter: Counter;
let li: Shopper;
let noodles: Shop;
let charge: Charge;

beforeEach(async () => {
  store = openMemoryStore();
  counter = await openCounter(store, seededRandom(1));
  li = await counter.shopper('李雷', 50_000);
  noodles = await counter.shop('街角面馆');
  charge = counter.charge(noodles, 1_850);
});

async function balances(): Promise<{ payer: number; shop: number }> {
  return { payer: await store.balance(shopperAccount(li.party.id)), shop: await store.balance(merchantAccount(noodles.merchant.id)) };
}

async function refusedWith(code: string, settlement: Awaited<ReturnType<Counter['settle']>>): Promise<void> {
  expect(settlement.verdict).toMatchObject({ state: 'refused', code });
  expect(await balances()).toEqual({ payer: 50_000, shop: 0 });
  expect(checkInvariants(await store.audit())).toEqual([]);
}

describe('settling a payment', () => {
  it('moves the money, tells both parties, and signs a receipt that verifies', async () => {
    const { verdict, dup, paymentId } = await counter.pay(li, charge);
    expect(dup).toBe(false);
    expect(await balances()).toEqual({ payer: 48_150, shop: 1_850 });
    if (verdict.state !== 'settled') throw new Error(`refused: ${verdict.code}`);
    const bytes = fromBase64Url(verdict.receipt);
    if (bytes === null) throw new Error('no receipt');
    const { keys } = counter.deps.issuer;
    const receipt = await verifyReceipt({ bytes }, keys, Math.floor(verdict.atMs / 1_000), counter.deps.verifier);
    expect(receipt.ok && toHex(receipt.value.paymentId)).toBe(paymentId?.slice(0, 16));
    expect(receipt.ok && receipt.value).toMatchObject({ amountMinor: 1_850, ccy: CNY });
    const payerFeed = await store.feed(li.party.id, shopperAccount(li.party.id), 1, 10);
    const shopFeed = await store.feed(noodles.party.id, merchantAccount(noodles.merchant.id), 0, 10);
    const shared = { kind: 'payment', paymentId, amountMinor: 1_850, saleNonce: toHex(charge.nonce), receipt: verdict.receipt };
    expect(payerFeed).toMatchObject({ headSeq: 2, balanceMinor: 48_150, changes: [{ ...shared, seq: 2, direction: 'out', counterparty: '街角面馆', balanceMinor: 48_150 }] });
    expect(shopFeed).toMatchObject({ headSeq: 1, balanceMinor: 1_850, changes: [{ ...shared, seq: 1, direction: 'in', counterparty: '李**', balanceMinor: 1_850 }] });
    expect(checkInvariants(await store.audit())).toEqual([]);
  });

  it('gives the stored verdict for the same bytes, for ever', async () => {
    const request = await counter.order(li, charge);
    await counter.confirm(li, request);
    const first = await counter.settle(li, request);
    counter.deps.clock.advance(90 * 86_400_000);
    const again = await counter.settle(li, request);
    expect(again).toEqual({ ...first, dup: true });
    expect(await balances()).toEqual({ payer: 48_150, shop: 1_850 });
  });

  it('gives it to another device of the account too, which pays nothing with bytes that it has not signed', async () => {
    const paymentId = counter.random.bytes(16);
    const request = await counter.order(li, charge, { paymentId });
    const { deviceId, devicePublicKey } = (await counter.shopper('王芳', 0)).session;
    const setUpAnew = { ...li, session: { ...li.session, deviceId, devicePublicKey } };
    await refusedWith('SIGNATURE', await counter.settle(setUpAnew, request));
    await counter.confirm(li, request);
    const first = await counter.settle(li, request);
    expect(await counter.settle(setUpAnew, request)).toEqual({ ...first, dup: true });
    const other = await counter.order(li, counter.charge(noodles, 99), { paymentId });
    expect((await counter.settle(setUpAnew, other)).verdict).toMatchObject({ state: 'refused', code: 'SIGNATURE' });
    expect(await balances()).toEqual({ payer: 48_150, shop: 1_850 });
  });

  it('never settles late bytes after a refusal', async () => {
    const request = await counter.order(li, charge);
    const first = await counter.settle(li, request);
    await refusedWith('NOT_CONFIRMED', first);
    await counter.confirm(li, request);
    expect(await counter.settle(li, request)).toEqual({ ...first, dup: true });
  });

  it('refuses the same id for another payment, and does not touch the first', async () => {
    const paymentId = counter.random.bytes(16);
    const first = await counter.pay(li, charge, { paymentId });
    const other = await counter.pay(li, counter.charge(noodles, 99), { paymentId });
    expect(other).toMatchObject({ dup: false, verdict: { state: 'refused', code: 'ID_REUSED' } });
    const wang = await counter.shopper('王芳', 5_000);
    expect((await counter.pay(wang, charge, { paymentId })).verdict).toMatchObject({ code: 'ID_REUSED' });
    expect((await store.audit()).payments).toMatchObject([{ verdict: first.verdict }]);
    expect(await balances()).toEqual({ payer: 48_150, shop: 1_850 });
  });

  it('pays a sale once, whichever of its codes was scanned and whoever scanned it', async () => {
    const first = await counter.pay(li, charge);
    counter.deps.clock.advance(60_000);
    const renewed = counter.charge(noodles, 1_850, { nonce: charge.nonce });
    expect(toHex(renewed.bytes)).not.toBe(toHex(charge.bytes));
    expect((await counter.pay(li, renewed)).verdict).toMatchObject({ code: 'INVOICE_PAID', paymentId: first.paymentId });
    const wang = await counter.shopper('王芳', 5_000);
    const late = await counter.pay(wang, charge);
    expect(late.verdict).toMatchObject({ state: 'refused', code: 'INVOICE_PAID' });
    expect(late.verdict).not.toHaveProperty('paymentId');
    expect(await balances()).toEqual({ payer: 48_150, shop: 1_850 });
  });

  it('takes another terminal of the shop for another sale', async () => {
    await counter.pay(li, charge);
    const elsewhere = counter.charge(noodles, 1_850, { nonce: charge.nonce, terminal: 2 });
    expect((await counter.pay(li, elsewhere)).verdict.state).toBe('settled');
  });

  it('repeats with the meaning unchanged are the same payment, though signature and time differ', async () => {
    const paymentId = counter.random.bytes(16);
    const first = await counter.pay(li, charge, { paymentId });
    const again = await counter.order(li, charge, { paymentId, iatSeconds: 1_793_491_205 });
    expect(await counter.settle(li, again)).toEqual({ ...first, dup: true });
  });
});

describe('a request that is not what it says', () => {
  it('has no id when the order cannot be read', async () => {
    const settlement = await counter.settle(li, { order: Uint8Array.of(1, 2, 3), invoice: charge.bytes });
    expect(settlement).toMatchObject({ paymentId: null, dup: false, verdict: { state: 'refused', code: 'FORMAT' } });
  });

  it('is not stored when the invoice cannot be read, lives too long, or the signature is not this device’s', async () => {
    const request = await counter.order(li, charge);
    await counter.confirm(li, request);
    const other = await counter.shopper('王芳', 0);
    const long = counter.charge(noodles, 1_850, { ttlSeconds: 3_601 });
    await refusedWith('FORMAT', await counter.settle(li, { ...request, invoice: charge.bytes.slice(1) }));
    await refusedWith('FORMAT', await counter.settle(li, { ...request, invoice: long.bytes }));
    await refusedWith('SIGNATURE', await counter.settle({ ...li, session: other.session }, request));
    expect((await store.audit()).payments).toEqual([]);
    expect((await counter.settle(li, request)).verdict.state).toBe('settled');
  });

  it.each([
    ['amount', { amountMinor: 1 }],
    ['currency', { ccy: 978 }],
    ['merchant', { merchantId: new Uint8Array(8) }],
    ['invoice', { invoiceHash: new Uint8Array(16) }],
  ])('is refused when order and invoice disagree on the %s', async (_, change) => {
    await refusedWith('INVOICE_MISMATCH', await counter.pay(li, charge, change));
  });

  it('is refused for a certificate of a stranger, and for a merchant that is not here', async () => {
    const elsewhere = await openCounter(openMemoryStore(), seededRandom(2));
    const fake = elsewhere.charge(await elsewhere.shop('街角面馆'), 1_850);
    await refusedWith('MERCHANT_UNKNOWN', await counter.pay(li, fake));
    const nobody = counter.charge(noodles, 1_850, { merchant: { kind: 'id', merchantId: new Uint8Array(8) } });
    await refusedWith('MERCHANT_UNKNOWN', await counter.pay(li, nobody));
    expect((await store.audit()).balances.has(merchantAccount('00'.repeat(8)))).toBe(false);
  });

  it('is refused with a certificate that has run out', async () => {
    counter.deps.clock.advance(31 * 86_400_000);
    await refusedWith('MERCHANT_UNKNOWN', await counter.pay(li, counter.charge(noodles, 1_850)));
  });

  it.each([
    ['another user', { partyId: 'f'.repeat(32) }],
    ['another device of the user', { deviceId: 'f'.repeat(32) }],
    ['the user, for another order', { orderHash: 'f'.repeat(64) }],
    ['the user, too long ago', { expiresAtMs: START_MS }],
  ])('is refused when it was confirmed by %s', async (_, change) => {
    const request = await counter.order(li, charge);
    const orderHash = toHex(orderDigest(request.order));
    const { partyId, deviceId } = li.session;
    const good = { orderHash, partyId, deviceId, method: 'pin', expiresAtMs: START_MS + 1 } as const;
    await store.transaction((tx) => tx.putConfirmation({ ...good, ...change }));
    await refusedWith('NOT_CONFIRMED', await counter.settle(li, request));
  });

  it('is refused when its account was frozen while it waited for the lock', async () => {
    const request = await counter.order(li, charge);
    await counter.confirm(li, request);
    /** Who holds the lock until then freezes the account. */
    const busy: Store = {
      ...store,
      transaction: (work) =>
        store.transaction((tx) =>
          work({
            ...tx,
            lockBalances: async (accounts, ccy) => {
              await tx.freezeParty(li.party.id);
              return tx.lockBalances(accounts, ccy);
            },
          }),
        ),
    };
    await refusedWith('ACCOUNT_FROZEN', await settlePayment({ ...counter.deps, store: busy }, li.session, request));
    await store.transaction((tx) => tx.unfreezeParty(li.party.id));
    await refusedWith('ACCOUNT_FROZEN', await counter.settle(li, request));
  });

  it('is refused when the money is not there', async () => {
    await refusedWith('INSUFFICIENT_FUNDS', await counter.pay(li, counter.charge(noodles, 50_001)));
  });
});
