/** What the phones' wallets said and which faults happened, newest first; copied as text. Fields are facts, never secrets. */
import { useSignal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { formatTime } from '#i18n/formats.ts';
import { deviceZone } from '#ui/models/now.ts';
import { Button } from '#ui/parts/Button.tsx';
import type { DeskPhones } from './desk-phones.ts';
import type { Heard } from './desk-wire.ts';
import type { LabText } from './lab-text.ts';

const SHOWN = 200;

export function LogPanel({ phones, text }: { readonly phones: DeskPhones; readonly text: LabText }) {
  const { lab, words, locale } = text;
  const [from, setFrom] = useState(0);
  const copied = useSignal(false);
  const heard = phones.heard.value.filter(({ atMs }) => atMs >= from);
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(heard.map(asText).join('\n'));
    copied.value = true;
  }
  return (
    <>
      <div class="row">
        <Button onClick={() => void copy()}>{copied.value ? lab.copied : lab.copyLog}</Button>
        <Button onClick={() => setFrom(Date.now())}>{lab.clearLog}</Button>
      </div>
      {heard.length === 0 && <p class="quiet">{lab.noLog}</p>}
      <ol class="lab-log" aria-label={lab.tabs.log}>
        {heard
          .slice(-SHOWN)
          .toReversed()
          .map((entry, index) => (
            <li key={heard.length - index} class={`log-${entry.level}`}>
              <time>{formatTime(entry.atMs, locale, deviceZone, 'time')}</time>
              <span>{words.phones[entry.phone]}</span>
              <code>{entry.text}</code>
            </li>
          ))}
      </ol>
    </>
  );
}

function asText({ phone, atMs, level, text }: Heard): string {
  return `${new Date(atMs).toISOString()} ${phone} ${level} ${text}`;
}
