/** The unpaid slip: the verified name first, then the sum. Names are isolated, so that no text can turn the line around. */
import type { Draft } from '#wallet/api.ts';
import { useApp, useShowing, useWords } from '../app-context.ts';
import { Banner } from '../parts/Banner.tsx';
import { Icon } from '../parts/Icon.tsx';
import { Money } from '../parts/Money.tsx';
import { Slip, SlipRows } from '../parts/Slip.tsx';
import './draft-slip.css';

const COUNT_DOWN_FROM_MS = 60_000;

export function DraftSlip({ draft }: { readonly draft: Draft }) {
  const { wallet } = useApp();
  const words = useWords();
  const text = words.pay.confirm;
  const { connection, balance, identity } = wallet.snapshot.value;
  return (
    <>
      <Slip label={text.title}>
        <div class="draft-head">
          <p class="quiet">{text.payTo}</p>
          <p class="draft-merchant">
            <bdi>{draft.merchantName}</bdi>
          </p>
          <p class="draft-verified">
            <Icon name="check" /> {text.merchantVerified}
          </p>
          <p class="draft-sum">
            <Money amountMinor={draft.amountMinor} ccy={draft.ccy} size="huge" />
          </p>
          {identity?.playMoney && <span class="play-mark">{words.shell.playMoney}</span>}
        </div>
        <SlipRows
          rows={[
            [text.order, <span class="draft-order">{draft.orderNumber}</span>],
            [
              text.source,
              <>
                {text.balance}
                {balance !== null && (
                  <>
                    {' · '}
                    <Money amountMinor={balance.amountMinor} ccy={draft.ccy} />
                  </>
                )}
              </>,
            ],
          ]}
        />
        <p class={connection === 'offline' ? 'small as-of-offline' : 'small quiet'}>{connection === 'online' ? text.online : connection === 'offline' ? text.offline : text.unknown}</p>
        <CountDown untilMs={draft.expiresAtMs} />
      </Slip>
      {draft.firstTimeMerchant && <Banner tone="note" title={text.first} />}
    </>
  );
}

function CountDown({ untilMs }: { readonly untilMs: number }) {
  const { now } = useShowing();
  const words = useWords().pay.confirm;
  const leftMs = untilMs - now.nowMs.value;
  if (leftMs <= 0 || leftMs > COUNT_DOWN_FROM_MS) return null;
  return <p class="small draft-count">{words.expiresIn(Math.ceil(leftMs / 1_000))}</p>;
}
