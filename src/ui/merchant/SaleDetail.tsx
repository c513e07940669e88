/** One sale: its state in words, what happens now, and what support may ask for. */
import { useEffect, useState } from 'preact/hooks';
import type { Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { RecordView } from '#wallet/api.ts';
import type { SaleView } from '#wallet/api-till.ts';
import { useApp, useWords } from '../app-context.ts';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { Money } from '../parts/Money.tsx';
import { saleSeal } from '../parts/RecordRow.tsx';
import { Seal } from '../parts/Seal.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { Slip, SlipRows } from '../parts/Slip.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import { saleRows } from './sale-rows.tsx';
import './paid-slip.css';

export function SaleDetail({ id }: { readonly id: string }) {
  const words = useWords().till;
  const found = useRecord(id);
  return (
    <>
      <TopBar title={words.detailTitle} back="/sales" help="" />
      <main id="main" class="page" tabIndex={-1}>
        {found === null && <Skeleton lines={5} />}
        {found?.ok === false && <ErrorBanner problem={found} />}
        {found?.ok && found.value.type === 'sale' && <SaleSlip sale={found.value} />}
      </main>
    </>
  );
}

function SaleSlip({ sale }: { readonly sale: SaleView }) {
  const words = useWords().till;
  return (
    <>
      <Slip>
        <div class="paid-head">
          <Seal state={saleSeal(sale.state)} />
          <h2 class={sale.state === 'paid' ? '' : 'sale-not-paid'}>{words.saleStates[sale.state]}</h2>
          <Money amountMinor={sale.amountMinor} ccy={sale.ccy} size="huge" />
        </div>
        <p class="center">{words.saleNow[sale.state]}</p>
        <SlipRows rows={saleRows(sale, words)} />
      </Slip>
      <Button wide href="/till">
        {words.backToTill}
      </Button>
    </>
  );
}

/** Null while it is being read; read again whenever something may have changed. */
function useRecord(id: string): Result<RecordView, ErrorCode> | null {
  const { wallet } = useApp();
  const { version, phase } = wallet.snapshot.value;
  const [found, setFound] = useState<Result<RecordView, ErrorCode> | null>(null);
  useEffect(() => {
    let wanted = phase === 'ready';
    if (wanted) void wallet.api.record('sale', id).then((result) => wanted && setFound(result));
    return () => {
      wanted = false;
    };
  }, [id, version, phase]);
  return found;
}
