/** How much rests on customers alone, up to which limit, how old the till's lists are, and what the operator's guarantee covers. */
import { formatMoney } from '#i18n/formats.ts';
import type { TillOffline } from '#wallet/api-till.ts';
import { useLocale, useWords } from '../app-context.ts';
import { guaranteeWords } from './guarantee-words.ts';
import { RiskBar } from './RiskBar.tsx';

export function RiskCard({ till, ccy }: { readonly till: TillOffline; readonly ccy: number }) {
  const { pending: words, shell } = useWords();
  const locale = useLocale();
  const money = (minor: number): string => formatMoney(minor, ccy, locale);
  const { amountMinor, ofMinor } = till.atRisk;
  const text = words.risk.text(money(amountMinor), money(ofMinor));
  return (
    <section class="card stack risk-card" aria-labelledby="risk">
      <h2 id="risk">{words.risk.title}</h2>
      <div role="meter" aria-label={words.risk.meter} aria-valuenow={amountMinor} aria-valuemin={0} aria-valuemax={Math.max(ofMinor, amountMinor)} aria-valuetext={text}>
        <RiskBar id="card-risk" amountMinor={amountMinor} ofMinor={ofMinor} />
      </div>
      <p class="risk-figures">{text}</p>
      <p class="small quiet">{amountMinor === 0 ? words.risk.none : amountMinor >= ofMinor ? words.risk.full : words.risk.why}</p>
      {till.halved && <p class="small risk-note">{words.risk.halved}</p>}
      <dl class="risk-facts">
        <div>
          <dt>{words.lists.title}</dt>
          <dd class={till.listAge === 'fresh' ? '' : 'risk-note'}>{words.lists[till.listAge]}</dd>
        </div>
        <div>
          <dt>{words.guarantee.title}</dt>
          <dd>{guaranteeWords(words.guarantee, till.guarantee, ccy, locale)}</dd>
          {till.guarantee.rule !== 'none' && <dd class="quiet">{words.guarantee.terms}</dd>}
        </div>
      </dl>
      <a class="help-link" href="/help/merchant-guarantee">
        {shell.learnMore}
      </a>
    </section>
  );
}
