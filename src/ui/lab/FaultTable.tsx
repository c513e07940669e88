/** Every fault as a control, a column for each phone in view. Lasting ones are choices, the others buttons; what a phone could not do is said. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { type Armed, ONCE } from '#faults/armed.ts';
import type { PhoneName } from '#faults/phones.ts';
import { formatTime } from '#i18n/formats.ts';
import { deviceZone } from '#ui/models/now.ts';
import type { PhoneFaults, Task } from './desk-messages.ts';
import type { DeskPhones } from './desk-phones.ts';
import { clockOf, CLOCKS, DELAYS_MS, skewOf } from './fault-choices.ts';
import type { LabText } from './lab-text.ts';

type FaultProps = {
  readonly phones: DeskPhones;
  readonly text: LabText;
  /** From left to right. */
  readonly names: readonly PhoneName[];
  readonly ask: (name: PhoneName, task: Task) => Promise<void>;
};

export function FaultTable({ phones, text }: Pick<FaultProps, 'phones' | 'text'>) {
  const { lab, words } = text;
  const { till, shopper } = phones.facing.value;
  const [failed, setFailed] = useState<PhoneName | null>(null);
  const ask = async (name: PhoneName, task: Task): Promise<void> => {
    setFailed(null);
    if (!(await phones.ask(name, task)).ok) setFailed(name);
  };
  const given: FaultProps = { phones, text, ask, names: [till, shopper] };
  return (
    <>
      <table class="lab-faults" aria-label={lab.faultsOf}>
        <thead>
          <tr>
            <td />
            {given.names.map((name) => (
              <th key={name} scope="col">
                {words.phones[name]}
              </th>
            ))}
          </tr>
        </thead>
        <Group words={lab.lasting}>
          <Lasting {...given} />
        </Group>
        <Group words={lab.once}>
          <Single {...given} />
        </Group>
        <Group words={lab.now}>
          <Storage {...given} />
          <Deeds {...given} />
        </Group>
      </table>
      <p class="lab-failed" role="status">
        {failed !== null && `${words.phones[failed]} · ${lab.failed}`}
      </p>
    </>
  );
}

function Lasting(given: FaultProps) {
  const { lab } = given.text;
  return (
    <>
      <Choice {...given} label={lab.faults.network} options={[['on', lab.on], ['off', lab.off]]} valueOf={({ network }) => network} change={(value) => ({ network: value === 'off' ? 'off' : 'on' })} />
      <Choice {...given} label={lab.faults.delay} options={DELAYS_MS.map((delayMs) => [String(delayMs), delayMs === 0 ? lab.none : lab.seconds(delayMs / 1_000)])} valueOf={({ delayMs }) => String(delayMs)} change={(value) => ({ delayMs: Number(value) })} />
      <Choice {...given} label={lab.faults.clock} options={CLOCKS.map((clock) => [clock, clock === 'right' ? lab.right : lab.clocks[clock]])} valueOf={clockOf} change={(value) => ({ skewMs: skewOf(CLOCKS.find((clock) => clock === value) ?? 'right', Date.now()) })} />
      <Choice {...given} label={lab.faults.disk} options={[['room', lab.room], ['full', lab.full]]} valueOf={({ disk }) => disk} change={(value) => ({ disk: value === 'full' ? 'full' : 'room' })} />
    </>
  );
}

function Single(given: FaultProps) {
  const { ask, text } = given;
  return (
    <>
      {ONCE.map((once) => (
        <Row key={once} {...given} label={text.lab.faults[once]} hint={text.lab.hints[once]}>
          {(name, { armed }) => {
            const set = armed.once.includes(once);
            const others = armed.once.filter((other) => other !== once);
            return (
              <Deed label={`${text.lab.faults[once]} · ${text.words.phones[name]}`} pressed={set} onPress={() => void ask(name, { do: 'arm', change: { once: set ? others : [...others, once] } })}>
                {set ? text.lab.armed : text.lab.arm}
              </Deed>
            );
          }}
        </Row>
      ))}
    </>
  );
}

