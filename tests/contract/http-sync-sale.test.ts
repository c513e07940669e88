/** One sale with two codes, a renewed one and the first: paid online and by a voucher it is paid once, where the invoice is shown. */
import { parse } from 'valibot';
import { beforeEach, describe, expect, it } from 'vitest';
import { toBase64Url, toHex } from '#base/bytes.ts';
import { decodeInvoice } from '#protocol/invoice.ts';
import { PaymentReply } from '#protocol/http.ts';
import type { Invoice, Voucher } from '#protocol/objects.ts';
import { chargeOf, confirm, orderOf, pay, type JoinedDevice, type TestServer } from '../fixtures/http-server.ts';
import { openOfflineShop, type OfflineShop } from '../fixtures/offline-shop.ts';
import { noteItem, noteOf, openPurse, syncNow, textOf, verdictOf, voucherItem, type Item } from '../fixtures/purses.ts';

const PURSE_MINOR = 20_000;
const PRICE = 1_850;
let shop: OfflineShop;
let server: TestServer;
let shopper: JoinedDevice;
let till: JoinedDevice;
let other: JoinedDevice;
let first: Invoice;
let renewed: Invoice;

beforeEach(async () => {
  shop = await openOfflineShop(PURSE_MINOR);
  ({ server, shopper, till } = shop);
  other = await server.joined('demo-shopper');
  first = shop.charge(PRICE);
  renewed = again(PRICE);
});

/** Another code of the sale of `first`. */
function again(amountMinor: number, change: Partial<Invoice> = {}): Invoice {
  server.clock.advance(1_000);
  const invoice = decodeInvoice(chargeOf(server, till, amountMinor, { nonce: first.nonce, ...change }));
  if (!invoice.ok) throw new Error(invoice.error);
  return invoice.value;
}

async function payOnline(invoice: Invoice, payer = other): Promise<string> {
  const order = await orderOf(server, payer, invoice.bytes);
  await confirm(payer, order);
  const { verdict } = parse(PaymentReply, (await pay(payer, order, invoice.bytes)).json);
  return verdict.state === 'refused' ? verdict.code : verdict.state;
}

const sign = (invoice: Invoice): Promise<Voucher> => shop.purse.sign(shop.merchantId, invoice.hash, invoice.amountMinor);
const shown = (voucher: Voucher, invoice: Pick<Invoice, 'bytes'>): Item => ({ ...voucherItem(voucher), invoice: textOf(invoice) });

