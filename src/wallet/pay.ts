/**
 * A confirm sheet that the user agrees to, online, or out of the purse when nobody answers. First the confirmation, which carries the PIN or passkey and is stored nowhere; then
 * ONE strict write: the payment and the exact bytes that will be sent until somebody answers. A crash before it leaves nothing,
 * a crash after it leaves the plan. The draft's id is the payment's id, so that a second tap finds the first one's payment.
 */
import { fromBase64Url, toBase64Url, toHex } from '#base/bytes.ts';
import { newTimeOrderedId } from '#base/ids.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { ConfirmationReply, type ConfirmationRequest, type PaymentRequest, type UserProof } from '#protocol/http.ts';
import { checkInvoice } from '#protocol/invoice-rules.ts';
import { compactCode } from '#protocol/link.ts';
import { LIMITS } from '#protocol/limits.ts';
import { readMessage } from '#protocol/read-message.ts';
import type { Core, OpenDraft } from './core.ts';
import { certOf, confirmBy } from './offline-confirm.ts';
import { checkPinOffline, rememberPin } from './offline-user.ts';
import type { WalletTx } from './ports.ts';
import { type OutboxRow, type PaymentRecord, type PurseRecord, RECORD_SCHEMA } from './records.ts';
import { askForResult } from './session.ts';
import { shopper } from './shopper.ts';
import { signPayment } from './sign-voucher.ts';
import { nowHere } from './caps-here.ts';
import { purseFor, whichWay, whyNone } from './which-way.ts';
import { write } from './writer.ts';

/** `code`: the voucher's, to show to the till. Only of a payment out of the purse; its id is then the voucher's. */
export type Paid = Result<{ readonly paymentId: string; readonly code?: string }, ErrorCode>;

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
  core.changed();
  return paid;
}

async function payOnce(core: Core, draftId: string, user: UserProof): Promise<Paid> {
  const payer = shopper(core);
  if (!payer.ok) return payer;
  const paidAs = core.memory.paidAs.get(draftId);
  if (paidAs !== undefined) return ok({ paymentId: paidAs });
  const draft = core.memory.drafts.get(draftId) ?? null;
  const known = await core.ports.store.read((tx) => existing(tx, draftId, draft));
  if (!known.ok) return known;
  if (known.value !== null) return again(core, draftId, known.value);
  const open = await openDraft(core, draftId);
  return open.ok ? payBestWay(core, open.value, user) : open;
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

async function payBestWay(core: Core, open: OpenDraft, user: UserProof): Promise<Paid> {
  const purses = await core.ports.store.read((tx) => tx.purses.all());
  if (!purses.ok) return purses;
  const now = nowHere(core, open.draft.ccy);
  const purse = purseFor(purses.value, open.draft, now);
  const confirmed = await confirm(core, open, user, patienceMs(core, purse));
  const way = whichWay(confirmed.ok ? 'confirmed' : confirmed.error === 'OFFLINE' ? 'no-answer' : 'refused', purse);
  if (confirmed.ok) {
    if (purse !== null && user.kind === 'pin') await keepPinCheck(core, user.pin);
    return store(core, open);
  }
  if (way === 'purse' && purse !== null) return payFromPurse(core, open, user, purse);
  return confirmed.error === 'OFFLINE' ? err(whyNone(purses.value, open.draft, now)) : confirmed;
}

/** Who can pay without a network does not wait long for one, and hardly at all where nobody answered a moment ago. */
function patienceMs(core: Core, purse: PurseRecord | null): number {
  if (purse === null) return LIMITS.requestTimeoutMs;
  return core.memory.connection === 'offline' ? LIMITS.offlineProbeMs : LIMITS.probeTimeoutMs;
}

/** Nothing was sent: the confirmation moves no money, and the order has not left. */
async function payFromPurse(core: Core, open: OpenDraft, user: UserProof, purse: PurseRecord): Promise<Paid> {
  const trial = await core.ports.store.read((tx) => tx.passkeyTrial());
  if (!trial.ok) return trial;
  const by = confirmBy(certOf(purse), open.draft.amountMinor, trial.value);
  if (by === 'nobody') return err('E_UV_REQUIRED');
  if (user.kind === 'passkey') return err(by === 'pin' ? 'CONFIRM_PIN' : 'CONFIRM_OFFLINE');
  if (by === 'passkey') return err('CONFIRM_OFFLINE');
  const agreed = await checkPinOffline(core, user.pin);
  if (!agreed.ok) return agreed;
  const signed = await signPayment(core, open);
  return signed.ok ? again(core, open.draft.draftId, { id: signed.value.id, voucher: signed.value.bytes }) : signed;
}

/** A purse that was loaded by passkey has no PIN check yet, and one whose tries were used up has one again. */
async function keepPinCheck(core: Core, pin: string): Promise<void> {
  const held = await core.ports.store.read((tx) => tx.pinCheck());
  if (held.ok && held.value?.triesLeft !== LIMITS.pinTries) await rememberPin(core, pin);
}

/** `voucher`: its bytes, when it was paid out of the purse. */
type Existing = { readonly id: string; readonly voucher: string | null };

/** The payment that this sheet has become already, here or in another tab. */
async function existing(tx: WalletTx, draftId: string, open: OpenDraft | null): Promise<Existing | null> {
  if ((await tx.payments.get(draftId)) !== undefined) return { id: draftId, voucher: null };
  if (open === null) return null;
  const hash = toHex(open.invoice.hash);
  const same = await tx.payments.byInvoice(hash);
  if (same !== undefined && same.state.kind !== 'refused') return { id: same.id, voucher: null };
  const voucher = await tx.vouchers.byInvoice(hash);
  // Another device's: the server says so, if it comes to that.
  if (voucher === undefined || voucher.bytes === null || voucher.state.kind === 'returned' || voucher.state.kind === 'voided') return null;
  return { id: voucher.id, voucher: voucher.bytes };
}

function again(core: Core, draftId: string, { id, voucher }: Existing): Paid {
  if (voucher === null) return finish(core, draftId, id);
  // The sheet is kept: who taps again sees the same code.
  core.ring();
  const bytes = fromBase64Url(voucher);
  return bytes === null ? err('STORAGE_BROKEN') : ok({ paymentId: id, code: compactCode('voucher', bytes) });
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
