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
import { poisonOf, postponeInside, setAside, waitOf } from './delivery.ts';
import { withMark } from './feed-mark.ts';
import { mergePage } from './feed.ts';
import { fileResults } from './file-result.ts';
import { isReserved } from './outbox.ts';
import type { WalletTx } from './ports.ts';
import type { ClaimRecord, OutboxRow } from './records.ts';
import { askAsMe } from './session.ts';
import { parsed } from './sync-item.ts';
import { noteLists, storedLists } from './till-lists.ts';
import { trustedKeySet, weighKeySet } from './trust.ts';
import { write } from './writer.ts';

/** Around the items. */
const FRAME_BYTES = 1_024;

/** What goes into one request: the row that is due, and with it whatever else waits, as far as the server reads. */
export function itemsOf(due: OutboxRow, waiting: readonly OutboxRow[], deviceNowMs: number): readonly OutboxRow[] {
  const others = waiting.filter((row) => row.kind === 'sync-item' && row.poison === null && row.id !== due.id && !isReserved(row, deviceNowMs));
  let bytes = FRAME_BYTES;
  // Ours are ASCII: characters are bytes.
  const fits = (row: OutboxRow): boolean => (bytes += row.body.length + 1) <= LIMITS.bodyBytes;
  return [due, ...others].slice(0, LIMITS.syncItems).filter(fits);
}

export async function deliverItems(core: Core, rows: readonly OutboxRow[]): Promise<void> {
  const { news } = await bring(core, rows, LIMITS.requestTimeoutMs);
  await news;
}

/** Asks whether the lists are the newest. False when nobody answered, or when the answer could not be taken in: ask again later. */
export async function syncLists(core: Core): Promise<boolean> {
  const { answer, news } = await exchange(core, [], LIMITS.requestTimeoutMs);
  await news;
  const lists = await storedLists(core);
  return answer.kind === 'done' && lists.ok && (lists.value.syncSeenMs ?? 0) >= answer.value.nowMs;
}

/** One item while a person waits, for at most `withinMs`. Afterwards there is a verdict, or the claim was asked for in vain and says so. */
export async function deliverNow(core: Core, row: OutboxRow, withinMs: number): Promise<void> {
  let cancel = (): void => undefined;
  const late = new Promise<void>((resolve) => {
    cancel = core.ports.clock.after(withinMs, resolve);
  });
  await Promise.race([bring(core, [row], withinMs), late]);
  cancel();
  await noteSent(core, [row]);
  core.ring();
}

/** `news`: what came beside the verdicts is taken in; who waits for a verdict only need not wait for it. */
type Brought = { readonly news: Promise<void> };
const NO_NEWS = Promise.resolve();

async function bring(core: Core, rows: readonly OutboxRow[], timeoutMs: number): Promise<Brought> {
  const { answer, news } = await exchange(core, rows, timeoutMs);
  // Without a session nothing was read: the rows stay due, and come after the next session.
  if (answer.kind === 'done' || (answer.kind === 'problem' && answer.status === 401)) return { news };
  const [first] = rows;
  const tooLarge = answer.kind === 'problem' && answer.status === 413;
  const poison = tooLarge ? answer.code : poisonOf(answer);
  if (poison === null || first === undefined) {
    await keepWaiting(core, rows, waitOf(answer));
  } else if (rows.length === 1) {
    await setAside(core, first, poison);
  } else {
    const half = Math.ceil(rows.length / 2);
    await deliverItems(core, rows.slice(0, half));
    await deliverItems(core, rows.slice(half));
  }
  return { news };
}

/** Asked in vain: each is sent again at its time. One write, because somebody waits in front of the till. */
async function keepWaiting(core: Core, rows: readonly OutboxRow[], serverWaitMs: number | null): Promise<void> {
  if (rows.length === 0) return;
  await write(core, async (tx) => {
    await tellAccepted(tx, rows);
    await postponeInside(core, tx, rows, serverWaitMs);
  });
}

/** The same for who waited no longer than he wanted; mostly it is told by then. */
async function noteSent(core: Core, rows: readonly OutboxRow[]): Promise<void> {
  const told = await core.ports.store.read((tx) => untold(tx, rows));
  if (told.ok && told.value.length > 0) await write(core, (tx) => tellAccepted(tx, rows));
}

/** From now on the cashier may be told that it is accepted. */
async function tellAccepted(tx: WalletTx, rows: readonly OutboxRow[]): Promise<void> {
  for (const claim of await untold(tx, rows)) await moveClaim(tx, claim, { kind: 'sent' });
}

async function untold(tx: WalletTx, rows: readonly OutboxRow[]): Promise<ClaimRecord[]> {
  const claims: ClaimRecord[] = [];
  for (const { recordId } of rows) {
    const claim = await tx.claims.get(recordId);
    if (claim?.state.kind === 'accepted') claims.push(claim);
  }
  return claims;
}

async function exchange(core: Core, rows: readonly OutboxRow[], timeoutMs: number): Promise<Brought & { readonly answer: Answer<SyncReply> }> {
  const lists = await storedLists(core);
  const statusSeq = lists.ok ? lists.value.statusSeq : 0;
  const items = rows.map((row) => parsed(row.body) as SyncItem);
  const keySetSeq = (await trustedKeySet(core))?.seq ?? 0;
  const cursor = core.memory.truth?.cursor ?? 0;
  const read = (json: unknown): SyncReply | null => {
    const reply = readMessage(SyncReply, json);
    return reply?.results.length === rows.length ? reply : null;
  };
  const answer = await withMark(core, cursor, (mark) => {
    const request: SyncRequest = { cursor, ...mark, statusSeq, keySetSeq, items };
    return askAsMe(core, { method: 'POST', path: '/v1/sync', body: JSON.stringify(request), read, timeoutMs });
  });
  if (answer.kind !== 'done') return { answer, news: NO_NEWS };
  await fileResults(core, rows, answer.value.results);
  return { answer, news: takeIn(core, answer.value, statusSeq) };
}

async function takeIn(core: Core, reply: SyncReply, sentSeq: number): Promise<void> {
  const merged = await mergePage(core, reply.feed);
  if (merged !== 'rows' || reply.feed.more) core.memory.feedDue = true;
  const current = reply.keySet === null || (await weighKeySet(core, reply.keySet));
  if (core.memory.identity?.till != null) await noteLists(core, reply, sentSeq, current);
}
