/** What the shopper must know before paying again: waiting payments, set-aside ones, a wrong clock. Most pressing first. */
import type { Snapshot } from '#wallet/api.ts';
import { LIMITS } from '#protocol/limits.ts';
import { helpForState } from '#help/state-articles.ts';
import { useWords } from '../app-context.ts';
import { confirmingCount } from '../models/set-aside.ts';
import { Banner } from '../parts/Banner.tsx';

const MINUTE_MS = 60_000;

export function WalletNotices({ snapshot }: { readonly snapshot: Snapshot }) {
  const words = useWords().shell.wallet;
  const { poisoned, clockOffsetMs } = snapshot;
  // Those out of a purse wait without a worry: the purse's card tells of them.
  const waiting = confirmingCount(snapshot);
  const records = (
    <a class="help-link" href="/records">
      {words.seeRecords}
    </a>
  );
  return (
    <>
      {poisoned > 0 && (
        <Banner
          tone="urgent"
          title={words.poisonedTitle(poisoned)}
          actions={
            <>
              {records}
              <WhatNow />
            </>
          }
        >
          {words.poisoned}
        </Banner>
      )}
      {waiting > 0 && (
        <Banner tone="warn" title={words.waitingTitle(waiting)} actions={records}>
          {words.waiting}
        </Banner>
      )}
      {Math.abs(clockOffsetMs) > LIMITS.clockAheadSeconds * 1_000 && (
        <Banner tone="warn" title={words.clockTitle}>
          {words.clock(Math.round(Math.abs(clockOffsetMs) / MINUTE_MS))}
        </Banner>
      )}
    </>
  );
}

function WhatNow() {
  const words = useWords().shell;
  return (
    <a class="help-link" href={`/help/${helpForState('set-aside')}`}>
      {words.learnMore}
    </a>
  );
}
