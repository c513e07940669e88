/** The shopper's home: what there is, how old that is, what waits, and the last five records. */
import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { formatAgo, formatMoney } from '#i18n/formats.ts';
import type { Snapshot } from '#wallet/api.ts';
import { useApp, useLocale, useShowing, useWords } from '../app-context.ts';
import { canSpeak, speak } from '../models/speech.ts';
import { Button, IconButton } from '../parts/Button.tsx';
import { Money } from '../parts/Money.tsx';
import { RecordRow } from '../parts/RecordRow.tsx';
import { Slip } from '../parts/Slip.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import { InstallHint } from './InstallHint.tsx';
import { PurseCard } from './PurseCard.tsx';
import { WalletNotices } from './WalletNotices.tsx';
import './wallet.css';

const SHOWN = 5;

export function Wallet() {
  const { wallet } = useApp();
  const words = useWords();
  const snapshot = wallet.shown.value;
  const recent = snapshot.recent.slice(0, SHOWN);
  return (
    <>
      <TopBar
        title={
          <>
            <span class="brand">{words.shell.appName}</span> {words.shell.wallet.title}
          </>
        }
        help=""
      >
        <ElderSwitch />
      </TopBar>
      <main class="page" id="main" tabIndex={-1}>
        <WalletNotices snapshot={snapshot} />
        <Trial />
        <Balance snapshot={snapshot} />
        {snapshot.offline !== null && snapshot.identity !== null && <PurseCard offline={snapshot.offline} ccy={snapshot.identity.ccy} />}
        <Button kind="primary" icon="scan" href="/scan" wide>
          {words.shell.wallet.scan}
        </Button>
        <section class="stack" aria-labelledby="recent">
          <div class="row spread">
            <h2 id="recent">{words.shell.wallet.recent}</h2>
            {recent.length > 0 && (
              <a class="help-link" href="/records">
                {words.shell.wallet.all}
              </a>
            )}
          </div>
          {recent.length === 0 ? (
            <p class="card quiet center">{words.shell.wallet.empty}</p>
          ) : (
            <ul class="record-list">
              {recent.map((record) => record.type !== 'sale' && <RecordRow key={record.id} record={record} />)}
            </ul>
          )}
        </section>
        <InstallHint unkept />
      </main>
    </>
  );
}

/** Its part of the app is fetched while there is a network, by those alone who may be asked once there is none. */
function Trial() {
  const { offline, identity } = useApp().wallet.snapshot.value;
  const [Loaded, setLoaded] = useState<FunctionComponent | null>(null);
  const mayBeAsked = offline?.passkeyOffline === null && identity?.passkeyIds.length !== 0;
  useEffect(() => {
    if (mayBeAsked) void import('./PasskeyTrial.tsx').then(({ PasskeyTrial }) => setLoaded(() => PasskeyTrial), () => undefined);
  }, [mayBeAsked]);
  return Loaded && <Loaded />;
}

function Balance({ snapshot }: { readonly snapshot: Snapshot }) {
  const { settings } = useShowing();
  const words = useWords().shell;
  const locale = useLocale();
  const { balance, identity } = snapshot;
  const ccy = identity?.ccy ?? null;
  const elder = settings.value.value.elder !== 'off';
  return (
    <Slip label={words.wallet.balance}>
      <div class="balance">
        <div class="row spread">
          <h2 class="balance-label">{words.wallet.balance}</h2>
          {identity?.playMoney && <span class="play-mark">{words.playMoney}</span>}
        </div>
        {balance !== null && ccy !== null ? (
          <>
            <p class="balance-sum">
              <Money amountMinor={balance.amountMinor} ccy={ccy} size="huge" />
            </p>
            <AsOf atMs={balance.asOfMs} connection={snapshot.connection} />
            {elder && canSpeak() && (
              <Button onClick={() => speak(words.wallet.balanceSpoken(formatMoney(balance.amountMinor, ccy, locale)), locale)}>{words.wallet.readAloud}</Button>
            )}
          </>
        ) : (
          <p class="quiet">{words.wallet.noBalance}</p>
        )}
      </div>
    </Slip>
  );
}

/** How old the truth is. Quiet while online, marked while offline. */
function AsOf({ atMs, connection }: { readonly atMs: number; readonly connection: Snapshot['connection'] }) {
  const { now } = useShowing();
  const { formats } = useWords();
  const ago = formatAgo(now.nowMs.value - atMs, useLocale());
  const offline = connection === 'offline';
  return <p class={offline ? 'as-of as-of-offline' : 'as-of'}>{offline ? formats.offlineAsOf(ago) : formats.asOf(ago)}</p>;
}

function ElderSwitch() {
  const { settings } = useShowing();
  const words = useWords().shell.wallet;
  const on = settings.value.value.elder !== 'off';
  return <IconButton icon="large" label={words.elder} pressed={on} onClick={() => settings.change({ elder: on ? 'off' : 'large' })} />;
}
