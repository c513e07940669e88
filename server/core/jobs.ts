/**
 * What happens by itself when its time has come: purses past their claim deadline give their rest back, and held claims are let
 * go. Safe to run at any time, as often as one likes, by several servers at once: each job locks, looks again, and does nothing
 * where it was done. What breaks on one is told and stops no other: it comes again with the next round, and so for ever. Called with
 * the time, so that tests and the simulator own it.
 */
import { assert } from '#base/assert.ts';
import type { Log } from '#base/log.ts';
import { merchantAccount, reserveAccount, shopperAccount } from '#protocol/ledger.ts';
import { purseReleasePostings } from '#protocol/purse-ledger.ts';
import { tellAll, type News } from './feeds.ts';
import { atHeld, isHeld, letGo } from './held.ts';
import { Book, missing, withLocks } from './locks.ts';
import { settleWaitingRefunds } from './notes-refund.ts';
import type { PurseRow, VoucherRow } from './ports-offline.ts';
import { StoreUnavailable, type Store, type Tx } from './ports.ts';
import { ownerNews } from './purses-view.ts';
import { thrownFacts } from './thrown.ts';
import { decidedRow, ownNotes, partiesOf, voucherNews } from './vouchers-record.ts';

export type JobDeps = { readonly store: Store; readonly log: Log };
export type JobsDone = { readonly released: number; readonly letGo: number };

/** In one go; the rest at the next. */
const BATCH = 100;

export async function runJobs(deps: JobDeps, nowMs: number): Promise<JobsDone> {
  const due = await deps.store.transaction(async (tx) => ({ purses: await tx.duePurses(nowMs, BATCH), held: await tx.dueHeld(nowMs, BATCH) }));
  let [released, letGo] = [0, 0];
  for (const vid of due.held) letGo += Number(await safely(deps, vid, letHeldGo(deps, vid, nowMs)));
  for (const id of due.purses) released += Number(await safely(deps, id, releasePurse(deps, id, nowMs)));
  return { released, letGo };
}

async function safely({ log }: JobDeps, id: string, job: Promise<boolean>): Promise<boolean> {
  try {
    return await job;
  } catch (thrown) {
    if (thrown instanceof StoreUnavailable) throw thrown;
    log.error('jobs.item', { id, ...thrownFacts(thrown) });
    return false;
  }
}

async function releasePurse({ store }: JobDeps, id: string, nowMs: number): Promise<boolean> {
  const seen = await store.transaction((tx) => tx.purse(id));
  assert(seen !== null, 'a purse stays');
  const accounts = [reserveAccount(id), shopperAccount(seen.partyId)];
  const done = await withLocks(store, seen.ccy, accounts, async (tx, locked) => {
    const purse = await tx.purse(id);
    assert(purse !== null, 'a purse stays');
    // Refreshed or released while this waited.
    if (purse.state === 'released' || nowMs <= purse.claimDeadlineMs) return { released: false };
    const reported = await tx.reportedOfPurse(id);
    const more = missing(locked, reported.map((voucher) => merchantAccount(voucher.merchantId)));
    if (more !== null) return more;
    await release(tx, new Book(tx, locked), purse, reported, nowMs);
    return { released: true };
  });
  return done.released;
}

async function release(tx: Tx, book: Book, purse: PurseRow, reported: readonly VoucherRow[], atMs: number): Promise<void> {
  const restMinor = book.holds(reserveAccount(purse.id));
  const { id: purseId, partyId: ownerPartyId, ccy } = purse;
  await book.post(purseReleasePostings({ purseId, ownerPartyId, restMinor, ccy, atMs }));
  const row: PurseRow = { ...purse, state: 'released' };
  await tx.putPurse(row);
  const balanceMinor = book.holds(shopperAccount(ownerPartyId));
  const news = ownerNews({ event: 'released', row, reserveMinor: 0, amountMinor: restMinor, atMs, balanceMinor }, await tx.headOfPurse(purseId));
  await tellAll(tx, [news, ...(await returnReported(tx, book, row, reported, atMs))]);
}

/** What only the payer reported and nobody claimed. */
async function returnReported(tx: Tx, book: Book, purse: PurseRow, reported: readonly VoucherRow[], atMs: number): Promise<News[]> {
  const proved = (await tx.proof(purse.id)) !== null;
  const news: News[] = [];
  for (const voucher of reported) {
    const row = decidedRow(voucher, { kind: 'rejected', reason: 'CLAIM_DEADLINE' }, atMs);
    await tx.putVoucher(row);
    const parties = await partiesOf(tx, row);
    await settleWaitingRefunds(tx, book, row, await ownNotes(tx, row), parties, atMs);
    news.push(...voucherNews(book, parties, { row, conflicted: proved, atMs }));
  }
  return news;
}

async function letHeldGo({ store }: JobDeps, vid: string, nowMs: number): Promise<boolean> {
  const seen = await store.transaction((tx) => tx.voucher(vid));
  assert(seen !== null, 'a voucher stays');
  const done = await atHeld(store, seen, async (tx, book, row) => {
    // Voided, or let go by another server, while this waited.
    if (!isHeld(row) || row.heldUntilMs === null || nowMs < row.heldUntilMs) return { letGo: false };
    await letGo(tx, book, row, nowMs);
    return { letGo: true };
  });
  return done.letGo;
}
