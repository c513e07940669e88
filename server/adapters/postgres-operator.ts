/** What the operator's command asks of the SQL store. */
import type { AppealRow, OperatorOrder, OperatorTx, ProofRow } from '#server/core/ports-offline.ts';
import type { Sql, Statement } from './postgres-database.ts';
import { VOUCHER_COLUMNS } from './postgres-purse-statements.ts';
import { voucherOf, type StoredVoucher } from './postgres-purses.ts';
import { rows, run } from './postgres-rows.ts';

const OPERATOR = {
  newestProofs: { name: 'proofs-newest', text: 'select * from proofs order by at_ms desc, purse_id limit $1' },
  heldVouchers: { name: 'vouchers-held', text: `select ${VOUCHER_COLUMNS} from vouchers where held_until_ms is not null order by held_until_ms, vid limit $1` },
  openAppeals: { name: 'appeals-open', text: 'select * from appeals where answer is null order by at_ms, id limit $1' },
  answerAppeal: { name: 'appeal-answer', text: 'update appeals set answer = $2, answered_at_ms = $3 where id = $1' },
  insertOrder: { name: 'operator-order-insert', text: 'insert into operator_orders (seq, at_ms, given_by, kind, subject, note) values ($1, $2, $3, $4, $5, $6)' },
  orders: { name: 'operator-orders', text: 'select seq, at_ms, given_by as by, kind, subject, note from operator_orders order by seq desc limit $1' },
} as const satisfies Record<string, Statement>;

export function operatorTx(sql: Sql): OperatorTx {
  return {
    newestProofs: (limit) => rows<ProofRow>(sql, OPERATOR.newestProofs, [limit]),
    heldVouchers: async (limit) => (await rows<StoredVoucher>(sql, OPERATOR.heldVouchers, [limit])).map(voucherOf),
    openAppeals: (limit) => rows<AppealRow>(sql, OPERATOR.openAppeals, [limit]),
    answerAppeal: (id, answer, atMs) => run(sql, OPERATOR.answerAppeal, [id, answer, atMs]),
    insertOperatorOrder: ({ seq, atMs, by, kind, subject, note }) => run(sql, OPERATOR.insertOrder, [seq, atMs, by, kind, subject, note]),
    operatorOrders: (limit) => rows<OperatorOrder>(sql, OPERATOR.orders, [limit]),
  };
}
