/** May this invoice be paid now? Pure: the time is given, anchored to the server's. Nobody's signature is checked here. */
import { err, ok } from '#base/result.ts';
import { LIMITS } from './limits.ts';
import { isPayableMinor } from './money.ts';
import type { Decoded, Invoice } from './objects.ts';

export type InvoiceContext = {
  readonly nowSeconds: number;
  /** The currency of the account that pays. */
  readonly ccy: number;
  /** 0 on the payer's screen; LIMITS.invoiceGraceSeconds where a payment may have been under way. */
  readonly graceSeconds: number;
};

/** First failure wins, in the order of the server's own checks, so that both name the same reason. */
export function checkInvoice(invoice: Invoice, context: InvoiceContext): Decoded<Invoice> {
  const { iatSeconds, ttlSeconds, merchant } = invoice;
  if (ttlSeconds > LIMITS.invoiceTtlMaxSeconds) return err('E_FORMAT');
  if (invoice.ccy !== context.ccy || (merchant.kind === 'cert' && merchant.cert.ccy !== invoice.ccy)) return err('E_CURRENCY');
  if (!isPayableMinor(invoice.amountMinor)) return err('E_AMOUNT');
  if (iatSeconds > context.nowSeconds + LIMITS.clockAheadSeconds) return err('E_INVOICE_FUTURE');
  return context.nowSeconds > iatSeconds + ttlSeconds + context.graceSeconds ? err('E_INVOICE_EXPIRED') : ok(invoice);
}

/** The last second at which it may be shown as payable. */
export function invoiceExpiresAtSeconds(invoice: Pick<Invoice, 'iatSeconds' | 'ttlSeconds'>): number {
  return invoice.iatSeconds + invoice.ttlSeconds;
}
