/**
 * One payment on its way through the screens: a text is read into a draft, the draft is confirmed, the slip takes over.
 *
 *   none ──read──► reading ──► draft ──pay──► paying ──► paid (until the slip's page has taken over) ──leave──► none
 *                     └──► unread (a code that is not taken, with the reason)
 *
 * The text is kept for the session, so that a reload, or opening an account first, does not lose the charge. Reading the
 * same charge again is safe: the wallet gives the same payment.
 * Must never send twice: while `paying`, further taps get the same promise.
 */
import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Err } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { UserProof } from '#protocol/http.ts';
import type { Draft, WalletApi } from '#wallet/api.ts';

export type PayState =
  | { readonly kind: 'none' }
  | { readonly kind: 'reading' }
  | { readonly kind: 'unread'; readonly problem: Err<ErrorCode>; readonly text: string }
  | { readonly kind: 'draft'; readonly draft: Draft; readonly problem: Err<ErrorCode> | null }
  | { readonly kind: 'paying' | 'paid'; readonly draft: Draft };

export type PayModel = {
  readonly state: ReadonlySignal<PayState>;
  /** A charge that waits for a wallet, or for this page to be drawn again. */
  keptText(): string | null;
  keep(text: string): void;
  read(text: string): Promise<PayState>;
  /** The slip's id, or null with the problem in `state`. */
  pay(user: UserProof): Promise<string | null>;
  leave(): void;
  /** The slip of a payment that was confirmed just now asks once, to stamp its seal. */
  takeFresh(paymentId: string): boolean;
};

const KEPT_KEY = 'chit.charge';

export function createPay(api: WalletApi, session: Storage | null): PayModel {
  const state = signal<PayState>({ kind: 'none' });
  let reads = 0;
  let fresh: string | null = null;
  let underWay: Promise<string | null> | null = null;

  async function read(text: string): Promise<PayState> {
    const mine = ++reads;
    session?.setItem(KEPT_KEY, text);
    state.value = { kind: 'reading' };
    const result = await api.prepare(text);
    if (mine !== reads) return state.value;
    if (!result.ok) session?.removeItem(KEPT_KEY);
    state.value = result.ok ? { kind: 'draft', draft: result.value, problem: null } : { kind: 'unread', problem: result, text };
    return state.value;
  }

  async function confirm(draft: Draft, user: UserProof): Promise<string | null> {
    state.value = { kind: 'paying', draft };
    const result = await api.pay(draft.draftId, user);
    if (!result.ok) {
      state.value = { kind: 'draft', draft, problem: result };
      return null;
    }
    session?.removeItem(KEPT_KEY);
    // Not `none` yet: the sheet must still stand when the slip replaces its step of the history.
    state.value = { kind: 'paid', draft };
    fresh = result.value.paymentId;
    return fresh;
  }

  return {
    state,
    keptText: () => session?.getItem(KEPT_KEY) ?? null,
    keep: (text) => session?.setItem(KEPT_KEY, text),
    read,
    pay(user) {
      const now = state.value;
      if (underWay === null && now.kind === 'draft') {
        underWay = confirm(now.draft, user).finally(() => {
          underWay = null;
        });
      }
      return underWay ?? Promise.resolve(null);
    },
    leave() {
      const now = state.value;
      if (now.kind === 'paying') return;
      reads += 1;
      session?.removeItem(KEPT_KEY);
      state.value = { kind: 'none' };
      if (now.kind === 'draft') void api.discard(now.draft.draftId);
    },
    takeFresh(paymentId) {
      const isFresh = fresh === paymentId;
      if (isFresh) fresh = null;
      return isFresh;
    },
  };
}
