/**
 * POST /v1/sync: what waits goes to the server in one request, each item with a verdict of its own, and what this device missed
 * comes back: the feed after our place in it, the status list, the key set. An item leaves the outbox when there is a verdict on
 * it. No answer: it stays. A request that is refused as a whole is split until the item that is at fault stands alone.
 */
import { type SyncItem, SyncReply, type SyncRequest } from '#protocol/http-sync.ts';
import { LIMITS } from '#protocol/limits.ts';
import { readMessage } from '#protocol/read-message.ts';
import type { Answer } from './ask.ts';
import { moveClaim } from './claims.ts';
import type { Core } from './core.ts';
import { poisonOf, postponeAll, setAside, waitOf } from './delivery.ts';
import { mergePage } from './feed.ts';
import { fileResults } from './file-result.ts';
import { isReserved } from './outbox.ts';
import type { OutboxRow } from './records.ts';
import { askAsMe } from './session.ts';
import { noteLists, storedLists } from './till-lists.ts';
import { trustedKeySet, weighKeySet } from './trust.ts';
import { write } from './writer.ts';

/** Around the items. */
const FRAME_BYTES = 1_024;

/** How a request is sent, and whether somebody still waits for what comes of it. */
type Manner = { readonly timeoutMs: number; readonly handedOver: () => boolean };
const IN_ITS_OWN_TIME: Manner = { timeoutMs: LIMITS.requestTimeoutMs, handedOver: () => true };

/** What goes into one request: the row that is due, and with it whatever else waits, as far as the server reads. */
export function itemsOf(due: OutboxRow, waiting: readonly OutboxRow[], deviceNowMs: number): readonly OutboxRow[] {
  const others = waiting.filter((row) => row.kind === 'sync-item' && row.poison === null && row.id !== due.id && !isReserved(row, deviceNowMs));
  let bytes = FRAME_BYTES;
  // Ours are ASCII: characters are bytes.
  const fits = (row: OutboxRow): boolean => (bytes += row.body.length + 1) <= LIMITS.bodyBytes;
  return [due, ...others].slice(0, LIMITS.syncItems).filter(fits);
}

export function deliverItems(core: Core, rows: readonly OutboxRow[]): Promise<void> {
  return deliver(core, rows, IN_ITS_OWN_TIME);
}

/** Asks whether the lists are the newest. False when nobody answered, or when the answer could not be taken in: ask again later. */
export async function syncLists(core: Core): Promise<boolean> {
  const answer = await exchange(core, [], IN_ITS_OWN_TIME);
  const lists = await storedLists(core);
  return answer.kind === 'done' && lists.ok && (lists.value.syncSeenMs ?? 0) >= answer.value.nowMs;
}

/**
 * One item while a person waits. After `withinMs` the person is answered; what comes later is filed as what it then is: news of
 * something that was handed over.
 */
export async function deliverNow(core: Core, row: OutboxRow, withinMs: number): Promise<void> {
  let over = false;
  const late = new Promise<void>((resolve) => core.ports.clock.after(withinMs, resolve));
  const done = deliver(core, [row], { timeoutMs: withinMs, handedOver: () => over });
  await Promise.race([done, late]);
  over = true;
  core.ring();
}

async function deliver(core: Core, rows: readonly OutboxRow[], manner: Manner): Promise<void> {
  const answer = await exchange(core, rows, manner);
  // Without a session nothing was read: the row stays due, and comes after the next session.
  if (answer.kind === 'done' || (answer.kind === 'problem' && answer.status === 401)) return;
  const [first] = rows;
  const tooLarge = answer.kind === 'problem' && answer.status === 413;
  const poison = tooLarge ? answer.code : poisonOf(answer);
  if (poison === null || first === undefined) {
    await noteSent(core, rows);
    return postponeAll(core, rows, waitOf(answer));
  }
  if (rows.length === 1) return setAside(core, first, poison);
  const half = Math.ceil(rows.length / 2);
  await deliver(core, rows.slice(0, half), manner);
  await deliver(core, rows.slice(half), manner);
}

/** From now on only the server knows what became of them. */
async function noteSent(core: Core, rows: readonly OutboxRow[]): Promise<void> {
  if (core.memory.identity?.till == null) return;
  await write(core, async (tx) => {
    for (const { recordId } of rows) {
      const claim = await tx.claims.get(recordId);
      if (claim !== undefined) await moveClaim(tx, claim, { kind: 'sent' });
    }
  });
}

async function exchange(core: Core, rows: readonly OutboxRow[], { timeoutMs, handedOver }: Manner): Promise<Answer<SyncReply>> {
  const lists = await storedLists(core);
  const statusSeq = lists.ok ? lists.value.statusSeq : 0;
  const items = rows.map((row) => JSON.parse(row.body) as SyncItem);
  const keySetSeq = (await trustedKeySet(core))?.seq ?? 0;
  const request: SyncRequest = { cursor: core.memory.truth?.cursor ?? 0, statusSeq, keySetSeq, items };
  const read = (json: unknown): SyncReply | null => {
    const reply = readMessage(SyncReply, json);
    return reply?.results.length === rows.length ? reply : null;
  };
  const answer = await askAsMe(core, { method: 'POST', path: '/v1/sync', body: JSON.stringify(request), read, timeoutMs });
  if (answer.kind !== 'done') return answer;
  await fileResults(core, rows, answer.value.results, handedOver);
  await takeIn(core, answer.value, statusSeq);
  return answer;
}

async function takeIn(core: Core, reply: SyncReply, sentSeq: number): Promise<void> {
  const merged = await mergePage(core, reply.feed);
  if (merged !== 'rows' || reply.feed.more) core.memory.feedDue = true;
  const current = reply.keySet === null || (await weighKeySet(core, reply.keySet));
  if (core.memory.identity?.till != null) await noteLists(core, reply, sentSeq, current);
}
