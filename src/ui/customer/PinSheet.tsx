/** Asks for the PIN, or has one chosen first: twice, then it is set and confirms at once. Keeps no PIN after it is given away. */
import { useState } from 'preact/hooks';
import { useWords } from '../app-context.ts';
import { ChoosePin } from '../account/ChoosePin.tsx';
import { ErrorLine } from '../parts/ErrorWords.tsx';
import type { Problem } from '../parts/ErrorWords.tsx';
import { PinPad } from '../parts/PinPad.tsx';
import { Sheet } from '../parts/Sheet.tsx';

export type PinSheetProps = {
  readonly amount: string;
  readonly merchantName: string;
  readonly choose: boolean;
  readonly busy: boolean;
  readonly problem: Problem | null;
  readonly onPin: (pin: string) => void;
  readonly onClose: () => void;
};

export function PinSheet({ amount, merchantName, choose, busy, problem, onPin, onClose }: PinSheetProps) {
  const words = useWords().pay;
  const [chosen, setChosen] = useState(false);
  const [held, setHeld] = useState(false);
  // Another tab may set the PIN while this sheet is open; one that is being set here is waited for.
  const choosing = !chosen && (choose || held);
  return (
    <Sheet title={choosing ? words.pin.setTitle : words.confirm.pinTitle} held={busy || held} onClose={onClose}>
      {choosing ? (
        <ChoosePin
          onBusy={setHeld}
          onSet={(pin) => {
            setChosen(true);
            onPin(pin);
          }}
        />
      ) : (
        <>
          <p class="center">
            <bdi>{merchantName}</bdi> · <strong>{amount}</strong>
          </p>
          {problem && <ErrorLine problem={problem} id="pin-problem" />}
          <PinPad label={words.confirm.pinLabel} busy={busy} describedBy={problem ? 'pin-problem' : undefined} onComplete={onPin} />
          <p class="center quiet" role="status">
            {busy ? words.confirm.paying(amount) : ''}
          </p>
        </>
      )}
    </Sheet>
  );
}
