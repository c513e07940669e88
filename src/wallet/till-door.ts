/** The till's half of the door: each call goes to the part that carries it out, loaded when it is first needed. */
import type { TillOfflineApi } from './api-till.ts';
import type { Core } from './core.ts';
import { use } from './later.ts';
import { ownTill } from './till.ts';

export function tillDoor(core: Core): TillOfflineApi {
  return {
    take: (text) => use(import('./take.ts'), (part) => part.take(core, text)),
    async takeCode(saleId, typed) {
      const till = ownTill(core);
      return till.ok ? use(import('./take-receipt.ts'), (part) => part.takeCode(core, saleId, typed)) : till;
    },
    honour: (saleId, text) => use(import('./take.ts'), (part) => part.honour(core, saleId, text)),
    acknowledge: (saleId) => use(import('./till-notes.ts'), (part) => part.acknowledge(core, saleId)),
    voidSale: (saleId) => use(import('./till-notes.ts'), (part) => part.voidSale(core, saleId)),
    refundSale: (saleId, amountText) => use(import('./till-notes.ts'), (part) => part.refundSale(core, saleId, amountText)),
    exportPending: () => use(import('./export-pending.ts'), (part) => part.exportPending(core)),
    importPending: (text) => use(import('./import-pending.ts'), (part) => part.importPending(core, text)),
    claim: (vid) => use(import('./unclaimed.ts'), (part) => part.claimReported(core, vid)),
  };
}
