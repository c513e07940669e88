/**
 * The confirm sheet: who gets how much, from where, and what will happen. Exactly these values are signed. Passkey first
 * where the account has one, else the PIN, which is chosen here when there is none yet. The button repeats the amount.
 */
import { useLocation } from 'preact-iso/router';
import { useEffect, useState } from 'preact/hooks';
import { formatMoney } from '#i18n/formats.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { UserProof } from '#protocol/http.ts';
import type { Draft } from '#wallet/api.ts';
import { useApp, useLocale, useShowing, useWords } from '../app-context.ts';
import { recordPath } from '../models/route.ts';
import type { PayState } from '../models/pay.ts';
import { confirmWithPasskey, passkeysWork } from '../passkey.ts';
import { Button } from '../parts/Button.tsx';
import { ErrorBanner } from '../parts/ErrorWords.tsx';
import type { Problem } from '../parts/ErrorWords.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { TopBar } from '../parts/TopBar.tsx';
import { DraftSlip } from './DraftSlip.tsx';
import { PinSheet } from './PinSheet.tsx';
import { UnreadCode } from '../scanning/UnreadCode.tsx';

export function Confirm() {
  const { pay } = useApp();
  const words = useWords().pay;
  const { route } = useLocation();
  const state = pay.state.value;

  useEffect(() => {
    const kept = pay.keptText();
    if (pay.state.peek().kind !== 'none') return;
    if (kept === null) route('/', true);
    else void pay.read(kept);
  }, []);
  useEffect(() => () => pay.leave(), []);

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
    case 'paid':
      return <ConfirmDraft draft={state.draft} problem={null} paying />;
  }
}

/** These mean that this draft can never be paid: only a new scan helps. */
const OVER: readonly string[] = ['DRAFT_GONE', 'E_INVOICE_EXPIRED', 'INVOICE_EXPIRED'];

function ConfirmDraft({ draft, problem, paying }: { readonly draft: Draft; readonly problem: Problem | null; readonly paying: boolean }) {
  const { now } = useShowing();
  const [passkeyProblem, setPasskeyProblem] = useState<Problem | null>(null);
  const expired = now.nowMs.value > draft.expiresAtMs + LIMITS.invoiceGraceSeconds * 1_000;
  const over = expired || (problem !== null && OVER.includes(problem.error));
  const shown = problem ?? passkeyProblem;
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
  const { pay, wallet } = useApp();
  const words = useWords().pay.confirm;
  const locale = useLocale();
  const { route } = useLocation();
  const [pinOpen, setPinOpen] = useState(false);
  const [asking, setAsking] = useState(false);
  const identity = wallet.snapshot.value.identity;
  const passkeyIds = identity?.passkeyIds ?? [];
  const byPasskey = passkeyIds.length > 0 && passkeysWork();
  const money = formatMoney(draft.amountMinor, draft.ccy, locale);
  // A problem that has just come in and that no other PIN would mend is told by the page behind the sheet.
  useEffect(() => {
    if (problem !== null && !isPinProblem(problem)) setPinOpen(false);
  }, [problem]);

  async function confirm(user: UserProof): Promise<void> {
    const paymentId = await pay.pay(user);
    if (paymentId === null) return;
    if (location.pathname === '/pay') route(recordPath('payment', paymentId), true);
    else pay.leave();
  }
  async function askPasskey(): Promise<void> {
    setAsking(true);
    onPasskeyProblem(null);
    const answer = await confirmWithPasskey(draft.challenge, passkeyIds);
    setAsking(false);
    if (!answer.ok) return onPasskeyProblem(answer);
    await confirm({ kind: 'passkey', assertion: answer.value });
  }

  return (
    <>
      <Button kind="primary" wide busy={paying || asking} onClick={() => (byPasskey ? void askPasskey() : setPinOpen(true))}>
        {paying ? words.paying(money) : words.pay(money)}
      </Button>
      {byPasskey && !paying && (
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
          onPin={(pin) => void confirm({ kind: 'pin', pin })}
          onClose={() => setPinOpen(false)}
        />
      )}
    </>
  );
}

function isPinProblem(problem: Problem): boolean {
  return problem.error === 'PIN_WRONG' || problem.error === 'PIN_LOCKED';
}
