/** How much goes back: everything, unless another amount is typed. The note that is signed shows on the sale's own page. */
import { useLocation } from 'preact-iso/router';
import { useState } from 'preact/hooks';
import type { Err } from '#base/result.ts';
import { decimalText, formatMoney } from '#i18n/formats.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { SaleView } from '#wallet/api-till.ts';
import { useApp, useLocale, useWords } from '../app-context.ts';
import { recordPath } from '../models/route.ts';
import { useRecord } from '../models/use-record.ts';
import { AmountField } from '../parts/AmountField.tsx';
import { pressKey, readEntry } from '../parts/amount-entry.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { Keypad } from '../parts/Keypad.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import { TillStrip } from './TillStrip.tsx';
import { useNote } from './use-note.ts';
import './amount-pad.css';
import './till.css';

export function RefundSale({ id }: { readonly id: string }) {
  const words = useWords().claims.refund;
  const found = useRecord('sale', id);
  return (
    <>
      <TopBar title={words.title} back={recordPath('sale', id)} help="merchant-void-refund" />
      <TillStrip />
      <main id="main" class="page page-column" tabIndex={-1}>
        {found.kind === 'reading' && <Skeleton lines={5} />}
        {found.kind === 'missing' && <ErrorBanner problem={{ error: 'NOT_FOUND' }} />}
        {found.kind === 'found' && ((found.record.claim?.refundableMinor ?? 0) > 0 ? <RefundPad sale={found.record} /> : <Banner tone="note" title={words.none} />)}
      </main>
    </>
  );
}

function RefundPad({ sale }: { readonly sale: SaleView }) {
  const { claims, till } = useWords();
  const words = claims.refund;
  const locale = useLocale();
  const { wallet } = useApp();
  const { route } = useLocation();
  const [, keepNote] = useNote('sale');
  const most = sale.claim?.refundableMinor ?? 0;
  const [entry, setEntry] = useState(readEntry(decimalText(most, sale.ccy), sale.ccy));
  const [touched, setTouched] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Err<ErrorCode> | null>(null);
  const money = (amountMinor: number): string => formatMoney(amountMinor, sale.ccy, locale);
  const tooMuch = entry.kind === 'amount' && entry.amountMinor > most;
  const sum = entry.kind === 'amount' && !tooMuch ? entry : null;

  function change(next: typeof entry): void {
    setProblem(null);
    setTouched(true);
    setEntry(next);
  }
  async function refund(): Promise<void> {
    if (sum === null || busy) return;
    setBusy(true);
    const signed = await wallet.api.refundSale(sale.id, sum.text.replace(/\.$/, ''));
    setBusy(false);
    if (!signed.ok) return setProblem(signed);
    keepNote({ saleId: sale.id, ccy: sale.ccy, note: signed.value });
    route(recordPath('sale', sale.id), true);
  }
  return (
    <form
      class="amount-pad"
      onSubmit={(event) => {
        event.preventDefault();
        void refund();
      }}
    >
      <AmountField label={words.amount} hint={words.most(money(most))} problem={tooMuch ? words.most(money(most)) : null} entry={entry} ccy={sale.ccy} disabled={busy} onText={(text) => change(readEntry(text, sale.ccy))} />
      <RefundWay />
      {problem !== null && <ErrorBanner problem={problem} />}
      {/* The first key starts a new amount: what stands there was put there by us. */}
      <Keypad point label={till.keypad} disabled={busy} onKey={(key) => change(pressKey(touched || key === 'erase' ? entry : readEntry('', sale.ccy), key, sale.ccy))} />
      <Button kind="primary" type="submit" wide busy={busy} disabled={sum === null}>
        {busy ? words.signing : sum === null ? words.go : words.goAmount(money(sum.amountMinor))}
      </Button>
    </form>
  );
}

function RefundWay() {
  const words = useWords().claims.refund;
  const { connection } = useApp().wallet.snapshot.value;
  return <p class={`small center${connection === 'offline' ? ' refund-offline' : ' quiet'}`}>{connection === 'offline' ? words.offline : words.online}</p>;
}
