/**
 * The confirm sheet: who gets how much, from where, and what will happen. Exactly these values are signed. Passkey first
 * where the account has one, else the PIN, which is chosen here when there is none yet. The button repeats the amount.
 */
import { useLocation } from 'preact-iso/router';
import { useEffect, useState } from 'preact/hooks';
import { formatMoney } from '#i18n/formats.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { Draft } from '#wallet/api.ts';
import { useApp, useLocale, useShowing, useWords } from '../app-context.ts';
import type { PayState } from '../models/pay.ts';
import { recordPath } from '../models/route.ts';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import type { Problem } from '../parts/ErrorWords.tsx';
import { isPinProblem } from '../parts/pin-problem.ts';
import { Skeleton } from '../parts/Skeleton.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import { DraftSlip } from './DraftSlip.tsx';
import { PinSheet } from './PinSheet.tsx';
import { UnreadCode } from '../scanning/UnreadCode.tsx';
import { useWays } from './ways.ts';

const CONFIRM_PATH = '/pay';

export function Confirm() {
  const { pay, wallet } = useApp();
  const words = useWords().pay;
  const { route } = useLocation();
  const state = pay.state.value;
  const { connection } = wallet.snapshot.value;

  useEffect(() => {
    pay.enter();
    const kept = pay.keptText();
    if (pay.state.peek().kind !== 'none') return;
    if (kept === null) route('/', true);
    else void pay.read(kept);
  }, []);
  useEffect(() => {
    if (state.kind === 'paid') route(recordPath(state.paid.type, state.paid.id), true);
  }, [state]);
  // Taken off the screen at its own address it is not left: the wallet is blocked or was cleared. The charge waits for a reload, or for a restore.
  useEffect(() => () => pay.leave(location.pathname === CONFIRM_PATH), []);
  const asked = pay.asked.value;
  // The network came or went while the sheet stands: it must not go on saying the other, once nobody is being asked to sign it.
  useEffect(() => {
    if (state.kind === 'draft' && connection !== 'unknown' && connection !== state.draft.connection) void pay.readAgain();
  }, [connection, asked]);

  return (
    <>
      <TopBar title={words.confirm.title} back="/" help="pay-by-scan" />
      <main class="page" id="main" tabIndex={-1}>
        <ConfirmBody state={state} />
      </main>
    </>
  );
}

function ConfirmBody({ state }: { readonly state: PayState }) {
  const words = useWords().pay;
  switch (state.kind) {
    case 'none':
    case 'noted':
    case 'paid':
      return <Skeleton />;
    case 'reading':
      return (
        <p class="quiet center" role="status">
          {words.reading}
        </p>
      );
    case 'unread':
      return <UnreadCode problem={state.problem} text={state.text} />;
    case 'draft':
      return <ConfirmDraft draft={state.draft} problem={state.problem} paying={false} />;
    case 'paying':
      return <ConfirmDraft draft={state.draft} problem={null} paying />;
  }
}

/** These mean that this draft can never be paid: only a new scan helps. */
const OVER: readonly string[] = ['DRAFT_GONE', 'E_INVOICE_EXPIRED', 'INVOICE_EXPIRED'];

/**
 * The next screen, whichever it is, comes from the disk while the shopper still looks at this one, and where it will be a code, it is
 * practised: the real one must be there at once. A file that cannot be read is asked for again by the screen that needs
 * it, which says so.
 */
function readAhead({ plan }: Draft): void {
  const files = Promise.allSettled([import('./VoucherSlip.tsx'), import('./PaymentSlip.tsx'), import('#scan/draw-code.ts')]);
  void files.then(([, , drawing]) => {
    if (plan.source === 'purse' && drawing.status === 'fulfilled') setTimeout(() => void drawing.value.practise(), PRACTICE_MS);
  });
}

/** The sheet stands by then, and nobody has read it yet. */
const PRACTICE_MS = 50;

function ConfirmDraft({ draft, problem, paying }: { readonly draft: Draft; readonly problem: Problem | null; readonly paying: boolean }) {
  const { now } = useShowing();
  const [passkeyProblem, setPasskeyProblem] = useState<Problem | null>(null);
  const expired = now.nowMs.value > draft.expiresAtMs + LIMITS.invoiceGraceSeconds * 1_000;
  const over = expired || (problem !== null && OVER.includes(problem.error));
  const found = problem ?? passkeyProblem;
  const shown = found !== null && needsPasskey(draft) ? { ...found, detail: { ...found.detail, passkeyOnly: true } } : found;
  useEffect(() => readAhead(draft), []);
  return (
    <>
      <DraftSlip draft={draft} />
      {shown && !isPinProblem(shown) && <ErrorBanner problem={shown} />}
      <div class="stack push-down">
        {over && !paying ? <ScanAgain /> : <ConfirmButtons draft={draft} problem={problem} paying={paying} onPasskeyProblem={setPasskeyProblem} />}
      </div>
    </>
  );
}

function needsPasskey({ plan }: Draft): boolean {
  return plan.source === 'purse' && plan.stepUp;
}

function ScanAgain() {
  const words = useWords().pay.confirm;
  return (
    <>
      <p class="center" role="status">
        {words.expired}
      </p>
      <Button kind="primary" icon="scan" href="/scan" wide>
        {words.scanAgain}
      </Button>
    </>
  );
}

type ButtonsProps = {
  readonly draft: Draft;
  readonly problem: Problem | null;
  readonly paying: boolean;
  readonly onPasskeyProblem: (problem: Problem | null) => void;
};

function ConfirmButtons({ draft, problem, paying, onPasskeyProblem }: ButtonsProps) {
  const { wallet } = useApp();
  const words = useWords().pay.confirm;
  const locale = useLocale();
  const [pinOpen, setPinOpen] = useState(false);
  const { identity, offline } = wallet.snapshot.value;
  const { plan } = draft;
  const ways = useWays(draft, { onProblem: onPasskeyProblem, onPin: () => setPinOpen(true) });
  const money = formatMoney(draft.amountMinor, draft.ccy, locale);
  const mayPin = !needsPasskey(draft);
  const pinFirst = plan.source === 'purse' && mayPin && offline?.passkeyOffline === false;
  const again = problem?.error === 'CONFIRM_OFFLINE';
  const usePasskey = () => void (again ? ways.signVoucher() : ways.askPasskey());
  const byPasskey = ways.hasPasskey && !pinFirst;
  // A problem that has just come in and that no other PIN would mend is told by the page behind the sheet.
  useEffect(() => {
    if (problem !== null && !isPinProblem(problem)) setPinOpen(false);
  }, [problem]);

  return (
    <>
      <Button kind="primary" wide busy={paying || ways.asking} onClick={() => (byPasskey ? usePasskey() : setPinOpen(true))}>
        {paying ? words.paying(money) : again ? words.again(money) : words.pay(money)}
      </Button>
      {byPasskey && mayPin && !paying && (
        <Button kind="plain" wide onClick={() => setPinOpen(true)}>
          {words.usePin}
        </Button>
      )}
      {pinOpen && (
        <PinSheet
          amount={money}
          merchantName={draft.merchantName}
          choose={identity?.pinSet === false}
          busy={paying}
          problem={problem !== null && isPinProblem(problem) ? problem : null}
          onPin={(pin) => void ways.confirm({ kind: 'pin', pin })}
          onClose={() => setPinOpen(false)}
        />
      )}
    </>
  );
}
