/** The newest rows of the server's journal, and that everything adds up to zero. */
import { formatMoney, formatTime } from '#i18n/formats.ts';
import type { DeskText } from './desk-text.ts';
import type { ServerLedger } from './desk-model.ts';

const ROWS = 5;
const PARTY_CHARS = 4;

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
              <td>{shortAccount(row.debit)}</td>
              <td>{shortAccount(row.credit)}</td>
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

/** "user:9f2c…": enough to tell two accounts apart. */
function shortAccount(account: string): string {
  const [kind = '', id = ''] = account.split(':');
  return id.length > PARTY_CHARS * 2 ? `${kind}:${id.slice(0, PARTY_CHARS)}…` : account;
}
