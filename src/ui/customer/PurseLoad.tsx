/** Money from the balance into the purse, or into a shop's tab: how much, then passkey or PIN, then what is in it now. */
import { useRoute } from 'preact-iso/router';
import { useState } from 'preact/hooks';
import { formatMoney, formatTime } from '#i18n/formats.ts';
import type { PayerOffline, PurseView, PurseWish } from '#wallet/api-payer.ts';
import { useApp, useLocale, useShowing, useWords } from '../app-context.ts';
import { canLoad, presetsOf, roomMinor } from '../models/purse.ts';
import { AmountField } from '../parts/AmountField.tsx';
import { pressKey, readEntry } from '../parts/amount-entry.ts';
import type { AmountEntry } from '../parts/amount-entry.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';
import { Keypad } from '../parts/Keypad.tsx';
import { Money } from '../parts/Money.tsx';
import { Seal } from '../parts/Seal.tsx';
import { Slip } from '../parts/Slip.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import { HalvedNote } from './HalvedNote.tsx';
import { LoadConfirm } from './LoadConfirm.tsx';
import { useShopName } from './PurseTabs.tsx';
import { decimalText } from '#i18n/formats.ts';
import './purse-load.css';

const SHOP_ID = /^[0-9a-f]{16}$/;

export function PurseLoad() {
  const { wallet } = useApp();
  const words = useWords().purse;
  const { offline, identity } = wallet.snapshot.value;
  const shop = useRoute().query['shop'] ?? '';
  const wish: PurseWish = SHOP_ID.test(shop) ? { kind: 'tab', merchantId: shop } : { kind: 'open' };
  const name = useShopName(shop);
  const [loaded, setLoaded] = useState<PurseView | null>(null);
  return (
    <>
      <TopBar title={wish.kind === 'tab' ? words.tabFor(name) : words.loadTitle} back="/purse" help="offline-purse" />
      <main class="page" id="main" tabIndex={-1}>
        {loaded !== null ? <Loaded purse={loaded} /> : offline !== null && identity !== null && <LoadForm wish={wish} offline={offline} ccy={identity.ccy} onLoaded={setLoaded} />}
      </main>
    </>
  );
}

type FormProps = { readonly wish: PurseWish; readonly offline: PayerOffline; readonly ccy: number; readonly onLoaded: (purse: PurseView) => void };

function LoadForm({ wish, offline, ccy, onLoaded }: FormProps) {
  const { wallet } = useApp();
  const words = useWords();
  const locale = useLocale();
  const { balance, connection } = wallet.snapshot.value;
  const [entry, setEntry] = useState<AmountEntry>(readEntry('', ccy));
  const [confirming, setConfirming] = useState(false);
  const money = (minor: number) => formatMoney(minor, ccy, locale);
  const mostMinor = Math.min(roomOf(offline, wish), balance?.amountMinor ?? Number.MAX_SAFE_INTEGER);
  const amountMinor = entry.kind === 'amount' ? entry.amountMinor : null;
  const tooMuch = amountMinor !== null && amountMinor > mostMinor;
  const set = (minor: number) => setEntry(readEntry(decimalText(minor, ccy), ccy));
  if (!canLoad(offline)) return <Banner tone="warn" title={words.purse.notHere}>{offline.keeping === 'private' ? words.purse.privateWindow : words.purse.inApp}</Banner>;
  // Not under the sheet that is just moving the last of it: the new balance is here before its answer.
  if (mostMinor === 0 && !confirming) return <Banner tone="note" title={balance?.amountMinor === 0 ? words.purse.noBalance : words.purse.full} />;
  return (
    <form
      class="load-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (amountMinor !== null && !tooMuch) setConfirming(true);
      }}
    >
      {connection === 'offline' && <Banner tone="warn" icon="offline" title={words.purse.offline} />}
      <AmountField
        label={words.purse.amount}
        hint={words.purse.amountHint(money(mostMinor))}
        problem={tooMuch ? words.purse.tooMuch(money(mostMinor)) : null}
        entry={entry}
        ccy={ccy}
        onText={(text) => setEntry(readEntry(text, ccy))}
      />
      <div class="load-presets" role="group" aria-label={words.purse.presets}>
        {presetsOf(offline.limMinor, mostMinor).map((minor) => (
          <Button key={minor} onClick={() => set(minor)}>
            <Money amountMinor={minor} ccy={ccy} />
          </Button>
        ))}
        <Button onClick={() => set(mostMinor)}>{words.purse.all(money(mostMinor))}</Button>
      </div>
      <p class="small quiet center">
        {balance !== null && `${words.purse.balance(money(balance.amountMinor))} · `}
        {words.purse.capLine(money(offline.capMinor))}
      </p>
      <Keypad point label={words.purse.keypad} onKey={(key) => setEntry(pressKey(entry, key, ccy))} />
      <Button kind="primary" type="submit" wide disabled={amountMinor === null || tooMuch}>
        {amountMinor === null ? words.purse.load : words.purse.loadAmount(money(amountMinor))}
      </Button>
      {confirming && amountMinor !== null && (
        <LoadConfirm wish={wish} amountText={decimalText(amountMinor, ccy)} amount={money(amountMinor)} onLoaded={onLoaded} onClose={() => setConfirming(false)} />
      )}
      <HalvedNote offline={offline} />
    </form>
  );
}

function roomOf(offline: PayerOffline, wish: PurseWish): number {
  const merchantId = wish.kind === 'tab' ? wish.merchantId : null;
  const held = offline.purses.find((purse) => purse.state === 'active' && purse.merchantId === merchantId) ?? null;
  return roomMinor(offline, held, wish.kind === 'open' ? offline.unsettled.amountMinor : 0);
}

function Loaded({ purse }: { readonly purse: PurseView }) {
  const words = useWords().purse;
  const locale = useLocale();
  const { now } = useShowing();
  const day = formatTime(purse.expMs, locale, now.timeZone, 'day-time');
  return (
    <>
      <Slip label={words.loaded}>
        <div class="load-done">
          <Seal state="settled" stamp />
          <p class="load-done-title" role="status">
            {words.loaded}
          </p>
          <Money amountMinor={purse.spendableMinor} ccy={purse.ccy} size="huge" />
          <p>{words.loadedNow(formatMoney(purse.spendableMinor, purse.ccy, locale), day)}</p>
          <p class="small quiet">{words.loadedPin}</p>
        </div>
      </Slip>
      <div class="push-down">
        <Done />
      </div>
    </>
  );
}

function Done() {
  const words = useWords().pay.slip;
  return (
    <Button kind="ink" href="/purse" wide>
      {words.done}
    </Button>
  );
}
