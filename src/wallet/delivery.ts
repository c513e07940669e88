/**
 * Sends one stored request, exactly as it was stored, and files what came of it. Only a verdict ends a payment. No answer, 5xx,
 * somebody else's page: unknown, keep the bytes. Malformed or forbidden: this one request is set aside, the others go on.
 */
import { unreachable } from '#base/assert.ts';
import { PaymentReply } from '#protocol/http.ts';
import { LIMITS } from '#protocol/limits.ts';
import { type PaymentEvent, transition } from '#protocol/payment-state.ts';
import { readMessage } from '#protocol/read-message.ts';
import { type Answer, ask } from './ask.ts';
import { backoffMs } from './backoff.ts';
import type { Core } from './core.ts';
import { load, later } from './later.ts';
import type { WalletTx } from './ports.ts';
import type { OutboxRow, PaymentRecord } from './records.ts';
import { write } from './writer.ts';

const receiptsPart = later(() => import('./receipts.ts'));

/** `again`: a session was opened a moment ago, so that another would be of no use. */
export async function deliver(core: Core, row: OutboxRow, again: boolean): Promise<void> {
  const answer = await ask(core, { method: 'POST', path: row.path, body: row.body, read: (json) => readMessage(PaymentReply, json) });
  if (answer.kind === 'problem' && answer.status === 401) {
    core.memory.sessionNeeded = true;
    if (!again) return;
  }
  if (answer.kind === 'done' && answer.value.paymentId === row.recordId) return fileVerdict(core, row, answer.value);
  const poison = poisonOf(answer);
  if (poison !== null) return setAside(core, row, poison);
  await postpone(core, row, waitOf(answer));
}

/** Codes that the server gives only after it has read this very request. A 403 of a proxy has no such code. */
export function poisonOf(answer: Answer<unknown>): string | null {
  if (answer.kind !== 'problem') return null;
  const { status, code } = answer;
  return (status === 400 && code === 'BAD_REQUEST') || (status === 403 && code === 'FORBIDDEN') ? code : null;
}

export function waitOf(answer: Answer<unknown>): number | null {
  switch (answer.kind) {
    case 'none':
      return answer.retryAfterMs;
    case 'problem':
      return answer.detail.retryAfterMs ?? null;
    case 'done':
      return null;
    default:
      return unreachable(answer);
  }
}

async function fileVerdict(core: Core, row: OutboxRow, reply: PaymentReply): Promise<void> {
  const payment = await core.ports.store.read((tx) => tx.payments.get(row.recordId));
  if (!payment.ok) return;
  const event = payment.value === undefined ? null : await eventOf(core, payment.value, reply);
  // The server keeps its verdict: it is asked for again.
  if (event === 'not-loaded') return postpone(core, row, null);
  const written = await write(core, (tx) => file(tx, row, event, reply.confirmationCode));
  if (written.ok && written.value === 'conflict') core.ports.log.error('verdict.conflict', { paymentId: row.recordId });
  core.memory.feedDue = true;
}

async function file(tx: WalletTx, row: OutboxRow, event: PaymentEvent | null, confirmationCode: string | null): Promise<'filed' | 'conflict'> {
  await tx.outbox.delete(row.id);
  const record = await tx.payments.get(row.recordId);
  if (record === undefined || event === null) return 'filed';
  const move = transition(record.state, event);
  const state = move.kind === 'moved' ? move.state : record.state;
  // The feed may have been faster with the receipt; the code comes with this answer alone.
  if (move.kind === 'moved' || (move.kind === 'same' && confirmationCode !== null)) await tx.payments.put({ ...record, state, confirmationCode });
  return move.kind === 'conflict' ? 'conflict' : 'filed';
}

async function eventOf(core: Core, payment: PaymentRecord, reply: PaymentReply): Promise<PaymentEvent | 'not-loaded'> {
  const { verdict } = reply;
  switch (verdict.state) {
    case 'settled': {
      const { atMs, receipt } = verdict;
      const part = await load(receiptsPart);
      if (part === null) return 'not-loaded';
      const receiptVerified = await part.isReceiptGenuine(core, receipt, { ...payment, paymentId: payment.id });
      return { kind: 'verdict-settled', atMs, receipt, receiptVerified, balanceAfterMinor: null };
    }
    case 'refused': {
      const { atMs, code, paymentId } = verdict;
      return paymentId === undefined ? { kind: 'verdict-refused', atMs, code } : { kind: 'verdict-refused', atMs, code, paymentId };
    }
    default:
      return unreachable(verdict);
  }
}

export async function setAside(core: Core, row: OutboxRow, poison: string): Promise<void> {
  core.ports.log.error('outbox.poison', { recordId: row.recordId, code: poison });
  await write(core, (tx) => changeRows(tx, [row], (now) => ({ ...now, attempts: now.attempts + 1, poison })));
}

export async function postpone(core: Core, row: OutboxRow, serverWaitMs: number | null): Promise<void> {
  await write(core, (tx) => postponeInside(core, tx, [row], serverWaitMs));
}

/** What was sent together waits each its own time. */
export async function postponeInside(core: Core, tx: WalletTx, rows: readonly OutboxRow[], serverWaitMs: number | null): Promise<void> {
  await changeRows(tx, rows, (now) => postponed(core, now, serverWaitMs));
}

export function postponed(core: Core, row: OutboxRow, serverWaitMs: number | null): OutboxRow {
  const waitMs = Math.max(backoffMs(row.attempts, core.ports.random), Math.min(serverWaitMs ?? 0, LIMITS.retryMaxMs));
  return { ...row, attempts: row.attempts + 1, nextAttemptAtMs: core.ports.clock.nowMs() + waitMs };
}

async function changeRows(tx: WalletTx, rows: readonly OutboxRow[], change: (now: OutboxRow) => OutboxRow): Promise<void> {
  for (const { id } of rows) {
    const now = await tx.outbox.get(id);
    // The feed may have settled it while we asked.
    if (now !== undefined) await tx.outbox.put(change(now));
  }
}
