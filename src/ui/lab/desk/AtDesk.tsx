/** Pages that hold phones work only at the desk's own host: elsewhere this says where it is. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { enDesk } from '#i18n/en/desk.ts';
import { chooseLocale } from '#i18n/translate.ts';
import { zhDesk } from '#i18n/zh/desk.ts';
import { demoHosts, roleOf, type Hosts } from '../desk-messages.ts';

export function AtDesk({ path, children }: { readonly path: string; readonly children: (hosts: Hosts) => JSX.Element }) {
  const hosts = useMemo(() => (roleOf(location.hostname) === 'desk' ? demoHosts(location) : null), []);
  return hosts === null ? <WrongHost path={path} /> : children(hosts);
}

function WrongHost({ path }: { readonly path: string }) {
  const words = chooseLocale(navigator.languages) === 'en' ? enDesk : zhDesk;
  const address = `${location.protocol}//desk.chit.localhost${location.port === '' ? '' : `:${location.port}`}${path}`;
  return (
    <main id="main" class="desk-wrong">
      <p>
        {words.wrongHost} <a href={address}>{address}</a>
      </p>
    </main>
  );
}
