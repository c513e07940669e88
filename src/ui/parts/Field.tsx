/** A labelled line of text. What is wrong with it stands under it and is read with it. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import './field.css';

export type FieldProps = {
  readonly label: string;
  readonly value: string;
  readonly onInput: (text: string) => void;
  readonly hint?: string;
  readonly problem?: ComponentChildren;
  readonly inputMode?: 'text' | 'numeric' | 'decimal';
  readonly autoComplete?: string;
  readonly lines?: number;
  readonly maxLength?: number;
  /** In a sheet: the field to start with. */
  readonly first?: boolean;
};

export function Field({ label, value, onInput, hint, problem, inputMode = 'text', autoComplete = 'off', lines, maxLength, first = false }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(' ') || undefined;
  const shared = {
    id,
    class: 'field-input',
    value,
    maxLength,
    inputMode,
    autoComplete,
    autoCapitalize: 'off',
    spellcheck: false,
    'data-first': first || undefined,
    'aria-describedby': described,
    'aria-invalid': problem ? true : undefined,
  } as const;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && (
        <p id={`${id}-hint`} class="quiet small">
          {hint}
        </p>
      )}
      {lines === undefined ? (
        <input {...shared} type="text" onInput={(event) => onInput(event.currentTarget.value)} />
      ) : (
        <textarea {...shared} rows={lines} onInput={(event) => onInput(event.currentTarget.value)} />
      )}
      {problem && (
        <div id={`${id}-problem`} class="field-problem" role="alert">
          {problem}
        </div>
      )}
    </div>
  );
}

export type ChoiceProps<T extends string> = {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [value: T, label: string])[];
  readonly onChange: (value: T) => void;
};

/** A few words, one of them chosen. */
export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      <div class="choice-options">
        {options.map(([option, text]) => (
          <label key={option} class="choice-option">
            <input type="radio" name={name} value={option} checked={option === value} onChange={() => onChange(option)} />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
