/** Everything that waits on this till, for another device to bring: as a file and as animated codes. It stays where it is. */
import { fromBase64Url } from '#base/bytes.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { SyncItem } from '#protocol/http-sync.ts';
import { LIMITS } from '#protocol/limits.ts';
import { pendingFile, pendingMessage, type PendingExport } from '#protocol/pending-export.ts';
import { urEncoder } from '#protocol/ur.ts';
import { decodeVoucher } from '#protocol/voucher.ts';
import type { ExportView } from './api-till.ts';
import type { Core } from './core.ts';
import { itemOf } from './sync-item.ts';
import { ownTill, type Till } from './till.ts';

/** A camera that looks on for one round more has seen all, whichever parts it missed. */
const ROUNDS = 2;

export async function exportPending(core: Core): Promise<Result<ExportView, ErrorCode>> {
  const till = tillOfRows(core);
  if (!till.ok) return till;
  const rows = await core.ports.store.read((tx) => tx.outbox.all());
  if (!rows.ok) return rows;
  const { merchantId, terminal } = till.value.till;
  // Those that were set aside too: this is the only copy.
  const items = rows.value.filter((row) => row.kind === 'sync-item').flatMap((row) => itemOf(row) ?? []);
  const pending: PendingExport = { merchantId, items };
  const file = pendingFile(pending);
  if (file.length > LIMITS.pendingFileChars) return err('E_TOO_LONG');
  const amountMinor = items.reduce((minor, item) => minor + amountOf(item), 0);
  return ok({ count: items.length, amountMinor, fileName: `chit-pending-${terminal}-${core.time.nowSeconds()}.json`, file, parts: partsOf(pending) });
}

/** Also of a device that was switched off: it can bring nothing itself any more, and what waits on it may be the only copy. */
function tillOfRows(core: Core): Result<Till, ErrorCode> {
  const { blocked, identity } = core.memory;
  if (blocked !== 'DEVICE_REVOKED' || identity?.till == null) return ownTill(core);
  return ok({ ...identity, till: identity.till });
}

function amountOf(item: SyncItem): number {
  const bytes = item.k === 'V' ? fromBase64Url(item.o) : null;
  const voucher = bytes === null ? null : decodeVoucher(bytes);
  return voucher?.ok === true ? voucher.value.amountMinor : 0;
}

/** None where there is more than animated codes hold: then there is the file. */
function partsOf(pending: PendingExport): readonly string[] {
  const message = pendingMessage(pending);
  if (message.length > LIMITS.urMessageBytes) return [];
  const { seqLen, part } = urEncoder(message);
  return Array.from({ length: seqLen === 1 ? 1 : ROUNDS * seqLen }, (_, index) => part(index + 1));
}
