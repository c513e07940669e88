/** Every sale that waits for its verdict, oldest first: the newest records first of all, then further pages until all that the wallet counts are found. */
import { useEffect, useState } from 'preact/hooks';
import type { Err } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { RecordView, Snapshot, WalletApi } from '#wallet/api.ts';
import type { SaleView } from '#wallet/api-till.ts';
import { useApp } from '../app-context.ts';
import { readBack } from '../models/read-back.ts';
import { isPending } from '../models/sale-outcome.ts';

/** `problem`: not all could be read back, so the list is shorter than what waits. */
export type PendingSales = { readonly sales: readonly SaleView[]; readonly problem: Err<ErrorCode> | null };

/** Null while the first answer is on its way. */
export function usePendingSales(): PendingSales | null {
  const { wallet } = useApp();
  const snapshot = wallet.snapshot.value;
  const [pending, setPending] = useState<PendingSales | null>(null);
  useEffect(() => {
    let gone = false;
    void findPending(wallet.api, snapshot).then((found) => {
      if (!gone) setPending(found);
    });
    return () => {
      gone = true;
    };
  }, [snapshot.version, snapshot.till?.unsynced.count]);
  return pending;
}

export async function findPending(api: Pick<WalletApi, 'records'>, { recent, till }: Pick<Snapshot, 'recent' | 'till'>): Promise<PendingSales> {
  const wanted = till?.unsynced.count ?? 0;
  const { records, problem } = await readBack(api, recent, (read) => pendingOf(read).length >= wanted);
  return { sales: pendingOf(records).toReversed(), problem };
}

function pendingOf(records: readonly RecordView[]): readonly SaleView[] {
  return records.filter((record) => record.type === 'sale').filter(isPending);
}
