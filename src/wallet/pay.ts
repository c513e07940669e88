/**
 * A confirm sheet that the user agrees to. First the confirmation, which carries the PIN or passkey and is stored nowhere; then
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
import type { Core, OpenDraft } from './core.ts';
import type { WalletTx } from './ports.ts';
import { type OutboxRow, type PaymentRecord, RECORD_SCHEMA } from './records.ts';
import { askForResult } from './session.ts';
import { shopper } from './shopper.ts';
import { write } from './writer.ts';

export type Paid = Result<{ readonly paymentId: string }, ErrorCode>;

export function pay(core: Core, draftId: string, user: UserProof): Promise<Paid> {
  const running = core.memory.paying.get(draftId);
  if (running !== undefined) return running;
  const paid = payOnce(core, draftId, user).finally(() => {
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
  const open = core.memory.drafts.get(draftId) ?? null;
  const known = await core.ports.store.read((tx) => existing(tx, draftId, open));
  if (!known.ok) return known;
  if (known.value !== null) return finish(core, draftId, known.value);
  if (open === null) return err('DRAFT_GONE');
  const timely = checkInvoice(open.invoice, {
    nowSeconds: core.time.nowSeconds(),
    ccy: payer.value.ccy,
    graceSeconds: LIMITS.invoiceGraceSeconds,
  });
  if (!timely.ok) return timely;
  const confirmed = await confirm(core, open, user);
  return confirmed.ok ? store(core, open) : confirmed;
}

/** The payment that this sheet has become already, here or in another tab. */
async function existing(tx: WalletTx, draftId: string, open: OpenDraft | null): Promise<string | null> {
  if ((await tx.payments.get(draftId)) !== undefined) return draftId;
  if (open === null) return null;
  const same = await tx.payments.byInvoice(toHex(open.invoice.hash));
  return same === undefined || same.state.kind === 'refused' ? null : same.id;
}

async function confirm(core: Core, open: OpenDraft, user: UserProof): Promise<Result<unknown, ErrorCode>> {
  const request: ConfirmationRequest = { order: toBase64Url(open.order.bytes), user };
  return askForResult(core, {
    method: 'POST',
    path: '/v1/confirmations',
    body: JSON.stringify(request),
    read: (json) => readMessage(ConfirmationReply, json),
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
    return record.id;
  });
  if (!written.ok) return written;
  return written.value === null ? err('TOO_MANY_WAITING') : finish(core, draftId, written.value);
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
