/**
 * A charge that was cancelled or ran out, and whose customer had confirmed before: taken all the same, because the cashier says
 * so by coming here. What it came to shows on the till, like any other code.
 */
import { useLocation } from 'preact-iso/router';
import { useEffect } from 'preact/hooks';
import { formatMoney } from '#i18n/formats.ts';
import { useApp, useLocale, useWords } from '../app-context.ts';
import { recordPath } from '../models/route.ts';
import { useRecord } from '../models/use-record.ts';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import { ScanPanel } from '../scanning/ScanPanel.tsx';
import { TillStrip } from './TillStrip.tsx';
import { Untaken } from './Untaken.tsx';
import { useTake } from './use-take.ts';
import './till.css';

export function HonourSale({ id }: { readonly id: string }) {
  const words = useWords();
  const locale = useLocale();
  const { route } = useLocation();
  const { identity } = useApp().wallet.snapshot.value;
  const found = useRecord('sale', id);
  const take = useTake(`sale.${id}`);
  const till = useTake('till');
  // Forgotten when the cashier leaves, kept over a reload.
  useEffect(() => take.clear, [id]);
  async function honour(text: string): Promise<void> {
    if (!(await take.honour(id, text))) return;
    // Why the till had refused the code no longer holds, and must not stand before what it came to.
    till.clear();
    route('/till', true);
  }
  const onText = (text: string): void => void honour(text);
  return (
    <>
      <TopBar title={words.claims.honour} back={recordPath('sale', id)} help="merchant-void-refund" />
      <TillStrip />
      <main id="main" class="page page-column" tabIndex={-1}>
        {found.kind === 'reading' && <Skeleton lines={5} />}
        {found.kind === 'missing' && <ErrorBanner problem={{ error: 'NOT_FOUND' }} />}
        {found.kind === 'found' && take.untaken !== null && <Untaken untaken={take.untaken} onAgain={take.clear} onBack={take.clear} />}
        {found.kind === 'found' && take.untaken === null && (
          <section class="take-panel" aria-label={words.claims.honour}>
            <h2 class="center">{words.take.forCharge(identity?.name ?? '', formatMoney(found.record.amountMinor, found.record.ccy, locale))}</h2>
            <p class="small center">{words.take.honourWhy}</p>
            <ScanPanel words={words.take} busy={take.checking ? words.take.checking : null} onText={onText} onTyped={onText} />
          </section>
        )}
      </main>
    </>
  );
}
