/** The merchant's pages, loaded together when a till opens. */
import { useRoute } from 'preact-iso/router';
import { HonourSale as HonourSaleOf } from './HonourSale.tsx';
import { RefundSale as RefundSaleOf } from './RefundSale.tsx';
import { SaleDetail as SaleDetailOf } from './SaleDetail.tsx';

export { Announcements } from './Announcements.tsx';
export { ExportPending } from './ExportPending.tsx';
export { ImportPending } from './ImportPending.tsx';
export { Pending } from './Pending.tsx';
export { Sales } from './Sales.tsx';
export { Till } from './Till.tsx';

export function SaleDetail() {
  return <SaleDetailOf id={useRoute().params['id'] ?? ''} />;
}

export function RefundSale() {
  return <RefundSaleOf id={useRoute().params['id'] ?? ''} />;
}

export function HonourSale() {
  return <HonourSaleOf id={useRoute().params['id'] ?? ''} />;
}
