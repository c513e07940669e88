/** The newest rows of the server's journal, and that everything adds up to zero. */
import { formatMoney, formatTime } from '#i18n/formats.ts';
import type { DeskText, DeskWords } from './desk-text.ts';
import type { ServerLedger } from './desk-model.ts';

const ROWS = 4;
const ID_CHARS = 4;

export function ServerBook({ ledger, text }: { readonly ledger: ServerLedger; readonly text: DeskText }) {
  const { words, locale } = text;
  if (ledger === null) return null;
  if (ledger === 'unreachable') return <section class="card desk-server quiet">{words.unreachable}</section>;
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <section class="card desk-server" aria-label={words.serverLedger}>
      <h2>{words.serverLedger}</h2>
      <p class="small quiet">{words.serverHint}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.colTime}</th>
            <th scope="col">{words.colDebit}</th>
            <th scope="col">{words.colCredit}</th>
            <th scope="col" class="server-sum">{words.colAmount}</th>
          </tr>
        </thead>
        <tbody>
          {ledger.postings.slice(0, ROWS).map((row) => (
            <tr key={row.ref}>
              <td>{formatTime(row.atMs, locale, timeZone, 'time')}</td>
              <td>{shownAccount(row.debit, words)}</td>
              <td>{shownAccount(row.credit, words)}</td>
              <td class="server-sum">{formatMoney(row.amountMinor, ledger.ccy, locale)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={3}>
              {words.sum} · {ledger.sumMinor === 0 ? words.balanced : words.unbalanced}
            </th>
            <td class="server-sum">{formatMoney(ledger.sumMinor, ledger.ccy, locale)}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

/** "Shopper 9f2c": who it is, and enough of the id to tell two of them apart. An account of another kind stands as it is. */
function shownAccount(account: string, words: DeskWords): string {
  const [kind = '', id = ''] = account.split(':');
  if (!Object.hasOwn(words.accounts, kind)) return account;
  const who = words.accounts[kind as keyof DeskWords['accounts']];
  return kind === 'ext' ? who : `${who} ${id.slice(0, ID_CHARS)}`;
}
