/** The newest rows of the server's journal, and that everything adds up to zero. */
import { formatMoney, formatTime } from '#i18n/formats.ts';
import { deviceZone } from '#ui/models/now.ts';
import { accountWords } from '../account-words.ts';
import type { DeskText } from '../lab-text.ts';
import type { ServerLedger } from '../ledger-model.ts';

const ROWS = 4;

export function ServerBook({ ledger, text, rows = ROWS }: { readonly ledger: ServerLedger; readonly text: DeskText; readonly rows?: number }) {
  const { words, locale } = text;
  if (ledger === null) return null;
  if (ledger === 'unreachable') return <section class="card desk-server quiet">{words.unreachable}</section>;
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
          {ledger.postings.slice(0, rows).map((row) => (
            <tr key={`${row.ref} ${row.debit} ${row.credit}`}>
              <td>{formatTime(row.atMs, locale, deviceZone, 'time')}</td>
              <td>{accountWords(row.debit, ledger, words)}</td>
              <td>{accountWords(row.credit, ledger, words)}</td>
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
