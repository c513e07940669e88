/** A customer who paid online, at a till with no network: the receipt as a code, and eight digits that are read out. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromBase64Url } from '#base/bytes.ts';
import { LIMITS } from '#protocol/limits.ts';
import { compactReceipt } from '#protocol/link.ts';
import type { PaymentProof } from '#wallet/api-payer.ts';
import type { Wallet } from '#wallet/wallet.ts';
import { type MemoryPhone, PIN, until } from '../fixtures/memory-ports.ts';
import { openPurseWorld, type PurseWorld } from '../fixtures/purse-phone.ts';

let world: PurseWorld;
let till: Wallet;
let tillPhone: MemoryPhone;
let payer: Wallet;

beforeEach(async () => {
  world = await openPurseWorld();
  ({ till, tillPhone } = world);
  payer = await world.phone.start();
  await until(till, (now) => now.till?.listAge === 'fresh');
});
afterEach(() => world.close());

const sales = () => [...tillPhone.disk.rows.sales.values()];

/** Pays online while the till hears nothing of it. */
async function paid(link: string): Promise<PaymentProof & { readonly id: string }> {
  const draft = await payer.prepare(link);
  const done = draft.ok ? await payer.pay(draft.value.draftId, PIN) : draft;
  if (!done.ok) throw new Error(done.error);
  const id = done.value.paymentId;
  await until(payer, (now) => now.recent.some((record) => record.type === 'payment' && record.id === id && record.state === 'settled'));
  const proof = await payer.paymentProof(id);
  if (!proof.ok) throw new Error(proof.error);
  return { ...proof.value, id };
}

const wrong = (code: string | null): string => (code ?? '').replace(/[0-9]$/, (digit) => String((Number(digit) + 1) % 10));

describe('a receipt', () => {
  it('pays the sale with no network, and the feed tells the rest of the same payment', async () => {
    const link = await world.code();
    await world.offline();
    const { receiptCode, id } = await paid(link);
    expect(await till.take(receiptCode)).toMatchObject({ ok: true, value: { outcome: 'paid', by: 'receipt', sale: { state: 'paid', paymentId: id.slice(0, 16), receiptVerified: true, payer: null } } });
    expect(await till.take(receiptCode)).toMatchObject({ ok: true, value: { outcome: 'again' } });
    const after = await world.online((now) => now.paidUnseen[0]?.paymentId === id);
    expect(after.paidUnseen).toMatchObject([{ state: 'paid', paidTwice: false, receiptVerified: true, payer: expect.any(String) }]);
    expect(await till.take(receiptCode)).toMatchObject({ ok: true, value: { outcome: 'again' } });
  });

  it('is good for a sale that was cancelled meanwhile: its money has come', async () => {
    const link = await world.code();
    await world.offline();
    const { receiptCode } = await paid(link);
    await till.cancelCharge(sales()[0]?.id ?? '');
    expect(await till.take(receiptCode)).toMatchObject({ ok: true, value: { outcome: 'paid', sale: { state: 'paid' } } });
  });

  it('for another charge than this till\'s, forged, or for another shop, pays nothing', async () => {
    const link = await world.code();
    await world.offline();
    const { receiptCode, id } = await paid(link);
    const row = world.phone.disk.rows.payments.get(id);
    const bytes = row?.state.kind === 'settled' ? fromBase64Url(row.state.receipt) : null;
    if (bytes === null) throw new Error('no receipt');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    expect(await till.take(compactReceipt(bytes))).toMatchObject({ ok: false, error: 'E_RECEIPT_SIG' });
    const [sale] = sales();
    if (sale === undefined) throw new Error('no sale');
    tillPhone.disk.rows.sales.set(sale.id, { ...sale, amountMinor: 1 });
    expect(await till.take(receiptCode)).toMatchObject({ ok: false, error: 'E_AMOUNT' });
    tillPhone.disk.rows.sales.set(sale.id, { ...sale, invoices: [] });
    expect(await till.take(receiptCode)).toMatchObject({ ok: false, error: 'E_INVOICE_UNKNOWN' });
  });

  it('that cannot be stored is not told as paid', async () => {
    const link = await world.code();
    await world.offline();
    const { receiptCode } = await paid(link);
    tillPhone.disk.fault = (kind) => (kind === 'write' ? 'STORAGE_FULL' : null);
    expect(await till.take(receiptCode)).toEqual({ ok: false, error: 'STORAGE_FULL' });
    tillPhone.disk.fault = null;
    expect(sales()[0]?.state.kind).toBe('open');
  });
});

describe('eight digits', () => {
  it('pay the sale they are for, in any spelling, and the feed names the payment', async () => {
    const link = await world.code();
    await world.offline();
    const { confirmationCode, id } = await paid(link);
    const typed = (confirmationCode ?? '').replace(' ', '　').replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
    expect(await till.takeCode(sales()[0]?.id ?? '', typed)).toMatchObject({ ok: true, value: { outcome: 'paid', by: 'code', sale: { state: 'paid', paymentId: null, orderNumber: null } } });
    const after = await world.online((now) => now.paidUnseen[0]?.paymentId === id);
    expect(after.paidUnseen).toMatchObject([{ receiptVerified: true, payer: expect.any(String) }]);
  });

  it('are not good for another sale of the same amount', async () => {
    const link = await world.code();
    await world.code();
    await world.offline();
    const { confirmationCode } = await paid(link);
    expect(await till.takeCode(sales()[1]?.id ?? '', confirmationCode ?? '')).toMatchObject({ ok: false, error: 'CODE_WRONG' });
    expect(sales().map((sale) => sale.state.kind)).toEqual(['open', 'open']);
  });

  it('are tried five times for one sale, counted on disk before they are compared, also over a restart', async () => {
    const link = await world.code();
    await world.offline();
    const { confirmationCode } = await paid(link);
    const id = sales()[0]?.id ?? '';
    expect(await till.takeCode(id, 'abc')).toEqual({ ok: false, error: 'E_FORMAT' });
    for (let left = LIMITS.codeTries - 1; left >= 2; left--) {
      expect(await till.takeCode(id, wrong(confirmationCode))).toEqual({ ok: false, error: 'CODE_WRONG', detail: { triesLeft: left } });
    }
    tillPhone.kill();
    const again = await tillPhone.start();
    for (const left of [1, 0]) expect(await again.takeCode(id, wrong(confirmationCode))).toMatchObject({ error: 'CODE_WRONG', detail: { triesLeft: left } });
    expect(await again.takeCode(id, confirmationCode ?? '')).toEqual({ ok: false, error: 'CODE_LOCKED' });
    expect(sales()[0]).toMatchObject({ state: { kind: 'open' }, codeTriesLeft: 0 });
  });

  it('that cannot be counted are not compared', async () => {
    const link = await world.code();
    await world.offline();
    const { confirmationCode } = await paid(link);
    tillPhone.disk.fault = (kind) => (kind === 'write' ? 'STORAGE_BROKEN' : null);
    expect(await till.takeCode(sales()[0]?.id ?? '', confirmationCode ?? '')).toEqual({ ok: false, error: 'STORAGE_BROKEN' });
    tillPhone.disk.fault = null;
    expect(sales()[0]?.state.kind).toBe('open');
  });
});
