/**
 * One payment on its way through the screens: a text is read into a draft, the draft is confirmed, the slip takes over.
 *
 *   none ──read──► reading ──► draft ──pay──► paying (until the slip's page has taken over) ──leave──► none
 *                     ├──► noted (a till's note: the wallet has kept it)
 *                     ├──► paid (a charge that this account has paid: its slip is all there is to see)
 *                     └──► unread (a code that is not taken, with the reason)
 *
 * The text is kept for the session, so that a reload, or opening an account first, does not lose the charge. Reading the
 * same charge again is safe: the wallet gives the same payment.
 * A sheet that is left while it pays is over once the payment has failed: `leave` is noted until then.
 * Must never send twice: while `paying`, further taps get the same promise.
 */
import { signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { Err, Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { UserProof } from '#protocol/http.ts';
import type { Draft, WalletApi } from '#wallet/api.ts';
import type { NoteTaken, PaidAs, VoucherView } from '#wallet/api-payer.ts';
import { attempt } from './attempt.ts';

export type PayState =
  | { readonly kind: 'none' }
  | { readonly kind: 'reading' }
  | { readonly kind: 'unread'; readonly problem: Err<ErrorCode>; readonly text: string }
  | { readonly kind: 'noted'; readonly note: NoteTaken }
  | { readonly kind: 'paid'; readonly paid: Paid }
  | { readonly kind: 'draft'; readonly draft: Draft; readonly problem: Err<ErrorCode> | null }
  | { readonly kind: 'paying'; readonly draft: Draft };

/** Which slip it became: of an online payment, or of one out of a purse. */
export type Paid = { readonly type: 'payment' | 'voucher'; readonly id: string };

export type PayModel = {
  readonly state: ReadonlySignal<PayState>;
  /** A charge that waits for a wallet, or for this page to be drawn again. */
  keptText(): string | null;
  keep(text: string): void;
  read(text: string): Promise<PayState>;
  /** The same charge read again without a word, because the network came or went, or the wallet was opened anew: only what the sheet says of the way may change. */
  readAgain(): Promise<void>;
  /** The draft that a passkey is being asked for. It is not replaced meanwhile: its own challenge is what will be signed. */
  readonly asked: ReadonlySignal<string | null>;
  /** Asks for one draft once at a time. */
  ask(draftId: string, work: () => Promise<void>): Promise<void>;
  /** The slip, or null with the problem in `state`. `signedFor`: the draft that a passkey has signed; no other one is paid with it. */
  pay(user: UserProof, signedFor?: string): Promise<Paid | null>;
  /** After CONFIRM_OFFLINE: the passkey has signed the voucher itself. */
  payOffline(user: UserProof, signedFor: string): Promise<Paid | null>;
  /** The sheet stands, perhaps again while its payment is still on its way: what comes of it is told there. */
  enter(): void;
  /** `keeping`: the sheet is off the screen, but was not left, so the charge's text stays. */
  leave(keeping?: boolean): void;
  /** The slip of a payment that was confirmed just now asks once, to stamp its seal. */
  takeFresh(paymentId: string): boolean;
  /** The voucher that was signed just now, as the wallet gave it: its code is on the screen before anything is read again. */
  signedNow(id: string): VoucherView | undefined;
};

const KEPT_KEY = 'chit.charge';

/** A payment that is on its way, and how its sheet was left meanwhile. */
type OnItsWay = { left: { readonly keeping: boolean } | null };

export function createPay(api: WalletApi, session: Storage | null): PayModel {
  const state = signal<PayState>({ kind: 'none' });
  const reading = createReading(api, session, state);
  const asking = createAsking();
  let fresh: string | null = null;
  let signed: VoucherView | undefined;
  let underWay: Promise<Paid | null> | null = null;
  let onItsWay: OnItsWay | null = null;

  async function confirm(draft: Draft, work: () => Promise<PaidReply>): Promise<Paid | null> {
    const way: OnItsWay = { left: null };
    state.value = { kind: 'paying', draft };
    onItsWay = way;
    const result = await work();
    onItsWay = null;
    if (!result.ok) {
      if (way.left !== null) reading.end(draft, way.left.keeping);
      else state.value = { kind: 'draft', draft, problem: result };
      return null;
    }
    session?.removeItem(KEPT_KEY);
    // Still `paying`: the sheet must stand when the slip replaces its step of the history, and is not drawn once more for that.
    const { paymentId, code, voucher } = result.value;
    fresh = paymentId;
    signed = voucher;
    return { type: code === undefined ? 'payment' : 'voucher', id: paymentId };
  }

  /** Further taps get the same promise. */
  async function once(signedFor: string | undefined, work: (draft: Draft) => Promise<PaidReply>): Promise<Paid | null> {
    const now = state.value;
    if (now.kind === 'draft' && (signedFor ?? now.draft.draftId) === now.draft.draftId) underWay ??= confirm(now.draft, () => work(now.draft)).finally(() => (underWay = null));
    return underWay;
  }

  return {
    state,
    keptText: () => session?.getItem(KEPT_KEY) ?? null,
    keep: (text) => keep(session, text),
    read: reading.read,
    readAgain: () => readAgain(api, state, asking.asked, session?.getItem(KEPT_KEY) ?? null),
    ...asking,
    pay: (user, signedFor) => once(signedFor, (draft) => api.pay(draft.draftId, user)),
    payOffline: (user, signedFor) => once(signedFor, (draft) => api.payOffline(draft.draftId, user)),
    enter() {
      if (onItsWay !== null) onItsWay.left = null;
    },
    leave(keeping = false) {
      const now = state.value;
      if (onItsWay !== null) onItsWay.left = { keeping };
      // The slip has taken over: the wallet, too, is done with the sheet.
      else reading.end(now.kind === 'draft' || now.kind === 'paying' ? now.draft : null, keeping);
    },
    takeFresh(paymentId) {
      const isFresh = fresh === paymentId;
      if (isFresh) fresh = null;
      return isFresh;
    },
    signedNow: (id) => (signed?.id === id ? signed : undefined),
  };
}

/** A text that is too long for a code is read, to say so, and not kept. */
function keep(session: Storage | null, text: string): void {
  if (text.length <= LIMITS.codeTextChars) attempt(() => session?.setItem(KEPT_KEY, text));
}

/** Of two readings the later one stands; one that was ended comes to nothing. */
function createReading(api: WalletApi, session: Storage | null, state: Signal<PayState>) {
  let reads = 0;

  async function read(text: string): Promise<PayState> {
    const mine = ++reads;
    keep(session, text);
    state.value = { kind: 'reading' };
    const next = await understand(api, text);
    if (mine !== reads) return state.value;
    if (next.kind !== 'draft') session?.removeItem(KEPT_KEY);
    state.value = next;
    return next;
  }
  function end(draft: Draft | null, keeping: boolean): void {
    reads += 1;
    if (!keeping) session?.removeItem(KEPT_KEY);
    state.value = { kind: 'none' };
    if (draft !== null) void api.discard(draft.draftId);
  }
  return { read, end };
}

/** A charge becomes a draft, a till's note is kept; the wallet says which of the two a text is. */
async function understand(api: WalletApi, text: string): Promise<PayState> {
  const prepared = await api.prepare(text);
  if (prepared.ok) return { kind: 'draft', draft: prepared.value, problem: null };
  const paid = await paidBefore(api, prepared);
  if (paid !== null) return { kind: 'paid', paid };
  if (!isNote(prepared)) return { kind: 'unread', problem: prepared, text };
  const taken = await api.takeNote(text);
  return taken.ok ? { kind: 'noted', note: taken.value } : { kind: 'unread', problem: taken, text };
}

/** What this account has paid the charge with already; null when the problem is another. */
export async function paidBefore(api: WalletApi, { error, detail }: Pick<Err<ErrorCode>, 'error' | 'detail'>): Promise<Paid | null> {
  const id = error === 'INVOICE_PAID' ? detail?.paymentId : undefined;
  if (id === undefined) return null;
  return { type: (await api.record('voucher', id)).ok ? 'voucher' : 'payment', id };
}

async function readAgain(api: WalletApi, state: Signal<PayState>, asked: ReadonlySignal<string | null>, text: string | null): Promise<void> {
  const before = state.value;
  if (before.kind !== 'draft' || text === null || asked.value === before.draft.draftId) return;
  const prepared = await api.prepare(text);
  if (!prepared.ok) return;
  const stands = state.value === before && asked.value !== before.draft.draftId;
  if (stands) state.value = { ...before, draft: prepared.value };
  void api.discard((stands ? before.draft : prepared.value).draftId);
}

function createAsking() {
  const asked = signal<string | null>(null);
  async function ask(draftId: string, work: () => Promise<void>): Promise<void> {
    if (asked.value === draftId) return;
    asked.value = draftId;
    await work();
    if (asked.value === draftId) asked.value = null;
  }
  return { asked, ask };
}

type PaidReply = Result<PaidAs, ErrorCode>;

function isNote(problem: Err<ErrorCode>): boolean {
  const found = problem.detail?.found;
  return problem.error === 'E_WRONG_CODE' && (found === 'ack' || found === 'note');
}
