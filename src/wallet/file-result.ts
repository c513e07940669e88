/** Files the server's word on the items of one sync: records move and outbox rows go, all in one transaction. */
import { unreachable } from '#base/assert.ts';
import type { VoucherVerdict } from '#protocol/http-offline.ts';
import type { SyncResult } from '#protocol/http-sync.ts';
import { bringTheRest } from './bring-again.ts';
import { type ClaimFiled, fileOutcome } from './claims.ts';
import type { Core } from './core.ts';
import { postponed } from './delivery.ts';
import { fileVerdict, voucherEventOf } from './feed-offline.ts';
import { fileNote, fileScannedNote } from './file-note.ts';
import { itemOf } from './sync-item.ts';
import type { WalletTx } from './ports.ts';
import type { OutboxRow } from './records.ts';
import { write } from './writer.ts';

type Verdict = Exclude<SyncResult, { verdict: 'RETRY' }>;

/** `results` in the order of the rows. */
export async function fileResults(core: Core, rows: readonly OutboxRow[], results: readonly SyncResult[]): Promise<void> {
  if (rows.length === 0) return;
  await write(core, async (tx) => {
    for (const [index, row] of rows.entries()) {
      const result = results[index];
      if (result !== undefined) await fileOne(core, tx, row, result);
    }
    await bringTheRest(core, tx);
  });
}

async function fileOne(core: Core, tx: WalletTx, row: OutboxRow, result: SyncResult): Promise<void> {
  // A verdict on something else than we sent is none.
  const isOurs = result.id === row.recordId || (result.id === null && result.verdict === 'REJECTED');
  if (result.verdict === 'RETRY' || !isOurs) {
    // The feed may have told it while we asked.
    if ((await tx.outbox.get(row.id)) !== undefined) await tx.outbox.put(postponed(core, row, result.verdict === 'RETRY' ? result.afterMs : null));
    if (result.verdict === 'RETRY' && isOurs) await noteLate(tx, row.recordId, result.untilMs ?? null);
    return;
  }
  await tx.outbox.delete(row.id);
  const filed = await fileInside(core, tx, row, result);
  if (filed === 'conflict') core.ports.log.error('verdict.conflict', { recordId: row.recordId });
}

/** What waits for so long is told as that. */
async function noteLate(tx: WalletTx, vid: string, lateUntilMs: number | null): Promise<void> {
  const [claim, reported] = [await tx.claims.get(vid), await tx.unclaimed.get(vid)];
  if (claim !== undefined && lateUntilMs !== (claim.lateUntilMs ?? null)) await tx.claims.put({ ...claim, lateUntilMs });
  if (reported !== undefined && lateUntilMs !== (reported.lateUntilMs ?? null)) await tx.unclaimed.put({ ...reported, lateUntilMs });
}

/** At the till claims and notes move, at the payer's the voucher; what only passed through here has no record. */
async function fileInside(core: Core, tx: WalletTx, row: OutboxRow, result: Verdict): Promise<ClaimFiled> {
  const outcome = outcomeOf(result);
  const item = itemOf(row);
  if (core.memory.identity?.till == null) {
    if (item?.k === 'F') return fileScannedNote(core, tx, item.o, result);
    return outcome === null ? 'filed' : fileVerdict(tx, row.recordId, voucherEventOf(outcome));
  }
  const k = item?.k ?? null;
  switch (k) {
    case 'V':
      return outcome === null ? 'filed' : fileOutcome(tx, row.recordId, outcome);
    case 'A':
    case 'F':
      return fileNote(core, tx, row.recordId, result);
    case 'C':
      // What it became, the feed tells; why it did not, the list of what was reported.
      return fileClaimed(tx, row.recordId, result);
    case 'E':
    case null:
      return 'filed';
    default:
      return unreachable(k);
  }
}

async function fileClaimed(tx: WalletTx, vid: string, result: Verdict): Promise<'filed'> {
  const reported = await tx.unclaimed.get(vid);
  if (reported === undefined) return 'filed';
  if (result.verdict === 'REJECTED') await tx.unclaimed.put({ ...reported, refused: result.reason });
  else await tx.unclaimed.delete(vid);
  return 'filed';
}

/** Null of a note that was carried out or kept: what it did to its voucher, the feed tells. */
function outcomeOf(result: Verdict): VoucherVerdict | null {
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
