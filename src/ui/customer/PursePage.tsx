/** The offline purse in full: what is left, until when and how much at once, what waits, tabs of shops, and how to end it. */
import { useState } from 'preact/hooks';
import { formatMoney, formatTime } from '#i18n/formats.ts';
import type { PayerOffline, PurseView } from '#wallet/api-payer.ts';
import { useApp, useLocale, useShowing, useWords } from '../app-context.ts';
import { canLoad, endedPurses, purseFace, unsettledOf } from '../models/purse.ts';
import type { PurseFace } from '../models/purse.ts';
import { useReadBack } from '../models/use-read-back.ts';
import { Time } from '../parts/Ago.tsx';
import { AppealButton } from '../account/AppealButton.tsx';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';
import { Money } from '../parts/Money.tsx';
import { RecordRow } from '../parts/RecordRow.tsx';
import { Slip, SlipRows } from '../parts/Slip.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import { EndPurse, EndSheet } from './EndPurse.tsx';
import { HalvedNote } from './HalvedNote.tsx';
import { Standing } from './PurseCard.tsx';
import { PurseBar } from './PurseFill.tsx';
import { PurseTabs } from './PurseTabs.tsx';
import './purse-page.css';

export function PursePage() {
  const { wallet } = useApp();
  const words = useWords().purse;
  const { offline } = wallet.snapshot.value;
  return (
    <>
      <TopBar title={words.title} back="/" help="offline-purse" />
      <main class="page" id="main" tabIndex={-1}>
        {offline !== null && <PurseBody offline={offline} />}
      </main>
    </>
  );
}

function PurseBody({ offline }: { readonly offline: PayerOffline }) {
  const { now } = useShowing();
  const face = purseFace(offline, now.nowMs.value);
  const [ending, setEnding] = useState<PurseView | null>(null);
  return (
    <>
      <OpenPurse face={face} offline={offline} />
      <HalvedNote offline={offline} />
      <Unsettled />
      <PurseTabs offline={offline} onEnd={setEnding} />
      <Ended purses={endedPurses(offline)} />
      <Elsewhere purses={offline.elsewhere} />
      {'purse' in face && face.purse.state === 'active' && <EndPurse purse={face.purse} onAsk={setEnding} />}
      {ending !== null && <EndSheet purse={ending} onClose={() => setEnding(null)} />}
    </>
  );
}

function OpenPurse({ face, offline }: { readonly face: PurseFace; readonly offline: PayerOffline }) {
  const words = useWords().purse;
  if (face.kind === 'not-here') return <NotHere keeping={face.keeping} />;
  if (face.kind === 'frozen') return <FrozenPurse purse={face.purse} />;
  return (
    <>
      {face.kind === 'none' ? <p class="card">{words.what}</p> : <PurseSlip face={face} offline={offline} />}
      {canLoad(offline) && (
        <Button kind={face.kind === 'ready' ? 'outline' : 'primary'} href="/purse/load" wide>
          {face.kind === 'none' ? words.prepare : words.more}
        </Button>
      )}
    </>
  );
}

function NotHere({ keeping }: { readonly keeping: 'in-app' | 'private' }) {
  const words = useWords();
  const help = (
    <a class="help-link" href="/help/purse-halved">
      {words.shell.learnMore}
    </a>
  );
  return (
    <>
      <p class="card">{words.purse.what}</p>
      <Banner tone="warn" title={words.purse.notHere} actions={help}>
        {keeping === 'private' ? words.purse.privateWindow : words.purse.inApp}
      </Banner>
    </>
  );
}

type SpendFace = Extract<PurseFace, { readonly kind: 'ready' | 'expired' | 'spent' }>;

