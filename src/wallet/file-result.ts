/** Files the server's word on one item of a sync: the record moves and the outbox row goes, in one transaction. */
import { unreachable } from '#base/assert.ts';
import type { VoucherVerdict } from '#protocol/http-offline.ts';
import type { SyncResult } from '#protocol/http-sync.ts';
import { type ClaimFiled, fileOutcome } from './claims.ts';
import type { Core } from './core.ts';
import { postpone } from './delivery.ts';
import { fileVerdict, voucherEventOf } from './feed-offline.ts';
import type { WalletTx } from './ports.ts';
import type { OutboxRow } from './records.ts';
import { write } from './writer.ts';

export async function fileResult(core: Core, row: OutboxRow, result: SyncResult, handedOver: () => boolean): Promise<void> {
  if (result.verdict === 'RETRY') return postpone(core, row, result.afterMs);
  // A verdict on something else than we sent is none.
  const isOurs = result.id === row.recordId || (result.id === null && result.verdict === 'REJECTED');
  if (!isOurs) return postpone(core, row, null);
  const outcome = outcomeOf(result);
  const filed = await write(core, async (tx) => {
    await tx.outbox.delete(row.id);
    return fileInside(core, tx, row, outcome, handedOver());
  });
  if (filed.ok && filed.value === 'conflict') core.ports.log.error('verdict.conflict', { recordId: row.recordId });
}

/** At the till the claim moves, at the payer's the voucher; what only passed through here has no record. */
async function fileInside(core: Core, tx: WalletTx, row: OutboxRow, outcome: VoucherVerdict | null, handedOver: boolean): Promise<ClaimFiled> {
  if (outcome === null) return 'filed';
  if (core.memory.identity?.till == null) return fileVerdict(tx, row.recordId, voucherEventOf(outcome));
  return fileOutcome(tx, row.recordId, outcome, { handedOver });
}

/** A note that was carried out or kept: what it did to its voucher, the feed tells. */
function outcomeOf(result: Exclude<SyncResult, { verdict: 'RETRY' }>): VoucherVerdict | null {
  switch (result.verdict) {
    case 'REFUNDED':
    case 'NOTED':
      return null;
    case 'PAYER_REPORTED':
    case 'SETTLED':
    case 'HELD':
    case 'REJECTED':
    case 'VOIDED':
      return result;
    default:
      return unreachable(result);
  }
}
