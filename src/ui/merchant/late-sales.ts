/**
 * Remembers, while the till is open, which sales were seen cancelled or expired: when one of them is paid after all, the
 * paid screen says so, because nobody at the counter expects that money any more.
 */
import type { RecordView } from '#wallet/api.ts';

export type LateSales = { look(recent: readonly RecordView[]): void; isLate(saleId: string): boolean };

export function lateSales(): LateSales {
  const ended = new Set<string>();
  return {
    look(recent) {
      for (const record of recent) {
        if (record.type === 'sale' && (record.state === 'cancelled' || record.state === 'expired')) ended.add(record.id);
      }
    },
    isLate: (saleId) => ended.has(saleId),
  };
}
