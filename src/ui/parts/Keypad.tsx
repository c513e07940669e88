/** Twelve big keys. Used for amounts and for PINs; the lower left key is a decimal point, or nothing. */
import type { ComponentChildren } from 'preact';
import { useWords } from '../app-context.ts';
import { Icon } from './Icon.tsx';
import type { Key } from './keys.ts';
import './keypad.css';

export type KeypadProps = {
  readonly onKey: (key: Key) => void;
  readonly point?: boolean;
  readonly disabled?: boolean;
  /** Names the group for a screen reader. */
  readonly label: string;
};

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

export function Keypad({ onKey, point = false, disabled = false, label }: KeypadProps) {
  const words = useWords().shell.keypad;
  const key = (name: Key, content: ComponentChildren, spoken?: string) => (
    <button key={name} class="key" type="button" aria-label={spoken} disabled={disabled} onClick={() => onKey(name)}>
      {content}
    </button>
  );
  return (
    // A press leaves the focus in the field, so that keys on the screen and on a keyboard mix.
    <div class="keypad" role="group" aria-label={label} onMouseDown={(event) => event.preventDefault()}>
      {DIGITS.map((digit) => key(digit, digit))}
      {point ? key('.', '.', words.point) : <span />}
      {key('0', '0')}
      {key('erase', <Icon name="erase" />, words.erase)}
    </div>
  );
}
