/** What each phone's wallet knows: balance, network, its newest record. */
import { formatMoney, formatTime } from '#i18n/formats.ts';
import type { PhoneTruth } from '../desk-messages.ts';
import type { DeskProps, DeskText, DeskWords } from './desk-text.ts';

export function Books({ desk, text }: DeskProps) {
  const { words } = text;
  return (
    <section class="card desk-books" aria-label={words.ledger}>
      <h2>{words.ledger}</h2>
      <div class="desk-books-two" aria-live="polite">
        <Book name={words.till} truth={desk.phones.till.value.truth} text={text} />
        <Book name={words.shopper} truth={desk.phones.shopper.value.truth} text={text} />
      </div>
    </section>
  );
}

function Book({ name, truth, text }: { readonly name: string; readonly truth: PhoneTruth | null; readonly text: DeskText }) {
  const { words, locale } = text;
  if (truth === null) return <div class="book quiet">{words.starting}</div>;
  const money = (amountMinor: number) => formatMoney(amountMinor, truth.ccy, locale);
  return (
    <div class="book">
      <p class="small quiet">
        {truth.name} · {name}
      </p>
      <p key={truth.balanceMinor} class="book-balance">
        {truth.balanceMinor === null ? '—' : money(truth.balanceMinor)}
      </p>
      <p class="small quiet">
        {words[truth.connection]}
        {truth.waiting > 0 && ` · ${words.waiting(truth.waiting)}`}
      </p>
      <p class="small">{truth.last === null ? words.noRecord : lastWords(truth.last, text, money)}</p>
    </div>
  );
}

function lastWords(last: NonNullable<PhoneTruth['last']>, { words, locale }: DeskText, money: (amountMinor: number) => string): string {
  const time = formatTime(last.atMs, locale, Intl.DateTimeFormat().resolvedOptions().timeZone, 'time');
  return `${time} ${stateWords(last.state, words)} ${money(last.amountMinor)}`;
}

function stateWords(state: string, words: DeskWords): string {
  return Object.hasOwn(words.states, state) ? words.states[state as keyof DeskWords['states']] : state;
}
