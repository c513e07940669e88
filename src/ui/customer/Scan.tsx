/**
 * The shopper's scanner. A charge goes on to the confirm sheet, a till's note to the slip that it is about; any other code is named
 * and shown as text. Loaded when it is first opened.
 */
import { useLocation } from 'preact-iso/router';
import { useEffect, useState } from 'preact/hooks';
import { formatMoney } from '#i18n/formats.ts';
import type { Catalogue } from '#i18n/catalogue.ts';
import type { Locale } from '#i18n/translate.ts';
import { useApp, useLocale, useWords } from '../app-context.ts';
import type { PayState } from '../models/pay.ts';
import { recordPath } from '../models/route.ts';
import { vibrate } from '../models/sound.ts';
import { TopBar } from '../parts/TopBar.tsx';
import { ScanPanel } from '../scanning/ScanPanel.tsx';
import { UnreadCode } from '../scanning/UnreadCode.tsx';

export function Scan() {
  const { pay, notes } = useApp();
  const words = useWords();
  const { route } = useLocation();
  const state = pay.state.value;
  const unread = state.kind === 'unread' ? state : null;
  const locale = useLocale();
  const [round, setRound] = useState(0);

  async function take(text: string): Promise<void> {
    // Also while a payment whose sheet was left is still on its way.
    const { kind } = pay.state.peek();
    if (kind === 'reading' || kind === 'paying') return;
    vibrate();
    const next = await pay.read(text);
    if (next.kind === 'draft') route('/pay', true);
    else if (next.kind === 'paid') route(recordPath(next.paid.type, next.paid.id), true);
    else if (next.kind === 'noted') {
      notes.keep(next.note);
      route(recordPath('voucher', next.note.voucherId), true);
    }
  }
  function takeByHand(text: string): void {
    pay.leave();
    void take(text);
  }
  function scanAgain(): void {
    pay.leave();
    setRound(round + 1);
  }
  useEffect(() => () => {
    if (pay.state.peek().kind !== 'draft') pay.leave();
  }, []);

  return (
    <>
      <TopBar title={words.scan.title} back="/" help="camera-trouble" />
      <main class="page scan" id="main" tabIndex={-1}>
        <ScanPanel
          words={words.scan}
          busy={busyWords(state, words.pay, locale)}
          aside={unread !== null}
          round={round}
          onText={(text) => {
            if (pay.state.peek().kind === 'none') void take(text);
          }}
          onTyped={takeByHand}
        >
          {unread && <UnreadCode problem={unread.problem} text={unread.text} onAgain={scanAgain} />}
        </ScanPanel>
      </main>
    </>
  );
}

function busyWords(state: PayState, words: Catalogue['pay'], locale: Locale): string | null {
  if (state.kind === 'paying') return words.confirm.paying(formatMoney(state.draft.amountMinor, state.draft.ccy, locale));
  return state.kind === 'reading' ? words.reading : null;
}
