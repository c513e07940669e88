/**
 * A confirm sheet that the user agrees to, online, or out of the purse when nobody answers. First the confirmation, which carries the PIN or passkey and is stored nowhere; then
 * ONE strict write: the payment and the exact bytes that will be sent until somebody answers. A crash before it leaves nothing,
 * a crash after it leaves the plan. The draft's id is the payment's id, so that a second tap finds the first one's payment.
 */
import { toBase64Url, toHex } from '#base/bytes.ts';
import { newTimeOrderedId } from '#base/ids.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { ConfirmationReply, type ConfirmationRequest, type PaymentRequest, type UserProof } from '#protocol/http.ts';
import { checkInvoice } from '#protocol/invoice-rules.ts';
import { LIMITS } from '#protocol/limits.ts';
import { readMessage } from '#protocol/read-message.ts';
import type { PaidAs } from './api-payer.ts';
import type { Core, OpenDraft } from './core.ts';
import { certOf, type ConfirmBy, confirmBy, signable } from './offline-confirm.ts';
import { heedTries, keepPin, type PinTry, pinTry } from './offline-user.ts';
import { paidAlready } from './paid-already.ts';
import type { WalletTx } from './ports.ts';
import { paidFromPurse } from './purse-views.ts';
import { type OutboxRow, type PasskeyTrialRecord, type PaymentRecord, type PinCheckRecord, type PurseRecord, RECORD_SCHEMA, type VoucherRecord } from './records.ts';
import { askForResult } from './session.ts';
import { shopper } from './shopper.ts';
import { signPayment } from './sign-voucher.ts';
import { nowHere } from './caps-here.ts';
import { purseFor, whyNone } from './which-way.ts';
import { write } from './writer.ts';

export type Paid = Result<PaidAs, ErrorCode>;

export function pay(core: Core, draftId: string, user: UserProof): Promise<Paid> {
  return onceAtATime(core, draftId, () => payOnce(core, draftId, user));
}

/** Who taps twice gets the same promise. */
export function onceAtATime(core: Core, draftId: string, work: () => Promise<Paid>): Promise<Paid> {
  const running = core.memory.paying.get(draftId);
  if (running !== undefined) return running;
  const paid = work().finally(() => {
    core.memory.paying.delete(draftId);
    core.changed();
  });
  core.memory.paying.set(draftId, paid);
  return paid;
}

async function payOnce(core: Core, draftId: string, user: UserProof): Promise<Paid> {
  const payer = shopper(core);
  if (!payer.ok) return payer;
  const paidAs = core.memory.paidAs.get(draftId);
  if (paidAs !== undefined) return ok({ paymentId: paidAs });
  const draft = core.memory.drafts.get(draftId) ?? null;
  const held = await core.ports.store.read((tx) => readHeld(tx, draftId, draft));
  if (!held.ok) return held;
  if (held.value.known !== null) return again(core, draftId, held.value.known);
  const open = await openDraft(core, draftId);
  return open.ok ? payBestWay(core, open.value, user, held.value) : open;
}

/** All that a payment looks at before it asks anybody: read at once, because each reading is a wait. */
type Held = {
  readonly known: Existing | null;
  readonly purses: readonly PurseRecord[];
  readonly trial: PasskeyTrialRecord | undefined;
  readonly pinCheck: PinCheckRecord | undefined;
};

async function readHeld(tx: WalletTx, draftId: string, open: OpenDraft | null): Promise<Held> {
  const [known, purses, trial, pinCheck] = await Promise.all([existing(tx, draftId, open), tx.purses.all(), tx.passkeyTrial(), tx.pinCheck()]);
  return { known, purses, trial, pinCheck };
}

/** The sheet, while its charge may still be paid. */
export async function openDraft(core: Core, draftId: string): Promise<Result<OpenDraft, ErrorCode>> {
  const payer = shopper(core);
  if (!payer.ok) return payer;
  const open = core.memory.drafts.get(draftId);
  if (open === undefined) return err('DRAFT_GONE');
  const { ccy } = payer.value;
  const timely = checkInvoice(open.invoice, { nowSeconds: core.time.nowSeconds(), ccy, graceSeconds: LIMITS.invoiceGraceSeconds });
  return timely.ok ? ok(open) : timely;
}

async function payBestWay(core: Core, open: OpenDraft, user: UserProof, held: Held): Promise<Paid> {
  const now = nowHere(core, open.draft.ccy);
  const purses = signable(held.purses, core.memory.signer);
  const purse = purseFor(purses, open.draft, now);
  const by = purse === null ? 'nobody' : confirmBy(certOf(purse), open.draft.amountMinor, held.trial);
  const offline = purse === null ? null : wayOut(core, open, user, by, held.pinCheck);
  const confirmed = await confirm(core, open, user, patienceMs(core, by));
  if (confirmed.ok) {
    const paid = await store(core, open);
    // Nobody waits for the slow hash: the payment is on its way.
    if (user.kind === 'pin' && purses.some(({ state }) => state.kind === 'active')) void keepPin(core, user.pin);
    return paid;
  }
  if (confirmed.error !== 'OFFLINE') {
    await heedTries(core, confirmed);
    return confirmed;
  }
  return offline === null ? err(whyNone(purses, open.draft, now)) : offline();
}

