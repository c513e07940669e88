/** Purses and vouchers as the ui sees them, and a voucher's code shown again: always the stored bytes, never a new signature. */
import { fromBase64Url } from '#base/bytes.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { compactCode } from '#protocol/link.ts';
import { transitionVoucher } from '#protocol/voucher-state.ts';
import type { PurseView, VoucherView } from './api.ts';
import type { Core } from './core.ts';
import { spendableMinor } from './purse-head.ts';
import type { PurseRecord, VoucherRecord } from './records.ts';
import { shopper } from './shopper.ts';
import { orderNumberOf } from './views.ts';
import { write } from './writer.ts';

/** All that are not released, the soonest to end first. */
export async function purses(core: Core): Promise<Result<readonly PurseView[], ErrorCode>> {
  const payer = shopper(core);
  if (!payer.ok) return payer;
  const rows = await core.ports.store.read((tx) => tx.purses.all());
  if (!rows.ok) return rows;
  const held = rows.value.filter((row) => row.state.kind !== 'released').toSorted((a, b) => a.expMs - b.expMs);
  return ok(held.map(purseView));
}

export function purseView(record: PurseRecord): PurseView {
  const { id, kind, merchantId, ccy, limMinor, capMinor, expMs, claimDeadlineMs, state } = record;
  return { id, kind, merchantId, ccy, limMinor, capMinor, spendableMinor: spendableMinor(record), expMs, claimDeadlineMs, state: state.kind };
}

/** Stored as presented before the code is given out: from then on somebody may have it. */
export async function presentVoucher(core: Core, id: string): Promise<Result<VoucherView, ErrorCode>> {
  const shown = await write(core, async (tx) => {
    const voucher = await tx.vouchers.get(id);
    if (voucher === undefined) return null;
    const move = transitionVoucher(voucher.state, { kind: 'presented', atMs: core.time.nowMs() });
    const after = move.kind === 'moved' ? { ...voucher, state: move.state } : voucher;
    if (move.kind === 'moved') await tx.vouchers.put(after);
    return after;
  });
  if (!shown.ok) return shown;
  return shown.value === null ? err('NOT_FOUND') : voucherView(shown.value);
}

function voucherView(record: VoucherRecord): Result<VoucherView, ErrorCode> {
  const bytes = fromBase64Url(record.bytes);
  if (bytes === null) return err('STORAGE_BROKEN');
  const { id, purseId, merchantName, merchantId, terminal, amountMinor, ccy, createdAtMs, state } = record;
  const facts = { id, purseId, merchantName, merchantId, terminal, amountMinor, ccy, atMs: createdAtMs, state: state.kind };
  return ok({ type: 'voucher', ...facts, code: compactCode('voucher', bytes), orderNumber: orderNumberOf(id) });
}
