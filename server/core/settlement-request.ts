/**
 * Reads and verifies one payment request before any transaction is opened: decoding and signatures are the slow part and
 * need no lock. Nothing here is stored.
 */
import { equalBytes, toHex, type Bytes } from '#base/bytes.ts';
import type { Clock } from '#base/clock.ts';
import { decodeInvoice, invoiceMerchantId } from '#protocol/invoice.ts';
import { LIMITS } from '#protocol/limits.ts';
import { verifyMerchantCert } from '#protocol/merchant-cert.ts';
import type { Es256Verifier, Invoice, Order } from '#protocol/objects.ts';
import { decodeOrder, orderDigest, verifyOrder } from '#protocol/order.ts';
import type { Issuer, Store } from './ports.ts';
import type { PaymentClaim } from './settlement-decision.ts';

export type SettlementDeps = {
  readonly store: Store;
  readonly issuer: Issuer;
  readonly clock: Clock;
  readonly verifier: Es256Verifier;
};

/** Who sends: an open session of one device. */
export type PayerSession = {
  readonly partyId: string;
  readonly deviceId: string;
  /** Compressed point. */
  readonly devicePublicKey: Bytes;
};

export type SettlementRequest = { readonly order: Bytes; readonly invoice: Bytes };

export type ReadRequest =
  /** `signed`: by this session's device. */
  | { readonly kind: 'read'; readonly claim: PaymentClaim; readonly order: Order; readonly orderHash: string; readonly signed: boolean }
  /** No id can be trusted yet, so this refusal is not stored. `paymentId` is null when not even the order can be read. */
  | { readonly kind: 'refused'; readonly code: 'FORMAT'; readonly paymentId: string | null };

const CURRENCY_MAX = 999;

function agree(order: Order, invoice: Invoice): boolean {
  return (
    equalBytes(order.invoiceHash, invoice.hash) &&
    equalBytes(order.merchantId, invoiceMerchantId(invoice)) &&
    order.amountMinor === invoice.amountMinor &&
    order.ccy === invoice.ccy
  );
}

async function certificateGood(deps: SettlementDeps, invoice: Invoice, nowMs: number): Promise<boolean> {
  if (invoice.merchant.kind === 'id') return true;
  return (await verifyMerchantCert(invoice.merchant.cert, deps.issuer.keys, Math.floor(nowMs / 1_000), deps.verifier)).ok;
}

export async function readRequest(
  deps: SettlementDeps,
  session: PayerSession,
  request: SettlementRequest,
  nowMs: number,
): Promise<ReadRequest> {
  const decoded = decodeOrder(request.order);
  if (!decoded.ok) return { kind: 'refused', code: 'FORMAT', paymentId: null };
  const order = decoded.value;
  const paymentId = toHex(order.paymentId);
  const invoice = decodeInvoice(request.invoice);
  if (!invoice.ok || invoice.value.ttlSeconds > LIMITS.invoiceTtlMaxSeconds) return { kind: 'refused', code: 'FORMAT', paymentId };
  // No currency has such a number (ISO 4217), and no row holds it.
  if (Math.max(order.ccy, invoice.value.ccy) > CURRENCY_MAX) return { kind: 'refused', code: 'FORMAT', paymentId };
  const signed = await verifyOrder(order, session.devicePublicKey, deps.verifier);
  const claim: PaymentClaim = {
    paymentId,
    payerPartyId: session.partyId,
    deviceId: session.deviceId,
    merchantId: toHex(order.merchantId),
    terminal: invoice.value.terminal,
    saleNonce: toHex(invoice.value.nonce),
    invoiceHash: toHex(order.invoiceHash),
    amountMinor: order.amountMinor,
    ccy: order.ccy,
    iatSeconds: invoice.value.iatSeconds,
    ttlSeconds: invoice.value.ttlSeconds,
    orderMatchesInvoice: agree(order, invoice.value),
    certificateGood: await certificateGood(deps, invoice.value, nowMs),
  };
  return { kind: 'read', claim, order, orderHash: toHex(orderDigest(request.order)), signed };
}
