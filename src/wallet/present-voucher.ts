/** A voucher's code shown again: always the stored bytes, never a new signature. */
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { transitionVoucher } from '#protocol/voucher-state.ts';
import type { VoucherView } from './api-payer.ts';
import type { Core } from './core.ts';
import { voucherViews } from './purse-views.ts';
import { write } from './writer.ts';

/** Stored as presented before the code is given out: from then on somebody may have it. */
export async function presentVoucher(core: Core, id: string): Promise<Result<VoucherView, ErrorCode>> {
  const shown = await write(core, async (tx) => {
    const voucher = await tx.vouchers.get(id);
    if (voucher === undefined) return null;
    const move = transitionVoucher(voucher.state, { kind: 'presented', atMs: core.time.nowMs() });
    const after = move.kind === 'moved' ? { ...voucher, state: move.state } : voucher;
    if (move.kind === 'moved') await tx.vouchers.put(after);
    return (await voucherViews(tx, [after]))[0] ?? null;
  });
  if (!shown.ok) return shown;
  return shown.value === null ? err('NOT_FOUND') : ok(shown.value);
}
