/** The till's half of the door: each call goes to the part that carries it out, loaded when it is first needed. */
import type { TillOfflineApi } from './api-till.ts';
import type { Core } from './core.ts';
import { later, use } from './later.ts';
import { ownTill } from './till.ts';

const exportPendingPart = later(() => import('./export-pending.ts'));
const importPendingPart = later(() => import('./import-pending.ts'));
const takePart = later(() => import('./take.ts'));
const takeReceiptPart = later(() => import('./take-receipt.ts'));
const tillNotesPart = later(() => import('./till-notes.ts'));
const unclaimedPart = later(() => import('./unclaimed.ts'));

export function tillDoor(core: Core): TillOfflineApi {
  return {
    take: (text) => use(takePart, (part) => part.take(core, text)),
    async takeCode(saleId, typed) {
      const till = ownTill(core);
      return till.ok ? use(takeReceiptPart, (part) => part.takeCode(core, saleId, typed)) : till;
    },
    honour: (saleId, text) => use(takePart, (part) => part.honour(core, saleId, text)),
    acknowledge: (saleId) => use(tillNotesPart, (part) => part.acknowledge(core, saleId)),
    voidSale: (saleId) => use(tillNotesPart, (part) => part.voidSale(core, saleId)),
    refundSale: (saleId, amountText) => use(tillNotesPart, (part) => part.refundSale(core, saleId, amountText)),
    exportPending: () => use(exportPendingPart, (part) => part.exportPending(core)),
    importPending: (text) => use(importPendingPart, (part) => part.importPending(core, text)),
    claim: (vid) => use(unclaimedPart, (part) => part.claimReported(core, vid)),
  };
}
