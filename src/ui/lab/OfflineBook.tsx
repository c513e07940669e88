/** What the server knows of offline purses: which are proved to have been spent twice, who paid each voucher, and who holds what. */
import { formatMoney } from '#i18n/formats.ts';
import { accountWords } from './account-words.ts';
import type { LabText } from './lab-text.ts';
import type { ServerLedger } from './ledger-model.ts';

const ID_CHARS = 4;

export function OfflineBook({ ledger, text }: { readonly ledger: ServerLedger; readonly text: LabText }) {
  const { lab, words, locale } = text;
  if (ledger === null || ledger === 'unreachable') return null;
  const money = (amountMinor: number) => formatMoney(amountMinor, ledger.ccy, locale);
  return (
    <>
      <h2>{lab.balances}</h2>
      <table class="lab-book">
        <thead>
          <tr>
            <th scope="col">{lab.columns.account}</th>
            <th scope="col" class="server-sum">
              {lab.columns.balance}
            </th>
          </tr>
        </thead>
        <tbody>
          {ledger.balances.map(({ account, balanceMinor }) => (
            <tr key={account}>
              <td>{accountWords(account, ledger, words)}</td>
              <td class="server-sum">{money(balanceMinor)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h2>{lab.purses}</h2>
      {ledger.purses.length === 0 && <p class="quiet small">{lab.noPurse}</p>}
      {ledger.purses.map(({ id, limMinor, proved }) => (
        <section key={id} class="lab-purse">
          <p>
            <strong>{id.slice(0, ID_CHARS)}</strong> · {money(limMinor)} · <span class={proved ? 'lab-proved' : 'quiet'}>{proved ? lab.proved : lab.clean}</span>
          </p>
          <table class="lab-book">
            <tbody>
              {ledger.vouchers
                .filter(({ purseId }) => purseId === id)
                .map((voucher) => (
                  <tr key={voucher.vid}>
                    <td>{voucher.vid.slice(0, ID_CHARS)}</td>
                    <td>{accountWords(`mer:${voucher.merchantId}`, ledger, words)}</td>
                    <td class="server-sum">{money(voucher.amountMinor)}</td>
                    <td>
                      {lab.states[voucher.state]}
                      {voucher.reserveMinor > 0 && ` · ${lab.byReserve} ${money(voucher.reserveMinor)}`}
                      {voucher.guaranteeMinor > 0 && ` · ${lab.byGuarantee} ${money(voucher.guaranteeMinor)}`}
                    </td>
                  </tr>
                ))}
            </tbody>
          </table>
        </section>
      ))}
    </>
  );
}
