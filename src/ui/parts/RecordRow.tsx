/** One line of history: seal, words, sum. The same in the wallet and in the full list. A till's sales are drawn in merchant/SaleRow.tsx. */
import type { TimeStyle } from '#i18n/formats.ts';
import { useWords } from '../app-context.ts';
import type { RecordView } from '#wallet/api.ts';
import type { PurseEventView, VoucherView } from '#wallet/api-payer.ts';
import type { SaleView } from '#wallet/api-till.ts';
import { recordPath } from '../models/route.ts';
import { Time } from './Ago.tsx';
import { Money } from './Money.tsx';
import { Seal } from './Seal.tsx';
import type { SealState } from './Seal.tsx';
import { voucherSeal, voucherState } from './voucher-seal.ts';
import { unreachable } from '#base/assert.ts';
import './record-row.css';

type AccountRecord = Exclude<RecordView, SaleView>;

export function RecordRow({ record, time }: { readonly record: AccountRecord; readonly time?: TimeStyle }) {
  return <RecordLine record={record} line={lineOf(record, useWords())} {...(time && { time })} />;
}

export type RecordLineProps = { readonly record: RecordView; readonly line: Line; readonly time?: TimeStyle };

export function RecordLine({ record, line, time = 'day-time' }: RecordLineProps) {
  const { title, state, seal, direction, amountMinor = record.amountMinor } = line;
  return (
    <li>
      <a class="record-row" href={recordPath(record.type, record.id)}>
        <Seal state={seal} size="small" />
        <span class="record-main">
          <bdi class="record-title">{title}</bdi>
          <span class="record-note">
            <bdi>{state}</bdi> · <Time atMs={record.atMs} style={time} />
          </span>
        </span>
        <span class={`record-sum record-${direction}`}>
          <Money amountMinor={direction === 'out' ? -amountMinor : amountMinor} ccy={record.ccy} sign={direction === 'in' ? 'always' : 'auto'} />
        </span>
      </a>
    </li>
  );
}

export type Line = { readonly title: string; readonly state: string; readonly seal: SealState; readonly direction: 'in' | 'out' | 'none' | 'waiting' | 'lost'; /** Where the sum shown is not the record's own. */ readonly amountMinor?: number };

function lineOf(record: AccountRecord, words: ReturnType<typeof useWords>): Line {
  const { pay } = words;
  switch (record.type) {
    case 'payment':
      return { title: record.merchantName, state: pay.state[record.state], seal: record.state, direction: record.state === 'settled' ? 'out' : 'none' };
    case 'voucher':
      return { title: record.merchantName, state: voucherState(record, words.voucher), seal: voucherSeal(record), direction: direction(record.state) };
    case 'credit':
      return { title: pay.records.playMoney, state: pay.records.creditTitle, seal: 'settled', direction: 'in' };
    case 'purse':
      return purseLine(record, words.purse);
    default:
      return unreachable(record);
  }
}

/** Money leaves the balance for the purse, or comes back to it; where none moved, what the purse holds. */
function purseLine(record: PurseEventView, words: ReturnType<typeof useWords>['purse']): Line {
  const title = record.ofThisDevice ? words.title : words.titleElsewhere;
  const line = { title, state: words.event[record.event], seal: purseSeal(record.event) };
  const moved = purseDirection(record.event);
  return moved === 'none' ? { ...line, direction: 'none', amountMinor: record.reserveMinor } : { ...line, direction: moved };
}

export function purseDirection(event: PurseEventView['event']): 'in' | 'out' | 'none' {
  if (event === 'released') return 'in';
  return event === 'opened' || event === 'topped-up' ? 'out' : 'none';
}

export function purseSeal(event: PurseEventView['event']): SealState {
  if (event === 'frozen') return 'refused';
  return event === 'closing' ? 'accepted' : 'settled';
}

/** From its signature on the amount is gone from the purse. */
function direction(state: VoucherView['state']): 'out' | 'none' {
  return state === 'returned' || state === 'voided' ? 'none' : 'out';
}
