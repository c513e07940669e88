/**
 * Which way a payment goes. Pure, and nobody is asked: online wherever somebody answers, out of the purse when nobody did. Only
 * a confirmation without an answer leads to the purse, because then nothing was sent that could still be paid; a refusal never
 * does. The server's INVOICE_PAID covers the rest.
 */
import { spendableMinor } from './purse-head.ts';
import type { PurseRecord } from './records.ts';

export type Amount = { readonly amountMinor: number; readonly ccy: number; readonly merchantId: string };

/** The purse that can carry this payment: the shop's own tab before the open purse. Null: only online. */
export function purseFor(purses: readonly PurseRecord[], wanted: Amount, nowMs: number): PurseRecord | null {
  const able = purses.filter((purse) => canCarry(purse, wanted, nowMs));
  return able.find((purse) => purse.kind === 'tab') ?? able[0] ?? null;
}

function canCarry(purse: PurseRecord, { amountMinor, ccy, merchantId }: Amount, nowMs: number): boolean {
  const here = purse.ccy === ccy && (purse.merchantId === null || purse.merchantId === merchantId);
  const inTime = purse.state.kind === 'active' && nowMs <= purse.expMs;
  const fits = amountMinor > 0 && amountMinor <= purse.capMinor && amountMinor <= spendableMinor(purse);
  return here && inTime && fits && (purse.head?.seq ?? 0) < purse.maxCount;
}

export type Confirmation = 'confirmed' | 'refused' | 'no-answer';

export function whichWay(confirmation: Confirmation, purse: PurseRecord | null): 'send' | 'purse' | 'stop' {
  if (confirmation === 'confirmed') return 'send';
  return confirmation === 'no-answer' && purse !== null ? 'purse' : 'stop';
}
