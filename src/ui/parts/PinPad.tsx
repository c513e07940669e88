/**
 * Six digits. One real text field stands unseen behind the boxes, so that typing and pasting work; the keys are ours, so that
 * no keyboard jumps up. It is no password field: browsers would offer to store the PIN, on a till that is shared, too.
 * Tells `onComplete` once, at the sixth digit. Never keeps a PIN after that.
 */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { LIMITS } from '#protocol/limits.ts';
import { useWords } from '../app-context.ts';
import { digitsOf } from './keys.ts';
import type { Key } from './keys.ts';
import { Keypad } from './Keypad.tsx';
import './pin-pad.css';

export type PinPadProps = {
  readonly label: string;
  readonly onComplete: (pin: string) => void;
  readonly busy?: boolean;
  /** Id of the text that says what was wrong last time. */
  readonly describedBy?: string;
};

const BOXES = Array.from({ length: LIMITS.pinDigits }, (_, index) => index);

export function PinPad({ label, onComplete, busy = false, describedBy }: PinPadProps) {
  const words = useWords().shell.keypad;
  const field = useRef<HTMLInputElement>(null);
  const [digits, setDigits] = useState('');

  useLayoutEffect(() => {
    // A field that is taken off the page with the focus has the browser lay out the next page for it first, and the voucher's code waits.
    if (busy) field.current?.blur();
    else field.current?.focus({ preventScroll: true });
  }, [busy]);

  function take(text: string): void {
    if (busy) return;
    const next = digitsOf(text, LIMITS.pinDigits);
    const complete = next.length === LIMITS.pinDigits;
    setDigits(complete ? '' : next);
    if (field.current) field.current.value = complete ? '' : next;
    if (complete) onComplete(next);
  }

  const press = (key: Key) => take(key === 'erase' ? digits.slice(0, -1) : digits + key);
  const filled = busy ? LIMITS.pinDigits : digits.length;
  return (
    <div class="pin-pad" aria-busy={busy || undefined}>
      <div class="pin-boxes">
        <input
          ref={field}
          class="pin-field"
          type="text"
          inputMode="none"
          autoComplete="off"
          aria-label={label}
          aria-describedby={describedBy}
          value={digits}
          readOnly={busy}
          data-first
          onInput={(event) => take(event.currentTarget.value)}
        />
        {BOXES.map((index) => (
          <span key={index} class={`pin-box${index < filled ? ' pin-filled' : ''}`} aria-hidden="true" />
        ))}
      </div>
      <p class="unseen" role="status">
        {words.typed(digits.length, LIMITS.pinDigits)}
      </p>
      <Keypad onKey={press} disabled={busy} label={words.digits} />
    </div>
  );
}
