/**
 * The desk: a shopper's phone and a shop's till side by side on one desktop page, each a real install of the app at an origin
 * of its own, and both ledgers beside them. Demo build only; this page has no wallet.
 */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { enDesk } from '#i18n/en/desk.ts';
import { chooseLocale, type Locale } from '#i18n/translate.ts';
import { zhDesk } from '#i18n/zh/desk.ts';
import { Button } from '../../parts/Button.tsx';
import { demoHosts, roleOf, type Hosts } from '../desk-messages.ts';
import { createDesk } from './desk-model.ts';
import type { DeskText, DeskWords } from './desk-text.ts';
import { Books } from './Books.tsx';
import { Phone } from './Phone.tsx';
import { ServerBook } from './ServerBook.tsx';
import { Steps } from './Steps.tsx';
import './desk.css';

export function Desk() {
  const hosts = useMemo(() => (roleOf(location.hostname) === 'desk' ? demoHosts(location) : null), []);
  return hosts === null ? <WrongHost /> : <DeskAt hosts={hosts} />;
}

function DeskAt({ hosts }: { readonly hosts: Hosts }) {
  const desk = useMemo(() => createDesk(window, hosts), [hosts]);
  const [locale, setLocale] = useState<Locale>(chooseLocale(navigator.languages));
  const words: DeskWords = locale === 'en' ? enDesk : zhDesk;
  const text: DeskText = { words, locale };
  useEffect(() => {
    document.documentElement.lang = locale;
    document.title = words.title;
  }, [locale, words]);
  function switchLanguage(): void {
    const next = locale === 'en' ? 'zh-CN' : 'en';
    setLocale(next);
    desk.say(next);
  }
  return (
    <div class="desk">
      <main id="main" class="desk-phones">
        <Phone role="till" origin={hosts.till} desk={desk} label={words.till} text={text} />
        <Phone role="shopper" origin={hosts.shopper} desk={desk} label={words.shopper} text={text} />
      </main>
      <aside class="desk-side">
        <header class="desk-head">
          <div class="desk-title">
            <h1>{words.title}</h1>
            <Button onClick={switchLanguage}>{words.language}</Button>
            <Button onClick={() => desk.reset()}>{words.reset}</Button>
          </div>
          <p class="quiet">{words.lead}</p>
        </header>
        <Steps step={desk.step.value} words={words} />
        <Books desk={desk} text={text} />
        <ServerBook ledger={desk.ledger.value} text={text} />
      </aside>
    </div>
  );
}

function WrongHost() {
  const words = chooseLocale(navigator.languages) === 'en' ? enDesk : zhDesk;
  const address = `${location.protocol}//desk.chit.localhost${location.port === '' ? '' : `:${location.port}`}/desk`;
  return (
    <main id="main" class="desk-wrong">
      <p>
        {words.wrongHost} <a href={address}>{address}</a>
      </p>
    </main>
  );
}
