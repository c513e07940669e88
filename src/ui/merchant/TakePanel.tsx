/** The till's scanner: whatever the customer shows for the charge that is open. */
import { formatMoney } from '#i18n/formats.ts';
import type { SaleView } from '#wallet/api-till.ts';
import { useLocale, useWords } from '../app-context.ts';
import { Button } from '../parts/Button.tsx';
import { ScanPanel } from '../scanning/ScanPanel.tsx';

export type TakePanelProps = {
  readonly sale: SaleView;
  readonly shopName: string;
  readonly checking: boolean;
  readonly onText: (text: string) => void;
};

export function TakePanel({ sale, shopName, checking, onText }: TakePanelProps) {
  const words = useWords().take;
  const amount = formatMoney(sale.amountMinor, sale.ccy, useLocale());
  return (
    <section class="take-panel" aria-label={words.title}>
      <h2 class="center">{words.forCharge(shopName, amount)}</h2>
      <ScanPanel words={words} busy={checking ? words.checking : null} onText={onText} onTyped={onText}>
        <Button kind="plain" wide href="/till/digits">
          {words.digits.open}
        </Button>
      </ScanPanel>
    </section>
  );
}
