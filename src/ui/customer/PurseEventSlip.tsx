/** Something happened to an offline purse: money went into it or came home, or it ended. Why the balance is what it is. */
import { useRoute } from 'preact-iso/router';
import { formatMoney, formatTime } from '#i18n/formats.ts';
import type { PurseEventView } from '#wallet/api-payer.ts';
import { useApp, useLocale, useShowing, useWords } from '../app-context.ts';
import { useRecord } from '../models/use-record.ts';
import { Time } from '../parts/Ago.tsx';
import { Banner } from '../parts/Banner.tsx';
import { Money } from '../parts/Money.tsx';
import { purseDirection, purseSeal } from '../parts/RecordRow.tsx';
import { Seal } from '../parts/Seal.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { Slip, SlipRows } from '../parts/Slip.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import './payment-slip.css';

export function PurseEventSlip() {
  const words = useWords();
  const found = useRecord('purse', useRoute().params['id'] ?? '');
  return (
    <>
      <TopBar title={words.purse.title} back="/records" help="offline-purse" />
      <main class="page" id="main" tabIndex={-1}>
        {found.kind === 'reading' && <Skeleton />}
        {found.kind === 'missing' && <Banner tone="warn" title={words.pay.slip.missing} />}
        {found.kind === 'found' && <EventPaper event={found.record} />}
      </main>
    </>
  );
}

function EventPaper({ event: record }: { readonly event: PurseEventView }) {
  const { wallet } = useApp();
  const words = useWords();
  const { event, amountMinor, reserveMinor, ccy, claimDeadlineMs } = record;
  const moved = purseDirection(event);
  const rows: [string, preact.ComponentChildren][] = [[words.pay.slip.time, <Time atMs={record.atMs} style="full" />]];
  if (event !== 'released') rows.push([words.purse.holds, <Money amountMinor={reserveMinor} ccy={ccy} />]);
  if (event === 'closing' || event === 'frozen') rows.push([words.purse.home, <Time atMs={claimDeadlineMs} style="full" />]);
  rows.push([words.pay.slip.balanceAfter, <Money amountMinor={record.balanceAfterMinor} ccy={ccy} />]);
  return (
    <Slip label={words.purse.title}>
      <div class="paper-head">
        <Seal state={purseSeal(event)} />
        <p class="paper-state">{words.purse.event[event]}</p>
        {moved !== 'none' && <Money amountMinor={moved === 'out' ? -amountMinor : amountMinor} ccy={ccy} size="huge" sign="always" />}
        {!record.ofThisDevice && <p>{words.purse.titleElsewhere}</p>}
        {wallet.snapshot.value.identity?.playMoney && <span class="play-mark">{words.shell.playMoney}</span>}
      </div>
      <p class="quiet">{useMeaning(record)}</p>
      <SlipRows rows={rows} />
    </Slip>
  );
}

function useMeaning({ event, reserveMinor, ccy, claimDeadlineMs }: PurseEventView): string {
  const words = useWords().purse;
  const locale = useLocale();
  const { now } = useShowing();
  const day = formatTime(claimDeadlineMs, locale, now.timeZone, 'day');
  switch (event) {
    case 'opened':
    case 'topped-up':
      return words.eventIn;
    case 'released':
      return words.eventHome;
    case 'closing':
      return words.ended(formatMoney(reserveMinor, ccy, locale), day);
    case 'frozen':
      return words.frozen(day);
  }
}
