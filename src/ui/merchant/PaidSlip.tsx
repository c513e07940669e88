/**
 * "Paid": shown only for a sale whose money the server has posted. Stays until the cashier closes it and comes back after a
 * reload, so that no customer's quick hand and no phone call hides it.
 */
import { useState } from 'preact/hooks';
import type { Err } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { SaleView } from '#wallet/api-till.ts';
import { useApp, useWords } from '../app-context.ts';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { Money } from '../parts/Money.tsx';
import { Seal } from '../parts/Seal.tsx';
import { Slip, SlipRows } from '../parts/Slip.tsx';
import { saleRows } from './sale-rows.tsx';
import './paid-slip.css';

export type PaidSlipProps = {
  readonly sale: SaleView;
  /** How many more wait behind this one. */
  readonly more: number;
  /** It arrived while the till was watching: the seal is stamped. */
  readonly fresh: boolean;
  /** It had been cancelled or had expired. */
  readonly late: boolean;
};

export function PaidSlip({ sale, more, fresh, late }: PaidSlipProps) {
  const words = useWords().till;
  const { wallet } = useApp();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Err<ErrorCode> | null>(null);
  async function dismiss(): Promise<void> {
    setBusy(true);
    const dismissed = await wallet.api.dismissPaid(sale.id);
    setBusy(false);
    setProblem(dismissed.ok ? null : dismissed);
  }
  return (
    <section class="paid-slip" aria-label={words.paid}>
      <Slip>
        <div class="paid-head" role="status">
          <Seal state="settled" stamp={fresh} />
          <h2>{words.paid}</h2>
          <Money amountMinor={sale.amountMinor} ccy={sale.ccy} size="huge" />
        </div>
        <p class="center">
          {late ? words.paidLate : words.paidNext}
        </p>
        <SlipRows rows={saleRows(sale, words)} />
      </Slip>
      {problem !== null && <ErrorBanner problem={problem} />}
      {more > 0 && <p class="center small quiet">{words.paidMore(more)}</p>}
      <Button kind="primary" wide busy={busy} onClick={() => void dismiss()}>
        {more > 0 ? words.doneNext : words.done}
      </Button>
    </section>
  );
}
