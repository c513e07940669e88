/** Every sale that waits for its verdict, oldest first: the newest records first of all, then further pages until all that the wallet counts are found. */
import { useEffect, useState } from 'preact/hooks';
import type { RecordView, Snapshot, WalletApi } from '#wallet/api.ts';
import type { SaleView } from '#wallet/api-till.ts';
import { useApp } from '../app-context.ts';
import { readBack } from '../models/read-back.ts';
import { isPending } from '../models/sale-outcome.ts';

/** Null while the first answer is on its way. */
export function usePendingSales(): readonly SaleView[] | null {
  const { wallet } = useApp();
  const snapshot = wallet.snapshot.value;
  const [sales, setSales] = useState<readonly SaleView[] | null>(null);
  useEffect(() => {
    let gone = false;
    void findPending(wallet.api, snapshot).then((found) => {
      if (!gone) setSales(found);
    });
    return () => {
      gone = true;
    };
  }, [snapshot.version, snapshot.till?.unsynced.count]);
  return sales;
}

export async function findPending(api: Pick<WalletApi, 'records'>, { recent, till }: Pick<Snapshot, 'recent' | 'till'>): Promise<readonly SaleView[]> {
  const wanted = till?.unsynced.count ?? 0;
  const { records } = await readBack(api, recent, (read) => pendingOf(read).length >= wanted);
  return pendingOf(records).toReversed();
}

function pendingOf(records: readonly RecordView[]): readonly SaleView[] {
  return records.filter((record) => record.type === 'sale').filter(isPending);
}
