/** Records in pages, newest first: a shopper's payments, vouchers, credits and what happened to purses as one list, a merchant's sales. */
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { RecordCursor, RecordView } from './api.ts';
import type { Core } from './core.ts';
import type { WalletTx } from './ports.ts';
import { purseEventView, voucherViews } from './purse-views.ts';
import type { HistoryRecord, IdentityRecord } from './records.ts';
import { creditView, newestFirst, paymentView, saleViews, withClaim } from './views.ts';

export async function newestPage(tx: WalletTx, { kind, deviceId }: IdentityRecord, limit: number, before: RecordCursor | null): Promise<readonly RecordView[]> {
  const position = before ?? undefined;
  if (kind === 'merchant') return saleViews(tx, await tx.sales.newest(limit, position));
  const payments: RecordView[] = (await tx.payments.newest(limit, position)).map(paymentView);
  const vouchers = await voucherViews(tx, await tx.vouchers.newest(limit, position));
  const shown = (await tx.history.newestShown(limit, position)).flatMap((row) => shownView(row, deviceId) ?? []);
  return [...payments, ...vouchers, ...shown].sort(newestFirst).slice(0, limit);
}

function shownView(row: HistoryRecord, deviceId: string): RecordView | null {
  return creditView(row) ?? purseEventView(row, deviceId);
}

export async function records(core: Core, before: RecordCursor | null): Promise<Result<readonly RecordView[], ErrorCode>> {
  const { identity } = core.memory;
  if (identity === null) return err('NOT_SIGNED_IN');
  return core.ports.store.read((tx) => newestPage(tx, identity, LIMITS.recordsPage, before));
}

export async function record(core: Core, type: RecordView['type'], id: string): Promise<Result<RecordView, ErrorCode>> {
  const deviceId = core.memory.identity?.deviceId ?? '';
  const found = await core.ports.store.read((tx) => find(tx, type, id, deviceId));
  if (!found.ok) return found;
  return found.value === null ? err('NOT_FOUND') : ok(found.value);
}

async function find(tx: WalletTx, type: RecordView['type'], id: string, deviceId: string): Promise<RecordView | null> {
  switch (type) {
    case 'payment': {
      const row = await tx.payments.get(id);
      return row === undefined ? null : paymentView(row);
    }
    case 'voucher': {
      const row = await tx.vouchers.get(id);
      return row === undefined ? null : ((await voucherViews(tx, [row]))[0] ?? null);
    }
    case 'sale': {
      const row = await tx.sales.get(id);
      return row === undefined ? null : withClaim(tx, row);
    }
    case 'credit': {
      const row = await tx.history.shown(id);
      return row === undefined ? null : creditView(row);
    }
    case 'purse': {
      const row = await tx.history.shown(id);
      return row === undefined ? null : purseEventView(row, deviceId);
    }
  }
}
