/** The facts of a sale as they stand on its slip; what is not known is left out. */
import type { ComponentChildren } from 'preact';
import type { Catalogue } from '#i18n/catalogue.ts';
import type { ClaimView, SaleView } from '#wallet/api-till.ts';
import { Time } from '../parts/Ago.tsx';
import { Money } from '../parts/Money.tsx';
import './sale-rows.css';

export type SlipRow = readonly [name: string, value: ComponentChildren];

export function saleRows(sale: SaleView, { till, claims }: Catalogue): readonly SlipRow[] {
  const { claim } = sale;
  const rows: SlipRow[] = [];
  if (claim === null || sale.paidAtMs !== null) rows.push([till.time, <Time key="time" atMs={sale.paidAtMs ?? sale.atMs} style="full" />]);
  if (sale.payer !== null) rows.push([till.payer, <bdi key="payer">{sale.payer}</bdi>]);
  if (sale.orderNumber !== null) rows.push([till.order, <span key="order" class="order-number">{sale.orderNumber}</span>]);
  if (claim !== null) rows.push(...claimRows(sale, claim, claims));
  if (sale.receiptVerified !== null) rows.push([till.receipt, sale.receiptVerified ? till.receiptVerified : till.receiptWaiting]);
  return rows;
}

function claimRows({ ccy, amountMinor }: SaleView, claim: ClaimView, words: Catalogue['claims']): readonly SlipRow[] {
  const rows: SlipRow[] = [];
  const settled = claim.state === 'settled' || claim.state === 'guaranteed';
  if (claim.state !== 'asking') rows.push([words.acceptedAt, <Time key="accepted" atMs={claim.acceptedAtMs} style="full" />]);
  if (settled && claim.paidMinor < amountMinor) rows.push([words.paid, <Money key="paid" amountMinor={claim.paidMinor} ccy={ccy} />]);
  if (claim.refundedMinor > 0) rows.push([words.refunded, <Money key="refunded" amountMinor={claim.refundedMinor} ccy={ccy} />]);
  if (claim.refundingMinor > 0) rows.push([words.refunding, <Money key="refunding" amountMinor={claim.refundingMinor} ccy={ccy} />]);
  rows.push([words.purse, <span key="purse" class="order-number">{purseNumber(claim.purseId)}</span>]);
  return rows;
}

/** The start of it, as people read numbers to each other. */
export function purseNumber(purseId: string): string {
  return `${purseId.slice(0, 4)} ${purseId.slice(4, 8)}`.toUpperCase();
}
