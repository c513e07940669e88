/**
 * Which way a payment goes. Pure, and nobody is asked: online wherever somebody answers, out of the purse when nobody did. Only
 * a confirmation without an answer leads to the purse, because then nothing was sent that could still be paid; a refusal never
 * does. The server's INVOICE_PAID covers the rest.
 */
import type { Connection } from './api.ts';
import type { Plan } from './api-payer.ts';
import { spendableMinor } from './purse-head.ts';
import type { ConfirmBy } from './offline-confirm.ts';
import type { PurseRecord } from './records.ts';

export type Amount = { readonly amountMinor: number; readonly ccy: number; readonly merchantId: string };
/** `capMinor`: the most for one payment in this browser. */
export type Now = { readonly nowMs: number; readonly capMinor: number };

/** The purse that can carry this payment: the shop's own tab before the open purse. Null: only online. */
export function purseFor(purses: readonly PurseRecord[], wanted: Amount, now: Now): PurseRecord | null {
  const able = forThis(purses, wanted).filter((purse) => canCarry(purse, wanted, now));
  return able.find((purse) => purse.kind === 'tab') ?? able[0] ?? null;
}

/** What the confirm sheet says, before anybody was asked. `by`: who can confirm it out of this purse. */
export function planFor(purses: readonly PurseRecord[], wanted: Amount, now: Now, connection: Connection, by: (purse: PurseRecord) => ConfirmBy): Plan {
  if (connection !== 'offline') return { source: 'balance' };
  const purse = purseFor(purses, wanted, now);
  if (purse === null) return { source: 'none', why: whyNone(purses, wanted, now) };
  const confirm = by(purse);
  if (confirm === 'nobody') return { source: 'none', why: 'E_UV_REQUIRED' };
  return { source: 'purse', purseId: purse.id, spendableMinor: spendableMinor(purse), stepUp: confirm === 'passkey' };
}

/** Why no purse carries it: in words of its own, where there is one. */
export function whyNone(purses: readonly PurseRecord[], wanted: Amount, now: Now): 'OFFLINE' | 'PURSE_SHORT' | 'PURSE_RENEW' {
  const held = forThis(purses, wanted);
  if (held.length === 0) return 'OFFLINE';
  return held.some((purse) => now.nowMs <= purse.expMs) ? 'PURSE_SHORT' : 'PURSE_RENEW';
}

function forThis(purses: readonly PurseRecord[], { ccy, merchantId }: Amount): readonly PurseRecord[] {
  return purses.filter((purse) => purse.ccy === ccy && purse.state.kind === 'active' && (purse.merchantId === null || purse.merchantId === merchantId));
}

function canCarry(purse: PurseRecord, { amountMinor }: Amount, { nowMs, capMinor }: Now): boolean {
  const fits = amountMinor > 0 && amountMinor <= Math.min(purse.capMinor, capMinor) && amountMinor <= spendableMinor(purse);
  return nowMs <= purse.expMs && fits && (purse.head?.seq ?? 0) < purse.maxCount;
}
