/**
 * A till's note that the payer scans: an acknowledgement, a void, a refund. Checked against the shop's certificate and key set, held
 * against the voucher that it is about, kept in one write together with what it changes, then told; the outbox brings it to the
 * server. A refund moves nothing here: the server carries it out, and the feed says so.
 */
import { equalBytes, toBase64Url, toHex } from '#base/bytes.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { LIMITS } from '#protocol/limits.ts';
import { refundIdOf, verifyNote } from '#protocol/note.ts';
import type { Note } from '#protocol/objects.ts';
import { readScannedText } from '#protocol/scan-text.ts';
import { transitionVoucher, type VoucherEvent } from '#protocol/voucher-state.ts';
import type { NoteTaken } from './api-payer.ts';
import type { Core } from './core.ts';
import { withNewerKeys } from './newer-keys.ts';
import { syncRow } from './outbox.ts';
import type { WalletTx } from './ports.ts';
import type { OutboxRow, VoucherRecord } from './records.ts';
import { shopper } from './shopper.ts';
import { trustedKeySet } from './trust.ts';
import { write } from './writer.ts';

export async function takeNote(core: Core, text: string): Promise<Result<NoteTaken, ErrorCode>> {
  const payer = shopper(core);
  if (!payer.ok) return payer;
  const note = await readNote(core, text);
  if (!note.ok) return note;
  const { kind, bytes, noteId } = note.value;
  const row = syncRow(core, toHex(noteId), { k: kind === 'ack' ? 'A' : 'F', o: toBase64Url(bytes) });
  const written = await write(core, (tx) => keep(core, tx, note.value, row));
  if (!written.ok) return written;
  if (written.value.ok) core.ring();
  return written.value;
}

async function readNote(core: Core, text: string): Promise<Result<Note, ErrorCode>> {
  const code = readScannedText(text);
  if (!code.ok) return code;
  if (code.value.kind !== 'ack' && code.value.kind !== 'note') return err('E_WRONG_CODE', { found: code.value.kind });
  const { note } = code.value;
  const genuine = await withNewerKeys(core, async (): Promise<Result<Note, ErrorCode>> => {
    const keySet = await trustedKeySet(core);
    return keySet === null ? err('E_KEYSET') : verifyNote(note, keySet, core.time.nowSeconds(), core.ports.verifier);
  });
  if (!genuine.ok) return genuine;
  // The server would not carry it out: its id is not made from what it says.
  return note.kind === 'refund' && !equalBytes(note.refundId, refundIdOf(note)) ? err('E_NOTE_SIG') : genuine;
}

async function keep(core: Core, tx: WalletTx, note: Note, row: OutboxRow): Promise<Result<NoteTaken, ErrorCode>> {
  const voucher = await tx.vouchers.get(toHex(note.vid));
  if (voucher === undefined) return err('NOTE_NOT_YOURS');
  const problem = problemOf(note, voucher);
  if (problem !== null) return err(problem);
  const waiting = (await tx.outbox.all()).some((other) => other.recordId === row.recordId);
  if (!waiting && (await tx.outbox.count()) >= LIMITS.outboxRows) return err('TOO_MANY_WAITING');
  if (!waiting) await tx.outbox.put(row);
  const event = eventOf(note, core.time.nowMs());
  const move = event === null ? null : transitionVoucher(voucher.state, event);
  if (move?.kind === 'moved') await tx.vouchers.put({ ...voucher, state: move.state });
  return ok({ kind: note.kind, voucherId: voucher.id, amountMinor: note.kind === 'refund' ? note.amountMinor : null });
}

/** Only the shop that was paid can say anything about a voucher; a refund says which purse it goes back from. */
function problemOf(note: Note, voucher: VoucherRecord): ErrorCode | null {
  if (toHex(note.cert.merchantId) !== voucher.merchantId) return 'E_NOTE_SIG';
  if (note.kind !== 'refund') return null;
  if (toHex(note.purseId) !== voucher.purseId || note.ccy !== voucher.ccy) return 'E_NOTE_SIG';
  return note.amountMinor > voucher.amountMinor ? 'E_AMOUNT' : null;
}

function eventOf({ kind }: Note, atMs: number): VoucherEvent | null {
  if (kind === 'refund') return null;
  return { kind: kind === 'ack' ? 'acked' : 'voided', atMs };
}
