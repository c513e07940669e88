/** What a till shows of payments with no network: claims, and how much is at risk. Nothing here decides. */
import { unreachable } from '#base/assert.ts';
import { floorsFor, listAgeOf, type ListAge, pursePolicy } from '#protocol/purse-caps.ts';
import type { Keeping } from './api-payer.ts';
import type { ClaimView, TillOffline, UnclaimedView } from './api-till.ts';
import { mayHold } from './caps-here.ts';
import { errorCode } from './error-code.ts';
import type { WalletTx } from './ports.ts';
import { type ClaimRecord, type ListsRecord, NO_LISTS, type NoteRecord, type OutboxRow } from './records.ts';
import { mayRefund, refundableMinor, refundingMinor } from './refunds.ts';
import { isAtRisk, sum } from './till-books.ts';
import type { Till } from './till.ts';

/** A claim, and what this till signed about it. */
export type ClaimRows = { readonly claim: ClaimRecord; readonly notes: readonly NoteRecord[] };

export function claimView({ claim, notes }: ClaimRows): ClaimView {
  const { id: vid, state, acceptedAtMs, purseId, conflicted } = claim;
  const lastRefund = notes.findLast((note) => note.kind === 'refund')?.state;
  return {
    vid,
    state: shownState(claim),
    paidMinor: 'paidMinor' in state ? state.paidMinor : 0,
    refundedMinor: 'refundedMinor' in state ? state.refundedMinor : 0,
    refundingMinor: refundingMinor(notes),
    refundRefused: lastRefund?.kind === 'refused' ? errorCode(lastRefund.code) : null,
    refundableMinor: mayRefund(state) ? refundableMinor(claim, notes) : 0,
    untilMs: state.kind === 'held' ? state.untilMs : state.kind === 'queued' ? (claim.lateUntilMs ?? null) : null,
    code: state.kind === 'rejected' ? errorCode(state.code) : null,
    acceptedAtMs,
    purseId,
    conflicted,
  };
}

/** Green only once it is `queued`: before that the server is being asked, whoever looks. */
function shownState({ state, lateUntilMs }: Pick<ClaimRecord, 'state' | 'lateUntilMs'>): ClaimView['state'] {
  switch (state.kind) {
    case 'queued':
      return lateUntilMs == null ? 'accepted' : 'late';
    case 'asking':
    case 'accepted':
      return 'asking';
    case 'settled':
    case 'guaranteed':
    case 'held':
    case 'rejected':
    case 'voided':
      return state.kind;
    default:
      return unreachable(state);
  }
}

export async function readTill(tx: WalletTx, { ccy, till }: Till, nowMs: number, keeping: Keeping): Promise<TillOffline> {
  const persisted = keeping === 'kept';
  const [waiting, lost, lists] = [await tx.claims.waiting(), await tx.claims.lost(), (await tx.lists()) ?? NO_LISTS];
  const listAge = ageOf(lists, nowMs);
  const policy = pursePolicy(ccy);
  const ofMinor = policy === null || listAge === 'stale' || !mayHold(keeping) ? 0 : floorsFor(policy, listAge, persisted).totalMinor;
  return {
    unsynced: { count: waiting.length, amountMinor: sum(waiting) },
    atRisk: { amountMinor: sum(waiting.filter(isAtRisk)), ofMinor },
    listAge,
    halved: keeping === 'best-effort',
    guarantee: till.guarantee ?? { rule: 'none', perPurseMinor: 0 },
    unclaimed: await readUnclaimed(tx),
    lost: { count: lost.length, amountMinor: lost.reduce((minor, claim) => minor + missingMinor(claim), 0) },
  };
}

async function readUnclaimed(tx: WalletTx): Promise<readonly UnclaimedView[]> {
  const rows = await tx.unclaimed.all();
  const outbox = rows.length === 0 ? [] : await tx.outbox.all();
  return rows.map(({ id: vid, amountMinor, ccy, payer, atMs, refused, lateUntilMs }) => ({
    ...{ vid, amountMinor, ccy, payer, atMs },
    claiming: isClaimed(outbox, vid),
    untilMs: lateUntilMs ?? null,
    refused: refused === undefined ? null : errorCode(refused),
  }));
}

/** Its request waits. One that was set aside, or whose row was lost, waits no more: it may be claimed anew. */
export function isClaimed(outbox: readonly OutboxRow[], vid: string): boolean {
  return outbox.some(({ recordId, poison }) => recordId === vid && poison === null);
}

/** The older of the list and of the last sync counts, as in till-check.ts. */
function ageOf({ statusSeq, listSeenMs, syncSeenMs }: ListsRecord, nowMs: number): ListAge {
  if (statusSeq === 0 || listSeenMs === null || syncSeenMs === null) return 'stale';
  return listAgeOf(Math.floor((nowMs - Math.min(listSeenMs, syncSeenMs)) / 1_000));
}

function missingMinor({ state, amountMinor }: ClaimRecord): number {
  return amountMinor - ('paidMinor' in state ? state.paidMinor : 0);
}
