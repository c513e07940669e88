/** Money set aside for one shop each. */
import { formatMoney, formatTime } from '#i18n/formats.ts';
import type { PayerOffline, PurseView } from '#wallet/api-payer.ts';
import { useApp, useLocale, useShowing, useWords } from '../app-context.ts';
import { canLoad, shopName, shopsToKeep, tabsOf } from '../models/purse.ts';
import { useReadBack } from '../models/use-read-back.ts';
import { AppealButton } from '../account/AppealButton.tsx';
import { Button } from '../parts/Button.tsx';
import { Money } from '../parts/Money.tsx';
import { EndPurse } from './EndPurse.tsx';
import { PurseBar } from './PurseFill.tsx';

/** As many as a regular has shops. */
const SHOPS_SHOWN = 3;

type Ending = { readonly onEnd: (tab: PurseView) => void };

export function PurseTabs({ offline, onEnd }: Ending & { readonly offline: PayerOffline }) {
  const { wallet } = useApp();
  const words = useWords().purse;
  const tabs = tabsOf(offline);
  const shops = canLoad(offline) ? shopsToKeep(wallet.snapshot.value.recent, offline, SHOPS_SHOWN) : [];
  if (tabs.length + shops.length === 0) return null;
  return (
    <section class="stack" aria-labelledby="tabs">
      <h2 id="tabs">{tabs.length > 0 ? words.tabs : words.forShops}</h2>
      <p class="quiet small">{words.tabsWhat}</p>
      {tabs.map((tab) => (
        <PurseTab key={tab.id} tab={tab} offline={offline} onEnd={onEnd} />
      ))}
      {shops.map(({ merchantId, name }) => (
        <Button key={merchantId} href={`/purse/load?shop=${merchantId}`} wide>
          <bdi>{words.tabWish(name)}</bdi>
        </Button>
      ))}
    </section>
  );
}

function PurseTab({ tab, offline, onEnd }: Ending & { readonly tab: PurseView; readonly offline: PayerOffline }) {
  const words = useWords().purse;
  const locale = useLocale();
  const { now } = useShowing();
  const name = useShopName(tab.merchantId ?? '');
  return (
    <div class="card purse-tab">
      <div class="row spread">
        <h3 class="purse-tab-name">
          <bdi>{name}</bdi>
        </h3>
        <Money amountMinor={tab.state === 'frozen' ? tab.leftMinor : tab.spendableMinor} ccy={tab.ccy} size="large" />
      </div>
      <PurseBar partMinor={tab.spendableMinor} wholeMinor={offline.limMinor} />
      {tab.state === 'frozen' ? (
        <>
          <p class="small as-of-offline">{words.frozenShort}</p>
          <AppealButton subject={tab.id} received={tab.appealed} />
        </>
      ) : (
        <>
          <p class="small quiet">{words.left(formatMoney(tab.spendableMinor, tab.ccy, locale), formatMoney(offline.limMinor, tab.ccy, locale))}</p>
          <p class="small quiet">{now.nowMs.value > tab.expMs ? words.expired : words.until(formatTime(tab.expMs, locale, now.timeZone, 'day-time'))}</p>
          {canLoad(offline) && (
            <Button href={`/purse/load?shop=${tab.merchantId}`} wide>
              {words.more}
            </Button>
          )}
          <EndPurse purse={tab} onAsk={onEnd} />
        </>
      )}
    </div>
  );
}

export function useShopName(merchantId: string): string {
  const words = useWords().purse;
  const read = useReadBack((records) => merchantId === '' || shopName(records, merchantId) !== null, merchantId);
  return shopName(read, merchantId) ?? words.someShop(merchantId.slice(0, 8));
}
