/** How payments are confirmed: the PIN, and passkeys. Changing either needs the PIN first. A till pays nothing: it has the PIN to be restored by. */
import { useState } from 'preact/hooks';
import type { Err } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { IdentityView } from '#wallet/api.ts';
import { useApp, useWords } from '../app-context.ts';
import { createPasskey, passkeysWork } from '../passkey.ts';
import { Button } from '../parts/Button.tsx';
import { ErrorLine } from '../parts/ErrorWords.tsx';
import type { Problem } from '../parts/ErrorWords.tsx';
import { PinPad } from '../parts/PinPad.tsx';
import { Sheet } from '../parts/Sheet.tsx';
import { ChoosePin } from './ChoosePin.tsx';

export function SecuritySection({ identity }: { readonly identity: IdentityView }) {
  const words = useWords();
  const [open, setOpen] = useState<'none' | 'pin' | 'passkey'>('none');
  const [said, setSaid] = useState('');
  const { me } = words.shell;
  const till = identity.kind === 'merchant';
  const close = (message: string) => {
    setOpen('none');
    setSaid(message);
  };
  return (
    <section class="card me-section" aria-labelledby="security">
      <h2 id="security">{till ? me.tillPin : me.security}</h2>
      {till && <p>{me.tillPinWhy}</p>}
      <p>{identity.pinSet ? me.pinSet : me.pinUnset}</p>
      <Button wide onClick={() => setOpen('pin')}>
        {identity.pinSet ? me.pinChange : me.pinCreate}
      </Button>
      {till ? null : passkeysWork() ? (
        <>
          <p>{me.passkeys(identity.passkeyIds.length)}</p>
          <Button wide onClick={() => setOpen('passkey')}>
            {me.passkeyAdd}
          </Button>
        </>
      ) : (
        <p class="quiet">{me.passkeyUnsupported}</p>
      )}
      <p role="status">{said}</p>
      {open === 'pin' && <PinChange pinSet={identity.pinSet} why={till ? me.tillPinWhy : undefined} onClose={close} />}
      {open === 'passkey' && <PasskeyAdd pinSet={identity.pinSet} onClose={close} />}
    </section>
  );
}

type StepProps = { readonly pinSet: boolean; readonly onClose: (said: string) => void };

function PinChange({ pinSet, why, onClose }: StepProps & { readonly why: string | undefined }) {
  const { wallet } = useApp();
  const words = useWords().pay;
  const [current, setCurrent] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [held, setHeld] = useState(false);
  const asking = pinSet && current === null;
  function onRefused(refused: Problem): void {
    setProblem(refused);
    setCurrent(null);
  }
  /** The server is asked for what only the PIN gives, and which changes nothing, so that a wrong one is told before a new one is chosen. */
  async function check(pin: string): Promise<void> {
    setHeld(true);
    const given = await wallet.api.passkeyOptions(pin);
    setHeld(false);
    const right = given.ok || given.error === 'TOO_MANY_DEVICES';
    setProblem(right ? null : given);
    if (right) setCurrent(pin);
  }
  return (
    <Sheet title={asking ? words.pin.currentTitle : words.pin.setTitle} held={held} onClose={() => onClose('')}>
      {asking ? (
        <>
          {problem && <ErrorLine problem={problem} id="current-problem" />}
          <PinPad label={words.pin.currentLabel} busy={held} describedBy={problem ? 'current-problem' : undefined} onComplete={(pin) => void check(pin)} />
        </>
      ) : (
        <ChoosePin why={why} current={current === null ? undefined : { pin: current, onRefused }} onBusy={setHeld} onSet={() => onClose(words.pin.done)} />
      )}
    </Sheet>
  );
}

/** The server asks for the PIN before it takes a passkey; who has none yet chooses it here. */
function PasskeyAdd({ pinSet, onClose }: StepProps) {
  const { wallet } = useApp();
  const words = useWords();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Err<ErrorCode> | null>(null);

  async function add(pin: string): Promise<void> {
    setBusy(true);
    setProblem(await addPasskey(pin));
    setBusy(false);
  }
  async function addPasskey(pin: string): Promise<Err<ErrorCode> | null> {
    const options = await wallet.api.passkeyOptions(pin);
    if (!options.ok) return options;
    const made = await createPasskey(options.value);
    if (!made.ok) return made;
    const added = await wallet.api.addPasskey(made.value);
    if (!added.ok) return added;
    onClose(words.shell.me.passkeyAdded);
    return null;
  }

  return (
    <Sheet title={words.shell.me.passkeyAdd} held={busy} onClose={() => onClose('')}>
      {pinSet ? (
        <>
          <p class="center">{words.pay.pin.currentTitle}</p>
          {problem && <ErrorLine problem={problem} id="passkey-problem" />}
          <PinPad label={words.pay.pin.currentLabel} busy={busy} describedBy={problem ? 'passkey-problem' : undefined} onComplete={(pin) => void add(pin)} />
        </>
      ) : (
        <ChoosePin onBusy={setBusy} onSet={(pin) => void add(pin)} />
      )}
    </Sheet>
  );
}
