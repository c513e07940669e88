/**
 * A till's sales after they were made: cancelled, expired, seen. Money that comes for one wins over all of these. How a charge
 * and its codes are made is in charge.ts.
 */
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { type SaleEvent, transitionSale } from '#protocol/sale-state.ts';
import type { Core } from './core.ts';
import type { IdentityRecord } from './records.ts';
import { write } from './writer.ts';

/** A code with less left than this is renewed: a shopper who scans now must still have time to confirm. */
export const RENEW_BEFORE_MS = 45_000;

export type Till = IdentityRecord & { readonly till: NonNullable<IdentityRecord['till']> };

export function ownTill(core: Core): Result<Till, ErrorCode> {
  const { phase, blocked, identity } = core.memory;
  if (phase === 'blocked' && blocked !== null) return err(blocked);
  if (phase === 'cleared') return err('STORAGE_CLEARED');
  if (phase !== 'ready' || identity === null) return err('NOT_SIGNED_IN');
  return identity.till === null ? err('WRONG_MODE') : ok({ ...identity, till: identity.till });
}

export async function expireSale(core: Core, saleId: string): Promise<Result<void, ErrorCode>> {
  return changeSale(core, saleId, { kind: 'expired', atMs: core.time.nowMs() });
}

/** Money that comes all the same is still taken: cancelling hides the code, it does not unsay it. */
export async function cancelCharge(core: Core, saleId: string): Promise<Result<void, ErrorCode>> {
  return changeSale(core, saleId, { kind: 'cancelled', atMs: core.time.nowMs() });
}

export async function dismissPaid(core: Core, saleId: string): Promise<Result<void, ErrorCode>> {
  return changeSale(core, saleId, { kind: 'seen' });
}

async function changeSale(core: Core, saleId: string, event: SaleEvent): Promise<Result<void, ErrorCode>> {
  const till = ownTill(core);
  if (!till.ok) return till;
  const written = await write(core, async (tx) => {
    const sale = await tx.sales.get(saleId);
    if (sale === undefined) return 'conflict';
    const move = transitionSale(sale.state, event);
    if (move.kind === 'moved') await tx.sales.put({ ...sale, state: move.state });
    return move.kind;
  });
  if (!written.ok) return written;
  core.ring();
  return written.value === 'conflict' ? err('SALE_CLOSED') : ok(undefined);
}
