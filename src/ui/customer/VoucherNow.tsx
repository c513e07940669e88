/** What happens now with a payment that was made with no network: one line, and the article behind it. */
import { errorWords } from '#i18n/error-words.ts';
import { formatMoney, formatTime } from '#i18n/formats.ts';
import { helpForState } from '#help/state-articles.ts';
import type { PayerOffline, VoucherView } from '#wallet/api-payer.ts';
import { useApp, useLocale, useShowing, useWords } from '../app-context.ts';
import { AppealButton } from '../account/AppealButton.tsx';
import { homeAt } from '../models/purse.ts';

export function VoucherNow({ voucher }: { readonly voucher: VoucherView }) {
  const { wallet } = useApp();
  const words = useWords();
  const { offline } = wallet.snapshot.value;
  const purse = offline?.purses.find((held) => held.id === voucher.purseId);
  const why = voucher.state === 'returned' && voucher.reason !== null ? errorWords(words, voucher.reason).title : null;
  return (
    <div class="paper-now">
      {why !== null && <p class="paper-why">{why}</p>}
      <p>
        <NowWords voucher={voucher} />
        {voucher.state === 'returned' && offline !== null && <HomeAt offline={offline} purseId={voucher.purseId} />}
      </p>
      {voucher.frozen && <p class="paper-why">{words.voucher.frozen}</p>}
      <div class="row">
        <a class="help-link" href={`/help/${articleForVoucher(voucher)}`}>
          {words.pay.slip.whatNow}
        </a>
        {voucher.state === 'returned' && purse?.state === 'active' && (
          <a class="help-link" href="/purse">
            {words.purse.title}
          </a>
        )}
      </div>
      {(voucher.state === 'returned' || voucher.frozen) && <AppealButton subject={voucher.frozen ? voucher.purseId : voucher.id} received={voucher.appealed} />}
    </div>
  );
}

function articleForVoucher(voucher: VoucherView): string {
  if (voucher.frozen) return helpForState('frozen');
  return voucher.state === 'settled' && voucher.refundedMinor > 0 ? helpForState('refunded') : helpForState(voucher.state);
}

function NowWords({ voucher }: { readonly voucher: VoucherView }) {
  const words = useWords().voucher.now;
  const locale = useLocale();
  const money = (minor: number) => formatMoney(minor, voucher.ccy, locale);
  switch (voucher.state) {
    case 'signed':
    case 'presented':
      return <>{voucher.code === null ? words.elsewhere : words.shown}</>;
    case 'acked':
      return <>{words.acked}</>;
    case 'settled':
      return <>{voucher.refundedMinor > 0 ? words.refunded(money(voucher.refundedMinor)) : words.settled}</>;
    case 'returned':
      return <>{words.returned(money(voucher.amountMinor))}</>;
    case 'voided':
      return <>{words.voided(money(voucher.amountMinor))}</>;
  }
}

/** What a purse did not pay comes home with it. */
function HomeAt({ offline, purseId }: { readonly offline: PayerOffline; readonly purseId: string }) {
  const words = useWords().voucher;
  const locale = useLocale();
  const { now } = useShowing();
  const at = homeAt(offline, purseId);
  if (at === 'home') return <>{words.homeNow}</>;
  return <>{at === 'later' ? words.homeLater : words.homeAt(formatTime(at, locale, now.timeZone, 'day'))}</>;
}
