/** The amount, big, and the keys under it. The button repeats the amount, so that a slip of the finger is seen before it counts. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Err } from '#base/result.ts';
import { errorWords } from '#i18n/error-words.ts';
import { formatMoney, moneyParts } from '#i18n/formats.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { useApp, useLocale, useWords } from '../app-context.ts';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { Keypad } from '../parts/Keypad.tsx';
import { pressKey, readEntry, type AmountEntry } from './amount-entry.ts';
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
      <AmountField entry={entry} ccy={ccy} disabled={disabled} onText={(text) => change(readEntry(text, ccy))} />
      {problem !== null && <ErrorBanner problem={problem} />}
      <Keypad point label={words.till.keypad} disabled={disabled} onKey={(key) => change(pressKey(entry, key, ccy))} />
      <Button kind="primary" type="submit" wide busy={busy} disabled={entry.kind !== 'amount' || disabled}>
        {busy ? words.till.making : label}
      </Button>
    </form>
  );
}

type FieldProps = { readonly entry: AmountEntry; readonly ccy: number; readonly disabled: boolean; readonly onText: (text: string) => void };

/** A real text field without a screen keyboard: typing, pasting and full-width digits work, and our keys stay in view. */
function AmountField({ entry, ccy, disabled, onText }: FieldProps) {
  const words = useWords();
  const locale = useLocale();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!disabled) field.current?.focus({ preventScroll: true });
  }, [disabled]);
  const sign = moneyParts(0, ccy, locale).find((part) => part.kind === 'currency')?.text ?? '';
  const wrong = entry.kind === 'wrong' ? errorWords(words, entry.code) : null;
  return (
    <div class="amount-field">
      <label class="quiet small" for="till-amount">
        {words.till.amount}
      </label>
      <div class="amount-line">
        <span class="amount-sign" aria-hidden="true">
          {sign}
        </span>
        <input
          ref={field}
          id="till-amount"
          inputMode="none"
          autoComplete="off"
          enterKeyHint="done"
          placeholder="0.00"
          size={Math.max(4, entry.text.length)}
          value={entry.text}
          disabled={disabled}
          aria-invalid={wrong ? true : undefined}
          aria-describedby="till-amount-note"
          onInput={(event) => onText(event.currentTarget.value)}
        />
      </div>
      <p id="till-amount-note" class={wrong ? 'amount-wrong small' : 'quiet small'} role="status">
        {wrong ? `${wrong.title} · ${wrong.whatNow}` : words.till.amountHint}
      </p>
    </div>
  );
}
