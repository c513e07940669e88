/** One phone on the desk: a frame at the phone's own origin, so that its storage, service worker and cookie are its own. */
import { useCallback } from 'preact/hooks';
import type { PhoneRole } from '../desk-messages.ts';
import type { DeskProps } from './desk-text.ts';

export type PhoneProps = DeskProps & { readonly role: PhoneRole; readonly origin: string; readonly label: string };

/** What a phone may use inside the frame. */
const ALLOW = 'camera; publickey-credentials-get; publickey-credentials-create; clipboard-read; clipboard-write; screen-wake-lock';

export function Phone({ role, origin, desk, label, text }: PhoneProps) {
  const { words } = text;
  const attach = useCallback((frame: HTMLIFrameElement | null) => desk.attach(role, frame), [desk, role]);
  const sees = role === 'shopper' && desk.phones.till.value.shows !== null;
  const started = desk.phones[role].value.truth !== null;
  return (
    <figure class="phone">
      <figcaption class="phone-label">
        <strong>{label}</strong>
        <span class="quiet small" role="status">
          {!started ? words.starting : role === 'shopper' ? (sees ? words.sees : words.seesNothing) : words.playMoney}
        </span>
      </figcaption>
      <div class="phone-case">
        <iframe class="phone-screen" src={`${origin}/`} title={words.phoneLabel(label)} allow={ALLOW} ref={attach} />
      </div>
    </figure>
  );
}
