/** Rows of the outbox: what is sent, kept until there is a verdict on it. */
import { newTimeOrderedId } from '#base/ids.ts';
import type { SyncItem } from '#protocol/http-sync.ts';
import type { Core } from './core.ts';
import { type OutboxRow, RECORD_SCHEMA } from './records.ts';

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

/** Never sent, and not yet the sync loop's: the call that stored it is sending it. */
export function isReserved({ attempts, nextAttemptAtMs }: Pick<OutboxRow, 'attempts' | 'nextAttemptAtMs'>, deviceNowMs: number): boolean {
  return attempts === 0 && nextAttemptAtMs > deviceNowMs;
}
