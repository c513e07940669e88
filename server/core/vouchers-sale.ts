/**
 * Which sale a voucher pays. A voucher names an invoice by its hash, and a sale may have several: a renewed code keeps the nonce.
 * Whoever brings a voucher may show the invoice too; the hash binds the two, so it can be left out but not made up. What its payer showed is
 * kept while he alone has brought it: the till that claims it with a tap may be another than the one that made the charge.
 *
 * A payment settled online cannot be taken back, so a voucher for the same sale and the same amount would charge a second time:
 * it is INVOICE_PAID. Of another amount it is another sale: an invoice is not signed, and with one of his own making a payer could settle
 * a cent for a sale whose goods the till has handed over for his voucher. Two vouchers are not compared: one till took both, and
 * the first may be void by the time the second counts.
 */
import { toHex, type Bytes } from '#base/bytes.ts';
import { decodeInvoice, invoiceMerchantId } from '#protocol/invoice.ts';
import type { SaleName } from './ports-offline.ts';
import type { Tx } from './ports.ts';
import type { VoucherClaim } from './vouchers-read.ts';

/** Null when this is not the voucher's invoice, or the voucher does not pay what that asks. */
export function saleOf({ merchantId, invoiceHash, link, ccy }: VoucherClaim, invoice: Bytes | null): SaleName | null {
  const read = invoice === null ? null : decodeInvoice(invoice);
  if (read === null || !read.ok) return null;
  const { hash, terminal, nonce, amountMinor, ccy: asked } = read.value;
  const isIts = toHex(hash) === invoiceHash && toHex(invoiceMerchantId(read.value)) === merchantId;
  return isIts && amountMinor === link.amountMinor && asked === ccy ? { merchantId, terminal, saleNonce: toHex(nonce), amountMinor } : null;
}

/** The account of the merchant must be locked, here and below. */
export async function isPaidOnline(tx: Tx, sale: SaleName): Promise<boolean> {
  return (await tx.paymentBySale(sale)) !== null;
}

/** As it is shown now, or as its payer showed it when he reported it. */
export async function saleOfReported(tx: Tx, { merchantId, link: { vid, amountMinor } }: VoucherClaim, shown: SaleName | null): Promise<SaleName | null> {
  const reported = shown === null ? await tx.reportedSale(vid) : null;
  return reported === null ? shown : { merchantId, ...reported, amountMinor };
}

/** By a voucher that stands. */
export async function isPaidByVoucher(tx: Tx, sale: SaleName): Promise<boolean> {
  const vid = await tx.voucherOfSale(sale);
  const voucher = vid === null ? null : await tx.voucher(vid);
  return voucher !== null && voucher.voidedAtMs === null;
}
