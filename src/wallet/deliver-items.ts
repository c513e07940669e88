/**
 * Brings vouchers to the server: every waiting item in one POST /v1/sync, each with a verdict of its own. An item leaves the
 * outbox when the server has a verdict on it, PAYER_REPORTED included: the rest comes with the feed. No answer: it stays.
 */
import { LIMITS } from '#protocol/limits.ts';
import { SyncReply, type SyncRequest, type SyncResult } from '#protocol/http-sync.ts';
import { readMessage } from '#protocol/read-message.ts';
import type { VoucherEvent } from '#protocol/voucher-state.ts';
import { ask } from './ask.ts';
import type { Core } from './core.ts';
import { poisonOf, postpone, setAside, waitOf } from './delivery.ts';
import { fileVerdict, voucherEventOf } from './feed-offline.ts';
import type { OutboxRow } from './records.ts';
import { write } from './writer.ts';

/** A voucher is at most a kilobyte and a half in base64url: 80 of them fit the server's body limit. */
const ITEMS = Math.min(80, LIMITS.syncItems);

/** What goes into one request: the row that is due, and with it whatever else waits. */
export function itemsOf(due: OutboxRow, waiting: readonly OutboxRow[]): readonly OutboxRow[] {
  const others = waiting.filter((row) => row.kind === 'sync-item' && row.poison === null && row.id !== due.id);
  return [due, ...others].slice(0, ITEMS);
}

export async function deliverItems(core: Core, rows: readonly OutboxRow[]): Promise<void> {
  const answer = await ask(core, { method: 'POST', path: '/v1/sync', body: bodyOf(core, rows), read: (json) => readMessage(SyncReply, json) });
  if (answer.kind === 'problem' && answer.status === 401) {
    core.memory.sessionNeeded = true;
    return;
  }
  if (answer.kind === 'done' && answer.value.results.length === rows.length) return fileResults(core, rows, answer.value.results);
  const poison = poisonOf(answer);
  for (const row of rows) await (poison === null ? postpone(core, row, waitOf(answer)) : setAside(core, row, poison));
}

function bodyOf(core: Core, rows: readonly OutboxRow[]): string {
  const items = rows.map((row) => JSON.parse(row.body) as SyncRequest['items'][number]);
  const request: SyncRequest = { cursor: core.memory.truth?.cursor ?? 0, statusSeq: 0, keySetSeq: core.memory.keySet?.seq ?? 0, items };
  return JSON.stringify(request);
}

async function fileResults(core: Core, rows: readonly OutboxRow[], results: readonly SyncResult[]): Promise<void> {
  for (const [index, row] of rows.entries()) {
    const result = results[index];
    if (result !== undefined) await fileResult(core, row, result);
  }
  core.memory.feedDue = true;
}

async function fileResult(core: Core, row: OutboxRow, result: SyncResult): Promise<void> {
  if (result.verdict === 'RETRY') return postpone(core, row, result.afterMs);
  // A verdict on something else than we sent is none.
  const isOurs = result.id === row.recordId || (result.id === null && result.verdict === 'REJECTED');
  if (!isOurs) return postpone(core, row, null);
  const filed = await write(core, (tx) => fileVerdict(tx, row.recordId, eventOf(result)));
  if (filed.ok && filed.value === 'conflict') core.ports.log.error('verdict.conflict', { voucherId: row.recordId });
}

/** A note has no record of its own: what it did to its voucher, the feed tells. */
function eventOf(result: Exclude<SyncResult, { verdict: 'RETRY' }>): VoucherEvent | null {
  return result.verdict === 'REFUNDED' || result.verdict === 'NOTED' ? null : voucherEventOf(result);
}
