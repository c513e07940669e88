/** A charge as the till shows it: the newest code of an open sale. */
import { assert } from '#base/assert.ts';
import { fromBase64Url } from '#base/bytes.ts';
import { chargeLink } from '#protocol/link.ts';
import type { ChargeView } from './api.ts';
import type { SaleRecord } from './records.ts';
import { saleView } from './views.ts';

export function chargeView(sale: SaleRecord, origin: string): ChargeView {
  const newest = sale.invoices.at(-1);
  const bytes = newest === undefined ? null : fromBase64Url(newest.bytes);
  assert(newest !== undefined && bytes !== null, 'an open sale has a code');
  return { sale: saleView(sale, null), link: chargeLink(origin, bytes), expiresAtMs: newest.expiresAtMs };
}
