/** One phone on the desk: a frame at the phone's own origin, so that its storage, service worker and cookie are its own. */
import { useCallback } from 'preact/hooks';
import type { PhoneName } from '#faults/phones.ts';
import type { DeskPhones } from '../desk-phones.ts';
import type { DeskText } from '../lab-text.ts';

export type PhoneProps = { readonly phones: DeskPhones; readonly name: PhoneName; readonly text: DeskText };

/** What a phone may use inside the frame. */
const ALLOW = 'camera; publickey-credentials-get; publickey-credentials-create; clipboard-read; clipboard-write; screen-wake-lock';

export function Phone({ phones, name, text }: PhoneProps) {
  const { words } = text;
  const attach = useCallback((frame: HTMLIFrameElement | null) => phones.attach(name, frame), [phones, name]);
  const { till, shopper } = phones.facing.value;
  const away = name !== till && name !== shopper;
  const label = words.phones[name];
  return (
    <figure class={`phone${away ? ' phone-away' : ''}${phones.lookedAt.value === name ? ' phone-looked-at' : ''}`} aria-hidden={away || undefined}>
      <figcaption class="phone-label">
        <span class="phone-name">
          <strong>{label}</strong>
          <span class="quiet small" role="status">{statusOf(phones, name, text)}</span>
        </span>
        <NetworkSwitch phones={phones} name={name} text={text} />
      </figcaption>
      <div class="phone-case">
        <iframe class="phone-screen" src={`${phones.hosts[name]}/`} title={words.phoneLabel(label)} allow={ALLOW} ref={attach} />
      </div>
    </figure>
  );
}

function statusOf(phones: DeskPhones, name: PhoneName, { words }: DeskText): string {
  if (phones.phones[name].value.truth === null) return words.starting;
  const { till, shopper } = phones.facing.value;
  if (name !== shopper) return '';
  return phones.phones[till].value.shows === null ? words.seesNothing : words.sees;
}

function NetworkSwitch({ phones, name, text: { words } }: PhoneProps) {
  const faults = phones.phones[name].value.faults;
  const on = faults?.armed.network !== 'off';
  return (
    <button
      type="button"
      role="switch"
      class={`network-switch${on ? '' : ' network-off'}`}
      aria-checked={on}
      aria-label={words.network(words.phones[name])}
      disabled={faults === null}
      onClick={() => void phones.ask(name, { do: 'arm', change: { network: on ? 'off' : 'on' } })}
    >
      <span class="network-knob" aria-hidden="true" />
      {on ? words.networkOn : words.networkOff}
    </button>
  );
}
