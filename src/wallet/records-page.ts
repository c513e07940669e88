/** Records in pages, newest first: a shopper's payments, vouchers and credits as one list, a merchant's sales. */
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { RecordCursor, RecordView } from './api.ts';
import type { Core } from './core.ts';
import type { WalletTx } from './ports.ts';
import { voucherView } from './purse-views.ts';
import { creditView, newestFirst, paymentView, saleViews, withClaim } from './views.ts';

export async function newestPage(tx: WalletTx, merchant: boolean, limit: number, before: RecordCursor | null): Promise<readonly RecordView[]> {
  const position = before ?? undefined;
  if (merchant) return saleViews(tx, await tx.sales.newest(limit, position));
  const payments: RecordView[] = (await tx.payments.newest(limit, position)).map(paymentView);
  const credits = (await tx.history.newestCredits(limit, position)).flatMap((row) => creditView(row) ?? []);
  const purses = new Map((await tx.purses.all()).map((purse) => [purse.id, purse]));
  const vouchers = (await tx.vouchers.newest(limit, position)).map((row) => voucherView(row, purses.get(row.purseId)));
  return [...payments, ...vouchers, ...credits].sort(newestFirst).slice(0, limit);
}

export async function records(core: Core, before: RecordCursor | null): Promise<Result<readonly RecordView[], ErrorCode>> {
  const { identity } = core.memory;
  if (identity === null) return err('NOT_SIGNED_IN');
  return core.ports.store.read((tx) => newestPage(tx, identity.kind === 'merchant', LIMITS.recordsPage, before));
}

export async function record(core: Core, type: RecordView['type'], id: string): Promise<Result<RecordView, ErrorCode>> {
  const found = await core.ports.store.read((tx) => find(tx, type, id));
  if (!found.ok) return found;
  return found.value === null ? err('NOT_FOUND') : ok(found.value);
}

async function find(tx: WalletTx, type: RecordView['type'], id: string): Promise<RecordView | null> {
  switch (type) {
    case 'payment': {
      const row = await tx.payments.get(id);
      return row === undefined ? null : paymentView(row);
    }
    case 'voucher': {
      const row = await tx.vouchers.get(id);
      return row === undefined ? null : voucherView(row, await tx.purses.get(row.purseId));
    }
    case 'sale': {
      const row = await tx.sales.get(id);
      return row === undefined ? null : withClaim(tx, row);
    }
    case 'credit': {
      const row = await tx.history.credit(id);
      return row === undefined ? null : creditView(row);
    }
  }
}
