/** Every sale that waits for its verdict, oldest first: the newest records first of all, then further pages until all that the wallet counts are found. */
import { useEffect, useState } from 'preact/hooks';
import { LIMITS } from '#protocol/limits.ts';
import type { RecordView, Snapshot, WalletApi } from '#wallet/api.ts';
import type { SaleView } from '#wallet/api-till.ts';
import { useApp } from '../app-context.ts';
import { isPending } from '../models/sale-outcome.ts';

/** A till that was offline for days has some hundred records; further back nothing is looked for. */
const PAGES = 40;

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
  const found = new Map<string, SaleView>();
  let page: readonly RecordView[] = recent;
  for (let pages = 0; ; pages += 1) {
    for (const record of page) if (record.type === 'sale' && isPending(record)) found.set(record.id, record);
    const last = page.at(-1);
    if (found.size >= wanted || last === undefined || page.length < LIMITS.recordsPage || pages === PAGES) break;
    const next = await api.records({ atMs: last.atMs, id: last.id });
    if (!next.ok) break;
    page = next.value;
  }
  return [...found.values()].sort((a, b) => a.atMs - b.atMs);
}