describe('a sale with two codes', () => {
  it('paid online first: the voucher is INVOICE_PAID, whoever shows its invoice, and nothing leaves the purse', async () => {
    expect(await payOnline(first)).toBe('settled');
    const voucher = await sign(renewed);
    const item = shown(voucher, renewed);
    expect(await verdictOf(shopper, item)).toMatchObject({ verdict: 'REJECTED', reason: 'INVOICE_PAID', dup: false });
    expect(await verdictOf(till, item)).toMatchObject({ verdict: 'REJECTED', reason: 'INVOICE_PAID', dup: true });
    expect(await shop.money()).toMatchObject({ shop: PRICE, reserve: PURSE_MINOR });
  });

  it('paid by a voucher first: the payment is refused, and nothing is posted', async () => {
    expect(await verdictOf(till, shown(await sign(first), first))).toMatchObject({ verdict: 'SETTLED' });
    expect(await payOnline(renewed)).toBe('INVOICE_PAID');
    expect(await shop.money()).toMatchObject({ shop: PRICE, reserve: PURSE_MINOR - PRICE });
  });

  it('is known by an acknowledgement that shows the invoice too', async () => {
    const voucher = await sign(first);
    const ack = { ...noteItem(await noteOf(server, till, voucher, { kind: 'ack' })), invoice: textOf(first) };
    expect((await syncNow(shopper, [voucherItem(voucher), ack])).results.map((result) => result.verdict)).toEqual(['PAYER_REPORTED', 'NOTED']);
    expect(await payOnline(renewed)).toBe('INVOICE_PAID');
    expect(await shop.money()).toMatchObject({ shop: PRICE });
  });

  it('paid online after its payer reported a voucher of it: a tap that shows the invoice takes nothing more', async () => {
    const voucher = await sign(first);
    await verdictOf(shopper, voucherItem(voucher));
    expect(await payOnline(renewed)).toBe('settled');
    const tap = { k: 'C', id: toHex(voucher.vid), invoice: textOf(first) };
    expect(await verdictOf(till, tap)).toMatchObject({ verdict: 'REJECTED', reason: 'INVOICE_PAID' });
    expect(await shop.money()).toMatchObject({ shop: PRICE, reserve: PURSE_MINOR });
  });

  it.each([
    ['at once', (voucher: Voucher) => [shown(voucher, first)]],
    ['when it was reported without', (voucher: Voucher) => [voucherItem(voucher), shown(voucher, first)]],
  ])('is known by what its payer showed, %s: a till with no copy of the charge takes nothing more', async (_, reports) => {
    const voucher = await sign(first);
    for (const report of reports(voucher)) expect(await verdictOf(shopper, report)).toMatchObject({ verdict: 'PAYER_REPORTED' });
    expect(await payOnline(renewed)).toBe('settled');
    expect(await verdictOf(till, { k: 'C', id: toHex(voucher.vid) })).toMatchObject({ verdict: 'REJECTED', reason: 'INVOICE_PAID' });
    expect(await shop.money()).toMatchObject({ shop: PRICE, reserve: PURSE_MINOR });
  });

  it('is paid by a voucher that is claimed with such a tap, and by nothing after it', async () => {
    const voucher = await sign(first);
    await verdictOf(shopper, shown(voucher, first));
    expect(await verdictOf(till, { k: 'C', id: toHex(voucher.vid) })).toMatchObject({ verdict: 'SETTLED' });
    expect(await payOnline(renewed)).toBe('INVOICE_PAID');
    expect(await shop.money()).toMatchObject({ shop: PRICE, reserve: PURSE_MINOR - PRICE });
  });

  it('reported by its payer is not paid yet, and takes no sale', async () => {
    expect(await verdictOf(shopper, shown(await sign(first), first))).toMatchObject({ verdict: 'PAYER_REPORTED' });
    expect(await payOnline(renewed)).toBe('settled');
  });

  it('whose voucher is void may be paid again, online or by the next voucher', async () => {
    const voucher = await sign(first);
    await verdictOf(till, shown(voucher, first));
    await verdictOf(till, noteItem(await noteOf(server, till, voucher, { kind: 'void' })));
    expect(await verdictOf(till, shown(await sign(renewed), renewed))).toMatchObject({ verdict: 'SETTLED' });
    expect(await payOnline(again(PRICE))).toBe('INVOICE_PAID');
    expect(await shop.money()).toMatchObject({ shop: PRICE });
  });

  it.each<[string, () => Promise<Item> | Item]>([
    ['no invoice', async () => voucherItem(await sign(renewed))],
    ['another invoice than its own', async () => shown(await sign(renewed), first)],
    ['bytes that are none', async () => ({ ...voucherItem(await sign(renewed)), invoice: toBase64Url(new Uint8Array(3)) })],
  ])('is not known where the voucher comes with %s: it is paid', async (_, make) => {
    expect(await payOnline(first)).toBe('settled');
    expect(await verdictOf(till, await make())).toMatchObject({ verdict: 'SETTLED' });
  });

  it('that somebody settled for a cent, with an invoice of his own making, does not cost the till the goods it handed over', async () => {
    expect(await payOnline(again(1))).toBe('settled');
    expect(await verdictOf(till, shown(await sign(first), first))).toMatchObject({ verdict: 'SETTLED' });
    expect(await shop.money()).toMatchObject({ shop: PRICE + 1 });
  });

  it.each<[string, () => Promise<string | undefined>]>([
    ['the real one', async () => ((await verdictOf(till, shown(await sign(first), first))).verdict)],
    ['a payment online', () => payOnline(first)],
  ])('whose invoice somebody names in a voucher of a cent that another till claimed does not stand in the way of %s', async (_, payFor) => {
    const cent = await (await openPurse(server, other, { limMinor: 1 })).sign(shop.merchantId, first.hash, 1);
    expect(await verdictOf(other, voucherItem(cent))).toMatchObject({ verdict: 'PAYER_REPORTED' });
    expect(await verdictOf(till, { k: 'C', id: toHex(cent.vid) })).toMatchObject({ verdict: 'SETTLED' });
    expect((await payFor())?.toLowerCase()).toBe('settled');
    expect(await shop.money()).toMatchObject({ shop: PRICE + 1 });
  });

  it('is one terminal’s: another’s sale may have the same nonce', async () => {
    expect(await payOnline(again(PRICE, { terminal: 9 }))).toBe('settled');
    expect(await verdictOf(till, shown(await sign(first), first))).toMatchObject({ verdict: 'SETTLED' });
  });
});
