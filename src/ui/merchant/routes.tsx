/** The merchant's three pages, loaded together when a till opens. */
import { useRoute } from 'preact-iso/router';
import { SaleDetail as SaleDetailOf } from './SaleDetail.tsx';

export { Sales } from './Sales.tsx';
export { Till } from './Till.tsx';

export function SaleDetail() {
  return <SaleDetailOf id={useRoute().params['id'] ?? ''} />;
}
