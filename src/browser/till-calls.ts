/** The till's calls, each passed on as it is: to the worker that is there now, and over the wire. */
import type { Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { TillOfflineApi } from '#wallet/api-till.ts';

export type Through = <T>(ask: (till: TillOfflineApi) => Promise<Result<T, ErrorCode>>) => Promise<Result<T, ErrorCode>>;

export function tillCalls(through: Through): TillOfflineApi {
  return {
    take: (text) => through((till) => till.take(text)),
    takeCode: (saleId, typed) => through((till) => till.takeCode(saleId, typed)),
    honour: (saleId, text) => through((till) => till.honour(saleId, text)),
    acknowledge: (saleId) => through((till) => till.acknowledge(saleId)),
    voidSale: (saleId) => through((till) => till.voidSale(saleId)),
    refundSale: (saleId, amountText) => through((till) => till.refundSale(saleId, amountText)),
    exportPending: () => through((till) => till.exportPending()),
    importPending: (text) => through((till) => till.importPending(text)),
    claim: (vid) => through((till) => till.claim(vid)),
  };
}