function Storage(given: FaultProps) {
  const { ask, text } = given;
  const { lab, words } = text;
  return (
    <>
      <Row {...given} label={lab.faults.keep}>
        {(name, { keptAtMs }) => (
          <>
            <Deed label={`${lab.faults.keep} · ${words.phones[name]}`} onPress={() => void ask(name, { do: 'keep' })}>
              {lab.act}
            </Deed>
            <span class="quiet small lab-hint">{keptAtMs === null ? lab.nothingKept : lab.keptAt(formatTime(keptAtMs, text.locale, deviceZone, 'time'))}</span>
          </>
        )}
      </Row>
      <Row {...given} label={lab.faults['roll-back']} hint={lab.hints['roll-back']}>
        {(name, { keptAtMs }) => (
          <Deed label={`${lab.faults['roll-back']} · ${words.phones[name]}`} disabled={keptAtMs === null} onPress={() => void ask(name, { do: 'roll-back' })}>
            {lab.act}
          </Deed>
        )}
      </Row>
    </>
  );
}

const DEEDS = ['kill-worker', 'evict', 'new-version'] as const;

function Deeds(given: FaultProps) {
  const { phones, ask, text, names } = given;
  const { lab, words } = text;
  return (
    <>
      {DEEDS.map((deed) => (
        <Row key={deed} {...given} label={lab.faults[deed]} hint={lab.hints[deed]}>
          {(name) => (
            <Deed label={`${lab.faults[deed]} · ${words.phones[name]}`} onPress={() => void ask(name, { do: deed })}>
              {lab.act}
            </Deed>
          )}
        </Row>
      ))}
      {names.includes('twin') && (
        <Row {...given} label={lab.faults.become} hint={lab.hints.become}>
          {(name) =>
            name === 'twin' && (
              <Deed label={`${lab.faults.become} · ${words.phones[name]}`} onPress={() => void becomeShopper(phones, ask)}>
                {lab.act}
              </Deed>
            )
          }
        </Row>
      )}
    </>
  );
}

/** The shopper's rows and key, as the browser clones them, into the twin's storage. */
async function becomeShopper(phones: DeskPhones, ask: FaultProps['ask']): Promise<void> {
  const { value } = await phones.ask('shopper', { do: 'copy' });
  await ask('twin', { do: 'become', copy: value });
}

type RowProps = FaultProps & { readonly label: string; readonly hint?: string; readonly children: (name: PhoneName, faults: PhoneFaults) => ComponentChildren };

function Row({ phones, names, text, label, hint, children }: RowProps) {
  return (
    <tr>
      <th scope="row">
        {label}
        {hint !== undefined && <span class="quiet small lab-hint">{hint}</span>}
      </th>
      {names.map((name) => {
        const { faults } = phones.phones[name].value;
        return <td key={name}>{faults === null ? <span class="quiet small">{text.lab.notThere}</span> : children(name, faults)}</td>;
      })}
    </tr>
  );
}

type ChoiceProps = FaultProps & {
  readonly label: string;
  readonly options: readonly (readonly [value: string, words: string])[];
  readonly valueOf: (armed: Armed) => string;
  readonly change: (value: string) => Partial<Armed>;
};

function Choice({ label, options, valueOf, change, ...given }: ChoiceProps) {
  return (
    <Row {...given} label={label}>
      {(name, { armed }) => (
        <select aria-label={`${label} · ${given.text.words.phones[name]}`} value={valueOf(armed)} onChange={(event) => void given.ask(name, { do: 'arm', change: change(event.currentTarget.value) })}>
          {options.map(([value, shown]) => (
            <option key={value} value={value}>
              {shown}
            </option>
          ))}
        </select>
      )}
    </Row>
  );
}

function Group({ words, children }: { readonly words: string; readonly children: ComponentChildren }) {
  return (
    <tbody>
      <tr>
        <th class="lab-group small" scope="rowgroup" colSpan={3}>
          {words}
        </th>
      </tr>
      {children}
    </tbody>
  );
}

type DeedProps = { readonly label: string; readonly pressed?: boolean; readonly disabled?: boolean; readonly onPress: () => void; readonly children: ComponentChildren };

function Deed({ label, pressed, disabled = false, onPress, children }: DeedProps) {
  return (
    <button type="button" class="lab-deed" aria-label={label} aria-pressed={pressed} disabled={disabled} onClick={onPress}>
      {children}
    </button>
  );
}
