/**
 * What the sync loop does next. Pure: pending work is rows, so after a crash the rows are the plan and recovery is this same
 * function. The order matters: a session first, then money that is on its way, then codes that people look at, then news.
 */
import { LIMITS } from '#protocol/limits.ts';
import { dueAtMs } from './outbox.ts';
import type { OutboxRow, SaleRecord } from './records.ts';

export type SyncView = {
  readonly outbox: readonly OutboxRow[];
  readonly openSales: readonly SaleRecord[];
  readonly sessionNeeded: boolean;
  readonly feedDue: boolean;
  readonly factsDue: boolean;
  /** Server-anchored time at which a till asks again whether its lists are the newest; null for a shopper. */
  readonly listsDueAtMs: number | null;
  /** When the server may be asked again for what is not an outbox row (session, feed, facts), by the device clock. */
  readonly askAgainAtMs: number;
  /** What was asked for last in vain, and not with success since. */
  readonly inVain: Asked | null;
  /** Device clock. */
  readonly nowMs: number;
  /** Server-anchored time, in which codes run out. */
  readonly serverNowMs: number;
  readonly renewBeforeMs: number;
};

export type Asked = 'open-session' | 'learn-facts' | 'pull-feed' | 'sync-lists';

export type SyncTask =
  | { readonly kind: Asked }
  | { readonly kind: 'deliver'; readonly row: OutboxRow }
  | { readonly kind: 'renew-code'; readonly sale: SaleRecord }
  | { readonly kind: 'expire-sale'; readonly sale: SaleRecord }
  /** Null: until somebody rings. */
  | { readonly kind: 'wait'; readonly delayMs: number | null };

export function nextTask(view: SyncView): SyncTask {
  const stale = view.openSales.find((sale) => isOver(sale, view.serverNowMs));
  if (stale !== undefined) return { kind: 'expire-sale', sale: stale };
  const dying = view.openSales.find((sale) => renewAtMs(sale, view) <= view.serverNowMs && mayRenew(sale, view.serverNowMs));
  if (dying !== undefined) return { kind: 'renew-code', sale: dying };
  const ask = nextQuestion(view);
  // Its time limit is short: it is how a lost network is noticed before somebody waits for a long one.
  if (view.sessionNeeded || ask.kind === 'learn-facts') return ask;
  const due = view.outbox.find((row) => row.poison === null && dueAtMs(row, view.nowMs) <= view.nowMs);
  return due === undefined ? ask : { kind: 'deliver', row: due };
}

/**
 * What was asked for last in vain comes after whatever else is due: a part of the server that is slow or broken must not keep the news from a
 * till. They share one wait all the same, so that into a lost network goes one request at a time.
 */
function nextQuestion(view: SyncView): SyncTask {
  const asks = view.askAgainAtMs <= view.nowMs ? wanted(view) : [];
  const kind = asks.find((one) => one !== view.inVain) ?? asks[0];
  return kind === undefined ? { kind: 'wait', delayMs: untilNext(view) } : { kind };
}

/** Without a session nothing else is answered. */
function wanted(view: SyncView): readonly Asked[] {
  if (view.sessionNeeded) return ['open-session'];
  const asks: Asked[] = [];
  if (view.factsDue) asks.push('learn-facts');
  if (view.feedDue) asks.push('pull-feed');
  if (listsAreDue(view)) asks.push('sync-lists');
  return asks;
}

/** No code of it can be paid any more, not even by a payment that was under way. */
function isOver(sale: SaleRecord, serverNowMs: number): boolean {
  const lastMs = sale.invoices.at(-1)?.expiresAtMs ?? 0;
  return serverNowMs > lastMs + LIMITS.invoiceGraceSeconds * 1000;
}

function listsAreDue({ listsDueAtMs, serverNowMs }: SyncView): boolean {
  return listsDueAtMs !== null && listsDueAtMs <= serverNowMs;
}

/** A till that was left alone with an open charge does not renew it all night. */
function mayRenew(sale: SaleRecord, serverNowMs: number): boolean {
  return serverNowMs < sale.createdAtMs + LIMITS.invoiceTtlMaxSeconds * 1000;
}

function renewAtMs(sale: SaleRecord, view: SyncView): number {
  return (sale.invoices.at(-1)?.expiresAtMs ?? 0) - view.renewBeforeMs;
}

function untilNext(view: SyncView): number | null {
  const waits = [
    ...view.openSales.map((sale) => saleWaitMs(sale, view)),
    ...(view.sessionNeeded ? [] : view.outbox.filter((row) => row.poison === null).map((row) => dueAtMs(row, view.nowMs) - view.nowMs)),
    ...wanted(view).map(() => view.askAgainAtMs - view.nowMs),
    ...(view.listsDueAtMs === null || listsAreDue(view) ? [] : [view.listsDueAtMs - view.serverNowMs]),
  ];
  return waits.length === 0 ? null : Math.max(0, Math.min(...waits));
}

function saleWaitMs(sale: SaleRecord, view: SyncView): number {
  const expiresAtMs = (sale.invoices.at(-1)?.expiresAtMs ?? 0) + LIMITS.invoiceGraceSeconds * 1000 + 1;
  return (mayRenew(sale, view.serverNowMs) ? renewAtMs(sale, view) : expiresAtMs) - view.serverNowMs;
}
