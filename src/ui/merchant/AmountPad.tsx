/** The amount, big, and the keys under it. The button repeats the amount, so that a slip of the finger is seen before it counts. */
import { useState } from 'preact/hooks';
import type { Err } from '#base/result.ts';
import { formatMoney } from '#i18n/formats.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { useApp, useLocale, useWords } from '../app-context.ts';
import { AmountField } from '../parts/AmountField.tsx';
import { pressKey, readEntry, type AmountEntry } from '../parts/amount-entry.ts';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { Keypad } from '../parts/Keypad.tsx';
import './amount-pad.css';

export function AmountPad({ ccy, disabled }: { readonly ccy: number; readonly disabled: boolean }) {
  const words = useWords();
  const locale = useLocale();
  const { wallet } = useApp();
  const [entry, setEntry] = useState<AmountEntry>(readEntry('', ccy));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Err<ErrorCode> | null>(null);

  function change(next: AmountEntry): void {
    setProblem(null);
    setEntry(next);
  }

  async function charge(): Promise<void> {
    if (entry.kind !== 'amount' || busy || disabled) return;
    setBusy(true);
    const charged = await wallet.api.charge(entry.text.replace(/\.$/, ''));
    setBusy(false);
    if (charged.ok) setEntry(readEntry('', ccy));
    else setProblem(charged);
  }

  const label = entry.kind === 'amount' ? words.till.chargeAmount(formatMoney(entry.amountMinor, ccy, locale)) : words.till.charge;
  return (
    <form
      class="amount-pad"
      onSubmit={(event) => {
        event.preventDefault();
        void charge();
      }}
    >
      <AmountField label={words.till.amount} hint={words.till.amountHint} entry={entry} ccy={ccy} disabled={disabled} onText={(text) => change(readEntry(text, ccy))} />
      {problem !== null && <ErrorBanner problem={problem} />}
      <Keypad point label={words.till.keypad} disabled={disabled} onKey={(key) => change(pressKey(entry, key, ccy))} />
      <Button kind="primary" type="submit" wide busy={busy} disabled={entry.kind !== 'amount' || disabled}>
        {busy ? words.till.making : label}
      </Button>
    </form>
  );
}
