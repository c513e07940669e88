/** One sale among others: what became of it, who paid, the sum. */
import type { SaleView } from '#wallet/api-till.ts';
import { useWords } from '../app-context.ts';
import { outcomeOf } from '../models/sale-outcome.ts';
import { RecordLine } from '../parts/RecordRow.tsx';
import { saleDirection, saleSeal, saleState } from './sale-words.ts';

export function SaleRow({ sale }: { readonly sale: SaleView }) {
  const words = useWords();
  const outcome = outcomeOf(sale);
  const line = { title: saleState(outcome, words), state: sale.payer ?? words.till.saleTitle, seal: saleSeal(outcome), direction: saleDirection(outcome) };
  return <RecordLine record={sale} line={line} />;
}
