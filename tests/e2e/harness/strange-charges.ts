/** Charges that a stranger could show: made from a till's good one, each wrong in one way. An invoice is not signed, so anybody can. */
import { assert } from '#base/assert.ts';
import type { Bytes } from '#base/bytes.ts';
import type { CodeError } from '#protocol/errors.ts';
import { decodeInvoice, encodeInvoice } from '#protocol/invoice.ts';
import type { InvoiceFields } from '#protocol/invoice.ts';
import { kidOf } from '#protocol/kid.ts';
import { chargeLink, parseLink } from '#protocol/link.ts';
import { signMerchantCert } from '#protocol/merchant-cert.ts';
import type { Invoice, MerchantCert } from '#protocol/objects.ts';
import { testKey } from '../../fixtures/protocol-keys.ts';

export type StrangeCharge = { readonly name: string; readonly text: string; readonly code: CodeError };

const HOUR_SECONDS = 3_600;
const EURO = 978;

export async function strangeCharges(good: string): Promise<StrangeCharge[]> {
  const { origin } = new URL(good);
  const invoice = invoiceOf(good);
  const link = (change: Partial<InvoiceFields>): string => chargeLink(origin, encodeInvoice({ ...invoice, ...change }));
  const stranger = testKey('stranger');
  const { cert } = invoice.merchant;
  const signed = (fields: Omit<MerchantCert, 'bytes'>): Promise<Bytes> => signMerchantCert(fields, (message) => stranger.sign(message));
  const shop = (bytes: Bytes): Partial<InvoiceFields> => ({ merchant: { kind: 'cert', cert: { bytes } } });
  const now = invoice.iatSeconds;
  return [
    { name: 'expired', text: link({ iatSeconds: now - HOUR_SECONDS }), code: 'E_INVOICE_EXPIRED' },
    { name: 'from the future', text: link({ iatSeconds: now + HOUR_SECONDS }), code: 'E_INVOICE_FUTURE' },
    { name: 'in euro', text: link({ ccy: EURO }), code: 'E_CURRENCY' },
    { name: 'of nothing', text: link({ amountMinor: 0 }), code: 'E_AMOUNT' },
    { name: 'of too much', text: link({ amountMinor: 1_000_000_000 }), code: 'E_AMOUNT' },
    { name: 'of a shop that vouches for itself', text: link(shop(await signed({ ...cert, kid: kidOf(stranger.publicKey) }))), code: 'E_ISSUER' },
    { name: 'of a shop with a forged seal', text: link(shop(await signed({ ...cert, name: '街角面馆' }))), code: 'E_CERT_SIG' },
    { name: 'cut off', text: good.slice(0, -12), code: 'E_FORMAT' },
  ];
}

function invoiceOf(link: string): Invoice & { readonly merchant: { readonly kind: 'cert'; readonly cert: MerchantCert } } {
  const bytes = parseLink(link)?.bytes ?? null;
  assert(bytes !== null, 'the till shows a charge link');
  const invoice = decodeInvoice(bytes);
  assert(invoice.ok && invoice.value.merchant.kind === 'cert', 'a charge carries its merchant');
  return { ...invoice.value, merchant: invoice.value.merchant };
}
