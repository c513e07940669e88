/** "What happens now" of a sale, in words, with the server's reason where there is one, and the way to the article about it. */
import type { Catalogue } from '#i18n/catalogue.ts';
import { formatMoney, formatTime } from '#i18n/formats.ts';
import { unreachable } from '#base/assert.ts';
import type { SaleView } from '#wallet/api-till.ts';
import { useLocale, useShowing, useWords } from '../app-context.ts';
import { outcomeOf, owesRefund } from '../models/sale-outcome.ts';
import type { Outcome } from '../models/sale-outcome.ts';
import { saleArticle, tillWords } from './take-words.ts';

type Texts = { readonly money: (amountMinor: number) => string; readonly day: (atMs: number) => string };

export function SaleNow({ sale }: { readonly sale: SaleView }) {
  const words = useWords();
  const locale = useLocale();
  const { now } = useShowing();
  const outcome = outcomeOf(sale);
  const { claim } = sale;
  const money = (amountMinor: number): string => formatMoney(amountMinor, sale.ccy, locale);
  const day = (atMs: number): string => formatTime(atMs, locale, now.timeZone, 'day');
  const reason = claim?.code && outcome === 'lost' ? tillWords(words, { error: claim.code }) : null;
  const partly = claim !== null && claim.refundedMinor > 0 && outcome !== 'refunded';
  return (
    <div class="sale-now stack">
      <p class="center">{nowOf(sale, outcome, words, { money, day })}</p>
      {reason !== null && (
        <p class="center">
          <strong>{reason.title}</strong>
        </p>
      )}
      {owesRefund(sale) && <p class="center">{words.claims.paidTwice}</p>}
      {partly && <p class="center">{words.claims.now.partlyRefunded(money(claim.refundedMinor))}</p>}
      {claim?.refundRefused != null && (
        <p class="center">
          <strong>{words.claims.refund.refusedTitle}</strong> {tillWords(words, { error: claim.refundRefused }).title}
        </p>
      )}
      {claim?.conflicted && outcome !== 'paid' && <p class="center small">{words.claims.conflicted}</p>}
      <p class="center">
        <a class="help-link" href={`/help/${saleArticle(outcome)}`}>
          {words.take.what}
        </a>
      </p>
    </div>
  );
}

function nowOf({ claim }: SaleView, outcome: Outcome, { till, claims }: Catalogue, { money, day }: Texts): string {
  switch (outcome) {
    case 'open':
    case 'paid':
    case 'cancelled':
    case 'expired':
      return till.saleNow[outcome];
    case 'held':
      return claim?.untilMs == null ? claims.now.heldSoon : claims.now.held(day(claim.untilMs));
    case 'late':
      return claims.now.late(day(claim?.untilMs ?? 0));
    case 'short':
      return claims.now.short(money(claim?.paidMinor ?? 0));
    case 'asking':
    case 'accepted':
    case 'guaranteed':
    case 'lost':
    case 'refunded':
    case 'voided':
      return claims.now[outcome];
    default:
      return unreachable(outcome);
  }
}
