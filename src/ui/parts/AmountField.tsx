/** An amount, big. A real text field without a screen keyboard: typing, pasting and full-width digits work, and our keys stay in view. */
import { useEffect, useId, useRef } from 'preact/hooks';
import { errorWords } from '#i18n/error-words.ts';
import { moneyParts } from '#i18n/formats.ts';
import { useLocale, useWords } from '../app-context.ts';
import type { AmountEntry } from './amount-entry.ts';
import './amount-field.css';

export type AmountFieldProps = {
  readonly label: string;
  readonly hint: string;
  readonly entry: AmountEntry;
  readonly ccy: number;
  readonly disabled?: boolean;
  /** Why this amount will not do, though it is one. Stands in the hint's place. */
  readonly problem?: string | null;
  readonly onText: (text: string) => void;
};

export function AmountField({ label, hint, entry, ccy, disabled = false, problem = null, onText }: AmountFieldProps) {
  const words = useWords();
  const locale = useLocale();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!disabled) field.current?.focus({ preventScroll: true });
  }, [disabled]);
  const sign = moneyParts(0, ccy, locale).find((part) => part.kind === 'currency')?.text ?? '';
  const unread = entry.kind === 'wrong' ? errorWords(words, entry.code) : null;
  const wrong = unread === null ? problem : `${unread.title} · ${unread.whatNow}`;
  return (
    <div class="amount-field">
      <label class="quiet small" for={id}>
        {label}
      </label>
      <div class="amount-line">
        <span class="amount-sign" aria-hidden="true">
          {sign}
        </span>
        <input
          ref={field}
          id={id}
          inputMode="none"
          autoComplete="off"
          enterKeyHint="done"
          placeholder="0.00"
          size={Math.max(4, entry.text.length)}
          value={entry.text}
          disabled={disabled}
          aria-invalid={wrong === null ? undefined : true}
          aria-describedby={`${id}-note`}
          onInput={(event) => onText(event.currentTarget.value)}
        />
      </div>
      <p id={`${id}-note`} class={`amount-note small ${wrong === null ? 'quiet' : 'amount-wrong'}`} role="status">
        {wrong ?? hint}
      </p>
    </div>
  );
}
