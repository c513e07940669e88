/** Pulls the server's feed and merges it, page by page. Receipts and certificates are checked before the transaction: awaiting a signature inside would end it. */
import { FeedReply } from '#protocol/http.ts';
import type { PurseView } from '#protocol/http-offline.ts';
import { readMessage } from '#protocol/read-message.ts';
import { bringAgain } from './bring-again.ts';
import type { Core } from './core.ts';
import { withMark } from './feed-mark.ts';
import { fileChange } from './feed-offline.ts';
import { dropPaidOtherwise } from './feed-till.ts';
import { load, later } from './later.ts';
import { type CheckedPage, type LocalRows, type Merge, merge, saleIdsOf } from './merge.ts';
import type { WalletTx } from './ports.ts';
import { genuineOf } from './purse-news.ts';
import type { PaymentRecord, SaleRecord, TruthRecord } from './records.ts';
import { askAsMe } from './session.ts';
import { write } from './writer.ts';

const receiptsPart = later(() => import('./receipts.ts'));

/** Pages in one go; a longer feed goes on with the next task, so that the outbox gets its turn in between. */
const PAGES = 10;
/** How often a page that does not join on is asked for again before the feed is left for later. */
const GAP_TRIES = 2;

/** False when something was missing; what is left after many pages is due again at once. */
export async function pullFeed(core: Core): Promise<boolean> {
  let gaps = 0;
  for (let page = 0; page < PAGES; page++) {
    const cursor = core.memory.truth?.cursor ?? 0;
    const answer = await withMark(core, cursor, ({ lastAtMs }) => {
      const path = `/v1/feed?cursor=${cursor}${lastAtMs === undefined ? '' : `&lastAtMs=${lastAtMs}`}`;
      return askAsMe(core, { method: 'GET', path, body: null, read: (json) => readMessage(FeedReply, json) });
    });
    if (answer.kind !== 'done') return false;
    const merged = await mergePage(core, answer.value);
    if (merged === null) return false;
    if (merged === 'gap' && ++gaps > GAP_TRIES) return false;
    if (merged === 'rows' && !answer.value.more) return true;
    if (merged === 'rows' && answer.value.changes.length === 0) return false;
  }
  core.memory.feedDue = true;
  return true;
}

/** Null: it could not be written, or not be checked now. */
export async function mergePage(core: Core, reply: FeedReply): Promise<Merge['kind'] | null> {
  const genuine = await checkReceipts(core, reply);
  if (genuine === null) return null;
  const purses = await checkPurses(core, reply);
  if (purses === null) return null;
  const page: CheckedPage = { reply, genuine, offsetMs: core.time.offsetMs() };
  const written = await write(core, async (tx) => {
    const local = await localRows(core, tx, reply);
    if (local === null) return null;
    const result = merge(local, page);
    const truth = await carryOut(core, tx, result, purses);
    return { kind: result.kind, truth: truth ?? local.truth };
  });
  if (!written.ok || written.value === null) return null;
  core.memory.truth = written.value.truth;
  if (written.value.kind !== 'rows') core.ports.log.warn('feed.apart', { kind: written.value.kind, cursor: written.value.truth.cursor });
  return written.value.kind;
}

/** Null when they cannot be checked now: a page is not merged without that. */
async function checkReceipts(core: Core, reply: FeedReply): Promise<Map<number, boolean> | null> {
  const genuine = new Map<number, boolean>();
  const payments = reply.changes.filter((change) => change.kind === 'payment');
  if (payments.length === 0) return genuine;
  const part = await load(receiptsPart);
  if (part === null) return null;
  for (const change of payments) genuine.set(change.seq, await part.isReceiptGenuine(core, change.receipt, change));
  return genuine;
}

/** This device's purses whose certificate may be stored; the rest is another's, or is told anew by /v1/me. Null as above. */
function checkPurses(core: Core, { changes }: FeedReply): Promise<ReadonlySet<PurseView> | null> {
  const told = changes.flatMap((change) => (change.kind === 'purse' ? [change.purse] : []));
  return genuineOf(core, told.filter((view) => view.deviceId === core.memory.identity?.deviceId));
}

async function localRows(core: Core, tx: WalletTx, reply: FeedReply): Promise<LocalRows | null> {
  const truth = await tx.truth();
  const { identity } = core.memory;
  if (truth === undefined || identity === null) return null;
  const payments = new Map<string, PaymentRecord>();
  const sales = new Map<string, SaleRecord>();
  for (const change of reply.changes) {
    if (change.kind !== 'payment') continue;
    const payment = change.direction === 'out' ? await tx.payments.get(change.paymentId) : undefined;
    if (payment !== undefined) payments.set(payment.id, payment);
    for (const id of change.direction === 'in' ? Object.values(saleIdsOf(change)) : []) {
      const sale = await tx.sales.get(id);
      if (sale !== undefined) sales.set(id, sale);
    }
  }
  return { truth, payments, sales, outbox: await tx.outbox.all() };
}

async function carryOut(core: Core, tx: WalletTx, result: Merge, purses: ReadonlySet<PurseView>): Promise<TruthRecord | null> {
  if (result.kind === 'gap') return null;
  if (result.kind === 'regressed') await bringAgain(core, tx, 'all');
  if (result.kind === 'rows') {
    for (const row of result.payments) await tx.payments.put(row);
    for (const row of result.sales) await tx.sales.put(row);
    for (const row of result.history) await tx.history.put(row);
    for (const id of result.outboxDone) await tx.outbox.delete(id);
    for (const { entry } of result.history) {
      const filed = await fileChange(core, tx, entry, purses);
      if (filed === 'conflict') core.ports.log.error('feed.conflict', { seq: entry.seq });
    }
    await dropPaidOtherwise(tx);
  }
  await tx.putTruth(result.truth);
  return result.truth;
}
