/**
 * Eight digits that the customer reads out, when no camera can see the code: they are good for one charge and one amount. They
 * stay readable while they are typed, 4 and 4, because the customer reads them so.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Err } from '#base/result.ts';
import { formatMoney } from '#i18n/formats.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { SaleView } from '#wallet/api-till.ts';
import { useApp, useLocale, useWords } from '../app-context.ts';
import { Button } from '../parts/Button.tsx';
import { digitsOf } from '../parts/keys.ts';
import { Keypad } from '../parts/Keypad.tsx';
import { tillWords } from './take-words.ts';
import './digits-panel.css';

const DIGITS = 8;
const HALF = 4;

export function DigitsPanel({ sale, onTaken }: { readonly sale: SaleView; readonly onTaken: () => void }) {
  const words = useWords();
  const { wallet } = useApp();
  const amount = formatMoney(sale.amountMinor, sale.ccy, useLocale());
  const [digits, setDigits] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Err<ErrorCode> | null>(null);
  const said = problem === null ? null : tillWords(words, problem);
  const noTries = problem?.error === 'CODE_LOCKED' || problem?.detail?.triesLeft === 0;

  function change(text: string): void {
    if (!busy) setDigits(digitsOf(text, DIGITS));
  }
  async function check(): Promise<void> {
    if (digits.length !== DIGITS || busy || noTries) return;
    setBusy(true);
    const taken = await wallet.api.takeCode(sale.id, digits);
    setBusy(false);
    setProblem(taken.ok ? null : taken);
    setDigits('');
    if (taken.ok) onTaken();
  }
  return (
    <form
      class="digits-panel"
      aria-label={words.take.digits.title}
      onSubmit={(event) => {
        event.preventDefault();
        void check();
      }}
    >
      <h2 class="center">{words.take.forCharge(words.take.digits.title, amount)}</h2>
      <p class="small quiet digits-how">{words.take.digits.how}</p>
      <DigitsField digits={digits} disabled={busy || noTries} onText={change} />
      {said !== null && (
        <p id="digits-problem" role="alert" class="error-line">
          <strong>{said.title}</strong> {said.whatNow}
        </p>
      )}
      <Keypad label={words.till.keypad} disabled={busy || noTries} onKey={(key) => change(key === 'erase' ? digits.slice(0, -1) : digits + key)} />
      <Button kind="primary" type="submit" wide busy={busy} disabled={digits.length !== DIGITS || noTries}>
        {busy ? words.take.digits.checking : words.take.digits.check}
      </Button>
    </form>
  );
}

function grouped(digits: string): string {
  return digits.length > HALF ? `${digits.slice(0, HALF)} ${digits.slice(HALF)}` : digits;
}

type FieldProps = { readonly digits: string; readonly disabled: boolean; readonly onText: (text: string) => void };

function DigitsField({ digits, disabled, onText }: FieldProps) {
  const words = useWords().take.digits;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!disabled) field.current?.focus({ preventScroll: true });
  }, [disabled]);
  return (
    <>
      <input
        ref={field}
        class="digits-field"
        inputMode="none"
        autoComplete="off"
        aria-label={words.label}
        aria-describedby="digits-problem"
        placeholder="0000 0000"
        value={grouped(digits)}
        disabled={disabled}
        onInput={(event) => {
          onText(event.currentTarget.value);
          // A ninth digit changes nothing, so nothing is drawn that would take it away.
          event.currentTarget.value = grouped(digitsOf(event.currentTarget.value, DIGITS));
        }}
      />
      <p class="unseen" role="status">
        {words.typed(digits.length)}
      </p>
    </>
  );
}
