/** What this device holds and how it stands: storage, connection, version, and a report for support. */
import { useState } from 'preact/hooks';
import { formatAgo, formatMoney } from '#i18n/formats.ts';
import { useApp, useLocale, useShowing, useWords } from '../app-context.ts';
import type { Checked } from '../models/update.ts';
import { Button } from '../parts/Button.tsx';
import { CopyButton } from '../parts/CopyButton.tsx';
import { Sheet } from '../parts/Sheet.tsx';
import { InstallHint } from '../customer/InstallHint.tsx';

export function DeviceSection() {
  const { wallet, install } = useApp();
  const { shell: words, formats } = useWords();
  const { now } = useShowing();
  const locale = useLocale();
  const { connection, waiting, balance } = wallet.snapshot.value;
  const [report, setReport] = useState<string | null>(null);
  const keeping = install.keeping.value;
  const state = connection === 'online' ? words.me.online : connection === 'offline' ? words.me.offline : words.me.connecting;
  return (
    <section class="card me-section" aria-labelledby="device">
      <h2 id="device">{words.me.device}</h2>
      <p>
        {state}
        {balance !== null && ` · ${formats.asOf(formatAgo(now.nowMs.value - balance.asOfMs, locale))}`}
        {waiting > 0 && ` · ${words.me.waiting(waiting)}`}
      </p>
      <Button wide onClick={() => void wallet.api.wake('button')}>
        {words.me.syncNow}
      </Button>
      <p>{words.me.storage[keeping === null || (install.persisted.value === null && keeping === 'best-effort') ? 'unknown' : keeping]}</p>
      <InstallHint />
      <PursesHere />
      <UpdateLine />
      <Button wide onClick={() => void wallet.api.report().then(setReport)}>
        {words.me.reportShow}
      </Button>
      {report !== null && (
        <Sheet title={words.me.report} onClose={() => setReport(null)}>
          <p class="quiet">{words.me.reportNote}</p>
          <pre class="report" tabIndex={0}>
            {report}
          </pre>
          <CopyButton text={report} label={words.copy} />
        </Sheet>
      )}
    </section>
  );
}

/** Money that lies on this device, and the way to it. */
function PursesHere() {
  const { wallet } = useApp();
  const words = useWords();
  const locale = useLocale();
  const { offline, identity } = wallet.snapshot.value;
  if (offline === null || identity === null || offline.purses.length === 0) return null;
  const sumMinor = offline.purses.reduce((sum, purse) => sum + purse.leftMinor, 0);
  return (
    <Button href="/purse" wide>
      {words.purse.title} · {formatMoney(sumMinor, identity.ccy, locale)}
    </Button>
  );
}

function UpdateLine() {
  const { update } = useApp();
  const words = useWords().shell.update;
  const [checked, setChecked] = useState<Checked | null>(null);
  if (!update.supported || update.waiting.value) return null;
  return (
    <>
      <Button wide onClick={() => void update.check().then(setChecked)}>
        {words.check}
      </Button>
      <p role="status">{checked === null ? '' : words.checked[checked]}</p>
    </>
  );
}
