/**
 * What a purse may sign next, and what the server's word about it changes. Pure. The head is the wallet's own: it moves only
 * together with the voucher that moves it, and the server never moves it. A server that has seen more than our head knows is
 * talking to a wallet that was set back: whatever it signed next would contradict what it signed before, so it signs nothing.
 */
import type { PurseView } from '#protocol/http-offline.ts';
import type { Head } from '#protocol/purse-rules.ts';
import type { PurseState } from '#protocol/purse-state.ts';
import { type PurseRecord, RECORD_SCHEMA, type VoucherRecord } from './records.ts';

/** What may still be spent with the newest certificate. What came back of a voucher comes home with the rest, at the release. */
export function spendableMinor(purse: Pick<PurseRecord, 'limMinor' | 'head' | 'state'>): number {
  return purse.state.kind === 'active' ? unsignedMinor(purse) : 0;
}

export function unsignedMinor({ limMinor, head }: Pick<PurseRecord, 'limMinor' | 'head'>): number {
  return Math.max(0, limMinor - (head?.cumMinor ?? 0));
}

/** To which device it was told, when, and whether the certificate is genuine (purse-genuine.ts). */
export type Told = { readonly deviceId: string; readonly atMs: number; readonly genuine: boolean };

/**
 * The purse as this device knows it after the server's view; null for a purse that is not this device's, and for one that it only knows by a
 * certificate that is not genuine. What has ended is heard either way. `newest`: its last voucher here, which the row forgets when it was lost
 * and came again.
 */
export function purseAfter(local: PurseRecord | undefined, view: PurseView, { deviceId, atMs, genuine }: Told, newest?: VoucherRecord): PurseRecord | null {
  if (view.deviceId !== deviceId || (local === undefined && !genuine)) return null;
  const head = furthest(local?.head ?? null, newest);
  const { id, kind, merchantId, ccy } = view;
  const terms = local === undefined || (genuine && isNewer(view, local)) ? termsOf(view) : termsOf(local);
  return { schema: RECORD_SCHEMA, id, kind, merchantId, ccy, ...terms, head, state: stateAfter(local, head, view, atMs) };
}

function furthest(head: Head | null, newest: VoucherRecord | undefined): Head | null {
  if (newest === undefined || newest.seq <= (head?.seq ?? 0)) return head;
  return { seq: newest.seq, cumMinor: newest.cumMinor, vid: newest.id };
}

type Terms = Pick<PurseRecord, 'certificate' | 'limMinor' | 'capMinor' | 'maxCount' | 'expMs' | 'claimDeadlineMs' | 'stepUp'>;

function termsOf({ certificate, limMinor, capMinor, maxCount, expMs, claimDeadlineMs, stepUp = null }: Terms): Terms {
  return { certificate, limMinor, capMinor, maxCount, expMs, claimDeadlineMs, stepUp };
}

/** Renewals only ever raise: an answer that was overtaken on the way takes nothing back. */
function isNewer(view: Terms, local: Terms): boolean {
  return view.limMinor >= local.limMinor && view.expMs >= local.expMs && view.maxCount >= local.maxCount;
}

/** The order in which a purse ends; it never goes back. */
const ORDER = { active: 0, closing: 1, frozen: 2, released: 3 } as const;

function stateAfter(local: PurseRecord | undefined, head: Head | null, view: PurseView, atMs: number): PurseState {
  const now = local?.state ?? { kind: 'active' };
  const setBack = view.headSeq > (head?.seq ?? 0) && view.state === 'active';
  const told = setBack ? 'frozen' : view.state;
  return told === 'active' || ORDER[told] <= ORDER[now.kind] ? now : { kind: told, atMs };
}
