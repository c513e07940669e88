/** What the operator's command asks of the memory store. Rare, so that it looks through whole tables. */
import { assert } from '#base/assert.ts';
import type { OperatorTx } from '#server/core/ports-offline.ts';
import type { MemoryRows } from './store-memory-rows.ts';

type Timed = { readonly atMs: number };
const oldestFirst = (a: Timed, b: Timed): number => a.atMs - b.atMs;

export function operatorTx(rows: MemoryRows): OperatorTx {
  return {
    async newestProofs(limit) {
      return rows.proofs.filter(() => true).sort((a, b) => oldestFirst(b, a)).slice(0, limit);
    },
    async heldVouchers(limit) {
      const held = rows.vouchers.filter((row) => row.heldUntilMs !== null);
      return held.sort((a, b) => (a.heldUntilMs ?? 0) - (b.heldUntilMs ?? 0)).slice(0, limit);
    },
    async openAppeals(limit) {
      return rows.appeals.filter((appeal) => appeal.answer === null).sort(oldestFirst).slice(0, limit);
    },
    async answerAppeal(id, answer, answeredAtMs) {
      const appeal = rows.appeals.get(id);
      assert(appeal !== undefined, 'an appeal that is answered exists');
      rows.appeals.put(id, { ...appeal, answer, answeredAtMs });
    },
    async insertOperatorOrder(row) {
      rows.operatorOrders.insert(row.seq, row);
    },
    async operatorOrders(limit) {
      return rows.operatorOrders.filter(() => true).sort((a, b) => b.seq - a.seq).slice(0, limit);
    },
  };
}
