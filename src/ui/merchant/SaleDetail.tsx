/** One sale: its state in words, what happens now, what can be done about it, and what support may ask for. */
import { useState } from 'preact/hooks';
import type { SaleView } from '#wallet/api-till.ts';
import { useWords } from '../app-context.ts';
import { recordPath } from '../models/route.ts';
import { isMoney, isPaidOnline, isPending, outcomeOf } from '../models/sale-outcome.ts';
import { useRecord } from '../models/use-record.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { Money } from '../parts/Money.tsx';
import { saleSeal, saleState } from './sale-words.ts';
import { Seal } from '../parts/Seal.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { Slip, SlipRows } from '../parts/Slip.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import { AckButton } from './AckButton.tsx';
import { NoteSlip } from './NoteSlip.tsx';
import { saleRows } from './sale-rows.tsx';
import { SaleNow } from './SaleNow.tsx';
import { TillStrip } from './TillStrip.tsx';
import { useNote } from './use-note.ts';
import { VoidSheet } from './VoidSheet.tsx';
import './paid-slip.css';
import './till.css';

export function SaleDetail({ id }: { readonly id: string }) {
  const { till, claims } = useWords();
  const found = useRecord('sale', id);
  const [signed, keepNote] = useNote('sale');
  const note = signed?.saleId === id ? signed : null;
  return (
    <>
      <TopBar title={till.detailTitle} back="/sales" help="" />
      <TillStrip />
      <main id="main" class="page page-column" tabIndex={-1}>
        {found.kind === 'reading' && <Skeleton lines={5} />}
        {found.kind === 'missing' && <ErrorBanner problem={{ error: 'NOT_FOUND' }} />}
        {note !== null && <NoteSlip signed={note} done={claims.back} onDone={() => keepNote(null)} />}
        {note === null && found.kind === 'found' && (
          <SaleSlip sale={found.record} onNote={(signedNote) => keepNote({ saleId: id, ccy: found.record.ccy, note: signedNote })} />
        )}
      </main>
    </>
  );
}

type SlipProps = { readonly sale: SaleView; readonly onNote: Parameters<typeof VoidSheet>[0]['onNote'] };

function SaleSlip({ sale, onNote }: SlipProps) {
  const words = useWords();
  const outcome = outcomeOf(sale);
  return (
    <>
      <Slip>
        <div class={`paid-head${isMoney(outcome) ? '' : ' paid-head-plain'}`}>
          <Seal state={saleSeal(outcome)} />
          <h2>{saleState(outcome, words)}</h2>
          <Money amountMinor={sale.amountMinor} ccy={sale.ccy} size="huge" />
        </div>
        <SaleNow sale={sale} />
        <SlipRows rows={saleRows(sale, words)} />
        {sale.claim !== null && <p class="quiet small">{words.claims.purseNote}</p>}
      </Slip>
      <SaleActions sale={sale} onNote={onNote} />
    </>
  );
}

function SaleActions({ sale, onNote }: SlipProps) {
  const { till, claims, take, pending } = useWords();
  const [voiding, setVoiding] = useState(false);
  const outcome = outcomeOf(sale);
  const here = recordPath('sale', sale.id);
  const waits = isPending(sale);
  return (
    <div class="stack">
      {(outcome === 'cancelled' || outcome === 'expired') && (
        <Banner tone="note" title={take.honourAsk} actions={<Button href={`${here}/take`} icon="scan">{claims.honour}</Button>}>
          {take.honourWhy}
        </Banner>
      )}
      {waits && (
        <Button wide href="/pending">
          {pending.stripOpen}
        </Button>
      )}
      {sale.claim !== null && isMoney(outcome) && <AckButton sale={sale} />}
      {(sale.claim?.refundableMinor ?? 0) > 0 ? (
        <Button wide href={`${here}/refund`}>
          {claims.refund.open}
        </Button>
      ) : (
        isPaidOnline(sale) && <p class="quiet center">{till.saleNow.noRefund}</p>
      )}
      {waits && (
        <Button wide onClick={() => setVoiding(true)}>
          {claims.void.open}
        </Button>
      )}
      <Button wide kind="ink" href="/till">
        {till.backToTill}
      </Button>
      {voiding && (
        <VoidSheet
          sale={sale}
          onNote={(note) => {
            setVoiding(false);
            onNote(note);
          }}
          onClose={() => setVoiding(false)}
        />
      )}
    </div>
  );
}
