/** Rows of the outbox: what is sent, kept until there is a verdict on it. */
import { newTimeOrderedId } from '#base/ids.ts';
import type { SyncItem } from '#protocol/http-sync.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { Core } from './core.ts';
import { type OutboxRow, type OwnClaim, RECORD_SCHEMA, type SaleRecord, type VoucherRecord } from './records.ts';

/** `reservedMs`: whoever stores it sends it at once by itself; the sync loop comes after that. */
export function syncRow(core: Core, recordId: string, item: SyncItem, reservedMs = 0): OutboxRow {
  const nowMs = core.ports.clock.nowMs();
  return {
    schema: RECORD_SCHEMA,
    id: newTimeOrderedId(nowMs, core.ports.random),
    kind: 'sync-item',
    recordId,
    path: '/v1/sync',
    body: JSON.stringify(item),
    createdAtMs: core.time.nowMs(),
    attempts: 0,
    nextAttemptAtMs: nowMs + reservedMs,
    poison: null,
  };
}

/** By its payer, with the charge that it pays: whichever till of the shop claims it, the server knows for which sale it is. */
export function reportItem({ bytes: o, invoice }: Pick<VoucherRecord, 'invoice'> & { readonly bytes: string }): SyncItem {
  return { k: 'V', o, ...(invoice === undefined ? {} : { invoice }) };
}

/** With the charge that it pays, where the till knows it. A till that asks first has accepted nothing, and does not say that it has. */
export function claimItem(sale: SaleRecord | undefined, { bytes: o, state, goods, acceptedAtMs, listSeq, invoiceHash }: OwnClaim): SyncItem {
  const invoice = sale?.invoices.find(({ hash }) => hash === invoiceHash)?.bytes;
  const shown = invoice === undefined ? {} : { invoice };
  // Queued with no goods: given back while it was asked for, and taken back when the void was refused.
  if (state.kind === 'asking' || (state.kind === 'queued' && !goods)) return { k: 'V', o, ...shown };
  return { k: 'V', o, acceptedAtMs, ...(listSeq === null ? {} : { listSeq }), ...shown };
}

type Attempts = Pick<OutboxRow, 'attempts' | 'nextAttemptAtMs'>;

/** When it is to be sent. A wait that is longer than any that we set means that the device's clock was put back since: now. */
export function dueAtMs({ attempts, nextAttemptAtMs }: Attempts, deviceNowMs: number): number {
  const longestMs = attempts === 0 ? LIMITS.probeTimeoutMs : LIMITS.retryMaxMs;
  return nextAttemptAtMs - deviceNowMs > longestMs ? deviceNowMs : nextAttemptAtMs;
}

/** Never sent, and not yet the sync loop's: the call that stored it is sending it. */
export function isReserved(row: Attempts, deviceNowMs: number): boolean {
  return row.attempts === 0 && dueAtMs(row, deviceNowMs) > deviceNowMs;
}
