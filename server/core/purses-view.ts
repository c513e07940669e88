/** A purse as its owner is told of it: in replies, in the feed, and in /v1/me. */
import type { FeedPurse, PurseView } from '#protocol/http-offline.ts';
import { reserveAccount } from '#protocol/ledger.ts';
import type { PurseState } from '#protocol/purse-state.ts';
import { tellAll, type News } from './feeds.ts';
import type { PurseRow, VoucherRow } from './ports-offline.ts';
import type { Store, Tx } from './ports.ts';
import { stepUpOf, stepUpView } from './purses-step-up.ts';

/** The furthest voucher that was ever seen. */
export type PurseHead = Pick<VoucherRow, 'seq' | 'cumMinor'> | null;

export function purseView(row: PurseRow, reserveMinor: number, head: PurseHead): PurseView {
  const { id, kind, merchantId, deviceId, ccy, state, limMinor, capMinor, maxCount, expMs, claimDeadlineMs, certificate } = row;
  const known = { headSeq: head?.seq ?? 0, headCumMinor: head?.cumMinor ?? 0 };
  const shown = { ...known, stepUp: stepUpView(stepUpOf(certificate)), expMs, claimDeadlineMs, certificate };
  return { id, kind, merchantId, deviceId, ccy, state, limMinor, capMinor, maxCount, reserveMinor, ...shown };
}

/** Money and head may be of two moments: for a reply, not for a decision. */
export async function viewOf(store: Store, row: PurseRow): Promise<PurseView> {
  const head = await store.transaction((tx) => tx.headOfPurse(row.id));
  return purseView(row, await store.balance(reserveAccount(row.id)), head);
}

export async function pursesOf(store: Store, partyId: string): Promise<PurseView[]> {
  const rows = await store.transaction((tx) => tx.pursesOfParty(partyId));
  return Promise.all(rows.map((row) => viewOf(store, row)));
}

export type PurseNews = {
  readonly event: FeedPurse['event'];
  readonly row: PurseRow;
  readonly reserveMinor: number;
  /** What moved between the account and the purse. */
  readonly amountMinor: number;
  readonly atMs: number;
  readonly balanceMinor: number;
};

/** `head`: the furthest voucher of the purse. */
export function ownerNews({ event, row, reserveMinor, amountMinor, atMs, balanceMinor }: PurseNews, head: PurseHead): News {
  const purse = purseView(row, reserveMinor, head);
  return { partyId: row.partyId, make: (seq) => ({ kind: 'purse', seq, event, purse, amountMinor, atMs, balanceMinor }) };
}

export async function tellOwner(tx: Tx, news: PurseNews): Promise<PurseView> {
  const head = await tx.headOfPurse(news.row.id);
  await tellAll(tx, [ownerNews(news, head)]);
  return purseView(news.row, news.reserveMinor, head);
}

/** The protocol's state of a stored purse; when it began, only the owner's feed tells. */
export function stateOf({ state }: Pick<PurseRow, 'state'>): PurseState {
  return state === 'active' ? { kind: 'active' } : { kind: state, atMs: 0 };
}