/** Who can pay without a network does not wait long for one, and hardly at all where nobody answered a moment ago. */
function patienceMs(core: Core, by: ConfirmBy): number {
  if (by === 'nobody') return LIMITS.requestTimeoutMs;
  return core.memory.connection === 'offline' ? LIMITS.offlineProbeMs : LIMITS.probeTimeoutMs;
}

/**
 * The way out of the purse, should nobody answer. A PIN is slow to check on purpose: where nobody answered a moment ago that
 * begins at once, beside the question.
 */
function wayOut(core: Core, open: OpenDraft, user: UserProof, by: ConfirmBy, pinCheck: PinCheckRecord | undefined): () => Promise<Paid> {
  if (by === 'nobody') return async () => err('E_UV_REQUIRED');
  if (user.kind === 'passkey') return async () => err(by === 'pin' ? 'CONFIRM_PIN' : 'CONFIRM_OFFLINE');
  if (by === 'passkey') return async () => err('CONFIRM_OFFLINE');
  const pin = core.memory.connection === 'offline' ? pinTry(core, user.pin, pinCheck) : null;
  return () => payFromPurse(core, open, pin ?? pinTry(core, user.pin, pinCheck));
}

/** Nothing was sent: the confirmation moves no money, and the order has not left. */
async function payFromPurse(core: Core, open: OpenDraft, pin: PinTry): Promise<Paid> {
  const signed = await signPayment(core, open, pin);
  return signed.ok ? again(core, open.draft.draftId, { id: signed.value.id, voucher: signed.value }) : signed;
}

/** `voucher`: when it was paid out of the purse of this device. */
type Existing = { readonly id: string; readonly voucher: VoucherRecord | null };

/** The payment that this sheet has become already, here or in another tab. */
async function existing(tx: WalletTx, draftId: string, open: OpenDraft | null): Promise<Existing | null> {
  if ((await tx.payments.get(draftId)) !== undefined) return { id: draftId, voucher: null };
  if (open === null) return null;
  const paid = await paidAlready(tx, toHex(open.invoice.hash));
  if (paid === null) return null;
  if ('payment' in paid) return { id: paid.payment.id, voucher: null };
  // Another device's: the server says so, if it comes to that.
  return paid.voucher.bytes === null ? null : { id: paid.voucher.id, voucher: paid.voucher };
}

function again(core: Core, draftId: string, { id, voucher }: Existing): Paid {
  if (voucher === null) return finish(core, draftId, id);
  // The sheet is kept: who taps again sees the same code.
  core.ring();
  return ok(paidFromPurse(voucher));
}

async function confirm(core: Core, open: OpenDraft, user: UserProof, timeoutMs: number): Promise<Result<unknown, ErrorCode>> {
  const request: ConfirmationRequest = { order: toBase64Url(open.order.bytes), user };
  return askForResult(core, {
    method: 'POST',
    path: '/v1/confirmations',
    body: JSON.stringify(request),
    read: (json) => readMessage(ConfirmationReply, json),
    timeoutMs,
  });
}

async function store(core: Core, open: OpenDraft): Promise<Paid> {
  const { draftId } = open.draft;
  const record = paymentOf(core, open);
  const row = outboxRowOf(core, open, record);
  const written = await write(core, async (tx) => {
    const before = await existing(tx, draftId, open);
    if (before !== null) return before;
    if ((await tx.outbox.count()) >= LIMITS.outboxRows) return null;
    await tx.payments.put(record);
    await tx.outbox.put(row);
    return { id: record.id, voucher: null };
  });
  if (!written.ok) return written;
  return written.value === null ? err('TOO_MANY_WAITING') : again(core, draftId, written.value);
}

function finish(core: Core, draftId: string, paymentId: string): Paid {
  core.memory.drafts.delete(draftId);
  core.memory.unsigned.delete(draftId);
  if (paymentId !== draftId) core.memory.paidAs.set(draftId, paymentId);
  core.memory.hurried = true;
  core.ring();
  return ok({ paymentId });
}

function paymentOf(core: Core, { draft, invoice }: OpenDraft): PaymentRecord {
  return {
    schema: RECORD_SCHEMA,
    id: draft.draftId,
    invoiceHash: toHex(invoice.hash),
    merchantId: draft.merchantId,
    merchantName: draft.merchantName,
    terminal: draft.terminal,
    saleNonce: toHex(invoice.nonce),
    amountMinor: draft.amountMinor,
    ccy: draft.ccy,
    createdAtMs: core.time.nowMs(),
    state: { kind: 'sending' },
  };
}

function outboxRowOf(core: Core, { order, invoice }: OpenDraft, record: PaymentRecord): OutboxRow {
  const request: PaymentRequest = { order: toBase64Url(order.bytes), invoice: toBase64Url(invoice.bytes) };
  const nowMs = core.ports.clock.nowMs();
  return {
    schema: RECORD_SCHEMA,
    id: newTimeOrderedId(nowMs, core.ports.random),
    kind: 'payment',
    recordId: record.id,
    path: '/v1/payments',
    body: JSON.stringify(request),
    createdAtMs: record.createdAtMs,
    attempts: 0,
    nextAttemptAtMs: nowMs,
    poison: null,
  };
}