function PurseSlip({ face, offline }: { readonly face: SpendFace; readonly offline: PayerOffline }) {
  const { wallet } = useApp();
  const words = useWords();
  const locale = useLocale();
  const { purse } = face;
  const text = words.purse;
  const money = (minor: number) => formatMoney(minor, purse.ccy, locale);
  const { count, amountMinor } = offline.unsettled;
  return (
    <Slip label={text.title}>
      <div class="row spread">
        <h2 class="balance-label">{text.canPay}</h2>
        {wallet.snapshot.value.identity?.playMoney && <span class="play-mark">{words.shell.playMoney}</span>}
      </div>
      <Money amountMinor={purse.spendableMinor} ccy={purse.ccy} size="huge" />
      <div class="purse-fill">
        <PurseBar partMinor={purse.spendableMinor} wholeMinor={offline.limMinor} />
        <p class="small quiet">{text.left(money(purse.spendableMinor), money(offline.limMinor))}</p>
      </div>
      {face.kind !== 'ready' && (
        <p class="as-of-offline">
          <Standing face={face} />
        </p>
      )}
      <SlipRows
        rows={[
          [text.endsAt, <Time atMs={purse.expMs} />],
          [text.cap, money(purse.capMinor)],
          ...(purse.stepUp === null ? [] : [[text.stepUp, purse.stepUp.passkey ? text.stepUpAbove(money(purse.stepUp.aboveMinor)) : text.stepUpNone] as const]),
          [text.times, text.timesLeft(purse.paymentsLeft)],
          ...(count > 0 ? [[text.unsettled, text.unsettledSum(count, money(amountMinor))] as const] : []),
        ]}
      />
      <p class="small quiet">{text.renews}</p>
    </Slip>
  );
}

function FrozenPurse({ purse }: { readonly purse: PurseView }) {
  const words = useWords().purse;
  const locale = useLocale();
  const { now } = useShowing();
  const day = formatTime(purse.claimDeadlineMs, locale, now.timeZone, 'day');
  return (
    <>
      <Slip label={words.title}>
        <h2>{words.frozenTitle}</h2>
        <Money amountMinor={purse.leftMinor} ccy={purse.ccy} size="huge" />
        <p>{words.frozen(day)}</p>
        <a class="help-link" href="/help/purse-frozen">
          {words.frozenWhy}
        </a>
      </Slip>
      <AppealButton subject={purse.id} received={purse.appealed} />
    </>
  );
}

function Unsettled() {
  const { wallet } = useApp();
  const words = useWords().purse;
  const { version, offline } = wallet.snapshot.value;
  const count = offline?.unsettled.count ?? 0;
  const unsettled = unsettledOf(useReadBack((read) => unsettledOf(read).length >= count, version));
  if (unsettled.length === 0) return null;
  return (
    <section class="stack" aria-labelledby="unsettled">
      <h2 id="unsettled">{words.unsettledTitle}</h2>
      <ul class="record-list">
        {unsettled.map((voucher) => (
          <RecordRow key={voucher.id} record={voucher} />
        ))}
      </ul>
    </section>
  );
}

function Ended({ purses }: { readonly purses: readonly PurseView[] }) {
  const words = useWords().purse;
  const locale = useLocale();
  const { now } = useShowing();
  if (purses.length === 0) return null;
  return (
    <section class="stack" aria-labelledby="ended">
      <h2 id="ended">{words.endedTitle}</h2>
      {purses.map((purse) => (
        <p key={purse.id} class="card">
          {words.ended(formatMoney(purse.leftMinor, purse.ccy, locale), formatTime(purse.claimDeadlineMs, locale, now.timeZone, 'day'))}
        </p>
      ))}
    </section>
  );
}

/** Money of this account that another device holds: a phone that was lost, or one in the other hand. */
function Elsewhere({ purses }: { readonly purses: PayerOffline['elsewhere'] }) {
  const words = useWords().purse;
  const locale = useLocale();
  const { now } = useShowing();
  const holding = purses.filter((purse) => purse.reserveMinor > 0 && purse.state !== 'released');
  if (holding.length === 0) return null;
  return (
    <section class="stack" aria-labelledby="elsewhere">
      <h2 id="elsewhere">{words.elsewhereTitle}</h2>
      {holding.map((purse) => {
        const money = formatMoney(purse.reserveMinor, purse.ccy, locale);
        const said = purse.state === 'active' ? words.elsewhere(money) : words.elsewhereEnded(money, formatTime(purse.claimDeadlineMs, locale, now.timeZone, 'day'));
        return (
          <p key={purse.id} class="card">
            {said}
          </p>
        );
      })}
    </section>
  );
}
