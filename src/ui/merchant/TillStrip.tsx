/** The strip that never hides: is there a network, what waits to settle, how much is at risk. A tap on it shows the rest. */
import { formatMoney } from '#i18n/formats.ts';
import { useApp, useLocale, useWords } from '../app-context.ts';
import { Icon } from '../parts/Icon.tsx';
import { RiskBar } from './RiskBar.tsx';
import { SoundSwitch } from './SoundSwitch.tsx';
import './till-strip.css';

export function TillStrip() {
  const { till: words, pending } = useWords();
  const { connection, identity, till } = useApp().wallet.snapshot.value;
  const network = connection === 'online' ? words.online : connection === 'offline' ? words.offline : words.checking;
  const count = till?.unsynced.count ?? 0;
  const unclaimed = till?.unclaimed.filter(({ claiming, refused }) => !claiming && refused === null).length ?? 0;
  return (
    <section class={`till-strip till-strip-${connection}`} aria-label={words.strip}>
      <a class="till-strip-facts" href="/pending" title={pending.stripOpen}>
        <span class="till-strip-line" role="status">
          <span class="till-strip-fact">
            {connection === 'offline' ? <Icon name="offline" /> : <span class="till-strip-dot" aria-hidden="true" />}
            {network}
          </span>
          <span class={`till-strip-fact${count > 0 ? ' till-strip-waits' : ''}`}>{pending.strip(count)}</span>
          {unclaimed > 0 && <span class="till-strip-fact till-strip-waits">{pending.unclaimed.strip(unclaimed)}</span>}
          {identity?.playMoney && <span class="till-strip-fact till-strip-play">{words.playMoney}</span>}
        </span>
        <Risk />
      </a>
      <SoundSwitch />
    </section>
  );
}

function Risk() {
  const words = useWords().pending;
  const locale = useLocale();
  const { identity, till } = useApp().wallet.snapshot.value;
  if (till === null || identity === null) return null;
  const { amountMinor, ofMinor } = till.atRisk;
  const money = (minor: number): string => formatMoney(minor, identity.ccy, locale);
  return (
    <span class={`till-strip-line till-strip-risk${amountMinor > 0 ? ' till-strip-waits' : ''}`}>
      <span class="till-strip-bar">
        <RiskBar id="strip-risk" amountMinor={amountMinor} ofMinor={ofMinor} />
      </span>
      {words.stripRisk(money(amountMinor), money(ofMinor))}
    </span>
  );
}
