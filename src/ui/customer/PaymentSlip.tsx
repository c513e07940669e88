/**
 * The slip of one payment: the seal, the sum, the name, and what happens now. It stays until it is left, and is the same after
 * a reload. The seal is stamped once, when the verdict comes in while somebody looks.
 */
import { useRoute } from 'preact-iso/router';
import { errorWords } from '#i18n/error-words.ts';
import { helpForState } from '#help/state-articles.ts';
import type { PaymentView } from '#wallet/api.ts';
import { useApp, useWords } from '../app-context.ts';
import { recordPath } from '../models/route.ts';
import { isSetAside } from '../models/set-aside.ts';
import { useRecord } from '../models/use-record.ts';
import { Time } from '../parts/Ago.tsx';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';
import { Money } from '../parts/Money.tsx';
import { Seal } from '../parts/Seal.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { Slip, SlipRows } from '../parts/Slip.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import { ShopOffline } from './ShopOffline.tsx';
import { usePaymentStamp } from './stamp.ts';
import { TabWay } from './TabWay.tsx';
import './payment-slip.css';

export function PaymentSlip() {
  const words = useWords().pay;
  const id = useRoute().params['id'] ?? '';
  const found = useRecord('payment', id);
  return (
    <>
      <TopBar title={words.slip.title} back="/" help="records-and-receipt" />
      <main class="page" id="main" tabIndex={-1}>
        {found.kind === 'reading' && <Skeleton />}
        {found.kind === 'missing' && <Banner tone="warn" title={words.slip.missing} />}
        {found.kind === 'found' && <PaymentPaper key={found.record.id} payment={found.record} />}
        {found.kind === 'found' && found.record.state === 'settled' && <AfterPaid payment={found.record} />}
        <div class="push-down">
          <Button kind="ink" href="/" wide>
            {words.slip.done}
          </Button>
        </div>
      </main>
    </>
  );
}

/** What one may still want with a payment that arrived. */
function AfterPaid({ payment }: { readonly payment: PaymentView }) {
  return (
    <>
      <ShopOffline payment={payment} />
      <TabWay merchantId={payment.merchantId} />
    </>
  );
}

function PaymentPaper({ payment }: { readonly payment: PaymentView }) {
  const { wallet } = useApp();
  const words = useWords();
  const stamped = usePaymentStamp(payment);
  return (
    <Slip label={words.pay.slip.title}>
      <div class="paper-head">
        <Seal state={payment.state} stamp={stamped} />
        <p class={`paper-state paper-${payment.state}`} role="status">
          {words.pay.state[payment.state]}
        </p>
        <Money amountMinor={payment.amountMinor} ccy={payment.ccy} size="huge" />
        <p>
          <bdi>{words.pay.state.paidTo(payment.merchantName)}</bdi>
        </p>
        {wallet.snapshot.value.identity?.playMoney && <span class="play-mark">{words.shell.playMoney}</span>}
      </div>
      <WhatNow payment={payment} />
      <PaymentRows payment={payment} />
    </Slip>
  );
}

/** One line, and the article behind it. A refusal says why and what to do. */
function WhatNow({ payment }: { readonly payment: PaymentView }) {
  const { wallet } = useApp();
  const words = useWords();
  const { slip } = words.pay;
  const setAside = isSetAside(payment, wallet.snapshot.value);
  const refused = payment.state === 'refused' ? errorWords(words, payment.code ?? 'INTERNAL') : null;
  return (
    <div class="paper-now">
      {refused && <p class="paper-why">{refused.title}</p>}
      <p>{refused ? refused.whatNow : payment.state === 'settled' ? slip.settledNow : setAside ? slip.setAsideNow : slip.sendingNow}</p>
      <div class="row">
        <a class="help-link" href={`/help/${helpForState(setAside ? 'set-aside' : payment.state, payment.code)}`}>
          {slip.whatNow}
        </a>
        {payment.otherPaymentId && (
          <a class="help-link" href={recordPath('payment', payment.otherPaymentId)}>
            {slip.otherPayment}
          </a>
        )}
      </div>
    </div>
  );
}

function PaymentRows({ payment }: { readonly payment: PaymentView }) {
  const { slip } = useWords().pay;
  const receipt = payment.receiptVerified === null ? slip.receiptUnchecked : payment.receiptVerified ? slip.receiptGood : slip.receiptBad;
  return (
    <SlipRows
      rows={[
        [slip.order, <span class="paper-number">{payment.orderNumber}</span>],
        [slip.time, <Time atMs={payment.atMs} style="full" />],
        [slip.terminal, payment.terminal],
        ...(payment.balanceAfterMinor === null ? [] : [[slip.balanceAfter, <Money amountMinor={payment.balanceAfterMinor} ccy={payment.ccy} />] as const]),
        ...(payment.state === 'settled' ? [[slip.receipt, receipt] as const] : []),
        [slip.full, <span class="paper-number paper-id">{payment.id}</span>],
      ]}
    />
  );
}
