/** The strip that never hides: is there a network, is everything synced, is this play money. */
import { useApp, useWords } from '../app-context.ts';
import { Icon } from '../parts/Icon.tsx';
import { SoundSwitch } from './SoundSwitch.tsx';
import './till-strip.css';

export function TillStrip() {
  const words = useWords().till;
  const { connection, waiting, identity } = useApp().wallet.snapshot.value;
  const network = connection === 'online' ? words.online : connection === 'offline' ? words.offline : words.checking;
  return (
    <section class={`till-strip till-strip-${connection}`} aria-label={words.strip}>
      <p class="till-strip-facts" role="status">
        <span class="till-strip-fact">
          {connection === 'offline' ? <Icon name="offline" /> : <span class="till-strip-dot" aria-hidden="true" />}
          {network}
        </span>
        <span class={waiting > 0 ? 'till-strip-fact till-strip-waits' : 'till-strip-fact'}>{words.unsynced(waiting)}</span>
        {identity?.playMoney && <span class="till-strip-fact till-strip-play">{words.playMoney}</span>}
      </p>
      <SoundSwitch />
    </section>
  );
}
