/** The offline purse on the wallet page: what it holds and until when, or what it is for, or why there is none here. */
import type { ComponentChildren } from 'preact';
import { formatMoney, formatTime } from '#i18n/formats.ts';
import type { PayerOffline, PurseView } from '#wallet/api-payer.ts';
import { useLocale, useShowing, useWords } from '../app-context.ts';
import { endedPurses, purseFace } from '../models/purse.ts';
import type { PurseFace } from '../models/purse.ts';
import { Button } from '../parts/Button.tsx';
import { Money } from '../parts/Money.tsx';
import { PurseRing } from './PurseFill.tsx';
import './purse-card.css';

const PURSE_PATH = '/purse';

export function PurseCard({ offline, ccy }: { readonly offline: PayerOffline; readonly ccy: number }) {
  const { now } = useShowing();
  const words = useWords();
  const face = purseFace(offline, now.nowMs.value);
  const [ended] = endedPurses(offline);
  if ('purse' in face) return <Held face={face} offline={offline} ccy={ccy} />;
  if (face.kind === 'not-here') return <Plain note={words.purse.notHere} actions={<Why />} />;
  return (
    <Plain note={words.purse.none} actions={<Button href={`${PURSE_PATH}/load`}>{words.purse.prepare}</Button>}>
      {ended && <Ended purse={ended} />}
    </Plain>
  );
}

function Why() {
  const words = useWords().shell;
  return (
    <a class="help-link" href={PURSE_PATH}>
      {words.learnMore}
    </a>
  );
}

function Plain({ note, actions, children }: { readonly note: string; readonly actions: ComponentChildren; readonly children?: ComponentChildren }) {
  const words = useWords().purse;
  return (
    <section class="card purse-card" aria-labelledby="purse">
      <div class="purse-card-main">
        <h2 id="purse" class="purse-card-title">
          {words.title}
        </h2>
        <p class="quiet small">{note}</p>
        {children}
      </div>
      {actions}
    </section>
  );
}

function Ended({ purse }: { readonly purse: PurseView }) {
  const words = useWords().purse;
  const locale = useLocale();
  const { now } = useShowing();
  const day = formatTime(purse.claimDeadlineMs, locale, now.timeZone, 'day');
  return (
    <p class="quiet small">
      <a href={PURSE_PATH}>{words.closingShort(formatMoney(purse.leftMinor, purse.ccy, locale), day)}</a>
    </p>
  );
}

type HeldFace = Extract<PurseFace, { readonly purse: PurseView }>;

/** All of it leads to the purse's page. */
function Held({ face, offline, ccy }: { readonly face: HeldFace; readonly offline: PayerOffline; readonly ccy: number }) {
  const words = useWords().purse;
  const locale = useLocale();
  const { purse } = face;
  const { unsettled } = offline;
  return (
    <a class={`card purse-card purse-card-link${face.kind === 'ready' ? '' : ' purse-card-off'}`} href={PURSE_PATH}>
      <PurseRing partMinor={face.kind === 'frozen' ? 0 : purse.spendableMinor} wholeMinor={offline.limMinor} />
      <span class="purse-card-main">
        <span class="row spread">
          <span class="purse-card-title">{words.title}</span>
          <Money amountMinor={face.kind === 'frozen' ? purse.leftMinor : purse.spendableMinor} ccy={ccy} size="large" />
        </span>
        <span class="small purse-card-note">
          <Standing face={face} />
        </span>
        {unsettled.count > 0 && (
          <span class="small">
            {words.unsettled} {words.unsettledSum(unsettled.count, formatMoney(unsettled.amountMinor, ccy, locale))}
          </span>
        )}
      </span>
    </a>
  );
}

/** One line: until when, or what is the matter. */
export function Standing({ face }: { readonly face: HeldFace }) {
  const words = useWords().purse;
  const locale = useLocale();
  const { now } = useShowing();
  switch (face.kind) {
    case 'ready':
      return <>{words.until(formatTime(face.purse.expMs, locale, now.timeZone, 'day-time'))}</>;
    case 'expired':
      return <>{words.expired}</>;
    case 'spent':
      return <>{words.spent}</>;
    case 'frozen':
      return <>{words.frozenShort}</>;
  }
}
