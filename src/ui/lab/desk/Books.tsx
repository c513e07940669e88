/** What each phone's wallet knows: balance, network, its newest record. */
import { formatMoney, formatTime } from '#i18n/formats.ts';
import { deviceZone } from '#ui/models/now.ts';
import type { PhoneTruth } from '../desk-messages.ts';
import type { DeskPhones } from '../desk-phones.ts';
import type { DeskText, DeskWords } from '../lab-text.ts';

export function Books({ phones, text }: { readonly phones: DeskPhones; readonly text: DeskText }) {
  const { words } = text;
  const { till, shopper } = phones.facing.value;
  return (
    <section class="card desk-books" aria-label={words.ledger}>
      <h2>{words.ledger}</h2>
      <div class="desk-books-two" aria-live="polite">
        <Book name={words.phones[till]} truth={phones.phones[till].value.truth} text={text} />
        <Book name={words.phones[shopper]} truth={phones.phones[shopper].value.truth} text={text} />
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
      {truth.purse !== null && (
        <p class="small book-purse">
          {words.purse(money(truth.purse.spendableMinor))}
          {truth.purse.state !== 'active' && ` · ${purseState(truth.purse.state, words)}`}
        </p>
      )}
      {truth.unsettled.count > 0 && <p class="small book-pending">{words.unsettled(truth.unsettled.count, money(truth.unsettled.amountMinor))}</p>}
      <p class="small">{truth.last === null ? words.noRecord : lastWords(truth.last, text, money)}</p>
    </div>
  );
}

function lastWords(last: NonNullable<PhoneTruth['last']>, { words, locale }: DeskText, money: (amountMinor: number) => string): string {
  const time = formatTime(last.atMs, locale, deviceZone, 'time');
  return `${time} ${stateWords(last.state, words)} ${money(last.amountMinor)}`;
}

function purseState(state: string, words: DeskWords): string {
  return Object.hasOwn(words.purseStates, state) ? words.purseStates[state as keyof DeskWords['purseStates']] : state;
}

function stateWords(state: string, words: DeskWords): string {
  return Object.hasOwn(words.states, state) ? words.states[state as keyof DeskWords['states']] : state;
}
