/**
 * What a code or a charge came to. "Paid" only for money that the server has posted; "accepted" for what waits to settle, said
 * by another seal and other words; "being confirmed" for what must not be handed over. Stays until the cashier closes it and
 * comes back after a reload, so that no customer's quick hand and no phone call hides it.
 */
import { useState } from 'preact/hooks';
import type { Err, Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { NoteView, SaleView } from '#wallet/api-till.ts';
import { useApp, useWords } from '../app-context.ts';
import { isMoney, outcomeOf, owesRefund } from '../models/sale-outcome.ts';
import type { Outcome } from '../models/sale-outcome.ts';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { Money } from '../parts/Money.tsx';
import { saleSeal, saleState } from './sale-words.ts';
import { Seal } from '../parts/Seal.tsx';
import { Slip, SlipRows } from '../parts/Slip.tsx';
import { AckButton } from './AckButton.tsx';
import { GuaranteeLine } from './GuaranteeLine.tsx';
import { SaleNow } from './SaleNow.tsx';
import { saleArticle } from './take-words.ts';
import { saleRows } from './sale-rows.tsx';
import { VoidSheet } from './VoidSheet.tsx';
import './paid-slip.css';

export type ResultSlipProps = {
  readonly sale: SaleView;
  /** How many more wait behind this one. */
  readonly more: number;
  /** It arrived while the till was watching: the seal is stamped. */
  readonly fresh: boolean;
  /** It had been cancelled or had expired. */
  readonly late: boolean;
  /** Its code was given just now, and the answer is still on its way: nothing is to be chosen yet. */
  readonly checking: boolean;
  readonly onNote: (note: NoteView) => void;
};

export function ResultSlip({ sale, more, fresh, late, checking, onNote }: ResultSlipProps) {
  const words = useWords();
  const outcome = outcomeOf(sale);
  const title = outcome !== 'asking' ? saleState(outcome, words) : checking ? words.take.checking : words.take.asking;
  const choosing = outcome !== 'asking' || !checking;
  return (
    <section class={`paid-slip paid-${outcome}`} aria-label={title}>
      <Slip>
        {/* Another result is another seal, stamped anew. */}
        <div key={outcome} class={`paid-head${isMoney(outcome) ? '' : ' paid-head-plain'}`} role="status">
          <Seal state={saleSeal(outcome)} stamp={fresh && isMoney(outcome)} />
          <h2>{title}</h2>
          <Money amountMinor={sale.amountMinor} ccy={sale.ccy} size="huge" />
        </div>
        {choosing && <ResultNow sale={sale} outcome={outcome} late={late} />}
        {outcome === 'asking' ? null : <SlipRows rows={saleRows(sale, words)} />}
      </Slip>
      {choosing && <Dismiss sale={sale} more={more} outcome={outcome} onNote={onNote} />}
      {sale.claim !== null && isMoney(outcome) && <AckButton sale={sale} />}
    </section>
  );
}

type NowProps = { readonly sale: SaleView; readonly outcome: Outcome; readonly late: boolean };

function ResultNow({ sale, outcome, late }: NowProps) {
  const { till, take, claims } = useWords();
  if (outcome === 'paid') return <p class="center">{owesRefund(sale) ? claims.paidTwice : late ? till.paidLate : till.paidNext}</p>;
  if (outcome === 'accepted') {
    return (
      <>
        <p class="center">{take.acceptedNow}</p>
        <GuaranteeLine />
      </>
    );
  }
  if (outcome !== 'asking') return <SaleNow sale={sale} />;
  return (
    <>
      <p class="center">{take.askingNow}</p>
      <p class="center">
        <a class="help-link" href={`/help/${saleArticle(outcome)}`}>
          {take.askingWhy}
        </a>
      </p>
    </>
  );
}

type DismissProps = { readonly sale: SaleView; readonly more: number; readonly outcome: Outcome; readonly onNote: (note: NoteView) => void };

function Dismiss({ sale, more, outcome, onNote }: DismissProps) {
  const words = useWords();
  const { wallet } = useApp();
  const [busy, setBusy] = useState(false);
  const [voiding, setVoiding] = useState(false);
  const [problem, setProblem] = useState<Err<ErrorCode> | null>(null);
  const asking = outcome === 'asking';

  async function run(act: () => Promise<Result<unknown, ErrorCode>>): Promise<void> {
    setBusy(true);
    const done = await act();
    setBusy(false);
    setProblem(done.ok ? null : done);
  }
  const next = asking ? words.take.askingNext : more > 0 ? words.till.doneNext : words.till.done;
  return (
    <>
      {problem !== null && <ErrorBanner problem={problem} />}
      {more > 0 && <p class="center small quiet">{words.till.paidMore(more)}</p>}
      {asking && (
        <Button kind="ink" wide onClick={() => setVoiding(true)}>
          {words.take.askingVoid}
        </Button>
      )}
      <div class={asking ? undefined : 'paid-way'}>
        <Button kind={asking ? 'outline' : 'primary'} wide busy={busy} onClick={() => void run(() => wallet.api.dismissPaid(sale.id))}>
          {next}
        </Button>
      </div>
      {asking && <p class="center small quiet">{words.take.askingLater}</p>}
      {voiding && <VoidSheet sale={sale} onNote={onNote} onClose={() => setVoiding(false)} />}
    </>
  );
}
