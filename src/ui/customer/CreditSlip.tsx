/** Money that came in without a payment: play money. */
import { useRoute } from 'preact-iso/router';
import { useWords } from '../app-context.ts';
import { useRecord } from '../models/use-record.ts';
import { Time } from '../parts/Ago.tsx';
import { Banner } from '../parts/Banner.tsx';
import { Money } from '../parts/Money.tsx';
import { Seal } from '../parts/Seal.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { Slip, SlipRows } from '../parts/Slip.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import './payment-slip.css';

export function CreditSlip() {
  const words = useWords();
  const found = useRecord('credit', useRoute().params['id'] ?? '');
  const { records, slip } = words.pay;
  return (
    <>
      <TopBar title={records.creditTitle} back="/records" help="what-is-chit" />
      <main class="page" id="main" tabIndex={-1}>
        {found.kind === 'reading' && <Skeleton />}
        {found.kind === 'missing' && <Banner tone="warn" title={slip.missing} />}
        {found.kind === 'found' && (
          <Slip label={records.creditTitle}>
            <div class="paper-head">
              <Seal state="settled" />
              <p class="paper-state">{records.playMoney}</p>
              <Money amountMinor={found.record.amountMinor} ccy={found.record.ccy} size="huge" sign="always" />
              <span class="play-mark">{words.shell.playMoney}</span>
            </div>
            <SlipRows
              rows={[
                [slip.time, <Time atMs={found.record.atMs} style="full" />],
                [slip.balanceAfter, <Money amountMinor={found.record.balanceAfterMinor} ccy={found.record.ccy} />],
              ]}
            />
          </Slip>
        )}
      </main>
    </>
  );
}
