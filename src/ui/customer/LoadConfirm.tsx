/**
 * The passkey or PIN that moves money into the purse. The first time it is the PIN: with no network it is what this device can check,
 * and it learns that by seeing the server take it. From then on the passkey comes first where the account has one.
 */
import { useEffect, useState } from 'preact/hooks';
import type { Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { LoadProof, PurseView, PurseWish } from '#wallet/api-payer.ts';
import { useApp, useWords } from '../app-context.ts';
import { ChoosePin } from '../account/ChoosePin.tsx';
import { confirmWithPasskey, passkeysWork } from '../passkey.ts';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner, ErrorLine } from '../parts/ErrorWords.tsx';
import type { Problem } from '../parts/ErrorWords.tsx';
import { PinPad } from '../parts/PinPad.tsx';
import { Sheet } from '../parts/Sheet.tsx';

export type LoadConfirmProps = {
  readonly wish: PurseWish;
  readonly amountText: string;
  /** The same, as people read it. */
  readonly amount: string;
  readonly onLoaded: (purse: PurseView) => void;
  readonly onClose: () => void;
};

export function LoadConfirm({ wish, amountText, amount, onLoaded, onClose }: LoadConfirmProps) {
  const { wallet, install } = useApp();
  const words = useWords();
  const { identity, offline } = wallet.snapshot.value;
  const passkeyIds = identity?.passkeyIds ?? [];
  const first = offline?.purses.every((purse) => purse.state !== 'active') ?? true;
  const hasPasskey = passkeyIds.length > 0 && passkeysWork() && !first;
  const [byPin, setByPin] = useState(!hasPasskey);
  const [busy, setBusy] = useState(false);
  // The first PIN is being set; the money moves right after it.
  const [held, setHeld] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  async function load(prove: () => Promise<Result<LoadProof, ErrorCode>>): Promise<void> {
    setBusy(true);
    setProblem(null);
    const proof = await prove();
    const loaded = proof.ok ? await wallet.api.loadPurse(wish, amountText, proof.value) : proof;
    setBusy(false);
    if (!loaded.ok) return setProblem(loaded);
    void install.askToPersist();
    onLoaded(loaded.value);
  }
  const withPin = (pin: string) => void load(() => Promise.resolve({ ok: true, value: { user: { kind: 'pin', pin }, challenge: null } }));
  const withPasskey = () =>
    load(async () => {
      const challenge = await wallet.api.purseChallenge();
      if (!challenge.ok) return challenge;
      const answer = await confirmWithPasskey(challenge.value, passkeyIds);
      return answer.ok ? { ok: true, value: { user: { kind: 'passkey', assertion: answer.value }, challenge: challenge.value } } : answer;
    });
  // The tap that opened this sheet has asked for it.
  useEffect(() => {
    if (hasPasskey) void withPasskey();
  }, []);

  return (
    <Sheet title={words.purse.loadAmount(amount)} held={busy || held} onClose={onClose}>
      {byPin ? (
        <>
          {first && passkeyIds.length > 0 && <p class="center">{words.purse.firstByPin}</p>}
          <PinStep choose={identity?.pinSet === false} busy={busy} problem={problem} onHeld={setHeld} onPin={withPin} />
        </>
      ) : (
        <>
          {problem !== null && <ErrorBanner problem={problem} />}
          <Button kind="primary" wide busy={busy} onClick={() => void withPasskey()}>
            {busy ? words.purse.loading(amount) : words.purse.loadAmount(amount)}
          </Button>
          {!busy && (
            <Button kind="plain" wide onClick={() => setByPin(true)}>
              {words.pay.confirm.usePin}
            </Button>
          )}
        </>
      )}
      <p class="center quiet" role="status">
        {busy ? words.purse.loading(amount) : ''}
      </p>
    </Sheet>
  );
}

type PinStepProps = {
  readonly choose: boolean;
  readonly busy: boolean;
  readonly problem: Problem | null;
  readonly onHeld: (held: boolean) => void;
  readonly onPin: (pin: string) => void;
};

/** A first PIN is chosen here, and used at once. */
function PinStep({ choose, busy, problem, onHeld, onPin }: PinStepProps) {
  const words = useWords().pay;
  const [chosen, setChosen] = useState(!choose);
  if (!chosen) {
    return (
      <ChoosePin
        onBusy={onHeld}
        onSet={(pin) => {
          setChosen(true);
          onPin(pin);
        }}
      />
    );
  }
  return (
    <>
      {problem !== null && <ErrorLine problem={problem} id="load-problem" />}
      <PinPad label={words.confirm.pinLabel} busy={busy} describedBy={problem === null ? undefined : 'load-problem'} onComplete={onPin} />
    </>
  );
}
