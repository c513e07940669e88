/**
 * One huge code that faces the customer, with the shop's name and the amount. It stays until it is paid or cancelled; the
 * wallet renews the code silently before it runs out.
 */
import { useState } from 'preact/hooks';
import type { Err } from '#base/result.ts';
import { formatMoney } from '#i18n/formats.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { ChargeView } from '#wallet/api.ts';
import { useApp, useLocale, useWords } from '../app-context.ts';
import { Button } from '../parts/Button.tsx';
import { CodeView } from '../parts/CodeView.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { Money } from '../parts/Money.tsx';
import { Sheet } from '../parts/Sheet.tsx';
import './charge-code.css';

export function ChargeCode({ charge, shopName }: { readonly charge: ChargeView; readonly shopName: string }) {
  const { till: words, take } = useWords();
  const locale = useLocale();
  const { connection } = useApp().wallet.snapshot.value;
  const [asking, setAsking] = useState(false);
  const { amountMinor, ccy } = charge.sale;
  return (
    <section class="charge-code" aria-label={words.showCode}>
      <header class="charge-head center">
        <p class="charge-shop">{shopName}</p>
        <Money amountMinor={amountMinor} ccy={ccy} size="huge" />
      </header>
      <CodeView text={charge.link} label={words.codeLabel(shopName, formatMoney(amountMinor, ccy, locale))} maxCssPx={520} />
      <p class="charge-waiting center" role="status">
        <span class="charge-pulse" aria-hidden="true" />
        {connection === 'offline' ? words.offlineHint : words.waiting}
      </p>
      <Button kind="ink" icon="scan" wide href="/till/scan">
        {take.open}
      </Button>
      <div class="charge-ways">
        <Button icon="keys" href="/till/digits">
          {take.digits.open}
        </Button>
        <Button onClick={() => setAsking(true)}>{words.cancel}</Button>
      </div>
      {asking && <CancelSheet saleId={charge.sale.id} onClose={() => setAsking(false)} />}
    </section>
  );
}

function CancelSheet({ saleId, onClose }: { readonly saleId: string; readonly onClose: () => void }) {
  const words = useWords().till;
  const { wallet } = useApp();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Err<ErrorCode> | null>(null);
  async function cancel(): Promise<void> {
    setBusy(true);
    const cancelled = await wallet.api.cancelCharge(saleId);
    setBusy(false);
    if (cancelled.ok) onClose();
    else setProblem(cancelled);
  }
  return (
    <Sheet title={words.cancelTitle} onClose={onClose} held={busy}>
      <p>{words.cancelText}</p>
      {problem !== null && <ErrorBanner problem={problem} />}
      <Button kind="ink" wide onClick={onClose}>
        {words.cancelNo}
      </Button>
      <Button wide busy={busy} onClick={() => void cancel()}>
        {words.cancelYes}
      </Button>
    </Sheet>
  );
}
