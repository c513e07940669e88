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
import type { Due, PurseRow, VoucherRow } from './ports-offline.ts';
import { StoreUnavailable, type Store, type Tx } from './ports.ts';
import { ownerNews } from './purses-view.ts';
import { thrownFacts } from './thrown.ts';
import { decidedRow, partiesOf, voucherNews } from './vouchers-record.ts';

export type JobDeps = { readonly store: Store; readonly log: Log };
export type JobsDone = { readonly released: number; readonly letGo: number };

/** In one go; the rest at the next. */
const BATCH = 100;
const FIRST: Due = { id: '', atMs: 0 };

export async function runJobs(deps: JobDeps, nowMs: number): Promise<JobsDone> {
  const round: Round = { ...deps, unavailable: [] };
  const letGo = await inTurn(round, (tx, after) => tx.dueHeld(nowMs, BATCH, after), (vid) => letHeldGo(deps, vid, nowMs));
  const released = await inTurn(round, (tx, after) => tx.duePurses(nowMs, BATCH, after), (id) => releasePurse(deps, id, nowMs));
  const [first] = round.unavailable;
  if (first !== undefined) throw first;
  return { released, letGo };
}

type Round = JobDeps & { readonly unavailable: StoreUnavailable[] };

/** What breaks does not count: as many as fill a page, and break each time, would stand before all others for ever. */
async function inTurn(round: Round, due: (tx: Tx, after: Due) => Promise<Due[]>, job: (id: string) => Promise<boolean>): Promise<number> {
  let done = 0;
  let page: Due[] = [];
  do {
    const after = page.at(-1) ?? FIRST;
    page = await round.store.transaction((tx) => due(tx, after));
    for (const { id } of page) done += Number(await safely(round, id, job(id)));
  } while (page.length === BATCH && done < BATCH);
  return done;
}

/**
 * One that is slower than a statement may be is StoreUnavailable too: the others have their turn all the same. A store that does not even
 * answer a ping is away, and ends the round.
 */
async function safely({ log, store, unavailable }: Round, id: string, job: Promise<boolean>): Promise<boolean> {
  try {
    return await job;
  } catch (thrown) {
    const facts = { id, ...thrownFacts(thrown) };
    if (!(thrown instanceof StoreUnavailable)) log.error('jobs.item', facts);
    else {
      log.warn('jobs.item', facts);
      unavailable.push(thrown);
      await store.ping();
    }
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
    await settleWaitingRefunds(tx, book, row, await tx.notesOfVoucher(row), parties, atMs);
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
