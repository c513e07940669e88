/**
 * How a payment is confirmed: with the PIN in one step, with the passkey in one, or in two when the first found no network,
 * because then the passkey signs the voucher itself. Whichever way, one payment: the model sends once.
 */
import { useLocation } from 'preact-iso/router';
import type { ErrorCode } from '#protocol/errors.ts';
import type { UserProof } from '#protocol/http.ts';
import type { Draft } from '#wallet/api.ts';
import { useApp } from '../app-context.ts';
import { paidBefore, type Paid } from '../models/pay.ts';
import { recordPath } from '../models/route.ts';
import { confirmWithPasskey, passkeysWork } from '../passkey.ts';
import type { Problem } from '../parts/ErrorWords.tsx';

export type Ways = {
  readonly hasPasskey: boolean;
  /** A passkey is being asked for: the browser's own sheet stands, or is about to. */
  readonly asking: boolean;
  confirm(user: UserProof): Promise<void>;
  askPasskey(): Promise<void>;
  signVoucher(): Promise<void>;
};

export type Told = {
  onProblem(problem: Problem | null): void;
  /** The passkey cannot be checked here, the PIN can. */
  onPin(): void;
};

export function useWays(draft: Draft, { onProblem, onPin }: Told): Ways {
  const { pay, wallet } = useApp();
  const { route } = useLocation();
  const passkeyIds = wallet.snapshot.value.identity?.passkeyIds ?? [];

  function show(paid: Paid | null): void {
    if (paid === null) return;
    if (location.pathname === '/pay') route(recordPath(paid.type, paid.id), true);
    else pay.leave();
  }
  /** Null when it was not confirmed; the problem is told. */
  async function ask(challenge: string): Promise<UserProof | null> {
    onProblem(null);
    const answer = await confirmWithPasskey(challenge, passkeyIds);
    if (answer.ok) return { kind: 'passkey', assertion: answer.value };
    onProblem(answer);
    return null;
  }
  async function signVoucher(): Promise<void> {
    const asked = await wallet.api.voucherChallenge(draft.draftId);
    if (!asked.ok) return notAsked(asked);
    const user = await ask(asked.value.challenge);
    if (user !== null) show(await withFocusAside(pay.payOffline(user, draft.draftId)));
  }
  async function notAsked(problem: Problem): Promise<void> {
    if (problem.error === 'CONFIRM_PIN') return onPin();
    const paid = await paidBefore(wallet.api, problem);
    if (paid === null) onProblem(problem);
    else show(paid);
  }
  async function askPasskey(): Promise<void> {
    // One touch less: what is known to go out of the purse is signed as what it is.
    if (draft.plan.source === 'purse') return signVoucher();
    const user = await ask(draft.challenge);
    if (user === null) return;
    show(await pay.pay(user, draft.draftId));
    if (problemNow() === 'CONFIRM_OFFLINE') await signVoucher();
  }
  function problemNow(): ErrorCode | null {
    const state = pay.state.peek();
    return state.kind === 'draft' ? (state.problem?.error ?? null) : null;
  }

  return {
    hasPasskey: passkeyIds.length > 0 && passkeysWork(),
    asking: pay.asked.value === draft.draftId,
    confirm: async (user) => show(await pay.pay(user)),
    askPasskey: () => pay.ask(draft.draftId, askPasskey),
    signVoucher: () => pay.ask(draft.draftId, signVoucher),
  };
}

/**
 * A button that is taken off the page with the focus has the browser lay out the next page for it first, and the voucher's code
 * waits: the focus is put aside while the wallet signs, and comes back when the sheet stays.
 */
async function withFocusAside(work: Promise<Paid | null>): Promise<Paid | null> {
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  focused?.blur();
  const paid = await work;
  if (paid === null) focused?.focus({ preventScroll: true });
  return paid;
}
