/** The one payment that a charge has already from this account: online, or out of a purse. Whatever asks about a charge asks this first. */
import type { WalletTx } from './ports.ts';
import type { PaymentRecord, VoucherRecord } from './records.ts';

export type PaidAlready = { readonly voucher: VoucherRecord } | { readonly payment: PaymentRecord };

/** One that was refused, or whose money came back, has not paid it. */
export async function paidAlready(tx: WalletTx, invoiceHash: string): Promise<PaidAlready | null> {
  const [voucher, payment] = await Promise.all([tx.vouchers.byInvoice(invoiceHash), tx.payments.byInvoice(invoiceHash)]);
  if (voucher !== undefined && voucher.state.kind !== 'returned' && voucher.state.kind !== 'voided') return { voucher };
  return payment === undefined || payment.state.kind === 'refused' ? null : { payment };
}

export function idOf(paid: PaidAlready): string {
  return 'voucher' in paid ? paid.voucher.id : paid.payment.id;
}
