/** A new PIN, typed twice, then set with the server. `onSet` gets it once, for a payment that waits for it. */
import { useState } from 'preact/hooks';
import { isWeakPin } from '#protocol/weak-pin.ts';
import { useApp, useWords } from '../app-context.ts';
import { ErrorLine } from '../parts/ErrorWords.tsx';
import type { Problem } from '../parts/ErrorWords.tsx';
import { PinPad } from '../parts/PinPad.tsx';
import { isPinProblem } from '../parts/pin-problem.ts';

export type ChoosePinProps = {
  /** What it is for, where that is not to pay. */
  readonly why?: string | undefined;
  /** The PIN until now, where there is one. Only the server can tell that it is not: then it is asked for again. */
  readonly current?: { readonly pin: string; readonly onRefused: (problem: Problem) => void };
  readonly onBusy: (busy: boolean) => void;
  readonly onSet: (pin: string) => void;
};

export function ChoosePin({ why, current, onBusy, onSet }: ChoosePinProps) {
  const { wallet } = useApp();
  const words = useWords().pay.pin;
  const [first, setFirst] = useState<string | null>(null);
  const [differ, setDiffer] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  async function setPin(pin: string): Promise<void> {
    setBusy(true);
    onBusy(true);
    const result = await wallet.api.setPin(pin, current?.pin);
    setBusy(false);
    onBusy(false);
    if (result.ok) return onSet(pin);
    setFirst(null);
    if (current !== undefined && isPinProblem(result)) current.onRefused(result);
    else setProblem(result);
  }
  function take(pin: string): void {
    setProblem(null);
    setDiffer(first !== null && first !== pin);
    if (first === null) return isWeakPin(pin) ? setProblem({ error: 'PIN_WEAK' }) : setFirst(pin);
    setFirst(null);
    if (first === pin) void setPin(pin);
  }

  return (
    <>
      <p class="center quiet">{first !== null ? words.again : (why ?? (current === undefined ? words.setWhy : words.changeWhy))}</p>
      {problem && <ErrorLine problem={problem} id="choose-problem" />}
      {differ && (
        <p id="choose-problem" class="error-line" role="alert">
          {words.differ}
        </p>
      )}
      <PinPad
        key={first === null ? 'first' : 'second'}
        label={first === null ? words.newLabel : words.againLabel}
        busy={busy}
        describedBy={problem || differ ? 'choose-problem' : undefined}
        onComplete={take}
      />
      <p class="center quiet" role="status">
        {busy ? words.checking : ''}
      </p>
    </>
  );
}
