/** The facts of a sale as they stand on its slip; what is not known is left out. */
import type { ComponentChildren } from 'preact';
import type { Catalogue } from '#i18n/catalogue.ts';
import type { SaleView } from '#wallet/api-till.ts';
import { Time } from '../parts/Ago.tsx';
import './sale-rows.css';

export type SlipRow = readonly [name: string, value: ComponentChildren];

export function saleRows(sale: SaleView, words: Catalogue['till']): readonly SlipRow[] {
  const rows: SlipRow[] = [[words.time, <Time key="time" atMs={sale.paidAtMs ?? sale.atMs} style="full" />]];
  if (sale.payer !== null) rows.push([words.payer, <bdi key="payer">{sale.payer}</bdi>]);
  if (sale.orderNumber !== null) rows.push([words.order, <span key="order" class="order-number">{sale.orderNumber}</span>]);
  if (sale.receiptVerified !== null) rows.push([words.receipt, sale.receiptVerified ? words.receiptVerified : words.receiptWaiting]);
  return rows;
}
