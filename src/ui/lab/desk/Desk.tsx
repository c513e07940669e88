/**
 * The desk: a shopper's phone and a shop's till side by side on one desktop page, each a real install of the app at an origin
 * of its own, and both ledgers beside them. Demo build only; this page has no wallet.
 */
import { useMemo } from 'preact/hooks';
import { enDesk } from '#i18n/en/desk.ts';
import { enPlays } from '#i18n/en/plays.ts';
import { formatMoney } from '#i18n/formats.ts';
import { zhDesk } from '#i18n/zh/desk.ts';
import { zhPlays } from '#i18n/zh/plays.ts';
import { Button } from '#ui/parts/Button.tsx';
import type { Hosts } from '../desk-messages.ts';
import type { DeskText } from '../lab-text.ts';
import { PlayPanel } from '../plays/PlayPanel.tsx';
import { useLanguage } from '../use-language.ts';
import { AtDesk } from './AtDesk.tsx';
import { Books } from './Books.tsx';
import { createDesk } from './desk-model.ts';
import { ServerBook } from './ServerBook.tsx';
import { Stage } from './Stage.tsx';
import { Steps } from './Steps.tsx';
import './desk.css';

export function Desk() {
  return <AtDesk path="/desk">{(hosts) => <DeskAt hosts={hosts} />}</AtDesk>;
}

function DeskAt({ hosts }: { readonly hosts: Hosts }) {
  const desk = useMemo(() => createDesk(window, hosts), [hosts]);
  const { locale, change } = useLanguage(desk.phones, (now) => (now === 'en' ? enDesk : zhDesk).title);
  const text: DeskText = { words: locale === 'en' ? enDesk : zhDesk, locale };
  const { words } = text;
  function reset(): void {
    for (const name of desk.phones.present.value) desk.phones.reset(name);
  }
  return (
    <div class="desk">
      <Stage phones={desk.phones} text={text} />
      <aside class="desk-side">
        <header class="desk-head">
          <div class="desk-title">
            <h1>{words.title}</h1>
            <Button onClick={change}>{words.language}</Button>
            <Button onClick={reset}>{words.reset}</Button>
          </div>
          <p class="quiet">{words.lead}</p>
        </header>
        {desk.player.playing.value === null && <Steps step={desk.step.value} words={words} />}
        <PlayPanel {...desk} words={locale === 'en' ? enPlays : zhPlays} locale={locale} money={(amountMinor, ccy) => formatMoney(amountMinor, ccy, locale)} />
        <Books phones={desk.phones} text={text} />
        <ServerBook ledger={desk.books.ledger.value} text={text} />
      </aside>
    </div>
  );
}
