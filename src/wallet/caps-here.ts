/** How much a purse may hold and pay in this browser: half while it does not promise to keep what we store, nothing where it will not keep it. */
import { capsFor, pursePolicy } from '#protocol/purse-caps.ts';
import type { Keeping } from './api-payer.ts';
import { type Core, environment } from './core.ts';
import type { Now } from './which-way.ts';

export type CapsHere = { readonly limMinor: number; readonly capMinor: number; readonly halved: boolean };

export function capsHere(keeping: Keeping, ccy: number): CapsHere {
  const policy = pursePolicy(ccy);
  if (policy === null || !mayHold(keeping)) return { limMinor: 0, capMinor: 0, halved: false };
  return { ...capsFor(policy, keeping === 'kept'), halved: keeping !== 'kept' };
}

/** What a payment out of a purse is held against now. */
export function nowHere(core: Core, ccy: number): Now {
  return { nowMs: core.time.nowMs(), capMinor: capsHere(environment(core).keeping, ccy).capMinor };
}

/** Inside another app, or in a private window, what we store goes with the window: no money is set aside there. */
export function mayHold(keeping: Keeping): boolean {
  return keeping === 'kept' || keeping === 'best-effort';
}
