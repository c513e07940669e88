/**
 * The slip of a payment with no network: first the code that the shop scans, then what became of it. The code is always the
 * stored one, so a reload, back or a second tap shows the same. Must never say "paid" before the server's verdict.
 */
import { useRoute } from 'preact-iso/router';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { formatMoney } from '#i18n/formats.ts';
import type { NoteTaken, VoucherView } from '#wallet/api-payer.ts';
import { useApp, useLocale, useWords } from '../app-context.ts';
import { useRecord } from '../models/use-record.ts';
import { Time } from '../parts/Ago.tsx';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';
import { CodeView } from '../parts/CodeView.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import type { Problem } from '../parts/ErrorWords.tsx';
import { Money } from '../parts/Money.tsx';
import { Seal } from '../parts/Seal.tsx';
import { voucherSeal, voucherState } from '../parts/voucher-seal.ts';
import { Skeleton } from '../parts/Skeleton.tsx';
import { Slip, SlipRows } from '../parts/Slip.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import { useVoucherStamp } from './stamp.ts';
import { TabWay } from './TabWay.tsx';
import { VoucherNow } from './VoucherNow.tsx';
import './payment-slip.css';
import './voucher-slip.css';

export function VoucherSlip() {
  const words = useWords();
  const found = useRecord('voucher', useRoute().params['id'] ?? '');
  return (
    <>
      <TopBar title={words.voucher.title} back="/" help="pay-offline" />
      <main class="page" id="main" tabIndex={-1}>
        {found.kind === 'reading' && <Skeleton />}
        {found.kind === 'missing' && <Banner tone="warn" title={words.pay.slip.missing} />}
        {found.kind === 'found' && <VoucherPaper key={found.record.id} voucher={found.record} />}
        <div class="push-down">
          <Button kind="ink" href="/" wide>
            {words.pay.slip.done}
          </Button>
        </div>
      </main>
    </>
  );
}

function VoucherPaper({ voucher }: { readonly voucher: VoucherView }) {
  const words = useWords();
  const stamped = useVoucherStamp(voucher);
  const rest = useRest();
  // One of another device has no code here.
  const code = voucher.state === 'signed' || voucher.state === 'presented' ? voucher.code : null;
  const showing = code !== null;
  const head = (
    <div class={`paper-head${showing ? ' voucher-head' : ''}`}>
      <Seal state={voucherSeal(voucher)} size={showing ? 'small' : 'large'} stamp={stamped} />
      <p class={`paper-state paper-${voucherSeal(voucher)}`} role="status">
        {voucherState(voucher, words.voucher)}
      </p>
    </div>
  );
  return (
    <>
      <NoteBanner voucher={voucher} />
      <Slip label={words.voucher.title}>
        {head}
        {showing && <VoucherCode voucher={voucher} code={code} />}
        {(rest || !showing) && <VoucherRest voucher={voucher} />}
      </Slip>
      {rest && showing && <AckWay />}
      {(voucher.state === 'acked' || voucher.state === 'settled') && <TabWay merchantId={voucher.merchantId} />}
    </>
  );
}

function VoucherRest({ voucher }: { readonly voucher: VoucherView }) {
  const { wallet } = useApp();
  const words = useWords();
  return (
    <>
      <div class="paper-head">
        <Money amountMinor={voucher.amountMinor} ccy={voucher.ccy} size="huge" />
        <p>
          <bdi>{words.pay.state.paidTo(voucher.merchantName)}</bdi>
        </p>
        {wallet.snapshot.value.identity?.playMoney && <span class="play-mark">{words.shell.playMoney}</span>}
      </div>
      <VoucherNow voucher={voucher} />
      <VoucherRows voucher={voucher} />
    </>
  );
}

/** The code is on the screen first; what stands below it comes in the next frame. */
function useRest(): boolean {
  const [rest, setRest] = useState(false);
  useLayoutEffect(() => {
    let later: ReturnType<typeof setTimeout> | undefined;
    const frame = requestAnimationFrame(() => (later = setTimeout(() => setRest(true))));
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(later);
    };
  }, []);
  return rest;
}

/** Signed and stored, it may be seen; that somebody may have it now is noted while it is drawn, not before: the customer waits here. */
function VoucherCode({ voucher, code }: { readonly voucher: VoucherView; readonly code: string }) {
  const { wallet } = useApp();
  const words = useWords().voucher;
  const locale = useLocale();
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    if (voucher.state !== 'signed') return;
    void wallet.api.presentVoucher(voucher.id).then((shown) => setProblem(shown.ok ? null : shown));
  }, [voucher.id, voucher.state]);
  return (
    <div class="voucher-code">
      {problem !== null && <ErrorBanner problem={problem} />}
      <CodeView text={code} label={words.codeLabel(formatMoney(voucher.amountMinor, voucher.ccy, locale), voucher.merchantName)} />
      <p class="voucher-say">{words.scanThis}</p>
    </div>
  );
}

function AckWay() {
  const words = useWords().voucher;
  return (
    <>
      <Button icon="scan" href="/scan" wide>
        {words.scanAck}
      </Button>
      <p class="quiet small center">{words.scanAckHint}</p>
    </>
  );
}

function NoteBanner({ voucher }: { readonly voucher: VoucherView }) {
  const { notes, wallet } = useApp();
  const words = useWords().voucher.note;
  const locale = useLocale();
  const note = notes.newest.value;
  if (note?.voucherId !== voucher.id || isTold(note, voucher, wallet.snapshot.value.waiting)) return null;
  const money = formatMoney(note.amountMinor ?? voucher.amountMinor, voucher.ccy, locale);
  const said = note.kind === 'ack' ? words.ack : note.kind === 'void' ? words.void(money) : words.refund(voucher.merchantName, money);
  return <Banner tone="note" icon="check" title={said} />;
}

/** The slip itself says it by now. A sum that was refunded before tells nothing of a further note: that one is told while it may still have to be sent. */
function isTold({ kind }: NoteTaken, { state }: VoucherView, waiting: number): boolean {
  switch (kind) {
    case 'ack':
      return state !== 'acked';
    case 'void':
      return false;
    case 'refund':
      return waiting === 0;
  }
}

function VoucherRows({ voucher }: { readonly voucher: VoucherView }) {
  const words = useWords();
  const { slip } = words.pay;
  return (
    <>
      <SlipRows
        rows={[
          [slip.order, <span class="paper-number">{voucher.orderNumber}</span>],
          [slip.time, <Time atMs={voucher.atMs} style="full" />],
          [words.voucher.source, words.purse.title],
          ...(voucher.terminal === null ? [] : [[slip.terminal, voucher.terminal] as const]),
          ...(voucher.refundedMinor > 0 ? [[words.voucher.refundedSum, <Money amountMinor={voucher.refundedMinor} ccy={voucher.ccy} />] as const] : []),
        ]}
      />
      <details class="voucher-details">
        <summary>{words.voucher.details}</summary>
        <SlipRows
          rows={[
            [words.voucher.voucherId, <span class="paper-number paper-id">{voucher.id}</span>],
            [words.voucher.purseId, <span class="paper-number paper-id">{voucher.purseId}</span>],
            ...(voucher.stateAtMs === null ? [] : [[words.voucher.stateAt, <Time atMs={voucher.stateAtMs} style="full" />] as const]),
          ]}
        />
      </details>
    </>
  );
}
