/** The unpaid slip: the verified name first, then the sum. Names are isolated, so that no text can turn the line around. */
import type { ErrorCode } from '#protocol/errors.ts';
import type { Draft } from '#wallet/api.ts';
import { useApp, useShowing, useWords } from '../app-context.ts';
import { canLoad } from '../models/purse.ts';
import { Banner } from '../parts/Banner.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import { Icon } from '../parts/Icon.tsx';
import { Money } from '../parts/Money.tsx';
import { Slip, SlipRows } from '../parts/Slip.tsx';
import './draft-slip.css';

const COUNT_DOWN_FROM_MS = 60_000;

export function DraftSlip({ draft }: { readonly draft: Draft }) {
  const { wallet } = useApp();
  const words = useWords();
  const text = words.pay.confirm;
  const { identity } = wallet.snapshot.value;
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
            // A payment out of a purse has its number when it is signed.
            ...(draft.plan.source === 'balance' ? [[text.order, <span class="draft-order">{draft.orderNumber}</span>] as const] : []),
            ...(draft.plan.source === 'none' ? [] : [[text.source, <Source draft={draft} />] as const]),
          ]}
        />
        <WayWords draft={draft} />
        <CountDown untilMs={draft.expiresAtMs} />
      </Slip>
      {draft.plan.source === 'none' && <NoWay why={draft.plan.why} />}
      {draft.firstTimeMerchant && <Banner tone="note" title={text.first} />}
    </>
  );
}

/** Balance, or the purse that carries it, and what is left there. */
function Source({ draft }: { readonly draft: Draft }) {
  const { wallet } = useApp();
  const text = useWords().pay.confirm;
  const { balance, offline } = wallet.snapshot.value;
  const { plan, ccy } = draft;
  const left = plan.source === 'purse' ? plan.spendableMinor : (balance?.amountMinor ?? null);
  const tab = plan.source === 'purse' && offline?.purses.find((purse) => purse.id === plan.purseId)?.kind === 'tab';
  return (
    <>
      {plan.source === 'purse' ? (tab ? text.tab : text.purse) : text.balance}
      {left !== null && (
        <>
          {' · '}
          <Money amountMinor={left} ccy={ccy} />
        </>
      )}
    </>
  );
}

/** What will happen, for the network there is. Nobody is asked which case it is. */
function WayWords({ draft }: { readonly draft: Draft }) {
  const { wallet } = useApp();
  const text = useWords().pay.confirm;
  const { connection, balance } = wallet.snapshot.value;
  if (draft.plan.source === 'none') return null;
  if (draft.plan.source === 'purse') {
    return (
      <>
        <p class="small as-of-offline">{text.fromPurse}</p>
        {draft.plan.stepUp && <p class="small as-of-offline">{text.stepUp}</p>}
      </>
    );
  }
  // What was seen last may be old: the server decides, so the button stays.
  if (balance !== null && balance.amountMinor < draft.amountMinor) return <p class="small as-of-offline">{text.short}</p>;
  return <p class={connection === 'offline' ? 'small as-of-offline' : 'small quiet'}>{connection === 'online' ? text.online : connection === 'offline' ? text.offline : text.unknown}</p>;
}

/** Nobody answers, and no purse carries it. Trying once more costs nothing, so the button stays. */
function NoWay({ why }: { readonly why: ErrorCode }) {
  const { wallet } = useApp();
  const words = useWords();
  const { offline } = wallet.snapshot.value;
  if (why !== 'OFFLINE') return <ErrorBanner problem={{ error: why }} tone="warn" actions={<PurseLink />} />;
  return (
    <Banner tone="warn" icon="offline" title={words.pay.confirm.offline} actions={offline !== null && canLoad(offline) && <PurseLink />}>
      {words.pay.confirm.nextTime}
    </Banner>
  );
}

function PurseLink() {
  const words = useWords().purse;
  return (
    <a class="help-link" href="/purse">
      {words.title}
    </a>
  );
}

function CountDown({ untilMs }: { readonly untilMs: number }) {
  const { now } = useShowing();
  const words = useWords().pay.confirm;
  const leftMs = untilMs - now.nowMs.value;
  if (leftMs <= 0 || leftMs > COUNT_DOWN_FROM_MS) return null;
  return <p class="small draft-count">{words.expiresIn(Math.ceil(leftMs / 1_000))}</p>;
}
