/**
 * "No money taken": why, in words, and what to do now. Stays until somebody chooses. A code that was taken before says so just
 * as loudly, because a picture of yesterday's code looks like today's.
 */
import { formatTime } from '#i18n/formats.ts';
import { useLocale, useShowing, useWords } from '../app-context.ts';
import { recordPath } from '../models/route.ts';
import { Button } from '../parts/Button.tsx';
import { Seal } from '../parts/Seal.tsx';
import { Slip } from '../parts/Slip.tsx';
import { isDoubtful, tillArticle, tillWords } from './take-words.ts';
import type { Untaken as UntakenCode } from './use-take.ts';
import './paid-slip.css';

export type UntakenProps = {
  readonly untaken: UntakenCode;
  /** Scan another one. */
  readonly onAgain: () => void;
  readonly onBack: () => void;
};

export function Untaken({ untaken, onAgain, onBack }: UntakenProps) {
  const words = useWords().take;
  return (
    <section class="paid-slip" aria-label={untaken.kind === 'again' ? words.again : words.refused}>
      {untaken.kind === 'again' && <TakenBefore {...untaken} />}
      {untaken.kind === 'refused' && <Refused {...untaken} onLeave={onBack} />}
      {untaken.kind === 'turned-down' && <TurnedDown />}
      <div class="stack">
        {untaken.kind === 'again' && (
          <Button kind="ink" wide href={recordPath('sale', untaken.saleId)} onClick={onBack}>
            {words.againSee}
          </Button>
        )}
        <Button kind={untaken.kind === 'again' ? 'outline' : 'ink'} icon="scan" wide onClick={onAgain}>
          {words.scanAgain}
        </Button>
        <Button wide onClick={onBack}>
          {words.backToCode}
        </Button>
      </div>
    </section>
  );
}

function TakenBefore({ atMs }: Extract<UntakenCode, { kind: 'again' }>) {
  const words = useWords().take;
  const { now } = useShowing();
  return (
    <Slip>
      <div class="paid-head paid-head-plain" role="alert">
        <Seal state="refused" />
        <h2>{words.again}</h2>
      </div>
      <p class="center">{words.againNow(formatTime(atMs, useLocale(), now.timeZone))}</p>
    </Slip>
  );
}

function TurnedDown() {
  const words = useWords().take;
  return (
    <Slip>
      <div class="paid-head paid-head-plain" role="alert">
        <Seal state="refused" />
        <h2>{words.refused}</h2>
        <p class="paid-why">{words.turnedDown}</p>
      </div>
      <p class="center">{words.turnedDownNow}</p>
    </Slip>
  );
}

const SHOWN_CHARS = 200;

function Refused({ problem, text, onLeave }: Extract<UntakenCode, { kind: 'refused' }> & { readonly onLeave: () => void }) {
  const words = useWords();
  const { title, whatNow } = tillWords(words, problem);
  const doubtful = isDoubtful(problem);
  return (
    <Slip>
      <div class="paid-head paid-head-plain" role="alert">
        <Seal state="refused" />
        <h2>{doubtful ? words.take.doubtful : words.take.refused}</h2>
        <p class="paid-why">{title}</p>
      </div>
      <p class="center">{whatNow}</p>
      {problem.error === 'E_PREFIX' && (
        <div>
          <p class="quiet small">{words.scan.foreignText}</p>
          <bdi class="unread-text">{text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text}</bdi>
        </div>
      )}
      {problem.error === 'E_INVOICE_CLOSED' && <HonourHint onLeave={onLeave} />}
      <p class="center">
        <a class="help-link" href={`/help/${tillArticle(problem.error)}`}>
          {words.shell.learnMore}
        </a>
      </p>
    </Slip>
  );
}

/** The sale is cancelled or over: who was honest about it may still be served, from that sale's own page. */
function HonourHint({ onLeave }: { readonly onLeave: () => void }) {
  const words = useWords().take;
  return (
    <div class="stack">
      <p class="center">{words.honourFind}</p>
      <Button wide href="/sales" onClick={onLeave}>
        {words.toSales}
      </Button>
    </div>
  );
}
